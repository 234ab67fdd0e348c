"""Make a support model agree with what is known of units, as far as both are to be believed.

All on the scale of log-ratios: an estimate ``m`` with covariance ``S`` and a known value ``k`` with covariance ``R`` meet at
``m + S (S + R)^-1 (k - m)``; at ``k`` itself where ``R`` is 0. People of the unit are then moved by the same number of logits,
chosen so that their votes sum to that.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from hustings.errors import InputError
from hustings.maths.logratio import log_ratios, softmax
from hustings.scores.support.error import SurveyError
from hustings.scores.support.fit import Design, SupportFit
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


def meet(estimates: UnitEstimates, known_logit: Array, known_covariance: Array) -> UnitEstimates:
    """The compromise of estimates and known values by their errors.

    Parameters
    ----------
    estimates : UnitEstimates
    known_logit : (unit, contrast) array
    known_covariance : (unit * contrast, unit * contrast) array
        Zeros where it is exact.

    Raises
    ------
    InputError
        Shapes differ.
    """
    S, wide = estimates.covariance, estimates.mean_logit.size
    if known_logit.shape != estimates.mean_logit.shape or known_covariance.shape != (wide, wide):
        raise InputError(
            f"known values are {known_logit.shape} with covariance {known_covariance.shape}, expected "
            f"{estimates.mean_logit.shape} and {(wide, wide)}"
        )
    if not known_covariance.any():
        return estimates._replace(mean_logit=known_logit.copy(), covariance=np.zeros_like(S))
    # Errors may differ by many powers of ten: equations are scaled first.
    scale = np.sqrt(np.maximum(np.diag(S + known_covariance), 1e-300))
    V = (S + known_covariance) / np.outer(scale, scale)
    gain = (np.linalg.lstsq(V, S / scale[:, None], rcond=1e-12)[0] / scale[:, None]).T
    off = (known_logit - estimates.mean_logit).ravel()
    left = np.eye(wide) - gain
    # Joseph's form: symmetric and never negative.
    covariance = left @ S @ left.T + gain @ known_covariance @ gain.T
    return estimates._replace(
        mean_logit=estimates.mean_logit + (gain @ off).reshape(known_logit.shape), covariance=covariance
    )


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


def shift_to(
    fit: SupportFit, cells: pl.DataFrame, target_logit: Array, *, units: tuple[str, ...], votes: str = "votes"
) -> Array:
    """Logits to add to everybody in a unit so that its votes sum to a target.

    Parameters
    ----------
    fit : SupportFit
    cells : pl.DataFrame
        As in :func:`hustings.scores.support.poststratify.poststratify`.
    target_logit : (unit, contrast) array
        Log-ratios of the units' votes: a compromise made by :func:`meet` or :func:`correct`.
    units : tuple of str
        Of the target, in its order.
    votes : str
        Column of the expected votes.

    Returns
    -------
    (unit, contrast) array
        In the order of `units`.
    """
    names = cells[fit.spec.unit].cast(pl.String).fill_null("not known")
    strange = sorted(set(names.unique().to_list()) - set(units))
    if strange:
        raise InputError(f"cells lie in {', '.join(strange[:12])}, for which there is no target")
    place = names.cast(pl.Enum(list(units))).to_physical().to_numpy().astype(np.int64)
    return logit_shift(Design(fit, cells).mean(), cells[votes].cast(pl.Float64).to_numpy(), place, target_logit)


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
