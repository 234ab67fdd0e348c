"""What effort does, what it costs, and the levers that come of it.

============  =============================================================================
file          holds
============  =============================================================================
``response``  what is left of an effect on election day, and what it is worth in net votes
``making``    levers from effects and costs: one a unit (or market) and channel
``reading``   the tables of effects, costs, markets and own findings
``own``       the campaign's own experiments beside published effects
``loading``   what a plan's levers rest on: shipped, edited, own
``saying``    the same in lines of text
============  =============================================================================
"""

from hustings.plan.effects.loading import Used, join_own, load_levers, read_tables
from hustings.plan.effects.making import make_levers
from hustings.plan.effects.own import own_findings, with_own
from hustings.plan.effects.reading import read_costs, read_effects, read_markets, read_own
from hustings.plan.effects.saying import used_lines

__all__ = [
    "Used",
    "join_own",
    "load_levers",
    "make_levers",
    "own_findings",
    "read_costs",
    "read_effects",
    "read_markets",
    "read_own",
    "read_tables",
    "used_lines",
    "with_own",
]
