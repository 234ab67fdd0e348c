"""How many votes to expect of each kind of voter: their turnout score, or what voters like them did in the last such election.

Where the state's voters are scored (`hustings score`), and have not changed since, their chance to vote is what is expected. Else the rate of a cell is the share that voted in the last election of the
kind, four years before for a presidential year, among voters who were registered by then; a cell is how many of the
two generals before it they had voted in, their age at the time, and whether they were newly registered. Nothing of it is
known later than the day of the draw. A cell with few voters leans on its state's mean (a beta prior worth `PRIOR_VOTERS`).
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import polars as pl

from hustings.electorate.query import Electorate
from hustings.store.manifest import SCORES
from hustings.survey.bands import banded

TURNOUT = "turnout_prob"
PRIOR_VOTERS = 50
NEW_DAYS = 365
"""Registered within a year before the election: new."""
AGE_CUTS, AGE_LABELS = [30, 45, 65], ["18-29", "30-44", "45-64", "65+"]
_CELL = ["before", "age", "new"]


@dataclass(frozen=True)
class ExpectedVotes:
    """How votes are expected in one state.

    Parameters
    ----------
    ballots : tuple of str
        The ballots that must be known of each voter, as :meth:`Electorate.attributes` names them: the generals whose
        record tells what to expect now, latest first.
    rates : pl.DataFrame
        ``before`` (0-2 of them voted in), ``age``, ``new`` and ``rate`` (0-1).
    said : str
        One sentence: from what it was learned.
    score : str
        Column that says it of each voter; empty where none does.
    """

    ballots: tuple[str, ...]
    rates: pl.DataFrame
    said: str
    score: str = ""

    @property
    def columns(self) -> tuple[str, ...]:
        """What must be known of each voter beside age and registration."""
        return (self.score,) if self.score else self.ballots

    def of(self, voters: pl.DataFrame, day: dt.date) -> pl.Series:
        """Expected votes (0-1) of voters with ``birth_year``, ``registered_on`` and the ballots, on the day of the election."""
        if self.score:
            return voters[self.score].cast(pl.Float64).fill_null(0.0).alias("expected_votes")
        if self.rates.is_empty():
            return pl.Series("expected_votes", [1.0]).new_from_index(0, voters.height)
        cells = voters.select(*_cells(self.ballots, day))
        mean = pl.lit(self.rates["rate"].mean())
        return cells.join(self.rates, on=_CELL, how="left", maintain_order="left").select(
            pl.col("rate").fill_null(mean).alias("expected_votes")
        )["expected_votes"]


def expect_votes(electorate: Electorate, state: str, election: dt.date) -> ExpectedVotes:
    """Learn what to expect of a state's voters in an election.

    Parameters
    ----------
    electorate : Electorate
        As of the day of the draw.
    state : str
    election : date
        Day of the coming election.
    """
    files = electorate.words.manifest.states[state]
    if TURNOUT in electorate.words.sidecar_columns and SCORES in files.sidecars and not files.is_older(SCORES):
        return ExpectedVotes((), pl.DataFrame(), f"as scored in snapshot {files.sidecars[SCORES].number}", TURNOUT)
    known = files.elections
    days = sorted(
        {dt.date.fromisoformat(one.date) for one in known if one.kind == "general" and one.date < f"{election}"},
        reverse=True,
    )
    same = [day for day in days if (election.year - day.year) % 4 == 0]
    past = [day for day in days if same and day < same[0]][:2]
    if not same or not past:
        return ExpectedVotes((), pl.DataFrame(), "no history of a comparable election: every voter counts the same")
    last = same[0]
    asked = [f"voted('{day}')" for day in (last, *past)]
    voters = electorate.attributes(
        ["birth_year", "registered_on", *asked], f"state = '{state}' and registered_on <= '{last}'"
    )
    cells = voters.select(*_cells(asked[1:], last), pl.col(asked[0]).alias("voted"))
    overall = float(cells["voted"].mean() or 0.0)  # type: ignore[arg-type]
    rates = cells.group_by(_CELL).agg(
        ((pl.col("voted").sum() + PRIOR_VOTERS * overall) / (pl.len() + PRIOR_VOTERS)).alias("rate")
    )
    now = tuple(f"voted('{day}')" for day in days[: len(past)])
    return ExpectedVotes(now, rates.sort(_CELL), f"as voters like them voted on {last}")


def _cells(ballots: list[str] | tuple[str, ...], day: dt.date) -> list[pl.Expr]:
    """Cell of each voter as of an election: ballots before it, age at it, newly registered before it."""
    age = pl.lit(day.year) - pl.col("birth_year").cast(pl.Int32)
    return [
        pl.sum_horizontal(*(pl.col(name).cast(pl.Int8) for name in ballots)).cast(pl.Int8).alias("before"),
        banded(age, AGE_CUTS, AGE_LABELS).cast(pl.String).fill_null("unknown").alias("age"),
        (pl.col("registered_on") > day - dt.timedelta(days=NEW_DAYS)).fill_null(value=False).alias("new"),
    ]
