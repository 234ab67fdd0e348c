r"""Multilevel logistic regression on cells, by Laplace, its scales integrated.

Cell ``i`` has log-ratios ``eta_i = x_i'beta + sum_t u_t[j_t(i)]`` against the last option, and its answers are multinomial
with shares ``softmax(eta_i, 0)``. A term's coefficients are ``u_t[j] ~ N(0, sigma_t^2 C)`` with ``C`` the covariance of
log-ratios (:func:`hustings.maths.logratio.contrast_covariance`), ``sigma_t`` half-normal. ``docs/maths/multilevel.md``.
"""

from __future__ import annotations

import itertools
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import hadamard, solve_triangular
from scipy.optimize import minimize
from scipy.special import ndtri
from scipy.stats import qmc

from hustings.maths.logratio import contrast_covariance
from hustings.maths.multilevel_cells import Cells
from hustings.maths.multilevel_laplace import Mode, find_mode, scale_gradient
from hustings.maths.points import gauss_hermite
from hustings.maths.threads import one_thread

Array = NDArray[np.float64]
LOG_SCALE_BOUNDS = (-7.0, 2.5)
"""A term whose coefficients differ by less than a thousandth, or more than twelve, is at the limit."""
START_SCALE = 0.3
STEP = 0.02
"""Of a log scale, for differences of the gradient."""
WIDER = 1.2
"""Spread of the points against the Gaussian's."""
HALF, FEW_TERMS = 32, 6
"""Half the points where there are up to so many terms."""
FLATTEST = 0.5
"""Least curvature of the log posterior of a log scale: its points are at most this^-1/2 = 1.4 from the middle."""


class Component(NamedTuple):
    """Coefficients given one set of scales.

    Parameters
    ----------
    weight : float
        Its part of the mixture, 0-1.
    scales : (term,) array
    coefficients : (column, contrast) array
        Their mean.
    root : (column * contrast, column * contrast) array
        Lower Cholesky factor of their precision; the contrast runs fastest.
    """

    weight: float
    scales: Array
    coefficients: Array
    root: Array


class Draws(NamedTuple):
    """Draws of what was fitted.

    Parameters
    ----------
    coefficients : (draw, column, contrast) array
    scales : (draw, term) array
    """

    coefficients: Array
    scales: Array


class Multilevel(NamedTuple):
    """A fitted multilevel regression: a mixture of Gaussians, one for each point of the scales.

    Parameters
    ----------
    components : tuple of Component
    modal_scales : (term,) array
        The most probable scales (of their logarithms' density).
    modal_coefficients : (column, contrast) array
        The most probable coefficients given those.
    log_marginal : float
        Log density of the answers given the modal scales, by Laplace.
    evaluations : int
        Sets of scales that were looked at.
    """

    components: tuple[Component, ...]
    modal_scales: Array
    modal_coefficients: Array
    log_marginal: float
    evaluations: int

    @property
    def weights(self) -> Array:
        """Parts of the mixture, (component,)."""
        return np.array([component.weight for component in self.components])

    @property
    def mean(self) -> Array:
        """Mean of the coefficients, (column, contrast)."""
        return np.asarray(sum(c.weight * c.coefficients for c in self.components))

    @property
    def covariance(self) -> Array:
        """Covariance of the coefficients, (column * contrast, column * contrast); the contrast runs fastest."""
        mean = self.mean.ravel()
        total = np.zeros((mean.size, mean.size))
        for part in self.components:
            half = solve_triangular(part.root, np.eye(mean.size), lower=True)
            off = part.coefficients.ravel() - mean
            total += part.weight * (half.T @ half + np.outer(off, off))
        return total

    @property
    def scale_mean(self) -> Array:
        """Mean of the scales, (term,)."""
        return np.asarray(sum(c.weight * c.scales for c in self.components))

    @property
    def scale_sd(self) -> Array:
        """Standard deviation of the scales, (term,)."""
        return np.asarray(np.sqrt(sum(c.weight * (c.scales - self.scale_mean) ** 2 for c in self.components)))

    def draws(self, n: int, rng: np.random.Generator) -> Draws:
        """Draws in mirrored pairs, so that the mean of the Gaussians is met exactly.

        Parameters
        ----------
        n : int
            How many.
        rng : numpy.random.Generator
        """
        shape = self.modal_coefficients.shape
        # Systematic sampling: each component gets its part of the pairs, to within one.
        pairs = (n + 1) // 2
        at = (rng.random() + np.arange(pairs)) / pairs
        which = np.minimum(np.searchsorted(np.cumsum(self.weights), at), len(self.components) - 1)
        normal = rng.standard_normal((pairs, shape[0] * shape[1]))
        coefficients = np.empty((2 * pairs, *shape))
        scales = np.empty((2 * pairs, len(self.modal_scales)))
        for j in np.unique(which):
            part, rows = self.components[j], np.flatnonzero(which == j)
            off = solve_triangular(part.root, normal[rows].T, lower=True, trans="T").T.reshape(len(rows), *shape)
            coefficients[2 * rows] = part.coefficients + off
            coefficients[2 * rows + 1] = part.coefficients - off
            scales[2 * rows] = scales[2 * rows + 1] = part.scales
        return Draws(coefficients[:n], scales[:n])


@one_thread
def fit_multilevel(
    cells: Cells, *, scale_prior_sd: float | Array = 1.0, fixed_sd: Array | None = None, integrate: bool = True
) -> Multilevel:
    """Fit.

    Parameters
    ----------
    cells : Cells
    scale_prior_sd : float or (term,) array
        Standard deviation of the half-normal priors on the scales.
    fixed_sd : (fixed column,) array or None
        Prior standard deviations of the fixed coefficients; 2.5 each where None (columns are thought standardised).
    integrate : bool
        Whether to integrate over the scales; otherwise only the most probable ones are used, which understates errors
        where a term has few levels.

    Raises
    ------
    InputError
        The regression finds no maximum.
    """
    n_terms = len(cells.levels)
    prior_sd = np.broadcast_to(np.asarray(scale_prior_sd, dtype=float), (n_terms,))
    sds = np.full(cells.fixed.shape[1], 2.5) if fixed_sd is None else fixed_sd
    surface = _Surface(cells, prior_sd, sds)
    if not n_terms:
        mode = surface.mode(np.zeros(0))
        only = Component(1.0, np.zeros(0), mode.coefficients, mode.root)
        return Multilevel((only,), np.zeros(0), mode.coefficients, mode.log_marginal, 1)
    best = minimize(
        surface.descend,
        np.full(n_terms, np.log(START_SCALE)),
        jac=True,
        method="L-BFGS-B",
        bounds=[LOG_SCALE_BOUNDS] * n_terms,
        options={"ftol": 1e-9, "gtol": 5e-3, "maxiter": 80},
    )
    top = surface.mode(best.x)
    components: tuple[Component, ...] = (Component(1.0, np.exp(best.x), top.coefficients, top.root),)
    if integrate:
        components = surface.spread(best.x)
    return Multilevel(components, np.exp(best.x), top.coefficients, top.log_marginal, surface.evaluations)


class _Surface:
    """Log posterior of the log scales; remembers the last coefficients, where the next search begins."""

    def __init__(self, cells: Cells, prior_sd: Array, fixed_sd: Array) -> None:
        self.cells, self.prior_sd, self.fixed_sd = cells, prior_sd, fixed_sd
        self.last = np.zeros((cells.n_columns, cells.n_contrasts))
        self.evaluations = 0

    def mode(self, log_scales: Array) -> Mode:
        found = find_mode(self.cells, np.exp(log_scales), self.fixed_sd, self.last)
        self.last = found.coefficients
        self.evaluations += 1
        return found

    def log_density(self, log_scales: Array, mode: Mode) -> float:
        """Up to a constant; the half-normal's density turned to the logarithm adds the log scale itself."""
        ratio = np.exp(log_scales) / self.prior_sd
        return mode.log_marginal + float((log_scales - 0.5 * ratio**2).sum())

    def descend(self, log_scales: Array) -> tuple[float, Array]:
        mode = self.mode(log_scales)
        slope = scale_gradient(self.cells, np.exp(log_scales), self.fixed_sd, mode)
        slope += 1.0 - (np.exp(log_scales) / self.prior_sd) ** 2
        return -self.log_density(log_scales, mode), -slope

    def spread(self, top: Array) -> tuple[Component, ...]:
        """Points of the Gaussian at the top, each with the weight that the true density gives it."""
        n_terms = len(top)
        curvature = np.empty((n_terms, n_terms))
        level = self.descend(top)[1]
        for t in range(n_terms):
            step = np.zeros(n_terms)
            step[t] = STEP
            curvature[t] = (self.descend(top + step)[1] - level) / STEP
        values, axes = np.linalg.eigh(0.5 * (curvature + curvature.T))
        root = axes / np.sqrt(np.maximum(values, FLATTEST))
        points, shares = scale_points(n_terms)
        found, logs = [], []
        for point, share in zip(points, shares, strict=True):
            log_scales = np.clip(top + root @ point, *LOG_SCALE_BOUNDS)
            mode = self.mode(log_scales)
            found.append((np.exp(log_scales), mode))
            logs.append(self.log_density(log_scales, mode) + 0.5 * float(point @ point) + np.log(share))
        weights = np.exp(np.array(logs) - max(logs))
        weights /= weights.sum()
        return tuple(Component(float(w), s, m.coefficients, m.root) for w, (s, m) in zip(weights, found, strict=True))


def scale_points(n_terms: int) -> tuple[Array, Array]:
    """Points that stand for a standard Gaussian where its density is to be replaced by another, and their weights.

    Up to three terms: a grid of Gauss-Hermite nodes. Up to six: Sobol points and their mirror images, a little wider than
    the Gaussian (the true density has longer tails towards 0), weighted down accordingly. More: rows of a Hadamard matrix,
    every coordinate one standard deviation from the middle; so few points, freely spread over so many dimensions, would
    get very unequal weights.

    Returns
    -------
    (point, term) array, (point,) array
        Weights sum to 1.
    """
    if n_terms <= 3:
        nodes, parts = gauss_hermite((0, 9, 5, 5)[n_terms])
        grid = np.array(list(itertools.product(nodes, repeat=n_terms)))
        return grid, np.array([np.prod(one) for one in itertools.product(parts, repeat=n_terms)])
    if n_terms > FEW_TERMS:
        # The first column is all ones; each other is balanced, and any two are orthogonal.
        order = max(16, 2 ** int(np.ceil(np.log2(n_terms + 1))))
        return hadamard(order)[:, 1 : n_terms + 1].astype(float), np.full(order, 1.0 / order)
    uniform = (qmc.Sobol(n_terms, scramble=False).random(HALF) + 0.5 / HALF) % 1.0
    points = WIDER * ndtri(uniform)
    points = np.concatenate([points, -points])
    log_weights = -0.5 * (points**2).sum(axis=1) * (1.0 - WIDER**-2)
    weights = np.exp(log_weights - log_weights.max())
    weights /= weights.sum()
    # A few points' variances fall short.
    return points / np.sqrt(weights @ points**2), weights


def unseen_draws(scales: Array, n_contrasts: int, rng: np.random.Generator) -> Array:
    """Coefficients of a level that was not there when the regression was fitted: (draw,) scales to (draw, contrast)."""
    root = np.linalg.cholesky(contrast_covariance(n_contrasts))
    return np.asarray(scales[:, None] * (rng.standard_normal((len(scales), n_contrasts)) @ root.T))
