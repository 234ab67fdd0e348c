"""What polls cost: shipped round figures, or the campaign's own quotes."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import polars as pl

from hustings.errors import ConfigError
from hustings.facts.interviews import interview_costs
from hustings.store.edited import nearest, read_edited, refuse_row
from hustings.tables import INTERVIEW_COSTS


def read_poll_costs(file: Path | None = None) -> pl.DataFrame:
    """Costs of interviews by mode (``hustings.tables.polling.INTERVIEW_COSTS``).

    Parameters
    ----------
    file : Path, optional
        The campaign's own quotes, in place of the shipped table.

    Raises
    ------
    InputError
        The file cannot be read, lacks a column, has an unknown or double mode, or a number that cannot be; says where.
    """
    shipped = interview_costs().select(INTERVIEW_COSTS.column_names)
    shipped = shipped.with_columns(pl.col(pl.Int64).exclude("year", "field_days").cast(pl.Float64))
    if file is None:
        return shipped
    found = read_edited(file, INTERVIEW_COSTS)
    known = shipped["mode"].to_list()
    strange = found.filter(~pl.col("mode").is_in(known))["mode"].to_list()
    hint = nearest(strange[0], known) if strange else ""
    refuse_row(file, found, ~pl.col("mode").is_in(known), "mode", "{mode!r} is no way of asking", hint)
    free = (pl.col("dollars_per_interview") <= 0) & (pl.col("fixed_dollars") <= 0)
    refuse_row(file, found, free, "dollars_per_interview", "{mode} costs nothing", "write its price")
    return found.with_columns(pl.col("label").fill_null(pl.col("mode")), pl.col("source").fill_null(file.name))


def some_modes(costs: pl.DataFrame, modes: Sequence[str] | None) -> pl.DataFrame:
    """Costs of the modes that were asked for, all where none was named.

    Raises
    ------
    ConfigError
        One of them is not in the table.
    """
    known = costs["mode"].to_list()
    for mode in modes or ():
        if mode not in known:
            raise ConfigError(f"there is no price for the mode {mode!r}", hint=nearest(mode, known))
    return costs.filter(pl.col("mode").is_in(list(modes))) if modes else costs


def in_time(costs: pl.DataFrame, days: int) -> tuple[pl.DataFrame, list[str]]:
    """Modes whose result is in with days to spare to act on it, and those that are too slow.

    Raises
    ------
    ConfigError
        None is quick enough.
    """
    quick = costs.filter(pl.col("field_days") < days)
    if quick.is_empty():
        quickest = min(costs["field_days"].to_list())
        raise ConfigError(
            f"no poll would be in before the election: days left {days}, the quickest takes {quickest}",
            hint="--modes names other ways of asking, --prices their days",
        )
    return quick, costs.filter(pl.col("field_days") >= days)["mode"].to_list()
