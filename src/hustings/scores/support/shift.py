"""Make a support model agree with what is known of units, as far as both are to be believed.

All on the scale of log-ratios. What is recalled of the last vote, against what is known of it, corrects who does not answer. Where
polls and voters meet by their errors is the projection's to say; people of a unit are then moved by the same number of logits, chosen
so that their votes sum to that.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from hustings.errors import InputError
from hustings.maths.logratio import log_ratios, softmax
from hustings.scores.support.error import SurveyError
from hustings.scores.support.poststratify import UnitEstimates

Array = NDArray[np.float64]
MAX_STEPS = 60
TOLERANCE = 1e-10


class Bias(NamedTuple):
    """How far those who vote lie from a survey's answers, by unit.

    Parameters
    ----------
    mean : (unit, contrast) array
        Log-ratios to add to what was estimated.
    sampling : (unit * contrast, unit * contrast) array
        Covariance of the mean by the sampling of the same interviews.
    own : (unit * contrast, unit * contrast) array
        Covariance of what the past vote does not tell.
    """

    mean: Array
    sampling: Array
    own: Array


def past_vote_bias(recalled: UnitEstimates, past_logit: Array, error: SurveyError) -> Bias:
    """What the vote in the last contest, recalled, says of who answers.

    The gap of a unit is its known past result minus what its interviews recall. The nation's gap, weighted with the votes,
    carries over to the question of the day whole, a unit's departure from it in the part that was learned; what remains
    has the learned errors.

    Parameters
    ----------
    recalled : UnitEstimates
        Poststratified past vote of the interviews.
    past_logit : (unit, contrast) array
        Known log-ratios of the past result.
    error : SurveyError
        Its `carry`, and what remains.

    Raises
    ------
    InputError
        Shapes differ, or a past result is not finite.
    """
    if past_logit.shape != recalled.mean_logit.shape or not np.isfinite(past_logit).all():
        raise InputError(
            f"the past result is {past_logit.shape}, expected finite log-ratios, {recalled.mean_logit.shape}",
            hint="a unit of which no past result is known has to be left out",
        )
    n_units, m = past_logit.shape
    nation = np.tile(recalled.votes / recalled.votes.sum(), (n_units, 1))
    carried = np.kron(error.carry * np.eye(n_units) + (1.0 - error.carry) * nation, np.eye(m))
    gap = past_logit - recalled.mean_logit
    return Bias(
        (carried @ gap.ravel()).reshape(gap.shape),
        carried @ recalled.covariance @ carried.T,
        error.covariance(n_units, m),
    )


def correct(estimates: UnitEstimates, bias: Bias, *, correlation: float = 0.0) -> UnitEstimates:
    """Estimates with a bias added, and its error.

    Parameters
    ----------
    estimates : UnitEstimates
    bias : Bias
    correlation : float
        Of what people answer with what they recall, within a unit: the same interviews err in both, in opposite
        directions once the recall is subtracted. 0 takes them as independent, which overstates the error.
    """
    crossed = correlation * _root(estimates.covariance) @ _root(bias.sampling)
    covariance = estimates.covariance + bias.sampling - crossed - crossed.T + bias.own
    return estimates._replace(mean_logit=estimates.mean_logit + bias.mean, covariance=covariance)


def _root(covariance: Array) -> Array:
    """Symmetric square root."""
    values, axes = np.linalg.eigh(covariance)
    return np.asarray((axes * np.sqrt(np.maximum(values, 0.0))) @ axes.T)


def logit_shift(eta: Array, votes: Array, place: NDArray[np.int64], target_logit: Array) -> Array:
    """Shift of each unit, by Newton's method on all units at once.

    Parameters
    ----------
    eta : (cell, contrast) array
        Log-ratios of the cells.
    votes : (cell,) array
    place : (cell,) int array
        Unit of each cell.
    target_logit : (unit, contrast) array

    Returns
    -------
    (unit, contrast) array

    Raises
    ------
    InputError
        A target is not finite, a unit has no votes, or no shift reaches it.
    """
    n_units, m = target_logit.shape
    if not np.isfinite(target_logit).all() or (np.bincount(place, votes, n_units) <= 0.0).any():
        raise InputError("a unit has no votes, or a target share of 0 or 1", hint="no shift of logits reaches that")
    shift = np.zeros((n_units, m))
    for _ in range(MAX_STEPS):
        shares = softmax(eta + shift[place])
        weighted = votes[:, None] * shares
        sums = np.zeros((n_units, m + 1))
        for k in range(m + 1):
            sums[:, k] = np.bincount(place, weighted[:, k], n_units)
        gap = target_logit - log_ratios(sums)
        if np.abs(gap).max() < TOLERANCE:
            return shift
        # d log(sum_k) / d shift_l = 1{k=l} - (sum of w s_k s_l) / sum_k
        products = np.empty((n_units, m + 1, m))
        for k in range(m + 1):
            for j in range(m):
                products[:, k, j] = np.bincount(place, weighted[:, k] * shares[:, j], n_units) / sums[:, k]
        slope = np.eye(m) - products[:, :m] + products[:, m:]
        shift += np.clip(np.linalg.solve(slope, gap[..., None])[..., 0], -3.0, 3.0)
    raise InputError("no shift of logits makes the votes sum to the target", hint="is it a share very near 0 or 1?")
