"""Blocks of a voter file to canonical voters and, apart from them, their identities."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from hustings.electorate.canonical.fields import days, text, texts
from hustings.electorate.canonical.rows import BlockReport, Rows, begin
from hustings.electorate.canonical.schema import IDENTITIES, VOTERS
from hustings.electorate.canonical.wide_history import long_history
from hustings.electorate.layouts import Layout
from hustings.electorate.reading import RawBlock

PLACEHOLDER_YEAR = 1900
"""Entered where the year of birth is not known; nobody born then or before votes any more."""

YOUNGEST, OLDEST = 16, 115
"""Ages (years) from which a year of birth may be reckoned."""


@dataclass(frozen=True)
class VotersBlock(BlockReport):
    """Voters of one block.

    Attributes
    ----------
    voters : pl.DataFrame
        Columns `VOTERS`.
    identities : pl.DataFrame
        Columns `IDENTITIES`; same rows, same order.
    history : pl.DataFrame or None
        Columns `HISTORY`, one row per filled cell, where the file has a column per election.
    """

    voters: pl.DataFrame
    identities: pl.DataFrame
    history: pl.DataFrame | None


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
        Day of the file: nobody in it is born later, and who registered later is counted.
    parameters : Mapping[str, str] or None
        What the layout needs to be told.

    Raises
    ------
    ConfigError
        A parameter is missing or unknown.
    """
    rows = begin(block, layout, parameters)
    birth_date, birth_year = _birth(rows, as_of)
    registered_on = days(rows, "registered_on")
    rows.warn(f"registered_on: after {as_of}, kept", int((registered_on > as_of).sum()))
    names = dict.fromkeys((*VOTERS, *IDENTITIES))
    found = texts(rows, [name for name in names if name not in ("birth_date", "birth_year", "registered_on")])
    voters = found.with_columns(birth_year, registered_on).select(VOTERS.keys())
    if "status" not in layout.fields:
        voters = voters.with_columns(status=pl.lit("active"))
    identities = found.with_columns(birth_date.dt.to_string("iso")).select(IDENTITIES.keys())
    history = long_history(voters, rows)
    return VotersBlock(**vars(rows.report()), voters=voters, identities=identities, history=history)


def _birth(rows: Rows, as_of: dt.date) -> tuple[pl.Series, pl.Series]:
    """Birth dates, where the file has whole ones, and birth years."""
    day = days(rows, "birth_date")
    year = day.dt.year().cast(pl.Int16).alias("birth_year")
    said = text(rows, "birth_year")
    if said.null_count() < len(said):
        number = said.cast(pl.Int16, strict=False)
        rows.warn("birth_year: not a year, left out", number.null_count() - said.null_count())
        year = number if year.null_count() == len(year) else number.fill_null(year)
    off = ((year <= PLACEHOLDER_YEAR) | (year > as_of.year)).fill_null(value=False)
    if off.any():
        placeholders = int((year == PLACEHOLDER_YEAR).sum())
        rows.warn(f"birth_year: {PLACEHOLDER_YEAR}, a placeholder, left out", placeholders)
        rows.warn(
            f"birth_year: before {PLACEHOLDER_YEAR} or after {as_of.year}, left out", int(off.sum()) - placeholders
        )
        year, day = year.set(off, None), day.set(off, None)
    return day, _with_ages(year, rows, as_of)


def _with_ages(year: pl.Series, rows: Rows, as_of: dt.date) -> pl.Series:
    """Birth years; the missing ones from the age, where the file has it."""
    spec = rows.layout.fields.get("birth_year")
    if spec is None or not spec.age or not year.null_count():
        return year
    age = rows.frame[spec.age].cast(pl.Int16, strict=False)
    plausible = age.is_between(YOUNGEST, OLDEST).fill_null(value=False)
    # Someone aged 30 today was born between 30 and 31 years ago: the year in the middle.
    base = as_of.year if spec.age_at_year_end else (as_of - dt.timedelta(days=183)).year
    return year.fill_null((base - age).set(~plausible, None))
