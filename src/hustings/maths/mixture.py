"""Finite mixtures of Gaussians pushed through the logistic function: means, sds, quantiles without simulation."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, ndtr

from hustings.maths.points import gauss_hermite

Array = NDArray[np.float64]
_HERMITE_POINTS = 25


def positive_prob(weights: Array, means: Array, sds: Array) -> Array:
    """Probability that each mixture exceeds 0.

    Parameters
    ----------
    weights : (node,) array
        Sum to 1.
    means, sds : (node, quantity) arrays
        Logit scale.

    Returns
    -------
    (quantity,) array
    """
    return np.asarray(weights @ ndtr(means / np.maximum(sds, 1e-12)))


def logistic_moments(weights: Array, means: Array, sds: Array) -> tuple[Array, Array]:
    """Mean and sd of ``expit(x)`` for each mixture, by Gauss-Hermite quadrature; arguments as above."""
    nodes, node_weights = gauss_hermite(_HERMITE_POINTS)
    shares = expit(means[..., None] + sds[..., None] * nodes)
    first = weights @ (shares @ node_weights)
    second = weights @ ((shares - first[None, :, None]) ** 2 @ node_weights)
    return np.asarray(first), np.sqrt(second)


def logistic_quantiles(weights: Array, means: Array, sds: Array, levels: Array) -> Array:
    """Quantiles of ``expit(x)`` for each mixture, by bisection of the mixture's distribution function.

    Returns
    -------
    (level, quantity) array
    """
    safe = np.maximum(sds, 1e-12)
    low = np.broadcast_to((means - 9.0 * safe).min(axis=0), (len(levels), means.shape[1])).copy()
    high = np.broadcast_to((means + 9.0 * safe).max(axis=0), low.shape).copy()
    for _ in range(60):
        middle = (low + high) / 2.0
        below = np.einsum("n,nlq->lq", weights, ndtr((middle[None] - means[:, None]) / safe[:, None]))
        left = below < levels[:, None]
        low = np.where(left, middle, low)
        high = np.where(left, high, middle)
    return np.asarray(expit((low + high) / 2.0))
