"""Support moved to where the projection stands: the same number of logits for everybody in a unit."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl

from hustings.maths.logratio import log_ratios
from hustings.night.night import Night
from hustings.night.steps.count import cells_file
from hustings.night.steps.project import projection_folder
from hustings.scores.scorecard import ScoreModel
from hustings.scores.support.compile import shifted_model
from hustings.scores.support.shift import logit_shift
from hustings.store import read_run
from hustings.tables import UNITS


def shifted_support(night: Night, models: Sequence[ScoreModel]) -> tuple[list[ScoreModel], dict[str, list[float]]]:
    """Models with support moved so that its votes sum to the projection's, and by how many logits in each unit.

    Where there is no projection of the day, or no sum of the voters, models stay as they are.
    """
    folder = projection_folder(night)
    there = (folder / "run.json").is_file() and cells_file(night).is_file()
    support = [model for model in models if model.name == "support"]
    if not there or not support:
        return list(models), {}
    cells = pl.read_parquet(cells_file(night)).filter(pl.col("state").is_in(night.contest.unit_ids))
    units = sorted(cells["state"].unique())
    wide = read_run(folder).table(UNITS).pivot(on="option", index="unit", values="share_mean")
    shares = pl.DataFrame({"unit": units}).join(wide, on="unit", how="left", maintain_order="left")
    target = log_ratios(shares.select(night.contest.option_ids).to_numpy())
    eta = np.stack([card.predict(cells) for card in support[0].cards], axis=1)
    place = cells["state"].cast(pl.Enum(units)).to_physical().to_numpy().astype(np.int64)
    shift = logit_shift(eta, cells["votes"].to_numpy(), place, target)
    by_unit = {unit: row.tolist() for unit, row in zip(units, shift, strict=True)}
    moved = shifted_model(support[0], "state", by_unit)
    return [moved if model is support[0] else model for model in models], by_unit
