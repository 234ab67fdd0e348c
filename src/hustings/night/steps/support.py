"""Support: fitted to the interviews, summed over the expected electorate, in draws."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from hustings.contests import Contest
from hustings.errors import InputError
from hustings.maths.logratio import softmax
from hustings.night.night import Night
from hustings.night.step import Step
from hustings.night.steps.count import cells_file
from hustings.night.steps.fit import TURNOUT, fitted_model, keep, model_mark
from hustings.night.steps.marks import content_mark, contest_mark, file_mark
from hustings.scores.support.fit import SupportFit
from hustings.scores.support.model import fit_support_model
from hustings.scores.support.people import CUTS, PEOPLE, People, interviewed_people, waves_of
from hustings.scores.support.poststratify import UnitEstimates, poststratify
from hustings.scores.support.spec import SupportSpec
from hustings.store import write_parquet
from hustings.tables import VOTER_DRAWS

DRAWS = 1000
TERMS = (
    ("state",),
    ("race_group",),
    ("age",),
    ("sex",),
    ("party",),
    ("times_voted_share",),
    ("race_group", "state"),
    ("party", "state"),
    ("race_group", "age"),
    ("race_group", "sex"),
    ("party", "race_group"),
    ("party", "age"),
    ("age", "sex"),
)
"""Terms of the model of support, as far as their features are known."""
_PAST = "past_logit"


def draws_file(night: Night) -> Path:
    """Where the day's sum over voters lies."""
    return night.work / VOTER_DRAWS.file


def _inputs(night: Night) -> Mapping[str, Any] | None:
    waves = waves_of(night.campaign.folder, as_of=night.as_of, days=night.campaign.night.interview_days)
    if not waves:
        return None
    marks = {}
    for wave in waves:
        for file in ("respondents.parquet", "answers.parquet", "weights/main/weights.parquet"):
            marks[f"{wave.survey.name} {wave.name} {file}"] = file_mark(wave.path(file))
    more = {"cells": content_mark(cells_file(night)), "turnout": model_mark(night, TURNOUT), "as_of": night.as_of}
    return {**marks, **more, **contest_mark(night), "days": night.campaign.night.interview_days}


def _work(night: Night) -> str:
    days = night.campaign.night.interview_days
    waves = waves_of(night.campaign.folder, as_of=night.as_of, days=days)
    electorate = night.electorate() if night.manifest().states else None
    people = interviewed_people(waves, electorate, night.target(), night.contest.option_ids, days=days)
    spec, predictors = support_spec(night.contest, people)
    rng = np.random.default_rng([night.seed, 2])
    options = night.contest.option_ids
    fitted, fit = fit_support_model(people.rows, options, spec, night.as_of, rng, predictors)
    keep(night, fitted, inputs=_inputs(night) or {})
    said = f"{fit.interviews:,} interviews of {', '.join(people.waves)}"
    if not cells_file(night).is_file():
        return said + "; no voters to sum over"
    estimates = sum_voters(night, fit, rng)
    night.work.mkdir(parents=True, exist_ok=True)
    write_parquet(voter_draws(night.contest, estimates, rng), draws_file(night), VOTER_DRAWS)
    return f"{said}; summed over the voters of {', '.join(estimates.units)}"


def support_spec(contest: Contest, people: People) -> tuple[SupportSpec, pl.DataFrame | None]:
    """What the model is made of: what is known of the interviewed, and each unit's last result.

    A feature that is unknown in more than half of the units is left out.
    """
    rows = people.rows.filter(pl.col("option").is_not_null())
    by_unit = rows.group_by("state").agg(pl.col(name).is_not_null().any() for name in PEOPLE if name != "state")
    known = [name for name in PEOPLE if name == "state" or by_unit[name].sum() * 2 >= by_unit.height]
    past = last_results(contest)
    complete = past is not None and set(rows["state"].drop_nulls()) <= set(past["state"])
    terms = [term for term in TERMS if set(term) <= set(known)]
    return SupportSpec(
        terms=tuple(terms), predictors=(_PAST,) if complete else (), cuts=dict(CUTS)
    ), past if complete else None


def last_results(contest: Contest) -> pl.DataFrame | None:
    """Each unit's log-ratio of the first option in the last contest; None where none is known."""
    if contest.past.is_empty():
        return None
    last = contest.past.filter(pl.col("date") == pl.col("date").max())
    wide = last.pivot(on="option", index="unit", values="votes")
    first, other = contest.option_ids[0], contest.option_ids[-1]
    if first not in wide.columns or other not in wide.columns:
        return None
    ratio = (pl.col(first) / pl.col(other)).log()
    return wide.select(pl.col("unit").alias("state"), ratio.alias(_PAST)).filter(pl.col(_PAST).is_finite())


def sum_voters(night: Night, fit: SupportFit, rng: np.random.Generator) -> UnitEstimates:
    """Sum turnout x support over the expected electorate, with the turnout's level drawn."""
    from hustings.scores.turnout.fit import read_shocks

    cells = pl.read_parquet(cells_file(night)).with_columns((pl.col("votes") / pl.col("voters")).alias("turnout_prob"))
    model = fitted_model(night, TURNOUT)
    if model is None:
        raise InputError("there is no turnout model yet", hint="hustings fit turnout says why")
    units = sorted(set(cells["state"].drop_nulls()))
    shocks = read_shocks(model).draws(units, DRAWS, rng)
    # Ballots that are in are votes whatever the level.
    place = {unit: k for k, unit in enumerate(units)}
    of_cell = shocks[:, cells["state"].replace_strict(place).to_numpy()]
    of_cell = np.where(cells["certain"].to_numpy(), 0.0, of_cell)
    return poststratify(fit, cells, turnout="turnout_prob", turnout_shocks=of_cell, n_draws=DRAWS, rng=rng)


def voter_draws(contest: Contest, estimates: UnitEstimates, rng: np.random.Generator) -> pl.DataFrame:
    """Draws of the sum over voters (``tables.VOTER_DRAWS``)."""
    n_units, n_contrasts = estimates.mean_logit.shape
    values, vectors = np.linalg.eigh(estimates.covariance)
    root = (vectors * np.sqrt(np.clip(values, 0.0, None))) @ vectors.T
    logs = estimates.mean_logit.ravel() + rng.standard_normal((DRAWS, len(root))) @ root
    shares = softmax(logs.reshape(DRAWS, n_units, n_contrasts))
    n_options = n_contrasts + 1
    return pl.DataFrame(
        {
            "draw": np.repeat(np.arange(DRAWS), n_units * n_options),
            "unit": np.tile(np.repeat(np.array(estimates.units), n_options), DRAWS).tolist(),
            "option": np.tile(np.array(contest.option_ids), DRAWS * n_units).tolist(),
            "share": shares.ravel(),
            "votes": np.tile(np.repeat(estimates.votes, n_options), DRAWS),
        }
    )


def _outputs(night: Night) -> Sequence[Path]:
    return [draws_file(night)] if cells_file(night).is_file() else []


FIT_SUPPORT = Step("fit support", _inputs, _work, _outputs, instead="the sum over voters is the last one")
