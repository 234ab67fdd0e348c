r"""The shallow final stage: how effects differ by bin, drawn to "not at all" as far as the noise demands.

Signals ``g = X b + e`` with ``X = (1, centred indicators)``. Their scores ``s = X'g = G b + e'`` have a clustered covariance
``V``. It is taken as that of independent people, ``G``, times a factor of each feature (``tr V_ff / tr G_ff``: design effect
and size of the noise), so that ``A = G V^+ G`` and ``c = G V^+ s`` hold all that the test says of ``b``: ``c ~ N(A b, A)``. With
``b_f ~ N(0, scale_f^2)`` for the bins of feature ``f`` and ``scale_f ~ half-Cauchy(0.01)``, ``b`` is Gaussian given the
scales, and the scales are integrated over points about their mode. See docs/maths/uplift.md.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from hustings.maths.doubly_robust import cluster_sums, quadratic_form_p
from hustings.maths.points import gaussian_points

Array = NDArray[np.float64]
Codes = NDArray[np.int64]

PRIOR_SCALE = 0.01
"""Every other feature parts its groups by less than a point, a few by much more. Held-out slopes on Michigan 2006 were seen, among
others, before it was settled."""
N_POINTS = 64
_LOWEST, _HIGHEST = np.log(1e-4), np.log(1.0)


@dataclass(frozen=True)
class Evidence:
    """What signals say of the coefficients: ``c ~ N(A b, A)``; the intercept is the first.

    Parameters
    ----------
    A : (p, p) array
    c : (p,) array
    centre : (p - 1,) array
        Means of the indicators, which are taken off.
    blocks : list of slice
        Where each feature's bins stand, the intercept counted.
    scores : (p,) array
        ``s``, the sums of signals over the centred columns.
    noise : (p, p) array
        Their clustered covariance.
    """

    A: Array
    c: Array
    centre: Array
    blocks: list[slice]
    scores: Array
    noise: Array


@dataclass(frozen=True)
class Posterior:
    """Coefficients and their covariance, the intercept first; the intercept is the effect on the average person."""

    mean: Array
    covariance: Array
    scales: Array


@dataclass(frozen=True)
class Sums:
    """What evidence is made of, fold by fold; ``D = (1, indicators)`` as they are.

    Parameters
    ----------
    gram : (folds, p, p) array
        ``D'D``.
    moment : (folds, p) array
        ``D'g``.
    noise : (folds, p, p) array
        Sums over clusters of the outer products of ``D'r``, with ``r`` the residuals of a fit to all.
    n_clusters : (folds,) array
    """

    gram: Array
    moment: Array
    noise: Array
    n_clusters: Array


def sum_up(X: Array, signal: Array, clusters: Codes, folds: Codes) -> Sums:
    """Sums of each fold.

    Parameters
    ----------
    X : (n, bins) array
        Indicators.
    signal : (n,) array
    clusters, folds : (n,) int arrays
        From 0; a cluster stands in one fold.
    """
    design = np.column_stack([np.ones(len(X)), X])
    n_folds, n_columns = int(folds.max()) + 1, design.shape[1]
    gram, moment = np.empty((n_folds, n_columns, n_columns)), np.empty((n_folds, n_columns))
    for fold in range(n_folds):
        part = design[folds == fold]
        gram[fold], moment[fold] = part.T @ part, part.T @ signal[folds == fold]
    pull = np.diag(np.r_[1e-9, np.full(n_columns - 1, 1.0)])
    rough = np.linalg.solve(gram.sum(axis=0) + pull, moment.sum(axis=0))
    moved = cluster_sums(design * (signal - design @ rough)[:, None], clusters)
    fold_of = np.zeros(len(moved), dtype=np.int64)
    fold_of[clusters] = folds
    noise = np.stack([moved[fold_of == fold].T @ moved[fold_of == fold] for fold in range(n_folds)])
    return Sums(gram, moment, noise, np.bincount(fold_of, minlength=n_folds).astype(float))


def evidence(sums: Sums, blocks: list[slice], folds: NDArray[np.bool_] | None = None) -> Evidence:
    """What some folds say; all of them where none are named.

    Parameters
    ----------
    sums : Sums
    blocks : list of slice
        Each feature's bins among the indicators.
    folds : (folds,) bool array or None
    """
    used = np.ones(len(sums.gram), dtype=bool) if folds is None else folds
    gram, moment, noise = (part[used].sum(axis=0) for part in (sums.gram, sums.moment, sums.noise))
    n_clusters = float(sums.n_clusters[used].sum())
    centre = gram[0, 1:] / gram[0, 0]
    turn = np.eye(len(moment))
    turn[0, 1:] = -centre
    gram, moment, noise = turn.T @ gram @ turn, turn.T @ moment, turn.T @ noise @ turn
    used_columns = float((np.diag(gram) > 0.0).sum())
    noise *= n_clusters / max(n_clusters - used_columns, 1.0)
    later = [slice(one.start + 1, one.stop + 1) for one in blocks]
    root = np.ones(len(moment))
    for block in [slice(0, 1), *later]:
        trace = float(np.trace(gram[block, block]))
        root[block] = np.sqrt(np.trace(noise[block, block]) / trace) if trace > 1e-9 else 1.0
    size = np.sqrt(np.maximum(np.diag(gram), 1e-12))
    back = np.linalg.pinv(gram / np.outer(size, size), rcond=1e-8, hermitian=True) / np.outer(size, size)
    through = (gram / root) @ back / root
    return Evidence(through @ gram, through @ moment, centre, later, moment, noise)


def no_difference_p(found: Evidence) -> float:
    """Chance of differences between people this large if there were none: a score test of all scales at 0.

    ``sum_f |s_f|^2 / tr V_ff`` is a quadratic form of Gaussians under that hypothesis. ``V`` is not inverted: signals are
    skewed where an arm is small, and its inverse would then be far from the truth.
    """
    scores, noise = found.scores[1:], found.noise[1:, 1:]
    weight = np.zeros(len(scores))
    for block in found.blocks:
        inner = slice(block.start - 1, block.stop - 1)
        trace = float(np.trace(noise[inner, inner]))
        weight[inner] = 1.0 / trace if trace > 1e-9 * float(np.trace(noise)) else 0.0
    root = np.sqrt(weight)
    eigenvalues = np.linalg.eigvalsh(root[:, None] * noise * root)
    positive = np.asarray(eigenvalues[eigenvalues > 1e-10], dtype=np.float64)
    return quadratic_form_p(float(weight @ scores**2), positive) if len(positive) else 1.0


def posterior(found: Evidence) -> Posterior:
    """Coefficients with the scales integrated: importance points about the mode of their logarithms."""
    n_features = len(found.blocks)
    start = np.full(n_features, np.log(PRIOR_SCALE))
    bounds = [(_LOWEST, _HIGHEST)] * n_features

    def negative(logs: Array) -> tuple[float, Array]:
        density, slope = _log_density(found, logs[None])
        return -float(density[0]), -slope[0]

    best = np.asarray(minimize(negative, start, jac=True, method="L-BFGS-B", bounds=bounds).x)
    # Fewer points than that do not span the features.
    steps = gaussian_points(max(N_POINTS, 2 ** int(np.ceil(np.log2(4 * n_features)))), n_features)
    # The logarithms have longer tails than a Gaussian: the points are spread wider, and weighed for it.
    wide = 1.0 + 0.8 / np.sqrt(n_features)
    logs = np.clip(best + wide * steps @ np.linalg.cholesky(_spread(found, best)).T, _LOWEST - 2.0, _HIGHEST)
    covariances = _given(found, np.exp(logs))
    means = covariances @ found.c
    height = _log_density(found, logs)[0] + 0.5 * (steps**2).sum(axis=1)
    weight = np.exp(height - height.max())
    weight /= weight.sum()
    mean = weight @ means
    off = means - mean
    covariance = np.tensordot(weight, covariances, 1) + (weight[:, None] * off).T @ off
    return Posterior(mean, covariance, np.exp(weight @ logs))


def _spread(found: Evidence, at: Array) -> Array:
    """Covariance of the logs about their mode, from differences of the gradient; no wider than a prior would have it."""
    step = 0.05
    moves = np.concatenate([at + step * np.eye(len(at)), at - step * np.eye(len(at))])
    ahead, behind = np.split(_log_density(found, moves)[1], 2)
    slopes = (behind - ahead) / (2.0 * step)
    values, vectors = np.linalg.eigh((slopes + slopes.T) / 2.0)
    return np.asarray((vectors / np.maximum(values, 0.5)) @ vectors.T)


def _pull(found: Evidence, scales: Array) -> Array:
    """Prior precision of each coefficient, (points, p), at scales (points, features)."""
    precision = np.full((len(scales), len(found.c)), 1e-6)
    for f, block in enumerate(found.blocks):
        precision[:, block] = scales[:, f, None] ** -2.0
    return precision


def _given(found: Evidence, scales: Array) -> Array:
    """Covariance of the coefficients at scales (points, features): (points, p, p)."""
    return np.asarray(
        np.linalg.inv(found.A + _pull(found, scales)[:, :, None] * np.eye(len(found.c))), dtype=np.float64
    )


def _log_density(found: Evidence, logs: Array) -> tuple[Array, Array]:
    """Log density of log scales (points, features) up to a constant, and its slope."""
    scales = np.exp(logs)
    covariance = _given(found, scales)
    mean = np.asarray(covariance @ found.c, dtype=np.float64)
    height = 0.5 * (np.log(_pull(found, scales)).sum(axis=1) + np.linalg.slogdet(covariance)[1] + mean @ found.c)
    moment = mean**2 + np.diagonal(covariance, axis1=1, axis2=2)
    sizes = np.stack([moment[:, block].sum(axis=1) for block in found.blocks], axis=1)
    counts = np.array([block.stop - block.start for block in found.blocks])
    # Half-Cauchy, in the logarithm.
    ratio = (scales / PRIOR_SCALE) ** 2
    prior, prior_slope = (logs - np.log1p(ratio)).sum(axis=1), 1.0 - 2.0 * ratio / (1.0 + ratio)
    slope = np.asarray(sizes / scales**2 - counts + prior_slope, dtype=np.float64)
    return np.asarray(height + prior, dtype=np.float64), slope
