r"""The level that counts share: its exact posterior on points that follow it.

**Question.** What did the claim think a day's count would be, given all days before?

**Algorithm.** The posterior of the log level `u` lives on even points, where the log probability of every day is added: exact at the points.
Sums over even points are integrals to many digits as long as the posterior is wider than their distance. Where it has become too
narrow, or has moved to an edge, new points are laid around its mode and the log probability of all days so far is computed there anew. The
predictive is the ratio of two marginal likelihoods: today's to yesterday's.

**Sources.** Trefethen & Weideman (2014), SIAM Review 56(3): the trapezoidal rule for analytic functions.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

POINTS = np.linspace(-8.0, 8.0, 37)
"""Points of the level, in its standard deviations when they are laid."""
NARROWEST = 1.0
"""Standard deviations of the posterior, in distances between points, below which new points are laid: an even sum over a Gaussian
is then wrong by a part of 1e-8."""
MARGIN = 5.0
"""Standard deviations that points must reach to both sides of the mean."""
NEWTON_STEPS = 12
SMALLEST_SD = 1e-6


def log_density(u: Array, x: Array, mu: Array, r: Array) -> Array:
    """Log probability of a negative binomial count up to terms without the level `u`; `r` of inf is Poisson."""
    expected = mu * np.exp(u)
    poisson = np.isinf(r)
    if not poisson.any():
        return np.asarray(x * u - (x + r) * np.log1p(expected / r))
    finite = np.where(poisson, 1.0, r)
    return np.asarray(x * u - np.where(poisson, expected, (x + finite) * np.log1p(expected / finite)))


def slopes(u: Array, x: Array, mu: Array, r: Array) -> tuple[Array, Array]:
    """First derivative of `log_density` by the level, and minus the second (> 0: it is concave)."""
    expected = mu * np.exp(u)
    part = 1.0 / (1.0 + expected / r)
    scale = (x / r + 1.0) * expected * part
    return x - scale, scale * part


class Level:
    """What is known of the level of some series.

    Parameters
    ----------
    x, mu : (segment, step) arrays
        Counts, NaN where there is none, and expected counts: of the past and of days to come, which are not looked at before `see`.
    dispersion, level_sd : (segment,) arrays
        `r` of the variance ``mu + mu^2/r``; spread of the level before the data.
    """

    def __init__(self, x: Array, mu: Array, dispersion: Array, level_sd: Array) -> None:
        self._seen = ~np.isnan(x)
        self._x, self._mu = (np.where(self._seen, one, 1.0) for one in (x, mu))
        self._r = np.asarray(dispersion, np.float64)[:, None]
        self._prior = np.maximum(np.asarray(level_sd, np.float64), SMALLEST_SD)
        self._points = self._prior[:, None] * POINTS
        self._log = self._log_prior(self._points, slice(None))
        self._marginal = np.zeros(len(x))
        self.mean, self.variance = np.zeros(len(x)), self._prior**2

    def see(self, t: int) -> Array:
        """(segment,) log predictive of step `t`'s counts, up to terms without the level; 0 where there is none. Steps go in order."""
        at = np.flatnonzero(self._seen[:, t])
        x, mu = self._x[at, t, None], self._mu[at, t, None]
        self._log[at] += log_density(self._points[at], x, mu, self._r[at])
        before = self._marginal[at]
        self._sum(at)
        sd, distance = np.sqrt(self.variance[at]), self._points[at, 1] - self._points[at, 0]
        ends = self._points[at][:, [0, -1]]
        low, high = self.mean[at] - MARGIN * sd, self.mean[at] + MARGIN * sd
        poor = at[(sd < NARROWEST * distance) | (low < ends[:, 0]) | (high > ends[:, 1])]
        if len(poor):
            self._lay(poor, t)
            self._sum(poor)
        found = np.zeros(len(self._x))
        found[at] = self._marginal[at] - before
        return found

    def _sum(self, at: NDArray[np.int64]) -> None:
        """Marginal likelihood, mean and variance of some segments from their points."""
        log, points = self._log[at], self._points[at]
        top = log.max(axis=1)
        weight = np.exp(log - top[:, None])
        total = weight.sum(axis=1)
        self._marginal[at] = top + np.log(total * (points[:, 1] - points[:, 0]))
        weight /= total[:, None]
        self.mean[at] = mean = (weight * points).sum(axis=1)
        self.variance[at] = (weight * (points - mean[:, None]) ** 2).sum(axis=1)

    def _lay(self, at: NDArray[np.int64], t: int) -> None:
        """New points for some segments, from all steps until `t`."""
        x, mu, seen = (one[at, : t + 1] for one in (self._x, self._mu, self._seen))
        r, precision = self._r[at], 1.0 / self._prior[at] ** 2
        mode = self.mean[at].copy()
        for _ in range(NEWTON_STEPS):
            slope, curve = (np.where(seen, one, 0.0).sum(axis=1) for one in slopes(mode[:, None], x, mu, r))
            mode += np.clip((slope - mode * precision) / (curve + precision), -1.0, 1.0)
        curve = np.where(seen, slopes(mode[:, None], x, mu, r)[1], 0.0).sum(axis=1) + precision
        self._points[at] = points = mode[:, None] + POINTS / np.sqrt(curve)[:, None]
        days = log_density(points[:, None], x[..., None], mu[..., None], r[..., None])
        self._log[at] = self._log_prior(points, at) + np.where(seen[..., None], days, 0.0).sum(axis=1)

    def _log_prior(self, points: Array, at: slice | NDArray[np.int64]) -> Array:
        """Log density of the level before the data."""
        sd = self._prior[at][:, None]
        return np.asarray(-0.5 * (points / sd) ** 2 - np.log(sd * np.sqrt(2.0 * np.pi)))
