"""Lists that carry a plan out: whom to persuade, whom to remind, whom to leave alone; with a hold-out drawn and locked.

===============  ==================================================================
file             holds
===============  ==================================================================
``gains``        net votes that a contact with each voter is expected to bring
``resting``      the effect and the price that a list rests on
``people``       voters of some units, and reasons to leave them in peace
``signals``      what logs say: deceased, moved, refused, voted, on other lists; :func:`contamination`
``funnel``       each voter who is left out counted once
``choose``       households by worth per dollar, until the money is spent
``power``        the smallest effect that a hold-out will see
``expecting``    what is expected to be gained, with its interval
``cutting``      all of it: :func:`draft`, :func:`draw_and_lock`, :func:`describe`
``addresses``    walking order and turfs
``forms``        lists in the forms of VAN, paper, phones, letters
``reaching``     who they are, from the vault
===============  ==================================================================
"""

from hustings.plan.lists.choose import Chosen, choose
from hustings.plan.lists.cutting import Listed, Order, describe, draft, draw_and_lock, write_expectation
from hustings.plan.lists.gains import UNIVERSES, Effect, with_gains
from hustings.plan.lists.power import Power, power_of
from hustings.plan.lists.signals import contamination

__all__ = [
    "UNIVERSES",
    "Chosen",
    "Effect",
    "Listed",
    "Order",
    "Power",
    "choose",
    "contamination",
    "describe",
    "draft",
    "draw_and_lock",
    "power_of",
    "with_gains",
    "write_expectation",
]
