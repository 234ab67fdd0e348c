"""A level that wanders, seen through measurements with known errors.

**Question.** What is the line behind a few noisy points, and how sure is it?

**Model.** ``y_i = level(t_i) + e_i``, ``e_i ~ N(0, s_i^2)`` known; ``level`` a Brownian path with variance ``q`` a day and a flat
start. ``q`` is integrated over a grid, each value weighted by its marginal likelihood and a half-normal prior on ``sqrt(q)``.

**Sources.** Durbin & Koopman (2012), *Time Series Analysis by State Space Methods*, chapter 2 (local level model); the
integration over the scale is that of the tracker.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


@dataclass(frozen=True)
class LocalLevel:
    """A smooth line.

    Parameters
    ----------
    mean, sd : (day,) arrays
        The level and its standard deviation, the spread over `q` included.
    step_sd : float
        Posterior mean of ``sqrt(q)``: how far the level moves in a day.
    """

    mean: Array
    sd: Array
    step_sd: float


def local_level(
    days: Array, values: Array, errors: Array, at: Array, *, step_scale: float, points: int = 25
) -> LocalLevel:
    """Smooth measurements.

    Parameters
    ----------
    days : (point,) array
        When each was taken, in days; several may share one.
    values, errors : (point,) arrays
        Measurements and their standard errors, > 0.
    at : (day,) array
        Days the line is wanted for.
    step_scale : float
        Scale of the half-normal prior on the daily step.
    points : int
        Grid points for the step.
    """
    steps = step_scale * np.linspace(0.0, 4.0, points + 1)[1:] ** 1.5 / 4.0**0.5
    fits = [_fit(days, values, errors, at, step**2) for step in steps]
    # The grid is not even: each point stands for its share of the axis.
    width = np.gradient(steps)
    log = np.array([fit[2] for fit in fits]) - 0.5 * (steps / step_scale) ** 2 + np.log(width)
    weight = np.exp(log - log.max())
    weight /= weight.sum()
    means, variances = np.stack([fit[0] for fit in fits]), np.stack([fit[1] for fit in fits])
    mean = weight @ means
    variance = weight @ (variances + (means - mean) ** 2)
    return LocalLevel(mean, np.sqrt(np.maximum(variance, 0.0)), float(weight @ steps))


def _fit(days: Array, values: Array, errors: Array, at: Array, q: float) -> tuple[Array, Array, float]:
    """Mean, variance and log marginal likelihood for one `q`; the flat start is integrated out exactly."""
    origin = min(days.min(), at.min())

    def kernel(a: Array, b: Array) -> Array:
        return np.asarray(q * np.minimum.outer(a - origin, b - origin))

    # The level at the origin is a regression constant with a flat prior (generalised least squares).
    K = kernel(days, days) + np.diag(errors**2)
    L = np.linalg.cholesky(K)
    ones = np.linalg.solve(L, np.ones(len(days)))
    y = np.linalg.solve(L, values)
    precision = ones @ ones
    start = ones @ y / precision
    residual = y - ones * start
    cross = np.linalg.solve(L, kernel(days, at))
    mean = start + cross.T @ residual
    spread = 1.0 - cross.T @ ones
    variance = q * (at - origin) - (cross**2).sum(axis=0) + spread**2 / precision
    log = -0.5 * residual @ residual - np.log(np.diag(L)).sum() - 0.5 * np.log(precision)
    return mean, variance, float(log)
