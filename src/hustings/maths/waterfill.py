r"""A budget over concave levers, exactly: the last dollar earns the same everywhere.

``max sum_j w_j (1 - exp(-x_j / s_j))``, ``sum_j x_j = B``, ``low_j <= x_j <= high_j``. By Karush, Kuhn and Tucker there is one
price ``p`` with ``x_j = clip(s_j log(w_j / (s_j p)), low_j, high_j)`` (Boyd & Vandenberghe, Convex Optimization, 2004, example
5.2: water-filling). In the logarithm of the price, what is spent is a broken line: each lever bends it where it leaves its least
and where it comes to its most. Sorted corners give the price exactly, with neither steps nor a tolerance, for very many worths at
once.

Checked against: SLSQP, bisection for the price, conditions worked by hand (tests/unit/maths/test_waterfill.py).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

_NOTHING = 1e-300
"""Stands for a worth of 0 or less, which has no logarithm."""


class Poured(NamedTuple):
    """The best spending.

    Attributes
    ----------
    spent : (..., lever) array
    value : (...) array
        What it earns.
    per_dollar : (...) array
        What one dollar more would earn; 0 where nothing is left to buy.
    """

    spent: Array
    value: Array
    per_dollar: Array


def waterfill(worth: Array, scale: Array, low: Array, high: Array, budget: float) -> Array:
    """Spend a budget where it earns most: the spending of :func:`poured`, (..., lever)."""
    return poured(worth, scale, low, high, budget).spent


def poured(worth: Array, scale: Array, low: Array, high: Array, budget: float) -> Poured:
    """Spend a budget where it earns most.

    Parameters
    ----------
    worth : (..., lever) array
        What a lever earns when pulled all the way; those of 0 or less get their least.
    scale, low, high : (lever,) arrays
        Money at which 63 % is earned, least and most (may be infinite).
    budget : float
        At least the sum of ``low``. Where levers that earn nothing are left, so is the rest of the budget.

    Returns
    -------
    Poured
    """
    worth, low = np.asarray(worth, dtype=float), np.asarray(low, dtype=float)
    # A cap that the whole budget would not reach has no corner.
    most = max(budget, 0.0) + low
    capped = high < most
    high = np.minimum(high, most)
    first = np.log(np.maximum(worth, _NOTHING)) - np.log(scale)
    corners = np.concatenate([first - low / scale, (first - high / scale)[..., capped]], axis=-1)
    bends = np.concatenate([scale, -scale[capped]])
    order = np.argsort(-corners, axis=-1)
    at = np.take_along_axis(corners, order, axis=-1)
    slope = np.cumsum(bends[order], axis=-1)
    # Money that is out when the price has fallen to each corner.
    out = low.sum() + np.cumsum(slope[..., :-1] * -np.diff(at, axis=-1), axis=-1)
    out = np.concatenate([np.full((*out.shape[:-1], 1), low.sum()), out], axis=-1)
    place = np.maximum((out <= budget).sum(axis=-1, keepdims=True) - 1, 0)
    there = np.take_along_axis(slope, place, axis=-1)
    left = budget - np.take_along_axis(out, place, axis=-1)
    below = np.where(there > 0, left / np.where(there > 0, there, 1.0), 0.0)
    log_price = np.take_along_axis(at, place, axis=-1) - below
    spent = np.where(worth > 0, np.clip(scale * (first - log_price), low, high), low)
    value = 0.0 - (np.maximum(worth, 0.0) * np.expm1(-spent / scale)).sum(axis=-1)
    # Past the last corner the line is flat but for rounding.
    exhausted = (there <= 1e-9 * scale.sum())[..., 0]
    return Poured(spent, np.asarray(value), np.where(exhausted, 0.0, np.exp(log_price[..., 0])))
