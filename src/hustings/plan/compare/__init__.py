"""Plans side by side: one budget, the same levers, the same posterior.

===============  =============================================================================
file             holds
===============  =============================================================================
``strategies``   rules that share a budget between units, and the money they come to
``done``         what campaigns really did, from the shipped facts or a file
``comparing``    what each plan adds to the goal, and how far it stays behind
===============  =============================================================================
"""

from hustings.plan.compare.comparing import Comparison, compare
from hustings.plan.compare.done import Done, done_in, read_done
from hustings.plan.compare.strategies import RULES, Strategy, folded, shared_out

__all__ = [
    "RULES",
    "Comparison",
    "Done",
    "Strategy",
    "compare",
    "done_in",
    "folded",
    "read_done",
    "shared_out",
]
