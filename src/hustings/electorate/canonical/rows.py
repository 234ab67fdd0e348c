"""Which rows of a block go on: text trimmed, rows without a key set aside, people who must not be kept dropped."""

from __future__ import annotations

from typing import NamedTuple

import polars as pl

from hustings.electorate.canonical.counts import Tally
from hustings.electorate.layouts import Drop, Layout
from hustings.electorate.reading import REJECTED_SCHEMA, RawBlock

_LONGEST_TEXT = 4000


class KeptRows(NamedTuple):
    """Rows that go on (`frame`, their `line` numbers) and those that do not (`rejected`)."""

    frame: pl.DataFrame
    line: pl.Series
    rejected: pl.DataFrame


def kept_rows(block: RawBlock, layout: Layout, tally: Tally) -> KeptRows:
    """Trim the text of a block and take out the rows that do not go on.

    Parameters
    ----------
    block : RawBlock
        As read.
    layout : Layout
        Its key and drop rules.
    tally : Tally
        Counts the dropped.

    Returns
    -------
    KeptRows
        `rejected` holds the block's own rejected rows and those whose key is empty.
    """
    frame = trimmed(block.frame)
    keep = pl.repeat(value=True, n=frame.height, dtype=pl.Boolean, eager=True)
    for drop in layout.drops:
        marked = frame.select(_drop_expression(drop)).to_series() & keep
        rows = int(marked.sum())
        if rows:
            tally.dropped[drop.reason] += rows
            keep &= ~marked
    rejected = block.rejected
    for column in layout.key:
        keyless = frame[column].is_null() & keep
        if keyless.any():
            rejected = rejected.vstack(_keyless(frame.filter(keyless), block.line.filter(keyless), block.file, column))
            keep &= ~keyless
    if keep.all():
        return KeptRows(frame, block.line, rejected)
    return KeptRows(frame.filter(keep), block.line.filter(keep), rejected.sort("line"))


def trimmed(frame: pl.DataFrame) -> pl.DataFrame:
    """Text without blanks around it; text that is nothing but blanks is absent.

    Most columns of most files carry none: looking is four times cheaper than trimming.
    """
    if frame.is_empty():
        return frame
    padded = frame.select((pl.all().str.starts_with(" ") | pl.all().str.ends_with(" ")).any()).row(0)
    columns = [name for name, found in zip(frame.columns, padded, strict=True) if found]
    if not columns:
        return frame
    frame = frame.with_columns(pl.col(columns).str.strip_chars())
    return frame.with_columns(pl.when(pl.col(columns) != "").then(pl.col(columns)))


def _drop_expression(drop: Drop) -> pl.Expr:
    if drop.column:
        return pl.col(drop.column).is_in(drop.values).fill_null(value=False)
    return pl.all_horizontal(pl.col(name).str.strip_chars("* ").fill_null("") == "" for name in drop.blank)


def _keyless(frame: pl.DataFrame, line: pl.Series, file: str, column: str) -> pl.DataFrame:
    text = pl.concat_str(pl.all(), separator="\t", ignore_nulls=True).str.slice(0, _LONGEST_TEXT)
    return frame.select(
        file=pl.lit(file),
        line=line,
        column=pl.lit(column),
        reason=pl.lit(f"the key {column} is empty"),
        text=text,
    ).cast(dict(REJECTED_SCHEMA))
