"""Support: fitted to the interviews, summed over the expected electorate, in draws."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from hustings.errors import InputError
from hustings.night.night import Night
from hustings.night.step import Step
from hustings.night.steps.count import cells_file
from hustings.night.steps.fit import SUPPORT, TURNOUT, fitted_model, keep, model_mark, model_there
from hustings.night.steps.marks import content_mark, contest_mark, file_mark
from hustings.scores.support.model import fit_support_model
from hustings.scores.support.people import interviewed_people, waves_of
from hustings.scores.support.summing import campaign_spec, sum_voters, voter_draws
from hustings.scores.turnout.fit import read_shocks
from hustings.store import write_json, write_parquet
from hustings.tables import VOTER_DRAWS

ERROR = "survey_error.json"
FEWEST_INTERVIEWS = 30
"""Below it, a fifth held out for the card says nothing."""


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
    days, contest = night.campaign.night.interview_days, night.contest
    waves = waves_of(night.campaign.folder, as_of=night.as_of, days=days)
    electorate = night.electorate() if night.manifest().states else None
    people = interviewed_people(waves, electorate, night.target(), contest.option_ids, days=days)
    named = people.rows["option"].count()
    if named < FEWEST_INTERVIEWS:
        raise InputError(
            f"{named:,} of {people.rows.height:,} interviews of {', '.join(people.waves)} name an option of the contest, "
            f"expected {FEWEST_INTERVIEWS} or more",
            hint="does each choice of the vote question name its option in the codebook?",
        )
    spec, predictors, left_out = campaign_spec(contest, people.rows.filter(pl.col("option").is_not_null()))
    rng = np.random.default_rng([night.seed, 2])
    fitted, fit = fit_support_model(people.rows, contest.option_ids, spec, night.as_of, rng, predictors)
    more = [f"From: {', '.join(people.waves)}.", *people.notes]
    more += [f"Left out, unknown in most states: {', '.join(left_out)}."] if left_out else []
    waves_said = people.waves[0] if len(people.waves) == 1 else f"{len(people.waves)} waves"
    said = f"{fit.interviews:,} interviews of {waves_said}"
    cells = _cells_to_sum(night)
    if cells is not None:
        model = fitted_model(night, TURNOUT)
        if model is None:
            raise InputError("there is no turnout model yet", hint="hustings fit turnout says why")
        summed = sum_voters(contest, people.rows, fit, cells, read_shocks(model), rng)
        more += summed.said
        night.work.mkdir(parents=True, exist_ok=True)
        write_json({"nation": summed.error.nation_sd, "unit": summed.error.unit_sd}, night.work / ERROR)
        draws = voter_draws(contest.option_ids, summed.estimates, rng)
        write_parquet(draws, draws_file(night), VOTER_DRAWS)
        said += f"; summed over the voters of {', '.join(summed.estimates.units)}"
    else:
        said += f"; no voters in a unit of {contest.name} to sum over"
    card = replace(fitted.card, data=(*fitted.card.data, *more))
    keep(night, replace(fitted, card=card), inputs=_inputs(night) or {})
    return said


def _outputs(night: Night) -> Sequence[Path]:
    model = model_there(SUPPORT)(night)
    return model if _cells_to_sum(night) is None else [*model, draws_file(night)]


def _cells_to_sum(night: Night) -> pl.DataFrame | None:
    """The expected electorate; None where it was not counted, or lies in no unit of the contest."""
    if not cells_file(night).is_file():
        return None
    cells = pl.read_parquet(cells_file(night))
    return cells if set(cells["state"].drop_nulls()) & set(night.contest.unit_ids) else None


FIT_SUPPORT = Step(
    "fit support",
    _inputs,
    _work,
    _outputs,
    instead="the sum over voters is the last one",
    needs="interviews of the last weeks: hustings survey field, or hustings survey load",
)
