"""The features of every voter of a state, in slot order, piece by piece: what a fit samples and what is scored."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from hustings.electorate.query import Electorate
from hustings.electorate.query.vocabulary import nearest
from hustings.errors import InputError
from hustings.scores.features.ballots import (
    BALLOT,
    PATTERN,
    VOTING_AGE,
    PastElection,
    any_bit,
    ballot_level,
    ballot_pattern,
    is_ballot,
    past_elections,
    times_voted_share,
    words_of,
)
from hustings.scores.features.catalogue import catalogue, check_features
from hustings.scores.features.early import EARLY, early_ballots
from hustings.scores.features.precincts import precinct_turnout
from hustings.scores.features.reading import SlotReader
from hustings.scores.features.target import Target

RACE_PARTS = ("race", "ethnicity")
RACE_GROUP = pl.Enum(["white", "black", "hispanic", "other"])
YES_NO = pl.Enum(["yes", "no"])
YEAR_DAYS = 365.25
MOST_YEARS_REGISTERED = 60.0
CODED = ("sex", "race", "ethnicity", "party", "state", "county")
_ALWAYS = ("last_seen", "registered_on", "birth_year")


def voter_pieces(
    electorate: Electorate,
    state: str,
    target: Target,
    features: Sequence[str],
    *,
    piece_rows: int = 1_000_000,
    also: Sequence[str] = (),
    outcome: bool = False,
) -> Iterator[pl.DataFrame]:
    """Give the features of every voter of a state as they were on the target's day.

    Parameters
    ----------
    electorate : Electorate
        The snapshot. Ballots, registrations and early ballots after the target's day are not looked at; party, race and
        address are as the snapshot has them.
    state : str
        One of its states.
    target : Target
        The election, and the day.
    features : sequence of str
        Names of :func:`catalogue`.
    piece_rows : int
        Rows of a piece; memory goes with it.
    also : sequence of str
        Stored columns to add, as codes: ``precinct``, ``voter_id``.
    outcome : bool
        Add `voted`: whether the voter voted in the target, once it is over in the snapshot.

    Yields
    ------
    pl.DataFrame
        One row a slot, in slot order: ``slot``; ``gone`` (no voter for this target: not in the file any more, registered
        after the day, or under 18 in the election's year); the features, texts as enums that are the same in every state
        and null where the state does not know; what else was asked for.

    Raises
    ------
    InputError
        A state, feature or outcome that does not exist.
    """
    states = electorate.words.manifest.states
    if state not in states:
        raise InputError(f"no voters of {state!r} are stored", hint=nearest(state, states))
    check_features(features, catalogue(electorate, target))
    plan = _plan(SlotReader(electorate.words, state), target, features, piece_rows, outcome=outcome)
    slots = states[state].slots
    for start in range(0, slots, piece_rows):
        yield _piece(plan, start, min(start + piece_rows, slots), also)


@dataclass(frozen=True)
class _Plan:
    """What is needed for each piece of a state."""

    slots: SlotReader
    target: Target
    features: tuple[str, ...]
    past: dict[str, PastElection]
    precincts: pl.Series | None
    early: np.ndarray | None
    outcome: tuple[int, ...]


def _plan(slots: SlotReader, target: Target, features: Sequence[str], piece_rows: int, *, outcome: bool) -> _Plan:
    elections = slots.reader.files.elections
    voted: tuple[int, ...] = ()
    if outcome:
        day = target.election.isoformat()
        voted = tuple(k for k, one in enumerate(elections) if (one.date, one.kind) == (day, target.kind))
        if not voted:
            raise InputError(
                f"who voted on {day} is not in the history of {slots.state}",
                hint=nearest(day, sorted((one.date for one in elections), reverse=True)),
            )
    return _Plan(
        slots,
        target,
        tuple(features),
        past_elections(elections, target),
        precinct_turnout(slots, target, piece_rows) if "precinct_turnout" in features else None,
        early_ballots(slots, target) if "early_ballot" in features else None,
        voted,
    )


def _piece(plan: _Plan, start: int, stop: int, also: Sequence[str]) -> pl.DataFrame:
    """One piece."""
    asked = set(plan.features)
    grouped = set(RACE_PARTS) if "race_group" in asked else set()
    coded = [name for name in CODED if name in asked | grouped]
    needed = [*_ALWAYS, *coded, *(["precinct"] if "precinct_turnout" in asked else []), *also]
    rows = plan.slots.rows(start, stop, list(dict.fromkeys(needed)))
    seen = asked | (set(PATTERN) if "ballot_pattern" in asked else set())
    past = [plan.past[name] for name in plan.past if name in seen or "times_voted_share" in asked]
    numbers = [number for one in past for number in one.numbers]
    words = words_of([*numbers, *plan.outcome]) if numbers or plan.outcome else []
    rows = rows.with_columns(plan.slots.ballots(start, stop, words))
    made = {name: plan.slots.texts(name, rows[name]) for name in coded}
    if grouped:
        made["race_group"] = race_group(*(made[name] for name in RACE_PARTS))
        made = {name: texts for name, texts in made.items() if name in asked}
    if "early_ballot" in asked:
        found = None if plan.early is None else plan.early[start:stop]
        made["early_ballot"] = _codes(found, stop - start, EARLY)
    if "precinct_turnout" in asked:
        made["precinct_turnout"] = _of_precinct(rows["precinct"], plan.precincts)
    computed = rows.select(
        gone(plan.target).alias("gone"),
        *(_expression(plan, name).alias(name) for name in plan.features if name not in made),
        *([any_bit("voted", plan.outcome).alias("voted")] if plan.outcome else []),
    ).with_columns(series.alias(name) for name, series in made.items())
    slot = pl.Series("slot", np.arange(start, stop, dtype=np.int32))
    extra = rows.select(name for name in also)
    last = ["voted"] if plan.outcome else []
    return computed.with_columns(slot, *extra).select("slot", "gone", *plan.features, *also, *last)


def gone(target: Target) -> pl.Expr:
    """Whether somebody is no voter for a target."""
    late = (pl.col("registered_on") > target.as_of).fill_null(value=False)
    young = (pl.col("birth_year") > target.election.year - VOTING_AGE).fill_null(value=False)
    return pl.col("last_seen").is_not_null() | late | young


def newly_registered(target: Target) -> pl.Expr:
    """Whether somebody could not vote in the last regular election of the kind."""
    since: dt.date = target.newly_since
    late = (pl.col("registered_on") > since).fill_null(value=False)
    young = (pl.col("birth_year") > since.year - VOTING_AGE).fill_null(value=False)
    return pl.when(late | young).then(pl.lit(0, pl.UInt8)).otherwise(pl.lit(1, pl.UInt8)).cat.to(YES_NO)


def race_group(race: pl.Series, ethnicity: pl.Series) -> pl.Series:
    """Race and ethnicity in the four groups that surveys ask for."""
    parts = pl.DataFrame({"race": race.cast(pl.String), "ethnicity": ethnicity.cast(pl.String)})
    hispanic = (pl.col("ethnicity") == "hispanic").fill_null(value=False)
    known = pl.when(pl.col("race").is_in(["white", "black", "hispanic"])).then("race").otherwise(pl.lit("other"))
    group = pl.when(hispanic).then(pl.lit("hispanic")).when(pl.col("race").ne("unknown")).then(known)
    return parts.select(group.cast(RACE_GROUP).alias("race_group")).to_series()


def _expression(plan: _Plan, name: str) -> pl.Expr:
    """A feature of columns that are in the row."""
    target = plan.target
    if name == "age":
        return (pl.lit(target.election.year, pl.Int16) - pl.col("birth_year")).cast(pl.Int16)
    if name == "years_registered":
        days = (pl.lit(target.election) - pl.col("registered_on")).dt.total_days()
        return (days.cast(pl.Float32) / YEAR_DAYS).clip(0, MOST_YEARS_REGISTERED)
    if name == "newly_registered":
        return newly_registered(target)
    if name == "times_voted_share":
        return times_voted_share(list(plan.past.values())) if plan.past else pl.lit(None, pl.Float32)
    if name == "ballot_pattern":
        return ballot_pattern(plan.past)
    assert is_ballot(name), name
    return ballot_level(plan.past[name]) if name in plan.past else pl.lit(None, BALLOT)


def _codes(codes: np.ndarray | None, rows: int, kind: pl.Enum) -> pl.Series:
    if codes is None:
        return pl.Series([None], dtype=kind).new_from_index(0, rows)
    return pl.Series(codes).cat.to(kind)


def _of_precinct(codes: pl.Series, table: pl.Series | None) -> pl.Series:
    if table is None:
        return pl.Series([None], dtype=pl.Float32).new_from_index(0, len(codes))
    inside = codes.cast(pl.Int64).set(codes >= len(table), None)
    return table.gather(inside.cast(pl.UInt32))
