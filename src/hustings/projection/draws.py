"""Joint draws of the outcome: every unit's shares and votes together, with the nation."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from hustings.maths.logratio import softmax
from hustings.polls.tracker import Outlook
from hustings.projection.turnout import Turnout

Array = NDArray[np.float64]


class JointDraws(NamedTuple):
    """Draws of the outcome.

    Attributes
    ----------
    log_ratios : (draw, unit * contrast) array
    node : (draw,) int array
        Point of the scales each draw came from.
    shares : (draw, unit, option) float32 array
    nation : (draw, option) float32 array
        Shares of the whole.
    votes : (draw, unit) array
        Votes as weights for the whole; 0 for districts.
    """

    log_ratios: Array
    node: NDArray[np.int64]
    shares: NDArray[np.float32]
    nation: NDArray[np.float32]
    votes: Array


def joint_draws(found: Outlook, turnout: Turnout, n_draws: int, rng: np.random.Generator) -> JointDraws:
    """Draw units and turnout together.

    Each point of the scales gets its exact part of the draws (systematic resampling, Kitagawa 1996), so that the
    mixture of narrow and wide errors, which is what makes the tails heavy, is not itself left to chance.
    """
    n_nodes, n_units, n_contrasts = found.means.shape
    ends = np.cumsum(found.weights)
    node = np.searchsorted(ends / ends[-1], (np.arange(n_draws) + rng.random()) / n_draws, side="right")
    # Shuffled: an order by scales would mislead whoever takes the first few draws.
    node = rng.permutation(np.minimum(node, n_nodes - 1))
    log_ratios = rng.standard_normal((n_draws, n_units * n_contrasts))
    for point in np.unique(node):
        here = np.flatnonzero(node == point)
        log_ratios[here] = found.means[point].ravel() + log_ratios[here] @ _root(found.covariances[point]).T
    shares = _shares(log_ratios.reshape(n_draws, n_units, n_contrasts))
    votes = turnout.whole * np.exp(turnout.sd_log * rng.standard_normal((n_draws, n_units)) - turnout.sd_log**2 / 2.0)
    nation = np.stack([np.einsum("du,du->d", shares[:, :, k], votes) for k in range(n_contrasts + 1)], axis=1)
    nation /= votes.sum(axis=1, keepdims=True)
    return JointDraws(log_ratios, node, shares, nation.astype(np.float32), votes)


def _shares(log_ratios: Array) -> NDArray[np.float32]:
    """Softmax in single precision; two options need no second exponential."""
    if log_ratios.shape[2] > 1:
        return softmax(log_ratios).astype(np.float32)
    first = expit(log_ratios[:, :, 0].astype(np.float32))
    return np.stack([first, np.float32(1.0) - first], axis=2)


def _root(covariance: Array) -> Array:
    """Any root of a covariance that may be singular (districts average to their parent)."""
    values, vectors = np.linalg.eigh(covariance)
    return np.asarray(vectors * np.sqrt(np.clip(values, 0.0, None)))
