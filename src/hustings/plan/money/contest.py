r"""Money against money by its proportion: the response under which the 3/2 rule holds, in closed form.

Where a voter's odds are the ratio of what both sides spend there, ``p = x / (x + y)``, the lead moves by ``log(x / y)``. Own and
rival slopes are then ``g_u / x_u`` and ``g_u / y_u``, ``g`` the goal's slope by the lead, so that both sides spend in the same
proportions, ``log(x / y)`` is ``log(B / B')`` in every unit, and the equilibrium is

``x_u = B g_u / sum g``, ``g`` at the race moved by ``log(B / B')`` everywhere.

Brams & Davis (APSR 68, 1974): with independent voters the lead of a unit of ``n`` voters has an sd in proportion to
``1 / sqrt(n)``, its density at a tie in proportion to ``sqrt(n)``; in an even race for expected electors in proportion to ``n``,
spending is in proportion to ``n^(3/2)``. That is an answer to itself against small changes only: a side that puts everything into
the largest units does better against it, as Brams and Davis say themselves. It takes both: this response, and errors that shrink with the number of voters. With the
posterior's own errors, which are shared and do not shrink, ``g`` is what it is (Strömberg, AER 98(3), 2008, proposition 1: the
same game of visits), and 3/2 does not hold.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from hustings.plan.goals import goal_of
from hustings.plan.race import Race

Array = NDArray[np.float64]


def proportional(race: Race, budget_dollars: float, rival_dollars: float, goal: str = "win") -> Array:
    """Equilibrium spending by unit, (unit,), where the lead is the log of the ratio of both sides' money there.

    Parameters
    ----------
    race : Race
        At equal spending.
    budget_dollars, rival_dollars : float
    goal : str
    """
    moved = race.moved(np.full(len(race.units), np.log(budget_dollars / rival_dollars)))
    slope = goal_of(moved, goal).slope(np.zeros(len(race.units))) / race.lead_per_margin
    total = slope.sum()
    return np.asarray(budget_dollars * (slope / total if total > 0 else np.full(len(slope), 1.0 / len(slope))))
