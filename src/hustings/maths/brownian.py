"""Random walks on a grid of days before the election.

A walk is pinned to 0 on election day and runs backwards, so that a unit's value on an earlier day is its value on
election day plus the walk. Between the grid's days it is interpolated; a poll sees its mean over the fieldwork.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def walk_precision(knots: Array) -> Array:
    """Precision matrix of a standard walk (variance 1 a day) at ``knots[1:]``, given 0 at ``knots[0]``.

    Parameters
    ----------
    knots : (knot,) array
        Days before the election, increasing from 0.

    Returns
    -------
    (knot - 1, knot - 1) array
        Tridiagonal; the inverse has elements ``min(t_i, t_j)``.
    """
    rates = 1.0 / np.diff(knots)
    after = np.append(rates[1:], 0.0)
    return np.asarray(np.diag(rates + after) - np.diag(rates[1:], 1) - np.diag(rates[1:], -1))


def fieldwork_rows(last_day: Array, first_day: Array, knots: Array) -> Array:
    """Weights of the walk at ``knots[1:]`` in its mean over each poll's fieldwork.

    Parameters
    ----------
    last_day, first_day : (poll,) arrays
        Days before the election of the last and the first day of fieldwork (``last_day <= first_day``). Days beyond
        the grid count as its last knot.
    knots : (knot,) array
        The grid.

    Returns
    -------
    (poll, knot - 1) array
        Rows sum to at most 1 (the rest is the pinned 0).
    """
    days = np.arange(int(knots[-1]) + 1, dtype=float)
    place = np.clip(np.searchsorted(knots, days, side="right") - 1, 0, len(knots) - 2)
    part = (days - knots[place]) / (knots[place + 1] - knots[place])
    daily = np.zeros((len(days), len(knots)))
    daily[np.arange(len(days)), place] = 1.0 - part
    daily[np.arange(len(days)), place + 1] += part
    running = np.concatenate([np.zeros((1, len(knots))), np.cumsum(daily, axis=0)])
    last = np.clip(last_day, 0, knots[-1]).astype(int)
    first = np.clip(first_day, 0, knots[-1]).astype(int)
    return np.asarray((running[first + 1] - running[last])[:, 1:] / (first - last + 1)[:, None])
