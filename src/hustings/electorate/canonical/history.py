"""Blocks of a history file to one canonical row per voter and election."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from hustings.electorate.canonical.fields import by_day, days, marks, texts
from hustings.electorate.canonical.rows import BlockReport, begin
from hustings.electorate.canonical.schema import HISTORY
from hustings.electorate.canonical.wide_history import long_history
from hustings.electorate.layouts import Layout
from hustings.electorate.reading import RawBlock


@dataclass(frozen=True)
class HistoryBlock(BlockReport):
    """Votes of one block.

    Attributes
    ----------
    history : pl.DataFrame
        Columns `HISTORY`. The same voter and election may be there twice.
    """

    history: pl.DataFrame


def to_history(block: RawBlock, layout: Layout, *, parameters: Mapping[str, str] | None = None) -> HistoryBlock:
    """Bring a block of a history file into canonical form.

    Parameters
    ----------
    block : RawBlock
        Text columns, as :func:`read_blocks` gives them.
    layout : Layout
        A layout for history.
    parameters : Mapping[str, str] or None
        What the layout needs to be told.

    Raises
    ------
    ConfigError
        A parameter is missing or unknown.
    """
    rows = begin(block, layout, parameters)
    if layout.wide_history is not None:
        voters = texts(rows, ["source_id", "state", "county"])
        history = long_history(voters, rows)
        assert history is not None
        return HistoryBlock(**vars(rows.report()), history=history)
    day = days(rows, "election_date")
    undated = day.is_null()
    if undated.any():
        rows.set_aside(undated, "election_date", "the day of the election is missing or cannot be read")
        day = day.filter(~undated)
    found = texts(rows, [name for name, dtype in HISTORY.items() if dtype == pl.String])
    kind = layout.fields.get("election_kind")
    if kind is not None and (kind.months or kind.days):
        found = found.with_columns(by_day(day, kind, "election_kind"))
    if "method" not in layout.fields:
        found = found.with_columns(method=pl.lit("unknown"))
    history = found.with_columns(
        day,
        marks(rows, "counted"),
        pl.col("election_kind").fill_null("other"),
        pl.col("method").fill_null("unknown"),
        pl.coalesce("election_label", day.dt.to_string("iso")).alias("election_label"),
    )
    return HistoryBlock(**vars(rows.report()), history=history.select(HISTORY.keys()))
