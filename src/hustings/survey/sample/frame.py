"""The voters of a state: who the poll stands for, who of them may be asked, and how many may not, by reason."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import polars as pl

from hustings.electorate.query import Electorate
from hustings.survey.sample.describe import COLUMNS, file_columns, history_of
from hustings.survey.sample.expected import expect_votes
from hustings.tables import FRAME

_NOT_VOTERS = ("removed", "denied", "pending", "cancelled")


@dataclass(frozen=True)
class StateFrame:
    """One state's frame.

    Parameters
    ----------
    state : str
    voters : pl.DataFrame
        Voters who may be asked: ``voter_id`` and the ``file_*`` columns of ``tables.FILE_COLUMNS``, texts as enums, nulls
        as "unknown", sorted by ``voter_id``.
    cells : pl.DataFrame
        Everybody the poll stands for, as declared in ``tables.FRAME``.
    excluded : dict
        Reason -> voters who are not asked.
    expected : str
        How votes were expected, in a sentence.
    """

    state: str
    voters: pl.DataFrame
    cells: pl.DataFrame
    excluded: dict[str, int]
    expected: str


def read_frame(
    electorate: Electorate,
    state: str,
    *,
    election: dt.date,
    where: str | None = None,
    opted_out: pl.Series | None = None,
    rested: pl.Series | None = None,
) -> StateFrame:
    """Read a state's voters and part them into those who may be asked and those who may not.

    Parameters
    ----------
    electorate : Electorate
        As of the day of the draw.
    state : str
    election : date
        Day of the coming election, for the votes expected.
    where : str, optional
        A condition: the poll then stands for those voters alone.
    opted_out, rested : pl.Series, optional
        Pseudonyms of voters who asked to be left alone, and of those interviewed recently.

    Raises
    ------
    InputError
        The condition cannot be read.
    """
    expected = expect_votes(electorate, state, election)
    history = history_of(electorate, state)
    condition = f"state = '{state}'" + (f" and ({where})" if where else "")
    rows = electorate.attributes(list(dict.fromkeys([*COLUMNS, "status", *history, *expected.columns])), condition)
    rows = rows.sort("voter_id")
    rows = rows.with_columns(expected.of(rows, election))
    year = electorate.as_of.year
    reasons = _reasons(year, opted_out, rested)
    marked = rows.with_columns(
        pl.coalesce(*(pl.when(test).then(pl.lit(reason)) for reason, test in reasons.items())).alias("excluded")
    )
    counted = dict(marked["excluded"].drop_nulls().value_counts().iter_rows())
    # Who is no voter, or a minor, is not in the population either; who opted out is, and others must speak for them.
    outside = [reason for reason in reasons if not reason.startswith(("opted out", "interviewed"))]
    population = marked.filter(pl.col("excluded").is_null() | ~pl.col("excluded").is_in(outside))
    described = population.select(
        "voter_id", *file_columns(state, electorate.as_of, history), "expected_votes", "excluded"
    )
    return StateFrame(
        state=state,
        voters=described.filter(pl.col("excluded").is_null()).drop("excluded", "expected_votes"),
        cells=_cells(described),
        excluded={reason: int(counted.get(reason, 0)) for reason in reasons},
        expected=expected.said,
    )


def _reasons(year: int, opted_out: pl.Series | None, rested: pl.Series | None) -> dict[str, pl.Expr]:
    """Reasons not to ask a voter; the first that holds is counted."""
    age = year - pl.col("birth_year").cast(pl.Int32)
    none = pl.Series(dtype=pl.Int64)
    return {
        "no voter any more (status removed, denied or pending)": pl.col("status").cast(pl.String).is_in(_NOT_VOTERS),
        # Only the year of birth is known everywhere: whoever turns 18 in the year of the draw may still be 17.
        "under 18, or turns 18 this year": age <= 18,
        "opted out, or on a do-not-call list": pl.col("voter_id").is_in(
            (opted_out if opted_out is not None else none).implode()
        ),
        "interviewed recently": pl.col("voter_id").is_in((rested if rested is not None else none).implode()),
    }


def _cells(described: pl.DataFrame) -> pl.DataFrame:
    """Count the population by what the file says."""
    keys = list(FRAME.key)
    return (
        described.group_by(keys)
        .agg(pl.len().cast(pl.Int64).alias("voters"), pl.col("expected_votes").sum())
        .with_columns(pl.col(keys).cast(pl.String))
        .sort(keys)
    )
