"""What effort does, what it costs, and the levers that come of it.

============  =============================================================================
file          holds
============  =============================================================================
``response``  what is left of an effect on election day, and what it is worth in net votes
``making``    levers from effects and costs
``loading``   the tables of a plan: those that ship, or the campaign's own files
``saying``    what a plan rests on, in lines of text
============  =============================================================================
"""

from hustings.plan.effects.loading import Used, load_levers, shipped_costs, shipped_effects
from hustings.plan.effects.making import make_levers
from hustings.plan.effects.saying import used_lines

__all__ = ["Used", "load_levers", "make_levers", "shipped_costs", "shipped_effects", "used_lines"]
