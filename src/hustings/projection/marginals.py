"""Each unit's shares on election day, without simulation.

Two options: the logit is a mixture of Gaussians, so means and quantiles are integrals and roots
(``hustings.maths.mixture``). More options: each point of the scales is pushed through the softmax at fixed Gaussian
points. The nation's log-ratios are linearised at each point of the scales, with the error of the turnout weights.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from hustings.maths.logratio import log_ratios, softmax, whole_gradient, whole_share
from hustings.maths.mixture import logistic_moments, logistic_quantiles, positive_prob
from hustings.maths.points import gaussian_points
from hustings.polls.tracker import Outlook
from hustings.projection.turnout import Turnout

Array = NDArray[np.float64]

LEVELS = np.array([0.05, 0.25, 0.5, 0.75, 0.95])
_POINTS = 512
"""Fixed points for three options or more."""


class Marginals(NamedTuple):
    """Shares of every place (the units, then the nation), option by option.

    Attributes
    ----------
    mean, sd, win_prob : (place, option) arrays
    quantiles : (level, place, option) array
        At :data:`LEVELS`, or the levels asked for.
    """

    mean: Array
    sd: Array
    win_prob: Array
    quantiles: Array


class Places(NamedTuple):
    """Log-ratios of every place: mixtures of Gaussians.

    Attributes
    ----------
    weights : (node,) array
    means : (node, place, contrast) array
    covariances : (node, place, contrast, contrast) array
    """

    weights: Array
    means: Array
    covariances: Array


def places(found: Outlook, turnout: Turnout) -> Places:
    """Units, then the nation: its log-ratios linearised at each node's means."""
    n_nodes, n_units, n_contrasts = found.means.shape
    blocks = found.covariances.reshape(n_nodes, n_units, n_contrasts, n_units, n_contrasts)
    units = np.arange(n_units)
    own = blocks[:, units, :, units, :].transpose(1, 0, 2, 3)
    means = np.zeros((n_nodes, 1, n_contrasts))
    covariances = np.zeros((n_nodes, 1, n_contrasts, n_contrasts))
    for node in range(n_nodes):
        eta = found.means[node]
        gradient = whole_gradient(eta, turnout.whole).reshape(n_contrasts, -1)
        share, whole = softmax(eta), whole_share(eta, turnout.whole)
        by_votes = (share[:, :-1] / whole[:-1] - share[:, -1:] / whole[-1]) * (turnout.whole / turnout.whole.sum())[
            :, None
        ]
        means[node, 0] = log_ratios(whole[None])[0]
        covariances[node, 0] = gradient @ found.covariances[node] @ gradient.T
        covariances[node, 0] += turnout.sd_log**2 * by_votes.T @ by_votes
    return Places(
        found.weights, np.concatenate([found.means, means], axis=1), np.concatenate([own, covariances], axis=1)
    )


def marginals(found: Outlook, turnout: Turnout, levels: Array = LEVELS) -> Marginals:
    """Means, sds, quantiles and winning chances of every place; ``levels`` must be symmetric around one half."""
    everywhere = places(found, turnout)
    two = everywhere.means.shape[2] == 1
    result = _two_options(everywhere, levels) if two else _more_options(everywhere, levels)
    # The nation's mean is the vote-weighted mean of the units', exactly, whatever the linearisation says.
    weights = turnout.whole / turnout.whole.sum()
    result.mean[-1] = weights @ result.mean[:-1]
    return result


def _two_options(everywhere: Places, levels: Array) -> Marginals:
    weights, means = everywhere.weights, everywhere.means[:, :, 0]
    sds = np.sqrt(everywhere.covariances[:, :, 0, 0])
    first, sd = logistic_moments(weights, means, sds)
    quantiles = logistic_quantiles(weights, means, sds, levels)
    ahead = positive_prob(weights, means, sds)
    return Marginals(
        mean=np.stack([first, 1.0 - first], axis=1),
        sd=np.stack([sd, sd], axis=1),
        win_prob=np.stack([ahead, 1.0 - ahead], axis=1),
        # The levels are symmetric, so the other option's quantiles are these, mirrored.
        quantiles=np.stack([quantiles, 1.0 - quantiles[::-1]], axis=2),
    )


def _more_options(everywhere: Places, levels: Array) -> Marginals:
    n_nodes, n_places, n_contrasts = everywhere.means.shape
    points = gaussian_points(_POINTS, n_contrasts)
    jitter = 1e-12 * np.eye(n_contrasts)
    roots = np.linalg.cholesky(everywhere.covariances + jitter)
    eta = everywhere.means[:, :, None] + np.einsum("nujk,pk->nupj", roots, points)
    shares = softmax(eta).transpose(1, 0, 2, 3).reshape(n_places, n_nodes * _POINTS, n_contrasts + 1)
    weights = np.repeat(everywhere.weights / _POINTS, _POINTS)
    mean = np.einsum("s,usk->uk", weights, shares)
    sd = np.sqrt(np.einsum("s,usk->uk", weights, (shares - mean[:, None]) ** 2))
    leads = shares == shares.max(axis=2, keepdims=True)
    win_prob = np.einsum("s,usk->uk", weights, leads / leads.sum(axis=2, keepdims=True))
    order = np.argsort(shares, axis=1)
    ranked = np.take_along_axis(shares, order, axis=1)
    reached = np.cumsum(weights[order], axis=1)
    quantiles = np.zeros((len(levels), n_places, n_contrasts + 1))
    for i, level in enumerate(levels):
        first = np.argmax(reached >= level, axis=1)
        quantiles[i] = np.take_along_axis(ranked, first[:, None], axis=1)[:, 0]
    return Marginals(mean, sd, win_prob, quantiles)
