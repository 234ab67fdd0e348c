"""Plans side by side: one budget, the same levers, the same posterior.

===============  =============================================================================
file             holds
===============  =============================================================================
``strategies``   rules that share a budget between units, and the money they come to
``done``         what campaigns really did, from the shipped facts or a file
``comparing``    what each plan adds to the goal, and how far it stays behind
``equilibrium``  visits of two sides that both plan: in proportion to what a margin is worth
===============  =============================================================================
"""

from hustings.plan.compare.comparing import Comparison, compare
from hustings.plan.compare.done import Done, done_in, read_done
from hustings.plan.compare.equilibrium import correlation, equilibrium_shares
from hustings.plan.compare.strategies import RULES, Strategy, shared_out

__all__ = [
    "RULES",
    "Comparison",
    "Done",
    "Strategy",
    "compare",
    "correlation",
    "done_in",
    "equilibrium_shares",
    "read_done",
    "shared_out",
]
