"""What the voter file says of people, as the survey's tables have it: the ``file_*`` columns."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

import polars as pl

from hustings.electorate.query import Electorate
from hustings.survey.bands import banded
from hustings.tables import FILE_COLUMNS

UNKNOWN = "unknown"
AGE_BANDS = ([25, 35, 45, 55, 65, 75], ["18-24", "25-34", "35-44", "45-54", "55-64", "65-74", "75+"])
COLUMNS = ("county", "congressional_district", "sex", "birth_year", "race", "party", "registered_on")
"""Columns of the electorate that they are made of, beside the record of votes."""
_HISTORY = "times_voted('general', 4)"


def describe_voters(
    electorate: Electorate, voter_ids: pl.Series, *, states: Iterable[str] | None = None
) -> pl.DataFrame:
    """Say what the voter file says of some voters.

    Parameters
    ----------
    electorate : Electorate
        As of a day.
    voter_ids : pl.Series
        Pseudonyms; nulls are of nobody.
    states : iterable of str, optional
        Where they are registered; without, every state is searched.

    Returns
    -------
    pl.DataFrame
        ``voter_id`` and the columns of ``tables.FILE_COLUMNS``, one row a voter who is known.
    """
    names = [column.name for column in FILE_COLUMNS]
    wanted = voter_ids.drop_nulls().unique().implode()
    texts = pl.col(name for name in names if name != "file_age").cast(pl.String)
    kinds = {"voter_id": pl.Int64, **dict.fromkeys(names, pl.String), "file_age": pl.Int64}
    parts = [pl.DataFrame(schema=kinds)]
    for state in electorate.words.manifest.states if states is None else states:
        history = history_of(electorate, state)
        rows = electorate.attributes([*COLUMNS, *history], f"state = '{state}'").filter(
            pl.col("voter_id").is_in(wanted)
        )
        described = rows.select("voter_id", *file_columns(state, electorate.as_of, history))
        parts.append(described.with_columns(texts).select("voter_id", *names))
    return pl.concat(parts).unique("voter_id", keep="first", maintain_order=True)


def history_of(electorate: Electorate, state: str) -> list[str]:
    """The ballots that tell a voter's record, as :meth:`Electorate.attributes` names them; none where no general is known."""
    elections = electorate.words.manifest.states[state].elections
    return [_HISTORY] if any(one.kind == "general" for one in elections) else []


def file_columns(state: str, as_of: dt.date, history: list[str]) -> list[pl.Expr]:
    """What the voter file says, as in ``tables.FILE_COLUMNS``."""
    age = (as_of.year - pl.col("birth_year").cast(pl.Int32)).alias("file_age")
    days = (pl.lit(as_of) - pl.col("registered_on")).dt.total_days()
    tenure = banded(days, [365, 5 * 365, 10 * 365], ["new", "1-4 years", "5-9 years", "10+ years"])
    voted = pl.col(history[0]).cast(pl.String) if history else pl.lit(None, dtype=pl.String)

    def text(name: str) -> pl.Expr:
        return pl.col(name).cast(pl.Categorical).fill_null(UNKNOWN).alias(f"file_{name}")

    def label(value: pl.Expr, name: str) -> pl.Expr:
        return value.cast(pl.Categorical).fill_null(UNKNOWN).alias(name)

    return [
        label(pl.lit(state), "file_state"),
        text("county"),
        text("congressional_district"),
        text("sex"),
        age.cast(pl.Int64),
        label(banded(age, *AGE_BANDS), "file_age_band"),
        text("race"),
        text("party"),
        label(voted, "file_history"),
        label(tenure, "file_tenure"),
    ]
