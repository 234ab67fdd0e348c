"""Slow twin of ``maths.local_level``: the level as one Gaussian vector, every matrix written out."""

from __future__ import annotations

import numpy as np


def dense_level(values, errors, step_scale, steps):
    """Mean and standard deviation of a daily level, and the mean step; ``values`` has a NaN where there is none.

    ``y = level + e`` with ``level = start + walk``, ``Cov(walk) = q min(s, t)``, a flat prior on the start (in truth one with
    a standard deviation of ten), for each step of the grid; then the mixture of all of them, each by its share of the axis.
    """
    seen = np.flatnonzero(~np.isnan(values))
    days, y = np.arange(len(values), dtype=float), values[seen] - values[seen].mean()
    fits = []
    for step in steps:
        prior = step**2 * np.minimum.outer(days, days) + 100.0
        K = prior[np.ix_(seen, seen)] + np.diag(errors[seen] ** 2)
        gain = prior[:, seen] @ np.linalg.inv(K)
        _, log_det = np.linalg.slogdet(K)
        log = -0.5 * y @ np.linalg.solve(K, y) - 0.5 * log_det
        fits.append((gain @ y, np.diag(prior - gain @ prior[seen, :]), log - 0.5 * (step / step_scale) ** 2))
    mass = np.exp(np.array([one[2] for one in fits]) - max(one[2] for one in fits)) * np.gradient(steps)
    mass /= mass.sum()
    away = sum(m * one[0] for m, one in zip(mass, fits, strict=True))
    second = sum(m * (one[1] + one[0] ** 2) for m, one in zip(mass, fits, strict=True))
    return values[seen].mean() + away, np.sqrt(second - away**2), mass @ steps
