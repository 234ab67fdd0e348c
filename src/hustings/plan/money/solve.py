r"""A budget over the levers, for a goal that is not a sum: slope, pour, slope again.

``max G(m(x))``, ``m_u(x) = sum_j M_ju (1 - exp(-x_j / s_j))``, ``sum x = B``, floors and caps. Only ``G`` is taken as straight:
with the goal's slope ``g`` by each unit's margin at the present plan, ``g . m(x)`` is a sum of concave levers and is solved
exactly (:func:`hustings.maths.waterfill.waterfill`). A step is taken towards that plan, as long as the slope along it says
(a secant step where it turns). Fixed points are the points of Karush, Kuhn and Tucker. The generalised linear step of
Mine & Fukushima (JOTA 33, 1981); Frank & Wolfe (1956) with the curved part kept.

The gap: where ``G`` is concave on the way to the best plan, no plan is better than this one by more than
``g . (m(y) - m(x))``, ``y`` what is poured at the slope of ``x`` (Jaggi, ICML 2013).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hustings.maths.waterfill import waterfill
from hustings.plan.levers import Levers

Array = NDArray[np.float64]
Slope = Callable[[Array], Array]

ROUNDS = 12
CLOSE_ENOUGH = 1e-3
"""Gap, as a part of what the plan makes at its own slope, that ends the search."""


@dataclass(frozen=True)
class Solved:
    """A plan at which the goal's slope asks for no other.

    Attributes
    ----------
    dollars : (lever,) array
    slope : (unit,) array
        Of the goal by each unit's margin, with the plan.
    gap : float
        What another plan could add at most, at that slope.
    rounds : int
    """

    dollars: Array
    slope: Array
    gap: float
    rounds: int


def pour(levers: Levers, slope: Array, budget_dollars: float) -> Array:
    """Spending that is best, (lever,), where a margin is worth ``slope``, (unit,) or (..., unit), whatever is spent."""
    floors, caps = levers.floor_dollars, levers.cap_dollars
    return waterfill(slope @ levers.margin.T, levers.scale_dollars, floors, caps, budget_dollars)


def gap_at(levers: Levers, slope: Array, dollars: Array, budget_dollars: float) -> float:
    """What another plan could add at most, were the goal as straight as its slope."""
    best = pour(levers, slope, budget_dollars)
    return float((levers.reached(best) - levers.reached(dollars)) @ (levers.margin @ slope))


def solve(
    slope: Slope,
    levers: Levers,
    budget_dollars: float,
    *,
    start: Array | None = None,
    rounds: int = ROUNDS,
    enough: float = CLOSE_ENOUGH,
) -> Solved:
    """Pour along the slope until it asks for no other plan.

    Parameters
    ----------
    slope : callable
        From margins, (unit,), to the goal's slope there, (unit,).
    levers : Levers
    budget_dollars : float
    start : (lever,) array, optional
        Of a plan within floors, caps and budget; what is poured at the slope of no spending where none is given.
    rounds : int
        Most steps to take.
    enough : float
        The search ends at a gap below this, as a part of what the plan makes at its own slope.
    """
    at = pour(levers, slope(np.zeros(levers.margin.shape[1])), budget_dollars) if start is None else start
    here = slope(levers.made(at))
    for asked in range(1, rounds + 1):
        to = pour(levers, here, budget_dollars)
        ahead = levers.reached(to) - levers.reached(at)
        gap = float(ahead @ (levers.margin @ here))
        if gap <= enough * abs(float(levers.made(at) @ here)) or asked == rounds:
            break
        at, here = _step(slope, levers, at, to, here)
    return Solved(at, here, max(gap, 0.0), asked)


def _step(slope: Slope, levers: Levers, at: Array, to: Array, here: Array) -> tuple[Array, Array]:
    """Go towards a plan as long as the slope along the way is above 0: all the way, or to where a secant says it turns."""
    there = slope(levers.made(to))
    first = _along(levers, here, at, to - at)
    last = _along(levers, there, to, to - at)
    if last >= 0.0 or first <= 0.0:
        return to, there
    between = at + first / (first - last) * (to - at)
    return between, slope(levers.made(between))


def _along(levers: Levers, slope: Array, at: Array, way: Array) -> float:
    """Derivative of the goal by the part of a way that is gone, at a plan."""
    return float(levers.per_dollar(slope, at) @ way)
