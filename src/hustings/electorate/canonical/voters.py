"""Blocks of a voter file to canonical voters and, apart from them, their identities."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from hustings.electorate.canonical.counts import Tally
from hustings.electorate.canonical.fields import date, text_expression, texts
from hustings.electorate.canonical.rows import kept_rows
from hustings.electorate.canonical.schema import IDENTITIES, VOTERS
from hustings.electorate.canonical.wide_history import long_history
from hustings.electorate.layouts import Layout
from hustings.electorate.layouts.parameters import check_parameters
from hustings.electorate.reading import RawBlock

OLDEST_YEAR = 1901
"""Born in 1900 or before: no voter, but a clerk's placeholder."""


@dataclass(frozen=True)
class VotersBlock:
    """Voters of one block.

    Attributes
    ----------
    voters : pl.DataFrame
        Columns `VOTERS`.
    identities : pl.DataFrame
        Columns `IDENTITIES`; same rows, same order.
    history : pl.DataFrame or None
        Columns `HISTORY`, one row per filled cell, where the file has a column per election.
    line : pl.Series
        Line of each voter in the file (Int64, from 1).
    rejected : pl.DataFrame
        Rows that cannot be used: ``file, line, column, reason, text``.
    dropped : dict[str, int]
        Reason to voters left at the door.
    unknown_codes : dict[tuple[str, str], int]
        (Field, code) to voters.
    warnings : dict[str, int]
        What was done about values that cannot be, to voters.
    """

    voters: pl.DataFrame
    identities: pl.DataFrame
    history: pl.DataFrame | None
    line: pl.Series
    rejected: pl.DataFrame
    dropped: dict[str, int]
    unknown_codes: dict[tuple[str, str], int]
    warnings: dict[str, int]


def to_voters(
    block: RawBlock, layout: Layout, *, as_of: dt.date, parameters: Mapping[str, str] | None = None
) -> VotersBlock:
    """Bring a block of a voter file into canonical form.

    Parameters
    ----------
    block : RawBlock
        Text columns, as :func:`read_blocks` gives them.
    layout : Layout
        A layout for voters.
    as_of : datetime.date
        Day of the file: nobody in it is born or (without a warning) registered later.
    parameters : Mapping[str, str] or None
        What the layout needs to be told.

    Raises
    ------
    ConfigError
        A parameter is missing or unknown.
    """
    given = dict(parameters or {})
    check_parameters(layout, given)
    tally = Tally()
    rows = kept_rows(block, layout, tally)
    birth_date, birth_year = _birth(rows.frame, layout, given, as_of, tally)
    registered_on = _registered_on(rows.frame, layout, given, as_of, tally)
    dates = {"birth_year": birth_year, "registered_on": registered_on}
    found = texts(rows.frame, layout, VOTERS | IDENTITIES, given, tally)
    voters = found.with_columns(pl.Series(name, values) for name, values in dates.items()).select(*VOTERS)
    if "status" not in layout.fields:
        voters = voters.with_columns(status=pl.lit("active"))
    identities = found.with_columns(birth_date.dt.to_string("iso").alias("birth_date")).select(*IDENTITIES)
    return VotersBlock(
        voters=voters,
        identities=identities,
        history=long_history(rows.frame, voters, layout, tally),
        line=rows.line,
        rejected=rows.rejected,
        dropped=dict(tally.dropped),
        unknown_codes=dict(tally.unknown_codes),
        warnings=dict(tally.warnings),
    )


def _text(frame: pl.DataFrame, layout: Layout, name: str, given: Mapping[str, str]) -> pl.Series:
    """Text of a field, null throughout when the layout has none."""
    if name not in layout.fields:
        return pl.repeat(None, frame.height, dtype=pl.String, eager=True)
    found = frame.select(text_expression(layout.fields[name], given).alias(name)).to_series()
    return found


def _birth(
    frame: pl.DataFrame, layout: Layout, given: Mapping[str, str], as_of: dt.date, tally: Tally
) -> tuple[pl.Series, pl.Series]:
    """Birth dates (where the file has whole ones) and birth years."""
    text = _text(frame, layout, "birth_date", given)
    day = (
        text.cast(pl.Date)
        if text.null_count() == len(text)
        else date(text, layout.fields["birth_date"], layout, "birth_date", tally)
    )
    year = day.dt.year().cast(pl.Int16)
    if "birth_year" in layout.fields:
        said = _text(frame, layout, "birth_year", given)
        number = said.cast(pl.Int16, strict=False)
        tally.warn("birth_year: not a year, left out", number.null_count() - said.null_count())
        year = number if year.null_count() == len(year) else number.fill_null(year)
    off = ((year < OLDEST_YEAR) | (year > as_of.year)).fill_null(value=False)
    if off.any():
        placeholder = int((year == OLDEST_YEAR - 1).sum())
        tally.warn("birth_year: 1900, taken for a placeholder and left out", placeholder)
        tally.warn(f"birth_year: before 1900 or after {as_of.year}, left out", int(off.sum()) - placeholder)
        year = year.set(off, None)
        day = day.set(off, None)
    return day, _from_age(year, frame, layout, as_of).alias("birth_year")


def _from_age(year: pl.Series, frame: pl.DataFrame, layout: Layout, as_of: dt.date) -> pl.Series:
    """Birth years, the missing ones from the age where the file has it."""
    spec = layout.fields.get("birth_year")
    if spec is None or not spec.age or not year.null_count():
        return year
    age = frame[spec.age].cast(pl.Int16, strict=False)
    age = age.set(((age < 16) | (age > 115)).fill_null(value=False), None)
    # Someone aged 30 today was born 30 to 31 years ago: the middle of it.
    base = as_of.year if spec.age_at_year_end else (as_of - dt.timedelta(days=183)).year
    return year.fill_null(base - age)


def _registered_on(
    frame: pl.DataFrame, layout: Layout, given: Mapping[str, str], as_of: dt.date, tally: Tally
) -> pl.Series:
    text = _text(frame, layout, "registered_on", given)
    if text.null_count() == len(text):
        return text.cast(pl.Date).alias("registered_on")
    day = date(text, layout.fields["registered_on"], layout, "registered_on", tally)
    tally.warn(f"registered_on: after {as_of}, kept", int((day > as_of).sum()))
    return day
