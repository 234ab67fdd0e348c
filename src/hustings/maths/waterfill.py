r"""A budget over concave levers, exactly: the last dollar earns the same everywhere.

``max sum_j w_j (1 - exp(-x_j / s_j))``, ``sum_j x_j = B``, ``low_j <= x_j <= high_j``. By Karush, Kuhn and Tucker there is one
price ``p`` with ``x_j = clip(s_j log(w_j / (s_j p)), low_j, high_j)``; what is spent falls in ``p``, so that the price is found by
bisection (Boyd & Vandenberghe, Convex Optimization, 2004, example 5.2: water-filling).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

_STEPS = 80


def waterfill(worth: Array, scale: Array, low: Array, high: Array, budget: float) -> Array:
    """Spend a budget where it earns most.

    Parameters
    ----------
    worth : (..., lever) array
        What a lever earns when pulled all the way; those of 0 or less get their least.
    scale, low, high : (lever,) arrays
        Money at which 63 % is earned, least and most.
    budget : float
        Between the sums of ``low`` and ``high``. Where levers that earn nothing are left, so is the rest of the budget.

    Returns
    -------
    (..., lever) array
    """
    worth = np.asarray(worth, dtype=float)
    # Nobody gets more than there is: caps may be infinite.
    high = np.minimum(high, max(budget, 0.0) + low)
    first = np.log(np.maximum(worth, 1e-300)) - np.log(scale)
    # Beyond these prices everything is at its least, or at its most.
    above = first.max(axis=-1, keepdims=True) + 1e-9
    below = (first - high / scale).min(axis=-1, keepdims=True) - 1.0
    below = np.minimum(below, above - 1.0)
    for _ in range(_STEPS):
        price = (above + below) / 2.0
        spent = _at(price, first, scale, low, high, worth).sum(axis=-1, keepdims=True)
        above, below = np.where(spent <= budget, price, above), np.where(spent > budget, price, below)
    return _at(above, first, scale, low, high, worth)


def _at(price: Array, first: Array, scale: Array, low: Array, high: Array, worth: Array) -> Array:
    """Spending at a price, in logs."""
    return np.where(worth > 0, np.clip(scale * (first - price), low, high), low)
