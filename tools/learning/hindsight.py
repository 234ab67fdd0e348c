"""What a season's polls teach once the result is known: the tracker itself, with the result as its prior."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple
from unittest import mock

import numpy as np
import polars as pl

from hustings.polls.clean import clean_polls
from hustings.polls.readers import read_polls
from hustings.polls.tracker import fit as tracker
from hustings.polls.tracker.design import block_slices
from hustings.polls.tracker.fundamentals import NationalPrior
from hustings.polls.tracker.spec import SCALE_NAMES, ScalePrior, TrackerSpec
from learning.pooling import SEARCH_LOG_SD, SEARCH_MEDIAN, SEARCH_MEDIANS, Array, Draws, Evidence, without_prior
from learning.swings import contest_of, known_prior, results_of

FEW_DRAWS = ("bias_nation", "nation_gap", "mode", "population")
"""Scales of which a contest shows one or a few draws only."""
KNOWN = ScalePrior(1e-4, 0.01)
"""Of the units' deviations: the result is known."""
FLAT_UNDECIDED_SD, FLAT_SPONSOR_SD = 3.0, 0.5
STEP = 0.15
"""Of the differences, in log scale."""


class Hindsight(NamedTuple):
    """What a season's polls say once the result is known."""

    scales: dict[str, Evidence]
    draws: dict[str, Draws]
    undecided: tuple[float, float] | None
    sponsor: tuple[float, float] | None
    residuals: Array
    """(poll, 2): response minus what the other polls say of it, and the variance of that without the poll's own error."""


def read_season(source: Path, year: int) -> pl.DataFrame:
    """Polls of a whole season, cleaned."""
    contest = contest_of(year)
    return clean_polls(read_polls(source / "us_polls_2008_2012_2016.csv", contest), contest, as_of=contest.date).polls


def read_final_polls(source: Path, year: int) -> pl.DataFrame:
    """538's list of polls of the last 21 days, which says who asked how and for whom."""
    contest = contest_of(year)
    table = pl.read_csv(source / "us_polls_vs_results_1998_2016.csv", infer_schema_length=None)
    table = table.filter((pl.col("cycle") == year) & (pl.col("type_simple") == "Pres-G"))
    unit = pl.col("state").str.replace("^M([12])$", "ME-$1").str.replace("^N([123])$", "NE-$1")
    date = pl.col("median_date").str.to_date()
    polls = table.select(
        pl.col("question_id").cast(pl.String).alias("poll_id"),
        "pollster",
        unit.alias("unit"),
        date.alias("start_date"),
        date.alias("end_date"),
        "sample_size",
        pl.lit("lv").alias("population"),
        pl.col("methodology").str.to_lowercase().alias("mode"),
        pl.col("partisan").replace_strict({"D": "dem", "R": "rep"}, default=None).alias("partisan"),
        (pl.col("cand1_pct") / 100.0).alias("share_dem"),
        (pl.col("cand2_pct") / 100.0).alias("share_rep"),
    )
    return polls.filter(
        pl.col("unit").is_in([*contest.unit_ids, contest.nation]) & (pl.col("end_date") < contest.date)
    ).sort("end_date", "poll_id")


def hindsight_spec(spec: TrackerSpec, walks: dict[str, ScalePrior]) -> TrackerSpec:
    """Weak priors for everything about polls; the units' deviations are known (their scales all but 0)."""
    scales = {name: ScalePrior(SEARCH_MEDIANS.get(name, SEARCH_MEDIAN), SEARCH_LOG_SD) for name in SCALE_NAMES}
    scales |= {"unit_shared": KNOWN, "unit_own": KNOWN} | walks
    return TrackerSpec(
        scales,
        spec.kernel,
        spec.lean_persistence,
        undecided_mean=0.0,
        undecided_sd=FLAT_UNDECIDED_SD,
        sponsor_mean=0.0,
        sponsor_sd=FLAT_SPONSOR_SD,
        degrees_of_freedom=spec.degrees_of_freedom,
        volatility_prior_contests=spec.volatility_prior_contests,
    )


def curvature(fit: tracker.TrackerFit) -> Array:
    """Negative second derivative of the log density of the log scales at their mode, by differences of the gradient."""
    rows = []
    top = fit.problem.table.bounds[1]
    for scale, name in enumerate(SCALE_NAMES):
        step = np.zeros(len(SCALE_NAMES))
        step[scale] = STEP if name != "noise" or fit.mode[scale] + STEP <= top else -STEP
        ahead, behind = (fit.problem.density_and_gradient(fit.mode + sign * step)[1] for sign in (1.0, -1.0))
        rows.append((behind - ahead) / (2.0 * step[scale]))
    return np.asarray((np.array(rows) + np.array(rows).T) / 2.0)


def residuals_against_others(fit: tracker.TrackerFit, mean: Array, covariance: Array) -> Array:
    """Each poll against the posterior without it (leave-one-out formulas of linear regression)."""
    design, spread = fit.observed.design, fit.observed.spread
    own = np.exp(2.0 * fit.mode[SCALE_NAMES.index("noise")]) / fit.omega[fit.observed.poll]
    fitted_variance = np.einsum("rc,rc->r", design @ covariance, design)
    grown = (own + spread) / np.maximum(own + spread - fitted_variance, 0.01 * (own + spread))
    return np.column_stack([(fit.observed.response - design @ mean) * grown, spread + fitted_variance * grown])


def hindsight(polls: pl.DataFrame, year: int, spec: TrackerSpec, walks: dict[str, ScalePrior]) -> Hindsight:
    """Fit the tracker to a season with the result as its prior, and read what it says of polls."""
    contest = contest_of(year)
    logits, whole = results_of(year)
    spec = hindsight_spec(spec, walks)
    prior = known_prior(year, spec)
    prior = prior._replace(lean=(logits - whole)[:, None], nation=NationalPrior(np.array([whole]), 1e-4, "result"))
    with mock.patch.object(tracker, "unit_prior", return_value=prior):
        fit = tracker.fit_tracker(contest, polls, as_of=contest.date, spec=spec, national="flat")
    se = np.sqrt(np.diag(np.linalg.inv(curvature(fit))))
    scales = {}
    for i, name in enumerate(SCALE_NAMES):
        e = without_prior(year, fit.mode[i], se[i], spec.log_medians[i], spec.log_sds[i])
        if e and name not in walks and not name.startswith("unit_"):
            scales[name] = e
    found = fit.problem.posterior(fit.mode)
    lower = fit.problem.lower_covariance(found)
    covariance = lower + lower.T - np.diag(np.diag(lower))
    slices = block_slices(fit.blocks)

    def number(name: str) -> tuple[float, float] | None:
        if name not in slices:
            return None
        at = slices[name].start
        return float(found.mean[at]), float(np.sqrt(covariance[at, at]))

    draws = {}
    for block in fit.blocks:
        if block.name in FEW_DRAWS:
            here = slices[block.name]
            precision = np.linalg.inv(covariance[here, here])
            variance = fit.problem.variances(fit.mode, block)
            draws[block.name] = Draws(year, precision - np.diag(1.0 / variance), precision @ found.mean[here])
    residuals = residuals_against_others(fit, found.mean, covariance)
    return Hindsight(scales, draws, number("undecided"), number("sponsor"), residuals)
