r"""The fit of the tracker.

Question: given every poll so far, where does each unit stand, and how sure is that?

Model (docs/maths/tracker.md). Log-ratios of unit ``u`` on day ``t`` before the election: lean + level + deviation +
walk, all Gaussian; a poll adds house, mode, population, sponsor and polling bias, and its own Student-t error, and is
multinomial. Scales have log-normal priors.

Algorithm. Everything but the scales is one Gaussian vector of coordinates; the polls enter through ``A' W A``, whose
size does not depend on how many polls there are (information form). Two rounds of: Newton expansion of the likelihood,
mode of the scales, robustness weights, linearisation of the nation. Then the scales are integrated over fixed points.

Sources: Jackman (Aust. J. Political Science 40(4), 2005) and Linzer (JASA 108(501), 2013) for poll tracking as a
state-space model; Heidemanns, Gelman & Morris (Harvard Data Science Review 2(4), 2020) for polling errors that states
share; Rue, Martino & Chopin (JRSS B 71(2), 2009) for integrating scales over points around their mode.

Checked against: a dense joint Gaussian written from the equations (tests/reference/dense_tracker.py), NUTS on the
same model (tests/oracle), simulated seasons with known truth (tests/recovery).
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from hustings.contests import Contest
from hustings.maths.threads import one_thread
from hustings.polls.tracker.constants import default_spec
from hustings.polls.tracker.design import (
    Block,
    PollData,
    Rows,
    Whole,
    linearise_whole,
    make_blocks,
    make_design,
    poll_data,
)
from hustings.polls.tracker.likelihood import (
    Observations,
    observations,
    robustness_weights,
    starting_log_ratios,
)
from hustings.polls.tracker.prior import UnitPrior, unit_prior
from hustings.polls.tracker.rows import unit_rows
from hustings.polls.tracker.scales import (
    NoiseTable,
    Posterior,
    ScalePoints,
    ScaleProblem,
    integrate,
)
from hustings.polls.tracker.spec import SCALE_NAMES, TrackerSpec

Array = NDArray[np.float64]

_NOISE = SCALE_NAMES.index("noise")
_WIDE, _NARROW = 1.3, 0.4
"""Half-widths in log(noise) over which the sums are interpolated, in the first and the last round."""
_WIDE_POINTS, _NARROW_POINTS = 3, 5


@dataclass(frozen=True)
class TrackerFit:
    """Everything known after the polls.

    Attributes
    ----------
    contest, polls, as_of, spec, prior
        What was fitted.
    data, blocks, whole, rows, observed
        Polls as arrays, coordinates, the linearised nation, polls as linear functions of the coordinates, and the final
        Gaussian observations.
    omega : (poll,) array
        Robustness weight of each poll.
    points : ScalePoints
        Scales and their weights.
    mode : (scale,) array
        Most probable log scales.
    problem : ScaleProblem
        Gives the coordinates' posterior at any scales.
    evaluations : int
        Of the scales' density, to find its mode.
    """

    contest: Contest
    polls: pl.DataFrame
    as_of: dt.date
    spec: TrackerSpec
    prior: UnitPrior
    data: PollData
    blocks: list[Block]
    whole: Whole
    rows: Rows
    observed: Observations
    omega: Array
    points: ScalePoints
    mode: Array
    problem: ScaleProblem
    evaluations: int

    @property
    def n_nodes(self) -> int:
        """Points of the scales."""
        return len(self.points.weights)

    def at_node(self, node: int) -> Posterior:
        """Coordinates given the scales of one integration point."""
        return self.problem.posterior(self.points.log_scales[node])

    def scale_summary(self) -> dict[str, float]:
        """Posterior mean of each scale (log-ratio units; walks per square root of a day)."""
        means = self.points.weights @ np.exp(self.points.log_scales)
        return dict(zip(SCALE_NAMES, means.tolist(), strict=True))


@one_thread
def fit_tracker(
    contest: Contest,
    polls: pl.DataFrame,
    *,
    as_of: dt.date,
    spec: TrackerSpec | None = None,
    national: str = "auto",
) -> TrackerFit:
    """Fit the tracker to cleaned polls.

    Parameters
    ----------
    contest : Contest
        Its past results give the leans and who moves together.
    polls : polars.DataFrame
        As :func:`hustings.polls.clean.clean_polls` returns them; may be empty (the answer is then the prior).
    as_of : datetime.date
        The day it is known on.
    spec : TrackerSpec, optional
        Assumptions; learned from contests before this one where not given.
    national : str
        Prior of the nation: ``auto``, ``fundamentals``, ``history`` or ``flat``.

    Raises
    ------
    ConfigError
        The national prior that was asked for does not exist for this contest and day.
    """
    spec = spec or default_spec(contest)
    prior = unit_prior(contest, spec, as_of=as_of, national=national)
    data = poll_data(contest, polls)
    blocks = make_blocks(prior, data, spec, as_of_day=float((contest.date - as_of).days))
    whole = linearise_whole(_first_guess(prior, data), prior.votes)
    eta, omega = starting_log_ratios(data), np.ones(len(data.unit))
    mode = spec.log_medians
    evaluations = 0
    for last in (False, True):
        rows = make_design(prior, data, spec, blocks, whole)
        observed = observations(data, rows, eta)
        half = _NARROW if last else _WIDE
        table = NoiseTable(
            observed, omega, mode[_NOISE] - half, mode[_NOISE] + half, _NARROW_POINTS if last else _WIDE_POINTS
        )
        problem = ScaleProblem(blocks, spec, table)
        mode, tried = problem.mode(mode, max_steps=30, tolerance=1e-6 if last else 1e-4)
        evaluations += tried
        if not last:
            found = problem.posterior(mode)
            eta, omega = _refresh(
                data, rows, observed, problem, found, float(np.exp(2.0 * mode[_NOISE])), omega, spec.degrees_of_freedom
            )
            whole = linearise_whole(_units_now(prior, blocks, found.mean), prior.votes)
    points = integrate(problem, mode, spec, unit_rows(prior, blocks, np.zeros(1))[0])
    return TrackerFit(
        contest,
        polls,
        as_of,
        spec,
        prior,
        data,
        blocks,
        whole,
        rows,
        observed,
        omega,
        points,
        mode,
        problem,
        evaluations,
    )


def _first_guess(prior: UnitPrior, data: PollData) -> Array:
    """Leans shifted to where the polls stand against them."""
    logs = starting_log_ratios(data)
    complete = ~np.isnan(data.counts).any(axis=1)
    if not complete.any():
        return prior.lean + prior.nation.mean
    lean = np.where((data.unit < 0)[:, None], 0.0, prior.lean[np.maximum(data.unit, 0)])
    return np.asarray(prior.lean + np.median((logs - lean)[complete], axis=0))


def _units_now(prior: UnitPrior, blocks: list[Block], coordinates: Array) -> Array:
    rows = unit_rows(prior, blocks, np.zeros(1))[0]
    n_units, n_contrasts = prior.lean.shape
    return np.asarray(prior.lean + prior.nation.mean + (rows @ coordinates).reshape(n_units, n_contrasts))


def _refresh(
    data: PollData,
    rows: Rows,
    observed: Observations,
    problem: ScaleProblem,
    found: Posterior,
    noise: float,
    omega: Array,
    freedom: float,
) -> tuple[Array, Array]:
    """Next expansion point of each poll (its own error included) and its robustness weight."""
    n_polls, n_contrasts = len(data.unit), rows.offset.size // max(len(data.unit), 1)
    if n_polls == 0:
        return np.zeros((0, data.counts.shape[1] - 1)), omega
    fitted = observed.design @ found.mean
    residual = observed.response - fitted
    lower = problem.lower_covariance(found)
    covariance = lower + lower.T - np.diag(np.diag(lower))
    fitted_variance = np.einsum("rc,rc->r", observed.design @ covariance, observed.design)
    own = noise / omega[observed.poll]
    error = own / (own + observed.spread) * residual
    eta = (rows.offset + rows.design @ found.mean).reshape(n_polls, n_contrasts)
    eta = eta + unrotate(observed, error, n_polls, n_contrasts)
    weights = robustness_weights(observed.poll, residual, fitted_variance, observed.spread, noise, freedom, n_polls)
    return eta, weights


def unrotate(observed: Observations, error: Array, n_polls: int, n_contrasts: int) -> Array:
    """Errors of the rotated rows as log-ratios of all options (0 for one that was not offered)."""
    if n_contrasts == 1:
        return error[:, None]
    place = np.concatenate([np.arange(count) for count in np.bincount(observed.poll, minlength=n_polls)])
    rotated = np.zeros((n_polls, n_contrasts))
    rotated[observed.poll, place] = error
    return np.asarray(np.einsum("pjr,pr->pj", np.linalg.pinv(observed.rotation), rotated))
