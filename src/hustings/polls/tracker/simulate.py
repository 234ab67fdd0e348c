r"""Seasons of polls drawn from the tracker's own model, with the truth kept.

Question: if the world were exactly as the model says, would the model find it?

Model. Everything of docs/maths/tracker.md is drawn in its own order: scales from their priors, where the units stand on
election day, how they walked there, what all polls of the season get wrong, what each house, mode and population adds,
each poll's Student-t error, and at last the respondents. The nation is the exact vote-weighted whole of its units and
not its linearisation, counts are counts and not Gaussians: what the fit approximates is not approximated here.

Assumptions. Which unit is polled when, by whom and how largely is made up and carries no information, as in the model.

Checked against: tests/unit/polls/tracker/test_simulate.py (moments); used by tests/recovery and tests/oracle.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from hustings.contests import Contest
from hustings.maths.brownian import fieldwork_rows
from hustings.maths.logratio import contrast_root, log_ratios, softmax, whole_share
from hustings.polls.tracker.prior import UnitPrior, unit_prior
from hustings.polls.tracker.spec import COARSE_KNOTS, FINE_KNOTS, NATION_KNOTS, SCALE_NAMES, TrackerSpec
from hustings.tables import share_column

Array = NDArray[np.float64]
Scales = dict[str, float]

_MODES = ("live phone", "online", "ivr")
_POPULATIONS = ("lv", "rv", "a")
_POPULATION_PROBS = (0.6, 0.3, 0.1)
_POLLS_PER_HOUSE = 8
_SAMPLE_SIZES = (200.0, 3000.0)
_LONGEST_FIELDWORK_DAYS = 5


@dataclass(frozen=True)
class SeasonPlan:
    """What is polled; none of it depends on what voters think.

    Parameters
    ----------
    n_polls : int
    season_days : int
        Polls end between ``season_days`` before the election and the day before; later days have more of them.
    national_prob, sponsor_prob : float
        Chance that a poll is of the nation, and that an option's side paid for it.
    narrow_prob : float
        Chance that a poll leaves one option out, where there are more than two.
    median_sample : float
        Respondents.
    undecided_mean : float
        Share of respondents who name none of the options.
    """

    n_polls: int = 80
    season_days: int = 150
    national_prob: float = 0.3
    sponsor_prob: float = 0.05
    narrow_prob: float = 0.3
    median_sample: float = 700.0
    undecided_mean: float = 0.08


class SimulatedSeason(NamedTuple):
    """A season and its truth.

    Attributes
    ----------
    polls : polars.DataFrame
        As :func:`hustings.polls.clean.clean_polls` would return them.
    log_ratios : (unit, contrast) array
        Where the units stand on election day.
    shares : (unit, option) array
        The same as shares.
    scales : dict
        The scales that were drawn.
    """

    polls: pl.DataFrame
    log_ratios: Array
    shares: Array
    scales: Scales


class _World(NamedTuple):
    """Log-ratio scale: election day and bias (unit, contrast), walks at the knots (knot, unit, contrast)."""

    election_day: Array
    nation_walk: Array
    fine_walk: Array
    coarse_walk: Array
    bias: Array


class _Fieldwork(NamedTuple):
    """Who asked whom and when, poll first; ``unit`` -1 is the nation, ``sponsor`` -1 nobody."""

    unit: NDArray[np.int64]
    last_day: Array
    first_day: Array
    house: NDArray[np.int64]
    mode: NDArray[np.int64]
    population: NDArray[np.int64]
    sponsor: NDArray[np.int64]
    sample_size: NDArray[np.int64]
    named: NDArray[np.int64]
    offered: NDArray[np.bool_]


def simulate_season(
    contest: Contest,
    spec: TrackerSpec,
    *,
    rng: np.random.Generator,
    plan: SeasonPlan | None = None,
    national: str = "auto",
    scales: Scales | None = None,
) -> SimulatedSeason:
    """Draw a season.

    Parameters
    ----------
    contest : Contest
    spec : TrackerSpec
    rng : numpy.random.Generator
    plan : SeasonPlan, optional
        What is polled.
    national : str
        Prior of the nation, as in :func:`~hustings.polls.tracker.fit.fit_tracker`.
    scales : dict, optional
        Used instead of draws from their priors.
    """
    plan = plan or SeasonPlan()
    prior = unit_prior(contest, spec, as_of=contest.date, national=national)
    scales = scales or draw_scales(spec, rng)
    world = _draw_world(prior, scales, spec, rng)
    field = _draw_fieldwork(contest, plan, rng)
    expected = _of_units(prior, world, field) + _of_polls(prior, field, scales, spec, rng)
    counts = _draw_counts(expected, field, rng)
    return SimulatedSeason(_as_table(contest, field, counts), world.election_day, softmax(world.election_day), scales)


def draw_scales(spec: TrackerSpec, rng: np.random.Generator) -> Scales:
    """Every scale from its log-normal prior."""
    drawn = np.exp(spec.log_medians + spec.log_sds * rng.standard_normal(len(SCALE_NAMES)))
    return dict(zip(SCALE_NAMES, drawn.tolist(), strict=True))


def _draw_world(prior: UnitPrior, scales: Scales, spec: TrackerSpec, rng: np.random.Generator) -> _World:
    n_contrasts = prior.lean.shape[1]
    n_factors, n_districts = prior.shared_variance.size, prior.district_loadings.shape[1]
    root = contrast_root(n_contrasts)

    def errors(*shape: int) -> Array:
        return rng.standard_normal((*shape, n_contrasts)) @ root.T

    def factor_sds(kind: str) -> Array:
        return np.sqrt(scales[f"{kind}_shared"] ** 2 * prior.shared_variance + scales[f"{kind}_own"] ** 2)

    def walk(knots: Array, sds: Array) -> Array:
        """Away from election day: (knot after the first, factor, contrast)."""
        steps = np.sqrt(np.diff(knots))[:, None, None] * sds[:, None] * errors(len(knots) - 1, len(sds))
        return np.cumsum(steps, axis=0)

    def deviations(kind: str) -> Array:
        own = scales[f"{kind}_own"] * errors(n_districts)
        return prior.loadings @ (factor_sds(kind)[:, None] * errors(n_factors)) + prior.district_loadings @ own

    lead = min(spec.shared_walk_factors, n_factors)
    sds = factor_sds("walk")
    level = prior.nation.mean + prior.nation.sd * errors()
    fine = np.einsum("uf,sfk->suk", prior.loadings[:, :lead], walk(FINE_KNOTS, sds[:lead]))
    return _World(
        election_day=prior.lean + level + deviations("unit"),
        nation_walk=walk(NATION_KNOTS, np.array([scales["walk_nation"]])),
        fine_walk=fine,
        coarse_walk=np.einsum("uf,sfk->suk", prior.loadings[:, lead:], walk(COARSE_KNOTS, sds[lead:])),
        bias=scales["bias_nation"] * errors() + deviations("bias"),
    )


def _draw_fieldwork(contest: Contest, plan: SeasonPlan, rng: np.random.Generator) -> _Fieldwork:
    n_polls, n_options, n_units = plan.n_polls, len(contest.options), len(contest.units)
    n_houses = max(2, n_polls // _POLLS_PER_HOUSE)
    popular = 1.0 / np.arange(1, n_houses + 1)
    house = rng.choice(n_houses, n_polls, p=popular / popular.sum())
    unit = rng.choice(n_units, n_polls, p=rng.dirichlet(np.full(n_units, 2.0)))
    last_day = np.floor(1.0 + (plan.season_days - 1) * rng.random(n_polls) ** 1.5)
    sample_size = np.clip(plan.median_sample * np.exp(0.4 * rng.standard_normal(n_polls)), *_SAMPLE_SIZES).astype(int)
    undecided = rng.beta(20.0 * plan.undecided_mean, 20.0 * (1.0 - plan.undecided_mean), n_polls)
    offered = np.ones((n_polls, n_options), dtype=bool)
    if n_options > 2:
        narrow = np.flatnonzero(rng.random(n_polls) < plan.narrow_prob)
        offered[narrow, rng.integers(n_options, size=len(narrow))] = False
    return _Fieldwork(
        unit=np.where(rng.random(n_polls) < plan.national_prob, -1, unit),
        last_day=last_day,
        first_day=last_day + rng.integers(_LONGEST_FIELDWORK_DAYS, size=n_polls),
        house=house,
        mode=house % len(_MODES),
        population=rng.choice(len(_POPULATIONS), n_polls, p=_POPULATION_PROBS),
        sponsor=np.where(rng.random(n_polls) < plan.sponsor_prob, rng.integers(n_options, size=n_polls), -1),
        sample_size=sample_size,
        named=np.maximum(rng.binomial(sample_size, 1.0 - undecided), 1),
        offered=offered,
    )


def _of_units(prior: UnitPrior, world: _World, field: _Fieldwork) -> Array:
    """Log-ratios of whom each poll asked, as a poll without own error would find them: (poll, contrast)."""
    nation = fieldwork_rows(field.last_day, field.first_day, NATION_KNOTS)
    fine = fieldwork_rows(field.last_day, field.first_day, FINE_KNOTS)
    coarse = fieldwork_rows(field.last_day, field.first_day, COARSE_KNOTS)
    seen = np.zeros((len(field.unit), prior.lean.shape[1]))
    for poll, unit in enumerate(field.unit):
        walk = np.tensordot(nation[poll], world.nation_walk, 1) + np.tensordot(fine[poll], world.fine_walk, 1)
        walk = walk + np.tensordot(coarse[poll], world.coarse_walk, 1)
        units = world.election_day + walk + world.bias
        seen[poll] = units[unit] if unit >= 0 else log_ratios(whole_share(units, prior.votes))
    return seen


def _of_polls(
    prior: UnitPrior, field: _Fieldwork, scales: Scales, spec: TrackerSpec, rng: np.random.Generator
) -> Array:
    """Everything that belongs to polls alone, their own errors included: (poll, contrast)."""
    n_polls, n_contrasts = len(field.unit), prior.lean.shape[1]
    root = contrast_root(n_contrasts)
    national = (field.unit < 0)[:, None]

    def effects(name: str, size: int) -> Array:
        return scales[name] * rng.standard_normal((size, n_contrasts)) @ root.T

    house = effects("house", int(field.house.max(initial=0)) + 1)
    mode = effects("mode", len(_MODES))
    population = np.concatenate([np.zeros((1, n_contrasts)), effects("population", len(_POPULATIONS) - 1)])
    gap = np.where(national, effects("nation_gap", 1), 0.0)
    lean = np.where(national, 0.0, prior.lean[field.unit])
    decided = (spec.undecided_mean + spec.undecided_sd * rng.standard_normal()) * (
        1.0 - field.named / field.sample_size
    )
    # One more option than contrasts: the last option's log-share counts against every contrast.
    pushed = np.vstack([np.eye(n_contrasts), -np.ones(n_contrasts), np.zeros(n_contrasts)])
    sponsor = (spec.sponsor_mean + spec.sponsor_sd * rng.standard_normal()) * pushed[field.sponsor]
    omega = rng.gamma(spec.degrees_of_freedom / 2.0, 2.0 / spec.degrees_of_freedom, n_polls)
    own = effects("noise", n_polls) / np.sqrt(omega)[:, None]
    systematic = house[field.house] + mode[field.mode] + population[field.population] + gap + sponsor
    return np.asarray(systematic - decided[:, None] * lean + own)


def _draw_counts(expected: Array, field: _Fieldwork, rng: np.random.Generator) -> Array:
    """Respondents for each option, NaN where it was not offered: (poll, option)."""
    share = np.where(field.offered, softmax(expected), 0.0)
    counts = rng.multinomial(field.named, share / share.sum(axis=1, keepdims=True)).astype(float)
    return np.where(field.offered, counts, np.nan)


def _as_table(contest: Contest, field: _Fieldwork, counts: Array) -> pl.DataFrame:
    places = [*contest.unit_ids, contest.nation]
    sponsors = [*contest.option_ids, None]
    n_polls = len(counts)

    def before(days: Array) -> list[dt.date]:
        return [contest.date - dt.timedelta(days=int(day)) for day in days]

    shares = counts / field.sample_size[:, None]
    return pl.DataFrame(
        {
            "poll_id": [f"poll-{i + 1}" for i in range(n_polls)],
            "row": np.arange(2, n_polls + 2),
            "pollster": [f"Pollster {i + 1}" for i in field.house],
            "unit": [places[unit] for unit in field.unit],
            "start_date": before(field.first_day),
            "end_date": before(field.last_day),
            "published_date": before(field.last_day),
            "sample_size": field.sample_size.astype(float),
            "population": [_POPULATIONS[i] for i in field.population],
            "mode": [_MODES[i] for i in field.mode],
            "partisan": pl.Series([sponsors[i] for i in field.sponsor], dtype=pl.String),
            "n_answers": field.offered.sum(axis=1),
            "sample_size_filled": [False] * n_polls,
            **{
                share_column(option_id): pl.Series(shares[:, k]).fill_nan(None)
                for k, option_id in enumerate(contest.option_ids)
            },
        },
        schema_overrides={"start_date": pl.Date, "end_date": pl.Date, "published_date": pl.Date, "unit": pl.String},
    )
