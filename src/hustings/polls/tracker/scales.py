r"""The scales given the polls: marginal likelihood, its gradient, its mode, and points that integrate over it.

Model. With the polls as independent Gaussian observations ``z = A x + N(0, 1/w(noise))`` and coordinates
``x ~ N(0, P(scales)^-1)``, the log marginal likelihood of the scales is

``1/2 log|P| - 1/2 log|P + Q| + 1/2 sum log w - 1/2 (z' W z - g' (P + Q)^-1 g)``, with ``Q = A' W A``, ``g = A' W z``

(Rasmussen & Williams 2006, section 5.4.1, by the matrix inversion lemma). ``Q`` and ``g`` depend on the scales
through ``noise`` alone. They are computed at a few values of it and interpolated in between (barycentric formula at
Chebyshev points, Berrut & Trefethen 2004), so that one evaluation costs one Cholesky factor of the number of
*coordinates*, however many polls there are.

The scales' posterior is explored in ``log(scale)``: mode by L-BFGS-B, curvature by differences of the exact gradient,
then fixed Gaussian points (``hustings.maths.points``), each weighted by the exact posterior over the Gaussian's.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import linalg, optimize

from hustings.maths.points import gaussian_points
from hustings.polls.tracker.design import Block, block_slices
from hustings.polls.tracker.likelihood import Observations
from hustings.polls.tracker.spec import SCALE_NAMES, TrackerSpec

Array = NDArray[np.float64]

_NOISE = SCALE_NAMES.index("noise")
_DIFFERENCE = 0.15
"""Step in log scale for the curvature: wide enough to see past the mode's neighbourhood."""
SEEN_IN_SEASON = ("unit_shared", "unit_own", "walk_nation", "walk_shared", "walk_own", "house", "noise")
"""Scales that the polls of one season say much about."""
_LARGEST_LOG_WEIGHT = np.log(20.0)
"""Most that a point may count against the median point: keeps one far point from being all there is."""


class Sums(NamedTuple):
    """Sufficient statistics of the observations at one noise."""

    Q: Array
    g: Array
    zz: float
    log_w: float


class NoiseTable:
    """``Q``, ``g`` and friends as smooth functions of ``log(noise)`` over an interval.

    What is interpolated is ``noise`` times each: a poll's weight ``1 / (noise^2 / omega + spread)`` falls like
    ``noise^-2`` where it is large and not at all where it is small, and times ``noise`` neither kind is steep enough for a
    polynomial through few points to turn negative.
    """

    def __init__(self, data: Observations, omega: Array, low: float, high: float, n_points: int) -> None:
        order = np.arange(n_points)
        self.at = (low + high) / 2.0 + (high - low) / 2.0 * np.cos((2 * order + 1) * np.pi / (2 * n_points))
        self._signs = (-1.0) ** order * np.sin((2 * order + 1) * np.pi / (2 * n_points))
        self.bounds = (low, high)
        sums = [_sums(data, omega, float(np.exp(x))) for x in self.at]
        noise = np.exp(self.at)
        self._flat = np.stack([s.Q.ravel() for s in sums]) * noise[:, None]
        self._g = np.stack([s.g for s in sums]) * noise[:, None]
        self._zz = np.array([s.zz for s in sums]) * noise
        self._log_w = np.array([s.log_w for s in sums])
        self.size = len(sums[0].g)

    def at_noise(self, log_noise: float) -> Sums:
        """Sums at this ``log(noise)``."""
        weights, _ = self._barycentric(log_noise)
        return self._mix(weights * np.exp(-log_noise), weights)

    def slope_at_noise(self, log_noise: float) -> Sums:
        """Derivative of the sums by ``log(noise)``."""
        weights, slopes = self._barycentric(log_noise)
        return self._mix((slopes - weights) * np.exp(-log_noise), slopes)

    def _mix(self, weights: Array, log_weights: Array) -> Sums:
        Q = (weights @ self._flat).reshape(self.size, self.size)
        return Sums(Q, np.asarray(weights @ self._g), float(weights @ self._zz), float(log_weights @ self._log_w))

    def _barycentric(self, x: float) -> tuple[Array, Array]:
        gap = x - self.at
        gap = np.where(np.abs(gap) < 1e-9, 1e-9, gap)
        raw = self._signs / gap
        total = raw.sum()
        weights = raw / total
        raw_slope = -raw / gap
        return weights, (raw_slope - weights * raw_slope.sum()) / total


def _sums(data: Observations, omega: Array, noise: float) -> Sums:
    weight = 1.0 / (noise**2 / omega[data.poll] + data.spread)
    scaled = data.design * np.sqrt(weight)[:, None]
    response = np.sqrt(weight) * data.response
    return Sums(scaled.T @ scaled, scaled.T @ response, float(response @ response), float(np.log(weight).sum()))


class Posterior(NamedTuple):
    """Coordinates given the scales.

    Attributes
    ----------
    mean : (coordinate,) array
    factor : (coordinate, coordinate) array
        Lower Cholesky factor of the posterior precision.
    log_density : float
        Log posterior density of the log scales, up to a constant.
    """

    mean: Array
    factor: Array
    log_density: float


class ScaleProblem:
    """Log posterior density of the log scales for one set of Gaussian observations."""

    def __init__(self, blocks: list[Block], spec: TrackerSpec, table: NoiseTable) -> None:
        self.blocks = blocks
        self.slices = block_slices(blocks)
        self.table = table
        self._mean, self._sd = spec.log_medians, spec.log_sds
        self._log_det = [float(np.linalg.slogdet(block.steps_precision)[1]) for block in blocks]

    def variances(self, log_scales: Array, block: Block) -> Array:
        """Variance of each of the block's groups."""
        variance = block.fixed.copy()
        for name, loading in block.loadings.items():
            variance = variance + np.exp(2.0 * log_scales[SCALE_NAMES.index(name)]) * loading
        return np.maximum(variance, 1e-12)

    def add_prior(self, Q: Array, log_scales: Array) -> float:
        """Add the prior precision to ``Q`` in place; return its log determinant."""
        total = 0.0
        for block, log_det in zip(self.blocks, self._log_det, strict=True):
            variance = self.variances(log_scales, block)
            start, steps = self.slices[block.name].start, block.n_steps
            for copy in range(block.n_contrasts):
                first = start + copy * block.n_groups * steps
                if steps == 1:
                    index = np.arange(first, first + block.n_groups)
                    Q[index, index] += block.steps_precision[0, 0] / variance
                else:
                    for group in range(block.n_groups):
                        here = slice(first + group * steps, first + (group + 1) * steps)
                        Q[here, here] += block.steps_precision / variance[group]
            total += block.n_contrasts * float(block.n_groups * log_det - steps * np.log(variance).sum())
        return total

    def posterior(self, log_scales: Array) -> Posterior:
        """Coordinates and density at these log scales."""
        sums = self.table.at_noise(float(log_scales[_NOISE]))
        precision = sums.Q
        log_prior = self.add_prior(precision, log_scales)
        # The transpose of a symmetric matrix is itself, in the order that LAPACK works in without a copy.
        factor = linalg.cholesky(precision.T, lower=True, overwrite_a=True, check_finite=False)
        half = linalg.solve_triangular(factor, sums.g, lower=True, check_finite=False)
        mean = linalg.solve_triangular(factor, half, lower=True, trans="T", check_finite=False)
        density = 0.5 * (log_prior + sums.log_w - sums.zz + half @ half) - np.log(np.diag(factor)).sum()
        density -= 0.5 * float((((log_scales - self._mean) / self._sd) ** 2).sum())
        return Posterior(mean, factor, float(density))

    def lower_covariance(self, found: Posterior) -> Array:
        """Lower triangle of the coordinates' posterior covariance; zeros above."""
        inverse, _ = linalg.lapack.dpotri(found.factor, lower=1)
        return np.asarray(inverse)

    def density_and_gradient(self, log_scales: Array) -> tuple[float, Array]:
        """Log posterior density of the log scales and its exact gradient."""
        found = self.posterior(log_scales)
        slope = self.table.slope_at_noise(float(log_scales[_NOISE]))
        covariance = self.lower_covariance(found)
        gradient = -(log_scales - self._mean) / self._sd**2
        for block in self.blocks:
            if block.loadings:
                slack = self._variance_slack(block, log_scales, covariance, found.mean)
                for name, loading in block.loadings.items():
                    scale = SCALE_NAMES.index(name)
                    gradient[scale] += 2.0 * np.exp(2.0 * log_scales[scale]) * float(slack @ loading)
        # d/d log(noise): only Q, g, z'Wz and log|W| depend on it.
        spread = 2.0 * float(np.vdot(covariance.T, slope.Q)) - float(np.diag(covariance) @ np.diag(slope.Q))
        fitted = found.mean @ slope.Q @ found.mean
        gradient[_NOISE] += 0.5 * (slope.log_w - slope.zz - spread - fitted) + found.mean @ slope.g
        return found.log_density, gradient

    def _variance_slack(self, block: Block, log_scales: Array, covariance: Array, mean: Array) -> Array:
        """Derivative of the log density by each group's variance, from the coordinates' second moments.

        ``covariance`` holds the lower triangle only.
        """
        variance = self.variances(log_scales, block)
        start, steps = self.slices[block.name].start, block.n_steps
        expected = np.zeros(block.n_groups)
        for copy in range(block.n_contrasts):
            first = start + copy * block.n_groups * steps
            if steps == 1:
                index = np.arange(first, first + block.n_groups)
                expected += block.steps_precision[0, 0] * (covariance[index, index] + mean[index] ** 2)
                continue
            for group in range(block.n_groups):
                here = slice(first + group * steps, first + (group + 1) * steps)
                lower, values, T = covariance[here, here], mean[here], block.steps_precision
                trace = 2.0 * np.vdot(T, lower) - np.diag(T) @ np.diag(lower)
                expected[group] += float(trace + values @ T @ values)
        return np.asarray(0.5 * (expected / variance - block.n_contrasts * steps) / variance)

    def mode(self, start: Array, *, max_steps: int, tolerance: float) -> tuple[Array, int]:
        """Most probable log scales, and how many evaluations it took."""
        low, high = self._mean - 4.0 * self._sd, self._mean + 4.0 * self._sd
        low[_NOISE], high[_NOISE] = self.table.bounds

        def negative(standard: Array) -> tuple[float, Array]:
            density, gradient = self.density_and_gradient(self._mean + self._sd * standard)
            return -density, -gradient * self._sd

        # In units of the prior's sds the first step already has the right length.
        found = optimize.minimize(
            negative,
            (np.clip(start, low, high) - self._mean) / self._sd,
            jac=True,
            method="L-BFGS-B",
            bounds=optimize.Bounds((low - self._mean) / self._sd, (high - self._mean) / self._sd),
            options={"maxiter": max_steps, "ftol": tolerance},
        )
        return np.asarray(self._mean + self._sd * found.x), int(found.nfev)

    def curvature(self, mode: Array) -> Array:
        """Negative second derivative of the log density at the mode, by differences of the gradient.

        A season's polls say next to nothing about the other scales (polling bias cannot be told from opinion before
        the result): for them the prior's curvature stands in, and the weights of the points correct the rest.
        """
        _, centre = self.density_and_gradient(mode)
        curvature = np.diag(1.0 / self._sd**2)
        seen = [SCALE_NAMES.index(name) for name in SEEN_IN_SEASON]
        rows = []
        for scale in seen:
            step = np.zeros(len(mode))
            step[scale] = _DIFFERENCE if mode[scale] + _DIFFERENCE <= self._top(scale) else -_DIFFERENCE
            _, moved = self.density_and_gradient(mode + step)
            rows.append(-(moved - centre)[seen] / step[scale])
        curvature[np.ix_(seen, seen)] = (np.array(rows) + np.array(rows).T) / 2.0
        return np.asarray(curvature)

    def _top(self, scale: int) -> float:
        return self.table.bounds[1] if scale == _NOISE else np.inf


class ScalePoints(NamedTuple):
    """Points over which the scales are integrated, and what was asked of the coordinates at each.

    Attributes
    ----------
    log_scales : (node, scale) array
    weights : (node,) array
        Sum to 1.
    means : (node, row) array
        Posterior means of the rows asked for.
    covariances : (node, row, row) array
    """

    log_scales: Array
    weights: Array
    means: Array
    covariances: Array


def integrate(problem: ScaleProblem, mode: Array, spec: TrackerSpec, rows: Array) -> ScalePoints:
    """Points around the mode, weighted by the exact posterior density over the Gaussian's they were drawn from.

    Parameters
    ----------
    problem : ScaleProblem
    mode : (scale,) array
        Log scales.
    spec : TrackerSpec
        Number of points.
    rows : (row, coordinate) array
        Linear functions of the coordinates whose joint posterior is wanted at each point.
    """
    values, axes = np.linalg.eigh(problem.curvature(mode))
    # Where the posterior is flat or curved the wrong way, fall back on a spread of the widest prior.
    values = np.maximum(values, 1.0 / float(spec.log_sds.max()) ** 2)
    standard = gaussian_points(spec.n_nodes, len(mode))
    # The symmetric root: axes have no sign, and equal curvatures no axes, that rounding could not change.
    points = mode + standard @ (axes / np.sqrt(values)) @ axes.T
    points[:, _NOISE] = np.clip(points[:, _NOISE], *problem.table.bounds)
    densities, means, covariances = np.zeros(len(points)), [], []
    for node, point in enumerate(points):
        found = problem.posterior(point)
        half = linalg.solve_triangular(found.factor, rows.T, lower=True, check_finite=False)
        densities[node] = found.log_density
        means.append(rows @ found.mean)
        covariances.append(half.T @ half)
    log_weights = densities + 0.5 * (standard**2).sum(axis=1)
    log_weights = np.minimum(log_weights - np.median(log_weights), _LARGEST_LOG_WEIGHT)
    weights = np.exp(log_weights - log_weights.max())
    return ScalePoints(points, weights / weights.sum(), np.array(means), np.array(covariances))
