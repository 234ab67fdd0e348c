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
from scipy.optimize import minimize_scalar

from hustings.errors import InputError
from hustings.maths.logratio import contrast_covariance, log_ratios, softmax
from hustings.scores.support.error import SurveyError
from hustings.scores.support.fit import Design, SupportFit
from hustings.scores.support.poststratify import UnitEstimates

Array = NDArray[np.float64]
MAX_STEPS = 60
TOLERANCE = 1e-10


class Bias(NamedTuple):
    """How far a survey's answers lie from those who vote, by unit.

    Parameters
    ----------
    mean : (unit, contrast) array
        Log-ratios to add to what was estimated.
    covariance : (unit * contrast, unit * contrast) array
        Of what is added.
    unit_sd : float
        Spread of the units' differences about their mean that is not sampling error, logits.
    """

    mean: Array
    covariance: Array
    unit_sd: float


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
    gain = np.linalg.lstsq(S + known_covariance, S, rcond=1e-12)[0].T
    off = (known_logit - estimates.mean_logit).ravel()
    left = np.eye(wide) - gain
    # Joseph's form: symmetric and never negative.
    covariance = left @ S @ left.T + gain @ known_covariance @ gain.T
    return estimates._replace(
        mean_logit=estimates.mean_logit + (gain @ off).reshape(known_logit.shape), covariance=covariance
    )


def past_vote_bias(recalled: UnitEstimates, past_logit: Array, error: SurveyError) -> Bias:
    """What the vote in the last contest, recalled, says of who answers.

    The difference between a unit's known past result and what its interviews recall is the sum of the survey's bias there
    and of sampling error: ``D ~ N(mu, unit_sd^2 + S)``; ``mu`` is flat and ``unit_sd`` the most likely. The bias carries
    over to the question of the day up to an error that was learned from earlier surveys.

    Parameters
    ----------
    recalled : UnitEstimates
        Poststratified past vote of the interviews.
    past_logit : (unit, contrast) array
        Known log-ratios of the past result.
    error : SurveyError
        What remains after the adjustment: of the nation and of units.
    """
    D = past_logit - recalled.mean_logit
    n_units, m = D.shape
    between = contrast_covariance(m)
    whole = np.tile(np.eye(m), (n_units, 1))

    def parts(unit_sd: float) -> tuple[Array, Array, Array, float]:
        prior = np.kron(np.eye(n_units), unit_sd**2 * between)
        V = prior + recalled.covariance + 1e-10 * np.eye(n_units * m)
        inverse = np.linalg.inv(V)
        of_mean = np.linalg.inv(whole.T @ inverse @ whole)
        mu = of_mean @ (whole.T @ inverse @ D.ravel())
        off = D.ravel() - whole @ mu
        value = np.linalg.slogdet(V)[1] - np.linalg.slogdet(of_mean)[1] + off @ inverse @ off
        return np.asarray(prior @ inverse), mu, np.asarray(of_mean, dtype=np.float64), float(value)

    best = minimize_scalar(lambda log_sd: parts(np.exp(log_sd))[3], bounds=(-6.0, 1.0), method="bounded")
    unit_sd = float(np.exp(best.x))
    gain, mu, of_mean, _ = parts(unit_sd)
    middle = whole @ mu
    mean = middle + gain @ (D.ravel() - middle)
    left = whole - gain @ whole
    prior = np.kron(np.eye(n_units), unit_sd**2 * between)
    covariance = prior - gain @ prior + left @ of_mean @ left.T + error.covariance(n_units, m)
    return Bias(mean.reshape(D.shape), 0.5 * (covariance + covariance.T), unit_sd)


def correct(estimates: UnitEstimates, bias: Bias) -> UnitEstimates:
    """Estimates with a bias added, and its error."""
    return estimates._replace(
        mean_logit=estimates.mean_logit + bias.mean, covariance=estimates.covariance + bias.covariance
    )


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
