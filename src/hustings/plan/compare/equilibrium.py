"""Visits of two sides that both plan for the same contest.

Both have as many visits, and a visit does as much for either; then neither gains by another split when each unit's part is
in proportion to what a margin is worth there (Strömberg, AER 98(3), 2008, proposition 1 with a log response), and that is
the same for both: what one's chance gains the other's loses.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from hustings.plan.goals import goal_of
from hustings.plan.race import Race

Array = NDArray[np.float64]


def equilibrium_shares(race: Race) -> Array:
    """Part of either side's visits, (unit,): of the goal's slope by margin; sums to 1."""
    slope = np.maximum(goal_of(race, "win").slope(np.zeros(len(race.units))), 0.0)
    return np.asarray(slope / slope.sum())


def folded(race: Race, amounts: Array) -> tuple[list[str], Array]:
    """Districts counted to what they lie in: units without a parent, and their amounts."""
    place = {unit: u for u, unit in enumerate(race.units)}
    found = np.asarray(amounts, dtype=float).copy()
    for u, unit in enumerate(race.contest.units):
        if unit.parent is not None:
            found[place[unit.parent]] += found[u]
    top = [u for u, unit in enumerate(race.contest.units) if unit.parent is None]
    return [race.units[u] for u in top], found[top]


def correlation(one: Array, other: Array) -> float:
    """Pearson's, over units."""
    return float(np.corrcoef(one, other)[0, 1])
