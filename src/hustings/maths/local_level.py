"""Levels that wander, seen through measurements with known errors.

**Question.** What is the line behind a few noisy points, and how sure is it?

**Model.** ``y_t = level_t + e_t``, ``e_t ~ N(0, s_t^2)`` known; ``level_{t+1} = level_t + N(0, q)`` day by day, with a flat
start. ``q`` is integrated over a grid, each value weighted by its marginal likelihood and a half-normal prior on ``sqrt(q)``.

**Algorithm.** The Kalman filter and the fixed-interval smoother (Rauch, Tung & Striebel), all lines and all values of ``q`` at once.
The flat start is exact: a line begins at its first measurement, which says nothing of ``q``.

**Sources.** Durbin & Koopman (2012), *Time Series Analysis by State Space Methods*, chapter 2 (local level model); the
integration over the scale is that of the tracker.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

AT_ONCE = 200
"""Lines that are smoothed together: 25 values of the step for 200 lines and 365 days are 15 MB."""


@dataclass(frozen=True)
class LocalLevel:
    """Smooth lines.

    Parameters
    ----------
    mean, sd : (day, line) arrays
        The level and its standard deviation, the spread over `q` included; NaN before a line's first measurement.
    step_sd : (line,) array
        Posterior mean of ``sqrt(q)``: how far the level moves in a day.
    """

    mean: Array
    sd: Array
    step_sd: Array


def step_grid(step_scale: float, points: int = 25) -> Array:
    """(point,) values of the daily step: from next to nothing to four scales, closer where they are small."""
    return np.asarray(step_scale * np.linspace(0.0, 4.0, points + 1)[1:] ** 1.5 / 2.0)


def local_level(values: Array, errors: Array, *, step_scale: float, points: int = 25) -> LocalLevel:
    """Smooth measurements.

    Parameters
    ----------
    values, errors : (day, line) arrays
        Measurements and their standard errors, > 0, one row a day; NaN where there is none. Each line has one at least.
    step_scale : float
        Scale of the half-normal prior on the daily step.
    points : int
        Grid points for the step.
    """
    steps = step_grid(step_scale, points)
    # The grid is not even: each point stands for its share of the axis.
    prior = np.log(np.gradient(steps)) - 0.5 * (steps / step_scale) ** 2
    n_lines = values.shape[1]
    found = [
        _smooth(values[:, k : k + AT_ONCE], errors[:, k : k + AT_ONCE], steps, prior)
        for k in range(0, n_lines, AT_ONCE)
    ]
    mean, sd, step = (np.concatenate([one[part] for one in found], axis=-1) for part in range(3))
    return LocalLevel(mean, sd, step)


def _smooth(values: Array, errors: Array, steps: Array, prior: Array) -> tuple[Array, Array, Array]:
    """Mean, standard deviation and step of some lines."""
    q = steps[:, None] ** 2
    level, variance, log = _filter(values, errors, q)
    weight = np.exp(log + prior[:, None] - (log + prior[:, None]).max(axis=0))
    weight /= weight.sum(axis=0)
    mean, sd = np.empty_like(values), np.empty_like(values)
    for t in range(len(values) - 1, -1, -1):
        if t < len(values) - 1:
            gain = variance[t] / (variance[t] + q)
            # A day's own row takes the smooth values: the filter's are not needed again.
            level[t] += gain * (level[t + 1] - level[t])
            variance[t] += gain**2 * (variance[t + 1] - variance[t] - q)
        mean[t] = (weight * level[t]).sum(axis=0)
        sd[t] = np.sqrt((weight * (variance[t] + (level[t] - mean[t]) ** 2)).sum(axis=0))
    return mean, sd, steps @ weight


def _filter(values: Array, errors: Array, q: Array) -> tuple[Array, Array, Array]:
    """Filtered level and variance, (day, step, line), and the log marginal likelihood, (step, line)."""
    n_days, n_lines = values.shape
    level = np.full((n_days, len(q), n_lines), np.nan)
    variance = np.full_like(level, np.nan)
    log = np.zeros((len(q), n_lines))
    for t in range(n_days):
        y, noise, seen = values[t], errors[t] ** 2, ~np.isnan(values[t])
        before = level[t - 1] if t else level[0]
        spread = (variance[t - 1] if t else variance[0]) + q
        begun = ~np.isnan(before)
        total = spread + noise
        residual = y - before
        gain = spread / total
        later, first = seen & begun, seen & ~begun
        level[t] = np.where(later, before + gain * residual, np.where(first, y, before))
        variance[t] = np.where(later, spread * (1.0 - gain), np.where(first, noise, spread))
        log += np.where(later, -0.5 * (np.log(total) + residual**2 / total), 0.0)
    return level, variance, log
