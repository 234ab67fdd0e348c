"""The expected electorate: every voter's chance to vote, summed over voters who are alike to the support model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import polars as pl

from hustings.errors import InputError
from hustings.night.night import Night
from hustings.night.step import Step
from hustings.night.steps.fit import TURNOUT, fitted_model, model_mark
from hustings.night.steps.marks import early_mark, voters_mark
from hustings.scores.scoring.cells import count_cells
from hustings.store import write_parquet
from hustings.tables import VOTER_CELLS


def cells_file(night: Night) -> Path:
    """Where the day's expected electorate lies."""
    return night.work / VOTER_CELLS.file


def _inputs(night: Night) -> Mapping[str, Any] | None:
    voters = voters_mark(night)
    if not voters:
        return None
    return {**voters, **early_mark(night), "model": model_mark(night, TURNOUT), "as_of": night.as_of}


def _work(night: Night) -> str:
    model = fitted_model(night, TURNOUT)
    if model is None:
        raise InputError("there is no turnout model yet", hint="hustings fit turnout says why")
    cells = count_cells(night.electorate(), model.models, night.target(), progress=night.progress)
    night.work.mkdir(parents=True, exist_ok=True)
    write_parquet(cells, cells_file(night), VOTER_CELLS)
    voters, votes = int(cells["voters"].sum()), float(cells["votes"].sum())
    return f"{votes:,.0f} votes expected of {voters:,} voters{elsewhere(cells, night.contest.unit_ids)}"


def elsewhere(cells: pl.DataFrame, units: Sequence[str]) -> str:
    """Say how many of the votes are of states that are no unit of the contest; empty where none are."""
    strange = cells.filter(~pl.col("state").is_in(list(units)))
    if strange.is_empty():
        return ""
    states = ", ".join(sorted(strange["state"].unique()))
    return f"; {float(strange['votes'].sum()):,.0f} of them in {states}, no unit of the contest"


def _outputs(night: Night) -> Sequence[Path]:
    return [cells_file(night)]


COUNT = Step(
    "count",
    _inputs,
    _work,
    _outputs,
    instead="the sum over voters is the last one",
    needs="load voters: hustings load voters",
)
