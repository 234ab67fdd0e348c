"""One prior of a scale from what several contests say of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import optimize, special

Array = NDArray[np.float64]

SEARCH_LOG_SD = 1.0
"""Spread of the weak prior that keeps each contest's own estimate finite; it is divided out again."""
SEARCH_MEDIANS = {
    "unit_shared": 0.05,
    "unit_own": 0.05,
    "walk_nation": 0.01,
    "walk_shared": 0.003,
    "walk_own": 0.003,
}
SEARCH_MEDIAN = 0.03
"""Of every other scale: 0.75 points near even odds."""
BETWEEN_LOG_SD = 0.5
"""Half-normal prior of how much a scale's logarithm differs between contests."""
LEAST_INFORMATION = 0.25
"""Evidence with less than this part of the weak prior's own information is dropped."""


class Evidence(NamedTuple):
    """What one contest says of one scale: Gaussian in its logarithm."""

    year: int
    log_value: float
    se: float


class Draws(NamedTuple):
    """What one contest says of a few draws ``x ~ N(0, scale^2)``: ``log likelihood = h' x - x' L x / 2``."""

    year: int
    L: Array
    h: Array


def pool(evidence: list[Evidence]) -> tuple[float, float]:
    """Mean and sd of the log scale of a new contest: random effects, the sd between contests integrated over."""
    x = np.array([e.log_value for e in evidence])
    variance = np.array([e.se**2 for e in evidence])
    between = np.linspace(0.0, 4.0 * BETWEEN_LOG_SD, 401)
    weight = 1.0 / (variance + between[:, None] ** 2)
    total = weight.sum(axis=1)
    centre = (weight * x).sum(axis=1) / total
    log_density = 0.5 * (np.log(weight).sum(axis=1) - np.log(total) - (weight * (x - centre[:, None]) ** 2).sum(axis=1))
    log_density -= 0.5 * (between / BETWEEN_LOG_SD) ** 2
    mass = special.softmax(log_density)
    mean = float(mass @ centre)
    spread = float(mass @ (between**2 + 1.0 / total + (centre - mean) ** 2))
    return mean, float(np.sqrt(spread))


def pool_draws(draws: list[Draws], log_median: float, log_sd: float) -> tuple[float, float]:
    """Posterior mean and sd of a log scale whose draws were seen, under a log-normal prior."""
    logs = np.linspace(np.log(0.001), np.log(1.0), 300)
    log_density = -0.5 * ((logs - log_median) / log_sd) ** 2
    for i, log_scale in enumerate(logs):
        variance = np.exp(2.0 * log_scale)
        for d in draws:
            size = len(d.h)
            log_density[i] -= 0.5 * np.linalg.slogdet(np.eye(size) + variance * d.L)[1]
            log_density[i] += 0.5 * d.h @ np.linalg.solve(d.L + np.eye(size) / variance, d.h)
    mass = special.softmax(log_density)
    mean = float(mass @ logs)
    return mean, float(np.sqrt(mass @ (logs - mean) ** 2))


def without_prior(year: int, value: float, se: float, mean: float, sd: float) -> Evidence | None:
    """Divide a Gaussian posterior by its Gaussian prior; None where nothing is left."""
    precision = 1.0 / se**2 - 1.0 / sd**2
    if precision < LEAST_INFORMATION / sd**2:
        return None
    return Evidence(year, (value / se**2 - mean / sd**2) / precision, precision**-0.5)


def fit_log_scales(log_likelihood: Callable[[Array], float], medians: list[float], year: int) -> list[Evidence | None]:
    """Most probable log scales under the weak prior, with standard errors from the curvature, prior divided out."""
    start = np.log(medians)

    def negative(x: Array) -> float:
        return float(0.5 * (((x - start) / SEARCH_LOG_SD) ** 2).sum() - log_likelihood(np.exp(x)))

    mode = optimize.minimize(
        negative, start, method="Nelder-Mead", options={"xatol": 1e-5, "fatol": 1e-7, "maxiter": 4000}
    ).x
    step = 0.1
    n = len(mode)
    shifts = step * np.eye(n)
    curvature = np.empty((n, n))
    for i in range(n):
        for j in range(n):
            signs = [(1, 1), (1, -1), (-1, 1), (-1, -1)]
            curvature[i, j] = sum(a * b * negative(mode + a * shifts[i] + b * shifts[j]) for a, b in signs)
    covariance = np.linalg.inv(curvature / (4.0 * step**2))
    se = np.sqrt(np.diag(covariance))
    return [without_prior(year, mode[i], se[i], start[i], SEARCH_LOG_SD) for i in range(n)]
