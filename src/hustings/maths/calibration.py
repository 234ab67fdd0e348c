"""Weights that meet known totals: raking, and calibration with a linear or a bounded logit distance.

Raking is iterative proportional fitting (Deming & Stephan 1940); calibration is Deville & Särndal (1992). Both give
``w = d F(x' lambda)`` with ``F = exp`` for raking, ``1 + u`` for linear and a logistic function between two bounds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Codes = NDArray[np.int64]


@dataclass(frozen=True)
class Calibrated:
    """Weights that meet totals, or came as near as they could.

    Parameters
    ----------
    weights : (row,) or (replicate, row) array
        The weights.
    slopes : like ``weights``
        ``d F'(x' lambda)``: how a weight moves with the multipliers; 0 for a weight at a bound.
    iterations : int
        Sweeps or Newton steps.
    gap : float
        Largest distance from a target, as a share of the whole.
    """

    weights: Array
    slopes: Array
    iterations: int
    gap: float


def rake(
    codes: Sequence[Codes],
    targets: Sequence[Array],
    weights: Array,
    *,
    max_iterations: int = 200,
    tolerance: float = 1e-9,
) -> Calibrated:
    """Rake weights to margins, one margin after the other until all hold.

    Parameters
    ----------
    codes : sequence of (row,) int arrays
        Category of each row in each margin, from 0.
    targets : sequence of (category,) arrays
        Totals; every margin sums to the same whole, and no target is 0 where there are rows.
    weights : (row,) array
        Weights > 0 to start from.
    max_iterations : int
        Most sweeps over all margins.
    tolerance : float
        Largest distance from a target that is taken for meeting it, as a share of the whole.
    """
    raked = weights * (targets[0].sum() / weights.sum())
    whole, gap, sweep = float(targets[0].sum()), np.inf, 0
    while gap > tolerance and sweep < max_iterations:
        sweep, gap = sweep + 1, 0.0
        for margin, target in zip(codes, targets, strict=True):
            found = np.bincount(margin, raked, len(target))
            gap = max(gap, float(np.abs(found - target).max()) / whole)
            factor = np.divide(target, found, out=np.ones_like(target), where=found > 0)
            raked *= factor[margin]
    return Calibrated(raked, raked.copy(), sweep, gap)


def rake_many(
    codes: Sequence[Codes],
    targets: Sequence[Array],
    weights: Array,
    *,
    max_iterations: int = 50,
    tolerance: float = 1e-6,
) -> Calibrated:
    """Rake many sets of weights at once: as :func:`rake`, with ``weights`` (replicate, row), zeros allowed.

    A category in which a replicate has no row at all keeps nothing; the others share what is left in proportion.
    """
    hot = [np.eye(len(target))[margin] for margin, target in zip(codes, targets, strict=True)]
    whole, gap, sweep = float(targets[0].sum()), np.inf, 0
    raked = weights * (whole / weights.sum(axis=1, keepdims=True))
    aims = []
    for one, target in zip(hot, targets, strict=True):
        there = (raked @ one > 0) * target
        aims.append(there * (whole / there.sum(axis=1, keepdims=True)))
    while gap > tolerance and sweep < max_iterations:
        sweep, gap = sweep + 1, 0.0
        for margin, one, aim in zip(codes, hot, aims, strict=True):
            found = raked @ one
            gap = max(gap, float(np.abs(found - aim).max()) / whole)
            raked *= np.divide(aim, found, out=np.zeros_like(found), where=found > 0)[:, margin]
    return Calibrated(raked, raked.copy(), sweep, gap)


def calibrate(
    X: Array,
    totals: Array,
    weights: Array,
    *,
    bounds: tuple[float, float] | None = None,
    max_iterations: int = 100,
    tolerance: float = 1e-10,
) -> Calibrated:
    """Calibrate weights to totals of columns, by Newton's method.

    Parameters
    ----------
    X : (row, column) array
        What is to add up; columns may depend on each other if their totals do in the same way.
    totals : (column,) array
        What the weighted columns must add up to.
    weights : (row,) array
        Weights > 0 to start from.
    bounds : (low, high) or None
        Smallest and largest factor, ``low < 1 < high``: logit distance. None: linear (GREG), factors of any sign.
    max_iterations, tolerance
        As in :func:`rake`; the tolerance is a share of the largest total.
    """
    multipliers, scale = np.zeros(X.shape[1]), float(np.abs(totals).max())
    factor, slope = _distance(X @ multipliers, bounds)
    miss = totals - (weights * factor) @ X
    steps = 0
    while np.abs(miss).max() > tolerance * scale and steps < max_iterations:
        steps += 1
        gram = X.T @ ((weights * slope)[:, None] * X)
        step = np.linalg.lstsq(gram, miss, rcond=1e-12)[0]
        # Halved until it helps: a full step may overshoot where factors near their bounds.
        for _ in range(20):
            tried, tried_slope = _distance(X @ (multipliers + step), bounds)
            left = totals - (weights * tried) @ X
            if np.linalg.norm(left) < np.linalg.norm(miss):
                break
            step = step / 2.0
        else:
            break
        multipliers, factor, slope, miss = multipliers + step, tried, tried_slope, left
    return Calibrated(weights * factor, weights * slope, steps, float(np.abs(miss).max()) / scale)


def _distance(u: Array, bounds: tuple[float, float] | None) -> tuple[Array, Array]:
    """Factor and its slope at ``u`` (Deville & Särndal 1992, cases 1 and 6)."""
    if bounds is None:
        return 1.0 + u, np.ones_like(u)
    low, high = bounds
    rate = (high - low) / ((1.0 - low) * (high - 1.0))
    odds = np.exp(np.clip(rate * u, -300.0, 300.0))
    below = (high - 1.0) + (1.0 - low) * odds
    factor = (low * (high - 1.0) + high * (1.0 - low) * odds) / below
    slope = rate * (high - low) * (1.0 - low) * (high - 1.0) * odds / below**2
    return factor, slope
