"""Lists that carry a plan out: whom to persuade, whom to remind, whom to leave alone; with a hold-out drawn and locked.

===============  ==================================================================
file             holds
===============  ==================================================================
``asking``       what somebody asks of a list: :class:`Asked`, :func:`checked`
``order``        what it rests on: effect, prices, a vote's worth: :class:`Order`
``gains``        net votes that a contact with each voter is expected to bring
``resting``      the rows of effects and prices
``people``       voters of some units, and reasons to leave them in peace
``signals``      what logs say: deceased, moved, refused, voted, on other lists; :func:`contamination`
``funnel``       each voter who is left out counted once
``choose``       households by worth per dollar, until the money is spent
``cutting``      sifted, chosen, drawn: :func:`draft`, :func:`draw_within`
``power``        the smallest effect that a hold-out will see
``expecting``    what is expected to be gained, with its interval
``accounting``   what is written down for the review: :func:`describe`, :func:`write_expectation`
``addresses``    walking order and turfs
``forms``        lists in the forms of VAN, paper, phones, letters
``reaching``     who they are, from the vault
``files``        the files
``making``       all of it: :func:`make_list`
===============  ==================================================================
"""

from hustings.plan.lists.accounting import Listed, describe, read_expectation, write_expectation
from hustings.plan.lists.asking import Asked, checked
from hustings.plan.lists.choose import Chosen, choose
from hustings.plan.lists.cutting import draft, draw, draw_within
from hustings.plan.lists.gains import UNIVERSES, Effect, with_gains
from hustings.plan.lists.making import Made, make_list
from hustings.plan.lists.order import Order
from hustings.plan.lists.power import Power, power_of
from hustings.plan.lists.signals import contamination

__all__ = [
    "UNIVERSES",
    "Asked",
    "Chosen",
    "Effect",
    "Listed",
    "Made",
    "Order",
    "Power",
    "checked",
    "choose",
    "contamination",
    "describe",
    "draft",
    "draw",
    "draw_within",
    "make_list",
    "power_of",
    "read_expectation",
    "with_gains",
    "write_expectation",
]
