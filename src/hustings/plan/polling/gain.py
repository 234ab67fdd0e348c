r"""What a result adds to a decision, before it is known.

Question: the campaign spends ``B`` whatever happens. How much better would it spend it, had it asked first?

Model. What spending earns given a gradient ``g`` is ``V(g) = max_x sum_j w_j(g) (1 - exp(-x_j / s_j))``, convex in ``g`` and
homogeneous: ``V(c g) = c V(g)``. Given a reading ``y`` a unit decides with ``g_u(y) = g_u p(y | u decides) / p(y)``, exactly. So

``gain = E[V(g(y))] - V(g) = integral V(g p(y | . decides)) dy - V(g)``:

``p(y)`` drops out. ``p(y | u decides)`` is Gaussian with the moments of :mod:`~hustings.plan.polling.pivots`. On a grid, with each
unit's mass made 1, the gain is by Jensen's inequality never below 0.

Checked against: nested simulation, a closed form for two units, limits (tests/unit/plan/polling/test_gain.py).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from hustings.plan.polling.spend import Decision

Array = NDArray[np.float64]

POINTS = 21
REACH = 4.5
"""Sds of a reading, either way, that are looked at."""
CHANGES = 0.05
"""A plan has changed where so much of its money has moved."""
_AT_ONCE = 200_000
"""Numbers held together: they stay in the processor's cache."""


class Gain(NamedTuple):
    """What readings add.

    Attributes
    ----------
    win : (poll,) array
        Chance to win.
    moved : (poll,) array
        Part of the money that the reading moves, on average.
    change : (poll,) array
        Chance that it moves at least :data:`CHANGES` of it.
    """

    win: Array
    moved: Array
    change: Array


def reading_gain(plan: Decision, ratio: Array, mean: Array, variance: Array) -> Array:
    """What one more reading adds, after others.

    Parameters
    ----------
    plan : Decision
    ratio : (..., unit) array
        How much likelier each unit decides, by what is known already, than was thought at first.
    mean, variance : (..., unit) arrays
        Of the reading, were the unit decisive.

    Returns
    -------
    (...) array
        At least 0.
    """
    shape = mean.shape[:-1]
    ratio, mean, variance = (
        np.broadcast_to(x, mean.shape).reshape(-1, mean.shape[-1]) for x in (ratio, mean, variance)
    )
    found = np.zeros(len(mean))
    step = max(_AT_ONCE // (POINTS * 2 * len(plan.scale)), 1)
    for start in range(0, len(mean), step):
        here = slice(start, start + step)
        at = _grid(plan, ratio[here], mean[here], variance[here])
        value = plan.best(ratio[here, None] * _mass(at, mean[here], variance[here])).value
        found[here] = value.sum(axis=1) - plan.best(ratio[here]).value
    return np.maximum(found.reshape(shape), 0.0)


def first_gain(plan: Decision, mean: Array, variance: Array, expected: Array, spread: Array) -> Gain:
    """What readings add where nothing else has been asked, and how they move the money.

    Parameters
    ----------
    plan : Decision
    mean, variance : (poll, unit) arrays
        Of the reading, were the unit decisive.
    expected, spread : (poll,) arrays
        Its mean and variance by what is known.
    """
    n_polls, n_units = mean.shape
    still = plan.still
    win, moved, change = np.zeros(n_polls), np.zeros(n_polls), np.zeros(n_polls)
    ones = np.ones((1, n_units))
    step = max(_AT_ONCE // (POINTS * 2 * len(plan.scale)), 1)
    for start in range(0, n_polls, step):
        here = slice(start, start + step)
        at = _grid(plan, ones, mean[here], variance[here], expected[here], spread[here])
        found = plan.best(_mass(at, mean[here], variance[here]))
        win[here] = found.value.sum(axis=1) - still.value
        off = np.abs(found.spent - still.spent).sum(axis=2) / (2.0 * max(plan.budget, 1e-9))
        prob = _mass(at, expected[here, None], spread[here, None])[..., 0]
        moved[here] = (prob * off).sum(axis=1)
        change[here] = _above(off, prob, CHANGES)
    return Gain(np.maximum(win, 0.0), moved, change)


def importance(plan: Decision) -> Array:
    """Part of what the best plan earns that rests on each unit, (unit,); sums to 1."""
    reached = -np.expm1(-plan.still.spent / plan.scale)
    earned = reached @ plan.worth
    return np.asarray(earned / max(earned.sum(), 1e-300))


def _grid(
    plan: Decision,
    ratio: Array,
    mean: Array,
    variance: Array,
    expected: Array | None = None,
    spread: Array | None = None,
) -> Array:
    """Readings to look at, (poll, point)."""
    weight = ratio * importance(plan)
    weight = weight / np.maximum(weight.sum(axis=1, keepdims=True), 1e-300)
    centre = (weight * mean).sum(axis=1)
    sd = np.sqrt((weight * (variance + (mean - centre[:, None]) ** 2)).sum(axis=1))
    low, high = centre - REACH * sd, centre + REACH * sd
    if expected is not None and spread is not None:
        low = np.minimum(low, expected - 3.0 * np.sqrt(spread))
        high = np.maximum(high, expected + 3.0 * np.sqrt(spread))
    return np.asarray(low[:, None] + (high - low)[:, None] * np.linspace(0.0, 1.0, POINTS))


def _mass(at: Array, mean: Array, variance: Array) -> Array:
    """Gaussians on a grid, each with mass 1: (poll, point, unit)."""
    logs = -0.5 * (at[:, :, None] - mean[:, None]) ** 2 / np.maximum(variance[:, None], 1e-12)
    found = np.exp(logs - logs.max(axis=1, keepdims=True))
    return np.asarray(found / found.sum(axis=1, keepdims=True))


def _above(value: Array, prob: Array, limit: float) -> Array:
    """Chance that a function known on a grid, (poll, point), is above a limit; straight between the points."""
    left, right = value[:, :-1], value[:, 1:]
    low, high = np.minimum(left, right), np.maximum(left, right)
    part = np.clip((high - limit) / np.maximum(high - low, 1e-12), 0.0, 1.0)
    between = 0.5 * (prob[:, :-1] + prob[:, 1:])
    return np.asarray((part * between).sum(axis=1) / np.maximum(between.sum(axis=1), 1e-300))
