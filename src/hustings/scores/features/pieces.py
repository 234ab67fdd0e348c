"""The features of every voter of a state, in slot order, piece by piece: what a fit samples and what is scored."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from hustings.electorate.query import Electorate
from hustings.electorate.query.vocabulary import nearest
from hustings.errors import InputError
from hustings.scores.features.ballots import BALLOT, VOTING_AGE, PastElection, is_ballot, past_elections, words_of
from hustings.scores.features.catalogue import catalogue, check_features
from hustings.scores.features.early import EARLY, early_ballots
from hustings.scores.features.history import (
    LONG_AGO,
    PATTERN,
    PATTERNS,
    History,
    day_number,
    history_of,
)
from hustings.scores.features.precincts import precinct_turnout
from hustings.scores.features.reading import SlotReader
from hustings.scores.features.target import Target

RACE_PARTS = ("race", "ethnicity")
RACE_GROUP = pl.Enum(["white", "black", "hispanic", "other"])
YES_NO = pl.Enum(["yes", "no"])
YEAR_DAYS = 365.25
MOST_YEARS_REGISTERED = 60.0
CODED = ("sex", "race", "ethnicity", "party", "state", "county")
_NUMBERS = frozenset({"age", "years_registered", "times_voted_share", "precinct_turnout"})
NO_CODE = 255
"""Code of what is not known."""
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


def _piece(plan: _Plan, start: int, stop: int, also: Sequence[str]) -> pl.DataFrame:
    """One piece."""
    asked = set(plan.features)
    coded = [name for name in CODED if name in asked | (set(RACE_PARTS) if "race_group" in asked else set())]
    needed = [*_ALWAYS, *coded, *(["precinct"] if "precinct_turnout" in asked else []), *also]
    rows = plan.slots.rows(start, stop, list(dict.fromkeys(needed)))
    seen = asked | (set(PATTERN) if "ballot_pattern" in asked else set())
    past = {name: one for name, one in plan.past.items() if name in seen or "times_voted_share" in asked}
    numbers = [number for one in past.values() for number in one.numbers]
    words = words_of([*numbers, *plan.outcome]) if numbers or plan.outcome else []
    history = history_of(rows.with_columns(plan.slots.ballots(start, stop, words)), past)
    texts = {name: plan.slots.texts(name, rows[name]) for name in coded}
    if "race_group" in asked:
        texts["race_group"] = race_groups(*(texts[name] for name in RACE_PARTS))
    found = {
        name: texts[name] if name in texts else _feature(plan, name, rows, history, start) for name in plan.features
    }
    columns = [
        pl.Series("slot", np.arange(start, stop, dtype=np.int32)),
        pl.Series("gone", rows["last_seen"].is_not_null().to_numpy() | away(plan.target, history)),
        *(series.alias(name) for name, series in found.items()),
        *(rows[name] for name in also),
    ]
    if plan.outcome:
        columns.append(pl.Series("voted", history.bit("voted", plan.outcome).view(np.bool_)))
    return pl.DataFrame(columns)


def away(target: Target, history: History) -> NDArray[np.bool_]:
    """Who is registered too late, or too young, to vote in a target, as known on its day."""
    late = history.registered > day_number(target.as_of)
    return np.asarray(late | (history.born > target.election.year - VOTING_AGE))


def newly_registered(target: Target, history: History) -> NDArray[np.bool_]:
    """Who could not vote in the last regular election of the kind."""
    since: dt.date = target.newly_since
    return np.asarray((history.registered > day_number(since)) | (history.born > since.year - VOTING_AGE))


def race_group(race: pl.Series, ethnicity: pl.Series) -> pl.Series:
    """Race and ethnicity in the four groups that surveys ask for."""
    parts = pl.DataFrame({"race": race.cast(pl.String), "ethnicity": ethnicity.cast(pl.String)})
    hispanic = (pl.col("ethnicity") == "hispanic").fill_null(value=False)
    known = pl.when(pl.col("race").is_in(["white", "black", "hispanic"])).then("race").otherwise(pl.lit("other"))
    group = pl.when(hispanic).then(pl.lit("hispanic")).when(pl.col("race").ne("unknown")).then(known)
    return parts.select(group.cast(RACE_GROUP).alias("race_group")).to_series()


def race_groups(race: pl.Series, ethnicity: pl.Series) -> pl.Series:
    """The groups of many voters: each combination is looked at once."""
    races, ethnicities = (
        list(series.dtype.categories) for series in (race, ethnicity) if isinstance(series.dtype, pl.Enum)
    )
    pairs = list(itertools.product([*races, None], [*ethnicities, None]))
    known = race_group(
        pl.Series([a for a, _ in pairs], dtype=pl.String), pl.Series([b for _, b in pairs], dtype=pl.String)
    )
    table = known.to_physical().fill_null(NO_CODE).to_numpy()
    first, second = (
        series.to_physical().cast(pl.UInt16).fill_null(many).to_numpy()
        for series, many in ((race, len(races)), (ethnicity, len(ethnicities)))
    )
    return _codes(np.take(table, first * np.uint16(len(ethnicities) + 1) + second, mode="clip"), RACE_GROUP)


def _feature(plan: _Plan, name: str, rows: pl.DataFrame, history: History, start: int) -> pl.Series:
    """A feature that is no stored text."""
    if name in _NUMBERS:
        return _number_feature(plan, name, rows, history)
    if name == "ballot_pattern":
        # 255 is a pattern: of a state that knows none of these elections.
        return pl.Series(history.pattern()).cat.to(PATTERNS)
    if name == "newly_registered":
        return _codes((~newly_registered(plan.target, history)).view(np.uint8), YES_NO)
    if name == "early_ballot":
        return _codes(None if plan.early is None else plan.early[start : start + rows.height], EARLY, rows.height)
    assert is_ballot(name), name
    return _codes(history.level(plan.past[name]) if name in plan.past else None, BALLOT, rows.height)


def _number_feature(plan: _Plan, name: str, rows: pl.DataFrame, history: History) -> pl.Series:
    target = plan.target
    if name == "age":
        return pl.select(pl.lit(target.election.year, pl.Int16) - rows["birth_year"]).to_series()
    if name == "years_registered":
        days = (day_number(target.election) - history.registered).astype(np.float32)
        years = np.clip(days / np.float32(YEAR_DAYS), 0, MOST_YEARS_REGISTERED, dtype=np.float32)
        return _numbers(np.where(history.registered == LONG_AGO, np.float32(np.nan), years))
    if name == "times_voted_share":
        return _numbers(history.times_voted_share() if plan.past else None, rows.height)
    return _numbers(None if plan.precincts is None else _of_precinct(rows["precinct"], plan.precincts), rows.height)


def _codes(codes: NDArray[np.uint8] | None, kind: pl.Enum, height: int = 0) -> pl.Series:
    """Codes as an enum; None is unknown for all."""
    if codes is None:
        return pl.Series([None], dtype=kind).new_from_index(0, height)
    missing = codes == NO_CODE
    series = pl.Series(codes)
    if missing.any():
        series = series.set(pl.Series(missing), None)
    return series.cat.to(kind)


def _numbers(values: NDArray[np.float32] | None, height: int = 0) -> pl.Series:
    """Numbers, null where they are NaN; None is unknown for all."""
    if values is None:
        return pl.Series([None], dtype=pl.Float32).new_from_index(0, height)
    series = pl.Series(values)
    return series.fill_nan(None) if np.isnan(values).any() else series


def _of_precinct(codes: pl.Series, table: NDArray[np.float32]) -> NDArray[np.float32]:
    known = np.append(table, np.float32(np.nan))
    return np.asarray(np.take(known, codes.to_numpy(), mode="clip"))
