"""The features of every voter of a state, in slot order, piece by piece: what a fit samples and what is scored."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from hustings.electorate.query import Electorate
from hustings.electorate.query.vocabulary import nearest
from hustings.errors import InputError
from hustings.scores.features.ballots import BALLOT, PastElection, is_ballot, past_elections, words_of
from hustings.scores.features.catalogue import catalogue, check_features
from hustings.scores.features.early import EARLY, early_ballots
from hustings.scores.features.history import PATTERN, PATTERNS, History, history_of
from hustings.scores.features.making import (
    YES_NO,
    ages,
    away,
    newly_registered,
    of_precinct,
    race_groups,
    unknown_numbers,
    unknown_texts,
    years_registered,
)
from hustings.scores.features.precincts import precinct_turnout
from hustings.scores.features.reading import SlotReader
from hustings.scores.features.target import Target
from hustings.scores.scorecard import Coded, Indexed, Piece
from hustings.scores.scorecard.piece import Values
from hustings.store.columns import GROUP_ROWS

RACE_PARTS = ("race", "ethnicity")
CODED = ("sex", "race", "ethnicity", "party", "state", "county")
PIECE_ROWS = 8 * GROUP_ROWS
"""Whole row groups, so that each is decoded once."""
_NUMBERS = frozenset({"age", "years_registered", "times_voted_share", "precinct_turnout"})
_ALWAYS = ("last_seen", "registered_on", "birth_year")


def voter_pieces(
    electorate: Electorate,
    state: str,
    target: Target,
    features: Sequence[str],
    *,
    piece_rows: int = PIECE_ROWS,
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

    Returns
    -------
    iterator of pl.DataFrame
        One row a slot, in slot order: ``slot``; ``gone`` (no voter for this target: not in the file any more, registered
        after the day, or under 18 in the election's year); the features, texts as enums that are the same in every state
        and null where the state does not know; what else was asked for.

    Raises
    ------
    InputError
        A state, feature or outcome that does not exist.
    """
    pieces = coded_pieces(electorate, state, target, features, piece_rows=piece_rows, also=also, outcome=outcome)
    return (piece.frame() for piece in pieces)


def coded_pieces(
    electorate: Electorate,
    state: str,
    target: Target,
    features: Sequence[str],
    *,
    piece_rows: int = PIECE_ROWS,
    also: Sequence[str] = (),
    outcome: bool = False,
) -> Iterator[Piece]:
    """Give the same as :func:`voter_pieces`, texts by their codes: what a kernel scores.

    Raises
    ------
    InputError
        As there.
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
    precincts: NDArray[np.float32] | None
    early: NDArray[np.uint8] | None
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


def _piece(plan: _Plan, start: int, stop: int, also: Sequence[str]) -> Piece:
    """One piece."""
    asked = set(plan.features)
    coded = [name for name in CODED if name in asked | (set(RACE_PARTS) if "race_group" in asked else set())]
    needed = [*_ALWAYS, *coded, *(["precinct"] if "precinct_turnout" in asked else []), *also]
    rows = plan.slots.rows(start, stop, list(dict.fromkeys(needed)))
    seen = asked | (set(PATTERN) if "ballot_pattern" in asked else set())
    past = {name: one for name, one in plan.past.items() if name in seen or "times_voted_share" in asked}
    listed = [number for one in past.values() for number in one.numbers]
    words = words_of([*listed, *plan.outcome]) if listed or plan.outcome else []
    history = history_of(rows.with_columns(plan.slots.ballots(start, stop, words)), past)
    texts = {name: plan.slots.texts(name, rows[name]) for name in coded}
    if "race_group" in asked:
        texts["race_group"] = race_groups(*(texts[name] for name in RACE_PARTS))
    columns: dict[str, Values] = {
        "slot": pl.Series(np.arange(start, stop, dtype=np.int32)),
        "gone": pl.Series(rows["last_seen"].is_not_null().to_numpy() | away(plan.target, history)),
    }
    for name in plan.features:
        columns[name] = texts[name] if name in texts else _feature(plan, name, rows, history, start)
    columns |= {name: rows[name] for name in also}
    if plan.outcome:
        columns["voted"] = pl.Series(history.bit("voted", plan.outcome).view(np.bool_))
    return Piece(columns, stop - start)


def _feature(plan: _Plan, name: str, rows: pl.DataFrame, history: History, start: int) -> Values:
    """A feature that is no stored text."""
    if name in _NUMBERS:
        return _number_feature(plan, name, rows, history)
    if name == "ballot_pattern":
        return Coded(history.pattern(), PATTERNS)
    if name == "newly_registered":
        return Coded((~newly_registered(plan.target, history)).view(np.uint8), YES_NO)
    if name == "early_ballot":
        here = None if plan.early is None else plan.early[start : start + rows.height]
        return unknown_texts(EARLY, rows.height) if here is None else Coded(here, EARLY)
    assert is_ballot(name), name
    past = plan.past.get(name)
    return unknown_texts(BALLOT, rows.height) if past is None else Coded(history.level(past), BALLOT)


def _number_feature(plan: _Plan, name: str, rows: pl.DataFrame, history: History) -> Indexed:
    if name == "age":
        return ages(plan.target, history)
    if name == "years_registered":
        return years_registered(plan.target, history)
    if name == "times_voted_share":
        return history.times_voted_share() if plan.past else unknown_numbers(rows.height)
    return unknown_numbers(rows.height) if plan.precincts is None else of_precinct(rows["precinct"], plan.precincts)
