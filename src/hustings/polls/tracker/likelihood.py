r"""Polls as Gaussian observations: one Newton step of the multinomial likelihood, and each poll's robustness weight.

Model. A poll's counts are multinomial with log-ratios ``eta = x + e``; its own error ``e`` is Student-t with ``nu``
degrees of freedom and scale ``noise`` (times :func:`~hustings.maths.logratio.contrast_covariance`).

Algorithm. At the current ``eta`` the multinomial log likelihood is replaced by its second-order expansion, i.e. by a
Gaussian observation ``z = eta + V (y - n p)`` with covariance ``V = (diag(1/p) + 1/p_ref) / n`` (Newton, McCullagh &
Nelder 1989 section 2.5); the Student-t by a Gaussian with variance ``noise^2 / omega`` and
``omega = (nu + d) / (nu + E[e' C^-1 e] / noise^2)`` (EM, Lange, Little & Taylor 1989 section 3). Each poll's rows are rotated so that
``V`` becomes diagonal while ``contrast_covariance`` becomes the identity: all rows are then independent with variance
``noise^2 / omega + spread``.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from hustings.maths.logratio import contrast_covariance
from hustings.polls.tracker.design import PollData, Rows

Array = NDArray[np.float64]

_WEIGHT_STEPS = 30
"""EM converges by about a third a step for an outlier, faster for others."""


class Observations(NamedTuple):
    """Independent scalar observations.

    Attributes
    ----------
    design : (row, coordinate) array
    response : (row,) array
        Working response minus what the priors' means predict.
    spread : (row,) array
        Sampling variance.
    poll : (row,) int array
    rotation : (poll, contrast, contrast) array
        ``rotation @ eta`` are the poll's rows; zero rows for options that were not offered.
    """

    design: Array
    response: Array
    spread: Array
    poll: NDArray[np.int64]
    rotation: Array


def starting_log_ratios(data: PollData) -> Array:
    """Log-ratios of the polls as published, (poll, contrast); 0 for an option that was not offered."""
    logs = np.log(np.nan_to_num(data.counts, nan=1.0))
    return np.asarray(logs[:, :-1] - logs[:, -1:])


def observations(data: PollData, rows: Rows, eta: Array) -> Observations:
    """Expand the likelihood at ``eta`` (poll, contrast) and rotate each poll's rows to independence."""
    n_polls, n_contrasts = eta.shape
    offset = rows.offset.reshape(n_polls, n_contrasts)
    if n_contrasts == 1:
        size = data.counts.sum(axis=1)
        share = 1.0 / (1.0 + np.exp(-eta[:, 0]))
        spread = 1.0 / (size * share * (1.0 - share))
        working = eta[:, 0] + (data.counts[:, 0] - size * share) * spread
        return Observations(rows.design, working - offset[:, 0], spread, rows.poll, np.ones((n_polls, 1, 1)))
    rotation = np.zeros((n_polls, n_contrasts, n_contrasts))
    response = np.zeros((n_polls, n_contrasts))
    spread = np.zeros((n_polls, n_contrasts))
    used = np.zeros((n_polls, n_contrasts), dtype=bool)
    for poll in range(n_polls):
        contrasts, working, covariance, common = _expand(data.counts[poll], eta[poll])
        rank = len(contrasts)
        inverse_root = np.linalg.inv(np.linalg.cholesky(common))
        variances, axes = np.linalg.eigh(inverse_root @ covariance @ inverse_root.T)
        turn = axes.T @ inverse_root
        rotation[poll, :rank] = turn @ contrasts
        response[poll, :rank] = turn @ (working - contrasts @ offset[poll])
        spread[poll, :rank] = variances
        used[poll, :rank] = True
    design = rows.design.reshape(n_polls, n_contrasts, rows.design.shape[1])
    turned = np.einsum("prj,pjc->prc", rotation, design).reshape(rows.design.shape)
    keep = used.ravel()
    return Observations(turned[keep], response.ravel()[keep], spread.ravel()[keep], rows.poll[keep], rotation)


def _expand(counts: Array, eta: Array) -> tuple[Array, Array, Array, Array]:
    """Contrasts among the offered options, their working response, its covariance and the common error's."""
    offered = np.flatnonzero(~np.isnan(counts))
    n_options = len(counts)
    to_options = np.vstack([np.eye(n_options - 1), np.zeros(n_options - 1)])[offered]
    contrasts = to_options[:-1] - to_options[-1]
    logits = np.append(contrasts @ eta, 0.0)
    share = np.exp(logits - logits.max())
    share /= share.sum()
    size = counts[offered].sum()
    covariance = (np.diag(1.0 / share[:-1]) + 1.0 / share[-1]) / size
    working = contrasts @ eta + covariance @ (counts[offered][:-1] - size * share[:-1])
    return contrasts, working, covariance, contrasts @ contrast_covariance(n_options - 1) @ contrasts.T


def robustness_weights(
    poll: NDArray[np.int64],
    residual: Array,
    fitted_variance: Array,
    spread: Array,
    noise_variance: float,
    freedom: float,
    n_polls: int,
) -> Array:
    """EM weights of each poll's Student-t error, (poll,): 1 for a typical poll, near 0 for an outlier.

    What the other polls say of each row (the posterior without it) is held; its own error, its fit and its weight are
    then iterated together. An outlier thus has to explain itself against the others, not against a fit that it bent.

    Parameters
    ----------
    poll : (row,) int array
    residual, fitted_variance : (row,) arrays
        Response minus posterior mean, and the posterior variance of the fitted value, all weights being 1.
    spread : (row,) array
        Sampling variance.
    noise_variance : float
        Of the own error, at weight 1.
    freedom : float
        Degrees of freedom of the Student-t.
    n_polls : int
    """
    total = noise_variance + spread
    # Never more than nearly all of what is known of a row may come from itself.
    left = np.maximum(total - fitted_variance, 0.01 * total)
    others_gap, others_variance = residual * total / left, fitted_variance * total / left
    rank = np.bincount(poll, minlength=n_polls)
    omega = np.ones(n_polls)
    for _ in range(_WEIGHT_STEPS):
        own = noise_variance / omega[poll]
        everything = own + spread + others_variance
        error_square = (own / everything * others_gap) ** 2 + own * (spread + others_variance) / everything
        distance = np.bincount(poll, error_square / noise_variance, minlength=n_polls)
        omega = (freedom + rank) / (freedom + distance)
    return np.asarray(omega)
