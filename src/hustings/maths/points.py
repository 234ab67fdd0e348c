"""Fixed point sets that stand for a Gaussian: the same points every time, so that results do not wobble."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri
from scipy.stats import qmc

Array = NDArray[np.float64]
_FLAT = 1e-6
"""Variance of the flattest direction, as a part of the widest's, below which points count as lying in fewer dimensions."""


@lru_cache(maxsize=32)
def gaussian_points(n_points: int, n_dimensions: int) -> Array:
    """Low-discrepancy points for a standard Gaussian.

    Unscrambled Sobol points (Joe & Kuo 2008), shifted off the origin, through the inverse normal distribution;
    each point comes with its mirror image, so that all odd moments are exactly 0. A few points have too small and
    correlated coordinates (their tails are cut), so they are whitened: with at least ``2 * n_dimensions`` points the
    second moments are exactly those of the Gaussian too, and quadratic functions are integrated without error; with
    fewer, or where Sobol's points of small sizes lie in fewer directions than there are dimensions, each dimension has
    its variance.

    Parameters
    ----------
    n_points : int
        An even number.
    n_dimensions : int
        At least 1.

    Returns
    -------
    (point, dimension) array, read-only
    """
    half = n_points // 2
    sobol = qmc.Sobol(n_dimensions, scramble=False)
    uniform = (sobol.random(2 ** int(np.ceil(np.log2(half + 1))))[1 : half + 1] + 0.5 / (half + 1)) % 1.0
    points = ndtri(np.clip(uniform, 1e-6, 1.0 - 1e-6))
    moments = points.T @ points / half
    if half < n_dimensions:
        moments = np.diag(np.diag(moments))
    variances, axes = np.linalg.eigh(moments)
    if variances[0] < _FLAT * variances[-1]:
        # A direction without points cannot be stretched to a variance of 1; one with hardly any would be all rounding.
        variances, axes = np.diag(moments), np.eye(n_dimensions)
    points = points @ (axes / np.sqrt(variances)) @ axes.T
    both = np.concatenate([points, -points])
    both.setflags(write=False)
    return np.asarray(both)


@lru_cache(maxsize=8)
def gauss_hermite(n_points: int) -> tuple[Array, Array]:
    """Nodes and weights (summing to 1) that integrate against a standard normal density."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(n_points)
    return nodes, weights / weights.sum()
