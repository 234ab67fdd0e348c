r"""What the campaign's own voters say, beside the polls: one more source, with its own error.

Question: the sum over voters of turnout x support says one thing, published polls another. What do both say together, and
where do they part?

Model. The sum over voters gives each unit's log-ratio as it stands on the day, ``y``, with the joint error ``V`` of turnout and
of the support model (its draws). On top of it comes what no respondent can tell: people who answer surveys differ from
those who do not. That bias ``b`` has the size that polls' bias has had (the tracker's learned scales, shared between units alike
in the same way), and part of it is *the same* bias that polls have, because the same people do not answer:

``y = eta(day) + rho b_polls + e``,  ``e ~ N(0, V + (1 - rho^2) B)``.

``b_polls`` is a coordinate of the tracker, so the update is one conditioning of its Gaussian (Rasmussen & Williams 2006,
appendix A.2), at each point of the scales; the points are weighted anew by how well they foresaw ``y``.

Checked against: a dense joint Gaussian written from the equations (tests/reference/dense_voters.py); the limits (a source with
infinite error changes nothing, one with none is reproduced); worlds with known truth (tests/recovery).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy import linalg

from hustings.contests import Contest
from hustings.errors import InputError
from hustings.maths.logratio import contrast_covariance, log_ratios
from hustings.polls.tracker import Outlook, TrackerFit
from hustings.polls.tracker.rows import bias_rows, unit_rows

Array = NDArray[np.float64]

SHARED_WITH_POLLS = 0.5
"""Correlation of the own survey's bias with that of published polls: an assumption, shown with its effect."""
_JITTER = 1e-9
FEWEST_DRAWS = 50


@dataclass(frozen=True)
class SurveyError:
    """Bias of the own survey, beside its draws, on the log-ratio scale.

    Parameters
    ----------
    nation, shared, own : float
        Sds as the tracker's ``bias_nation``, ``bias_shared``, ``bias_own``.
    with_polls : float
        Correlation with the published polls' bias, 0 to under 1.
    """

    nation: float
    shared: float
    own: float
    with_polls: float = SHARED_WITH_POLLS


class VotersView(NamedTuple):
    """What the sum over voters says.

    Attributes
    ----------
    units : (known,) int array
        Places of the units in the contest.
    mean : (known, contrast) array
        Log-ratios on the day.
    covariance : (known * contrast, known * contrast) array
        Joint error of turnout and the support model.
    """

    units: NDArray[np.int64]
    mean: Array
    covariance: Array


def survey_error(fit: TrackerFit) -> SurveyError:
    """The size that polls' bias has had in contests before this one."""
    nation, shared, own = (fit.spec.scales[name].median for name in ("bias_nation", "bias_shared", "bias_own"))
    return SurveyError(nation, shared, own)


def voters_view(contest: Contest, draws: pl.DataFrame) -> VotersView:
    """Summarise draws of the sum over voters (``hustings.tables.VOTER_DRAWS``).

    Raises
    ------
    InputError
        A unit or option that the contest does not have, draws that lack some of them, or too few draws.
    """
    strange = sorted(set(draws["unit"].unique()) - set(contest.unit_ids))
    if strange:
        raise InputError(
            f"voters are of {', '.join(strange[:5])}, which {contest.name} does not have",
            hint=f"its units: {', '.join(contest.unit_ids[:8])}, ...",
        )
    options = sorted(draws["option"].unique())
    if options != sorted(contest.option_ids):
        raise InputError(
            f"voters choose between {', '.join(options)}", hint=f"options: {', '.join(contest.option_ids)}"
        )
    known = [unit for unit in contest.unit_ids if unit in set(draws["unit"].unique())]
    wide = draws.pivot(on="option", index=["draw", "unit"], values="share").sort("draw", "unit")
    n_draws, n_units = wide["draw"].n_unique(), len(known)
    if n_draws < FEWEST_DRAWS or wide.height != n_draws * n_units:
        raise InputError(
            f"{wide.height:,} rows of {n_draws:,} draws of {n_units} units, expected every unit in at least "
            f"{FEWEST_DRAWS} draws",
            hint="sum the voters again: hustings run",
        )
    shares = wide.select(contest.option_ids).to_numpy().reshape(n_draws, n_units, -1)
    order = np.argsort(np.argsort(known))
    logs = log_ratios(np.clip(shares[:, order], 1e-9, None)).reshape(n_draws, -1)
    index = {unit: u for u, unit in enumerate(contest.unit_ids)}
    return VotersView(
        np.array([index[unit] for unit in known], dtype=np.int64),
        logs.mean(axis=0).reshape(n_units, -1),
        np.atleast_2d(np.cov(logs, rowvar=False)) + _JITTER * np.eye(logs.shape[1]),
    )


def own_bias(fit: TrackerFit, units: NDArray[np.int64], error: SurveyError) -> Array:
    """Covariance of the own survey's bias in some units, what it shares with polls included."""
    prior = fit.prior
    factors = prior.loadings[units]
    variance = error.shared**2 * prior.shared_variance + error.own**2
    between = error.nation**2 + (factors * variance) @ factors.T
    districts = prior.district_loadings[units]
    between = between + error.own**2 * districts @ districts.T
    return np.asarray(np.kron(between, contrast_covariance(prior.lean.shape[1])))


class Seen(NamedTuple):
    """The sum over voters as an observation at one point of the scales.

    Attributes
    ----------
    expected, spread : (known * contrast,) and (known * contrast, known * contrast) arrays
        What the polls foresaw, and the covariance of the difference.
    gain : (row, known * contrast) array
        How the units on election day follow the difference.
    moved : (row, row) array
        What is taken off their covariance.
    """

    expected: Array
    spread: Array
    gain: Array
    moved: Array


def see_voters(fit: TrackerFit, view: VotersView, error: SurveyError, node: int) -> Seen:
    """Condition the tracker's Gaussian on the sum over voters, at one point of the scales."""
    n_contrasts = fit.prior.lean.shape[1]
    on_day, at_end = unit_rows(fit.prior, fit.blocks, np.array([float((fit.contest.date - fit.as_of).days), 0.0]))
    picked = (view.units[:, None] * n_contrasts + np.arange(n_contrasts)).ravel()
    rows = on_day[picked] + error.with_polls * bias_rows(fit.prior, fit.blocks)[picked]
    found = fit.at_node(node)
    half = linalg.solve_triangular(found.factor, rows.T, lower=True, check_finite=False)
    end = linalg.solve_triangular(found.factor, at_end.T, lower=True, check_finite=False)
    rest = (1.0 - error.with_polls**2) * own_bias(fit, view.units, error)
    spread = half.T @ half + view.covariance + rest
    gain = linalg.solve(spread, half.T @ end, assume_a="pos").T
    start = (fit.prior.lean + fit.prior.nation.mean).ravel()[picked]
    return Seen(start + rows @ found.mean, spread, gain, gain @ (half.T @ end))


def with_voters(fit: TrackerFit, found: Outlook, view: VotersView, error: SurveyError) -> Outlook:
    """The units on election day, given the polls and the sum over voters."""
    means, covariances = found.means.copy(), found.covariances.copy()
    log_weights = np.log(found.weights)
    observed = view.mean.ravel()
    for node in range(len(log_weights)):
        seen = see_voters(fit, view, error, node)
        difference = observed - seen.expected
        means[node] += (seen.gain @ difference).reshape(means[node].shape)
        covariances[node] -= seen.moved
        root = linalg.cholesky(seen.spread, lower=True, check_finite=False)
        standard = linalg.solve_triangular(root, difference, lower=True, check_finite=False)
        log_weights[node] -= 0.5 * float(standard @ standard) + float(np.log(np.diag(root)).sum())
    weights = np.exp(log_weights - log_weights.max())
    return Outlook(weights / weights.sum(), means, covariances)
