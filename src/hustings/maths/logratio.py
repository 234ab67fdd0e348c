"""Shares as additive log-ratios against the last option, and back.

With ``K`` options the coordinates are ``eta_k = log(share_k / share_K)``, ``k = 1..K-1`` (Aitchison 1986, section 6.2);
with two options that is the logit of the two-option share. No option is special: independent errors of equal size on
every option's log-share have the covariance :func:`contrast_covariance` in these coordinates, whichever option is last.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def contrast_covariance(n_contrasts: int) -> Array:
    """Covariance of the log-ratios when each option's log-share errs independently with variance 1/2.

    Returns
    -------
    (contrast, contrast) array
        1 on the diagonal, 1/2 elsewhere; for two options simply ``[[1]]``.
    """
    return np.asarray((np.eye(n_contrasts) + np.ones((n_contrasts, n_contrasts))) / 2.0)


def contrast_root(n_contrasts: int) -> Array:
    """Lower Cholesky factor of :func:`contrast_covariance`: log-ratios from independent (whitened) contrasts."""
    return np.asarray(np.linalg.cholesky(contrast_covariance(n_contrasts)))


def softmax(eta: Array) -> Array:
    """Shares from log-ratios against the last option: (..., K-1) -> (..., K)."""
    full = np.concatenate([eta, np.zeros((*eta.shape[:-1], 1))], axis=-1)
    full = np.exp(full - full.max(axis=-1, keepdims=True))
    return np.asarray(full / full.sum(axis=-1, keepdims=True))


def log_ratios(shares: Array) -> Array:
    """Log-ratios against the last option from positive shares or votes: (..., K) -> (..., K-1)."""
    return np.log(shares[..., :-1]) - np.log(shares[..., -1:])


def whole_share(eta: Array, weights: Array) -> Array:
    """Share in the whole of units with log-ratios ``eta`` (unit, K-1) and votes ``weights`` (unit,): (K,)."""
    return np.asarray(weights @ softmax(eta) / weights.sum())


def whole_gradient(eta: Array, weights: Array) -> Array:
    """Derivative of the whole's log-ratios by each unit's: (K-1, unit, K-1).

    With ``s_uk`` the shares, ``P_k`` the whole's, ``v_u`` the votes and ``K`` the reference option,
    ``d eta_k / d eta_um = v_u [s_uk (1{k=m} - s_um) / P_k + s_uK s_um / P_K] / sum(v)``.
    """
    shares = softmax(eta)
    whole = whole_share(eta, weights)
    n_contrasts = eta.shape[1]
    own = shares[:, :-1]
    first = own[:, :, None] * (np.eye(n_contrasts)[None] - own[:, None, :]) / whole[None, :-1, None]
    last = (shares[:, -1:] * own)[:, None, :] / whole[-1]
    gradient = weights[:, None, None] * (first + last) / weights.sum()
    return np.asarray(gradient.transpose(1, 0, 2))
