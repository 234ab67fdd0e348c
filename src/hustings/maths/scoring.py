"""Proper scores of a projection against the result.

Sources: Brier (Monthly Weather Review 78(1), 1950); Gneiting & Raftery (JASA 102(477), 2007): log score, and the
continuous ranked probability score in its form for samples (eq. 21), with Gini's mean difference from ranks.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

SMALLEST_PROB = 1e-6
"""A chance of exactly 0 that comes true would cost infinitely much; simulated chances are not that exact."""


def brier(prob: Array, happened: Array, weights: Array | None = None) -> float:
    """Mean squared error of probabilities, (unit,) arrays; weighted where weights are given."""
    return float(np.average((prob - happened) ** 2, weights=weights))


def log_loss(prob: Array, happened: Array) -> float:
    """Mean negative log probability of what happened, nats."""
    right = np.where(happened > 0.5, prob, 1.0 - prob)
    return float(-np.mean(np.log(np.maximum(right, SMALLEST_PROB))))


def crps(draws: Array, actual: Array) -> Array:
    """Continuous ranked probability score of each unit, (draw, unit) and (unit,) -> (unit,), in the draws' unit."""
    n_draws = len(draws)
    ranked = np.sort(np.ascontiguousarray(draws.T), axis=1)
    ranks = 2.0 * np.arange(1, n_draws + 1) - n_draws - 1.0
    spread = ranked @ ranks / n_draws**2
    return np.asarray(np.abs(draws - actual).mean(axis=0) - spread)


def coverage(draws: Array, actual: Array, levels: tuple[float, ...]) -> list[float]:
    """Part of the units whose actual value lies inside their central interval, for each level."""
    tails = (1.0 - np.array(levels)) / 2.0
    bounds = np.quantile(np.ascontiguousarray(draws.T), np.concatenate([tails, 1.0 - tails]), axis=1)
    low, high = bounds[: len(levels)], bounds[len(levels) :]
    return [float(part) for part in np.mean((actual >= low) & (actual <= high), axis=1)]


def joint_log_density(draws: Array, actual: Array) -> float:
    """Log density of all actual values together under a Gaussian with the draws' mean and covariance, nats."""
    gap = actual - draws.mean(axis=0)
    covariance = np.cov(draws, rowvar=False).reshape(len(actual), len(actual))
    _, log_det = np.linalg.slogdet(covariance)
    distance = gap @ np.linalg.solve(covariance, gap)
    return float(-0.5 * (distance + log_det + len(actual) * np.log(2.0 * np.pi)))
