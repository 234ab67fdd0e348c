r"""Levers that cost something to begin with, or come in whole pieces: offices, minimum buys.

At the goal's slope the problem is a sum of concave levers, with binaries for what is begun and integers for pieces: a mixed
integer program over tangents (outer approximation: Duran & Grossmann, Mathematical Programming 36, 1986). What a lever makes is
bounded by ``v_j <= a_jk z_j + b_jk x_j`` for tangents ``k``; after each solution a tangent is added where it stands, until what
the program promises is what the plan makes. Then the slope is taken again at the plan found, and the best plan of all is kept.
HiGHS by ``scipy.optimize.milp``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from hustings.errors import ConfigError
from hustings.maths.waterfill import waterfill
from hustings.plan.goals import Goal, between
from hustings.plan.levers import Levers
from hustings.plan.money.solve import Solved

if TYPE_CHECKING:
    from scipy.sparse import csr_array

Array = NDArray[np.float64]

TANGENTS = 10
REFINED = 6
"""Most rounds of further tangents."""
SLOPES = 4
"""Most slopes to take."""
CLOSE_ENOUGH = 1e-4


@dataclass(frozen=True)
class Lumps:
    """What keeps spending from being smooth.

    Attributes
    ----------
    start_dollars : (lever,) array
        Cost of beginning, paid out of the budget beside what is spent on the lever; 0 where there is none.
    piece_dollars : (lever,) array
        Spending comes in whole multiples of it; 0 where it is smooth.
    """

    start_dollars: Array
    piece_dollars: Array

    @property
    def any(self) -> bool:
        """Whether there are any."""
        return bool((self.start_dollars > 0).any() or (self.piece_dollars > 0).any())

    def begun(self, dollars: Array) -> float:
        """What it costs to begin where a plan spends anything."""
        return float(self.start_dollars[dollars > 0].sum())


def solve_lumps(goal: Goal, levers: Levers, budget_dollars: float, lumps: Lumps, start: Array) -> Solved:
    """Spend a budget in lumps: slope, program, slope again; the best plan found is kept.

    Raises
    ------
    ConfigError
        Floors and lumps cannot be met together.
    """
    best: Array | None = None
    slope = goal.slope(levers.made(start))
    gap, at_best = 0.0, slope
    asked = 0
    while asked < SLOPES:
        asked += 1
        dollars = lumped(levers, levers.margin @ slope, budget_dollars, lumps)[0]
        if best is not None and between(goal, levers.made(best), levers.made(dollars)) <= 0:
            break
        is_same = best is not None and np.abs(dollars - best).sum() < 1e-3 * budget_dollars
        best = dollars
        slope = at_best = goal.slope(levers.made(best))
        made = float(levers.reached(best) @ (levers.margin @ slope))
        gap = max(lumped(levers, levers.margin @ slope, budget_dollars, lumps)[1] - made, 0.0)
        if is_same or gap <= CLOSE_ENOUGH * abs(made):
            break
    return Solved(best if best is not None else start, at_best, gap, asked)


def lumped(levers: Levers, worth: Array, budget_dollars: float, lumps: Lumps) -> tuple[Array, float]:
    """Best spending in lumps, (lever,), where a lever earns ``worth``, (lever,), when pulled all the way, and a bound on it.

    Raises
    ------
    ConfigError
        Floors and lumps cannot be met together.
    """
    from scipy.optimize import Bounds, LinearConstraint, milp

    n = len(worth)
    top = np.minimum(levers.cap_dollars, budget_dollars)
    unit = float(np.abs(worth).max()) or 1.0
    earns = np.maximum(worth, 0.0) / unit
    points = [top * k for k in np.linspace(0.0, 1.0, TANGENTS) ** 2]
    has_piece = lumps.piece_dollars > 0
    must = levers.floor_dollars > 0
    piece = np.where(has_piece, lumps.piece_dollars, 1.0)
    # Columns: spending (in budgets), what it earns, begun or not, pieces.
    integrality = np.concatenate([np.zeros(2 * n), np.ones(n), np.where(has_piece, 1, 0)])
    bounds = Bounds(
        np.concatenate([levers.floor_dollars / budget_dollars, np.zeros(n), must.astype(float), np.zeros(n)]),
        np.concatenate([top / budget_dollars, earns + 1e-12, np.ones(n), np.where(has_piece, top // piece, 0.0)]),
    )
    cost = np.concatenate([np.zeros(n), -np.ones(n), np.zeros(2 * n)])
    for _ in range(REFINED):
        rows, low, high = _rows(levers, earns, points, budget_dollars, lumps, top)
        found = milp(
            cost,
            integrality=integrality,
            bounds=bounds,
            constraints=LinearConstraint(rows, low, high),
            options={"mip_rel_gap": CLOSE_ENOUGH / 2},
        )
        if found.x is None:
            raise ConfigError(
                "floors, pieces and costs of beginning cannot be met together",
                hint="a floor must be a whole number of pieces, and all floors with what they cost to begin within the budget",
            )
        dollars = _polished(levers, earns, found.x, budget_dollars, lumps)
        made = float(levers.reached(dollars) @ earns)
        bound = -float(found.mip_dual_bound)
        if bound - made <= CLOSE_ENOUGH * max(made, 1e-12):
            break
        points.append(np.clip(dollars, 0.0, top))
        points.append(np.clip(found.x[:n] * budget_dollars, 0.0, top))
    return dollars, bound * unit


def _rows(
    levers: Levers, earns: Array, points: list[Array], budget_dollars: float, lumps: Lumps, top: Array
) -> tuple[csr_array, Array, Array]:
    """Constraints: tangents, begun where spent, whole pieces, the budget."""
    from scipy.sparse import block_array, csr_array, diags_array, vstack

    n = len(earns)
    eye, none = diags_array(np.ones(n)), csr_array((n, n))
    blocks: list[Any] = []
    low, high = [], []
    for at in points:
        slope = earns * np.exp(-at / levers.scale_dollars) / levers.scale_dollars
        height = earns * levers.reached(at) - slope * at
        blocks.append([diags_array(-slope * budget_dollars), eye, diags_array(-height), none])
        low.append(np.full(n, -np.inf))
        high.append(np.zeros(n))
    blocks.append([eye, none, diags_array(-top / budget_dollars), none])
    low.append(np.full(n, -np.inf))
    high.append(np.zeros(n))
    has_piece = (lumps.piece_dollars > 0).astype(float)
    blocks.append([diags_array(has_piece), none, none, diags_array(-lumps.piece_dollars / budget_dollars)])
    low.append(np.zeros(n))
    high.append(np.zeros(n))
    rows = block_array(blocks, format="csr")
    paid = np.concatenate([np.ones(n), np.zeros(n), lumps.start_dollars / budget_dollars, np.zeros(n)])
    low.append(np.zeros(1))
    high.append(np.ones(1))
    return vstack([rows, csr_array(paid[None])], format="csr"), np.concatenate(low), np.concatenate(high)


def _polished(levers: Levers, earns: Array, found: Array, budget_dollars: float, lumps: Lumps) -> Array:
    """What is begun and whole as the program says; the rest of the money poured exactly."""
    n = len(earns)
    begun = found[2 * n : 3 * n] > 0.5
    pieces = np.round(found[3 * n :]) * lumps.piece_dollars
    whole = lumps.piece_dollars > 0
    low = np.where(whole, pieces, np.where(begun, levers.floor_dollars, 0.0))
    high = np.where(whole, pieces, np.where(begun, levers.cap_dollars, 0.0))
    rest = budget_dollars - float(lumps.start_dollars[begun].sum())
    return waterfill(earns, levers.scale_dollars, low, high, rest)
