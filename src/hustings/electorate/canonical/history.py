"""Blocks of a history file to one canonical row per voter and election."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from hustings.electorate.canonical.counts import Tally
from hustings.electorate.canonical.fields import date, text_expression, texts
from hustings.electorate.canonical.rows import kept_rows
from hustings.electorate.canonical.schema import HISTORY
from hustings.electorate.layouts import Layout
from hustings.electorate.layouts.parameters import check_parameters
from hustings.electorate.reading import RawBlock


@dataclass(frozen=True)
class HistoryBlock:
    """Votes of one block.

    Attributes
    ----------
    history : pl.DataFrame
        Columns `HISTORY`. The same voter and election may be there twice.
    line : pl.Series
        Line of each row in the file (Int64, from 1).
    rejected : pl.DataFrame
        Rows that cannot be used: ``file, line, column, reason, text``.
    dropped, unknown_codes, warnings : dict
        Counts, as in `VotersBlock`.
    """

    history: pl.DataFrame
    line: pl.Series
    rejected: pl.DataFrame
    dropped: dict[str, int]
    unknown_codes: dict[tuple[str, str], int]
    warnings: dict[str, int]


def to_history(block: RawBlock, layout: Layout, *, parameters: Mapping[str, str] | None = None) -> HistoryBlock:
    """Bring a block of a history file into canonical form."""
    given = dict(parameters or {})
    check_parameters(layout, given)
    tally = Tally()
    rows = kept_rows(block, layout, tally)
    found = texts(rows.frame, layout, HISTORY, given, tally)
    text = rows.frame.select(text_expression(layout.fields["election_date"], given).alias("d")).to_series()
    day = date(text, layout.fields["election_date"], layout, "election_date", tally)
    counted = layout.fields["counted"]
    mark = rows.frame.select(
        ~text_expression(counted, given).is_in(list(counted.absent)).fill_null(value=False)
    ).to_series()
    history = found.with_columns(day, mark.alias("counted")).select(*HISTORY)
    return HistoryBlock(
        history, rows.line, rows.rejected, dict(tally.dropped), dict(tally.unknown_codes), dict(tally.warnings)
    )
