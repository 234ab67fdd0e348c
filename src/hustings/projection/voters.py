r"""What the campaign's own voters say, beside the polls: one more source, with its own error.

Question: the sum over voters of turnout x support says one thing, published polls another. What do both say together, and
where do they part?

Model. The sum over voters gives each unit's log-ratio as it stands on the day, ``y``, with the joint error ``V`` of turnout and
of the support model (its draws). On top of it comes what no respondent can tell: people who answer surveys differ from
those who do not. That bias has the covariance ``B`` that such surveys' bias has had, and part of it comes from the same cause
as the polls', because the same people do not answer. ``rho`` is the correlation; the polls' bias is stretched by ``s``, how much
larger the survey's is, for the nation and for the units' deviations from it:

``y = eta(day) + rho s b_polls + e``,  ``e ~ N(0, V + (1 - rho^2) B)``.

``b_polls`` is a coordinate of the tracker, so the update is one conditioning of its Gaussian (Rasmussen & Williams 2006,
appendix A.2), at each point of the scales; the points are weighted anew by how well they foresaw ``y``. Each unit's
part of ``e`` follows a Student-t, as polls' own errors do: a unit in which the survey is far off loses its weight (EM, as in the
tracker). The nation's part stays Gaussian: where the two sources part in the whole, nothing says which of them is the outlier
(``docs/maths/two-sources.md``).

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
from hustings.polls.tracker.design import block_slices
from hustings.polls.tracker.rows import bias_rows, unit_rows

Array = NDArray[np.float64]

SHARED_WITH_POLLS = 0.5
"""Correlation of the own survey's bias with that of published polls: an assumption, shown with its effect."""
_JITTER = 1e-9
FEWEST_DRAWS = 50
WEIGHT_STEPS = 12
"""Of EM; weights then change by less than a hundredth."""


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


class Foreseen(NamedTuple):
    """The sum over voters as the polls foresee it, its own error apart, at each point of the scales.

    Attributes
    ----------
    expected : (node, known * contrast) array
    spread : (node, known * contrast, known * contrast) array
    crossed : (node, row, known * contrast) array
        Covariance with the units on election day.
    """

    expected: Array
    spread: Array
    crossed: Array


class OwnError(NamedTuple):
    """Covariances of what the survey's bias does not share with the polls', (known * contrast, known * contrast) each.

    Attributes
    ----------
    common, own : arrays
        Of the nation and units alike, and of each unit.
    """

    common: Array
    own: Array


def own_error(fit: TrackerFit, units: NDArray[np.int64], error: SurveyError) -> OwnError:
    """The parts of :func:`own_bias`, less what comes from the polls' cause."""
    rest = 1.0 - error.with_polls**2
    common, own = SurveyError(error.nation, error.shared, 0.0), SurveyError(0.0, 0.0, error.own)
    return OwnError(rest * own_bias(fit, units, common), rest * own_bias(fit, units, own))


def stretches(fit: TrackerFit, error: SurveyError) -> tuple[float, float]:
    """How much larger the survey's bias is than the polls': the nation's, and that of the units' deviations."""
    polls = survey_error(fit)
    shared = float(fit.prior.shared_variance.mean())
    ours, theirs = (one.shared**2 * shared + one.own**2 for one in (error, polls))
    return error.nation / polls.nation, float(np.sqrt(ours / theirs))


def foresee(fit: TrackerFit, units: NDArray[np.int64], error: SurveyError) -> Foreseen:
    """What the polls say of the sum over voters of some units, before it is looked at."""
    n_contrasts = fit.prior.lean.shape[1]
    on_day, at_end = unit_rows(fit.prior, fit.blocks, np.array([float((fit.contest.date - fit.as_of).days), 0.0]))
    picked = (units[:, None] * n_contrasts + np.arange(n_contrasts)).ravel()
    nation, deviation = stretches(fit, error)
    columns = block_slices(fit.blocks)
    stretch = np.full(on_day.shape[1], deviation)
    stretch[columns["bias_nation"]] = nation
    rows = on_day[picked] + error.with_polls * bias_rows(fit.prior, fit.blocks)[picked] * stretch
    start = (fit.prior.lean + fit.prior.nation.mean).ravel()[picked]
    expected, spread, crossed = [], [], []
    for node in range(fit.n_nodes):
        found = fit.at_node(node)
        half = linalg.solve_triangular(found.factor, rows.T, lower=True, check_finite=False)
        end = linalg.solve_triangular(found.factor, at_end.T, lower=True, check_finite=False)
        expected.append(start + rows @ found.mean)
        spread.append(half.T @ half)
        crossed.append(end.T @ half)
    return Foreseen(np.stack(expected), np.stack(spread), np.stack(crossed))


def mixed_moments(weights: Array, seen: Foreseen) -> tuple[Array, Array]:
    """Mean and covariance of what was foreseen, over all points of the scales."""
    mean = weights @ seen.expected
    off = seen.expected - mean
    return mean, np.einsum("n,nij->ij", weights, seen.spread) + np.einsum("n,ni,nj->ij", weights, off, off)


def unit_weights(
    gap: Array, others: Array, own: Array, n_contrasts: int, freedom: float, *, n_steps: int = WEIGHT_STEPS
) -> Array:
    """EM weights of the units' own errors, (known,): 1 where typical, near 0 where the survey is far off.

    Parameters
    ----------
    gap : (known * contrast,) array
        Observed less foreseen.
    others, own : (known * contrast, known * contrast) arrays
        Covariance of the gap but for the units' own errors, and theirs at weight 1.
    n_contrasts : int
    freedom : float
        Degrees of freedom of the Student-t.
    n_steps : int
    """
    n_units = len(gap) // n_contrasts
    omega = np.ones(n_units)
    if not np.diag(own).all():
        return omega
    blocks = own.reshape(n_units, n_contrasts, n_units, n_contrasts)[np.arange(n_units), :, np.arange(n_units)]
    precision = np.linalg.inv(blocks)
    for _ in range(n_steps):
        weighted = _weighted(own, omega, n_contrasts)
        gain = linalg.solve(others + weighted, weighted, assume_a="pos").T
        error = (gain @ gap).reshape(n_units, n_contrasts)
        left = (weighted - gain @ weighted).reshape(n_units, n_contrasts, n_units, n_contrasts)
        squares = error[:, :, None] * error[:, None, :] + left[np.arange(n_units), :, np.arange(n_units)]
        omega = (freedom + n_contrasts) / (freedom + np.einsum("ukl,ulk->u", precision, squares))
    return omega


def _weighted(own: Array, omega: Array, n_contrasts: int) -> Array:
    """Own errors' covariance at some weights."""
    size = np.repeat(omega, n_contrasts) ** -0.5
    return own * size[:, None] * size


def with_voters(fit: TrackerFit, found: Outlook, view: VotersView, error: SurveyError) -> Outlook:
    """The units on election day, given the polls and the sum over voters."""
    seen, own = foresee(fit, view.units, error), own_error(fit, view.units, error)
    return combine(found, seen, view, own, fit.spec.degrees_of_freedom)


def combine(found: Outlook, seen: Foreseen, view: VotersView, own: OwnError, freedom: float) -> Outlook:
    """Condition what the polls say on the sum over voters.

    Parameters
    ----------
    found : Outlook
        By the polls.
    seen : Foreseen
    view : VotersView
        What the sum is.
    own : OwnError
    freedom : float
        Degrees of freedom of the Student-t of the units' own errors.
    """
    n_contrasts = found.means.shape[2]
    mean, spread = mixed_moments(found.weights, seen)
    others = view.covariance + own.common
    omega = unit_weights(view.mean.ravel() - mean, spread + others, own.own, n_contrasts, freedom)
    root = np.linalg.cholesky(seen.spread + others + _weighted(own.own, omega, n_contrasts))
    half = np.linalg.solve(root, seen.crossed.transpose(0, 2, 1))
    standard = np.linalg.solve(root, (view.mean.ravel() - seen.expected)[..., None])
    volume = np.log(np.einsum("nii->ni", root)).sum(axis=1)
    log_weights = np.log(found.weights) - 0.5 * (standard[..., 0] ** 2).sum(axis=1) - volume
    weights = np.exp(log_weights - log_weights.max())
    gain = half.transpose(0, 2, 1)
    return Outlook(
        weights / weights.sum(),
        found.means + (gain @ standard).reshape(found.means.shape),
        found.covariances - gain @ half,
    )
