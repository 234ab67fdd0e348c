"""People of a test, described by the voter file as it was on the day of the lot: what the scores see of every voter."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

import polars as pl

from hustings.electorate.query import Electorate, open_electorate
from hustings.errors import StoreError
from hustings.scores.features import Target, voter_pieces

FEATURES = (
    "age",
    "sex",
    "race_group",
    "party",
    "state",
    "times_voted_share",
    "years_registered",
    "newly_registered",
)
"""Every state may lack some; all are made for every voter who is scored."""
NUMBERS = frozenset({"age", "times_voted_share", "years_registered"})


def electorate_then(electorate: Electorate, day: dt.date) -> tuple[Electorate, bool]:
    """The voters as they were stored on a day, and whether that was kept; else as they are stored now."""
    if electorate.words.manifest.date <= day:
        return electorate, True
    try:
        return open_electorate(electorate.words.snapshots.store, electorate.engine, day), True
    except StoreError:
        return electorate, False


def describe(electorate: Electorate, voters: pl.Series, targets: Mapping[str, Target]) -> pl.DataFrame:
    """Features of some voters.

    Parameters
    ----------
    electorate : Electorate
        As it was before the outcome.
    voters : pl.Series
        Their ids.
    targets : mapping of str to Target
        State -> election for which, and day on which, its voters are described.

    Returns
    -------
    pl.DataFrame
        ``voter_id`` and :data:`FEATURES`, one row each of those who are in the file; texts as text, numbers as Float64.
    """
    wanted = pl.DataFrame({"voter_id": voters.drop_nulls().unique()})
    found = [
        piece.join(wanted, on="voter_id", how="semi").select(
            "voter_id", *(pl.col(name).cast(pl.Float64 if name in NUMBERS else pl.String) for name in FEATURES)
        )
        for state, target in targets.items()
        if state in electorate.words.manifest.states
        for piece in voter_pieces(electorate, state, target, FEATURES, also=("voter_id",))
    ]
    if not found:
        kinds = {name: pl.Float64() if name in NUMBERS else pl.String() for name in FEATURES}
        return pl.DataFrame(schema={"voter_id": pl.Int64(), **kinds})
    # A voter who moved between states may stand in both files.
    return pl.concat(found).unique("voter_id", keep="first", maintain_order=True)


def votes_cast(electorate: Electorate, voters: pl.Series, targets: Mapping[str, Target]) -> pl.DataFrame:
    """Whether some voters voted in their state's election: ``voter_id`` and ``voted``.

    Parameters
    ----------
    electorate : Electorate
        With the history of the elections.
    voters : pl.Series
    targets : mapping of str to Target
        State -> an election that its history holds.
    """
    wanted = pl.DataFrame({"voter_id": voters.drop_nulls().unique()})
    found = [
        piece.join(wanted, on="voter_id", how="semi").select("voter_id", "voted")
        for state, target in targets.items()
        for piece in voter_pieces(electorate, state, target, (), also=("voter_id",), outcome=True)
    ]
    if not found:
        return pl.DataFrame(schema={"voter_id": pl.Int64, "voted": pl.Boolean})
    return pl.concat(found).group_by("voter_id").agg(pl.col("voted").any())
