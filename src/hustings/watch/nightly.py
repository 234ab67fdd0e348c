"""A night of the watch: register what is new, compare what has come, weigh all of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import polars as pl

from hustings.errors import HustingsError, StoreError
from hustings.watch.assumption import Assumption, Claim, Idle, Seen
from hustings.watch.board import Weighed, weigh
from hustings.watch.morning import Morning
from hustings.watch.observations import Kept
from hustings.watch.registry import current, register

FALSE_ALARM_PROB = 0.05


@dataclass(frozen=True)
class Watched:
    """What became of a night.

    Parameters
    ----------
    claims : list of Claim
        All that stand, those of earlier versions too.
    registered : list of Claim
        Those registered this night.
    idle : mapping
        Assumption -> why it is not watched.
    notes : mapping
        Assumption -> what a reader should know of this night.
    kept : Kept
        All that was compared, this night's included.
    weighed : Weighed
    """

    claims: list[Claim]
    registered: list[Claim]
    idle: Mapping[str, Idle]
    notes: Mapping[str, tuple[str, ...]]
    kept: Kept
    weighed: Weighed = field(repr=False)


def watch(
    morning: Morning,
    assumptions: Sequence[Assumption],
    claims: Sequence[Claim],
    kept: Kept,
    *,
    false_alarm_prob: float = FALSE_ALARM_PROB,
    progress: Callable[[str], None] = lambda _: None,
) -> Watched:
    """Do one night: claims that are missing are registered, the others are compared with what has come since.

    Parameters
    ----------
    morning : Morning
    assumptions : sequence of Assumption
    claims : sequence of Claim
        Registered on earlier nights.
    kept : Kept
        What earlier nights compared.
    false_alarm_prob : float
        Of any alarm over the whole campaign, while every claim holds.
    progress : callable
    """
    standing = list(claims)
    made: list[Claim] = []
    idle: dict[str, Idle] = {}
    notes: dict[str, tuple[str, ...]] = {}
    known = current(standing)
    for assumption in assumptions:
        progress(f"watch {assumption.name}")
        claim = known.get(assumption.name)
        try:
            if claim is None:
                found = register(assumption, morning, version=_next_version(assumption.name, kept))
                if isinstance(found, Idle):
                    idle[assumption.name] = found
                    continue
                made.append(found)
                claim = found
            # What is known on the day of registration is what it was registered from; rules look at once.
            if claim.from_day < morning.as_of or claim.kind == "rule":
                seen = _observed(assumption, morning, claim, kept)
                kept = kept.with_seen(claim, seen, morning.as_of)
                notes[assumption.name] = seen.notes
        except HustingsError as err:
            notes[assumption.name] = (f"could not be looked at on {morning.as_of}: {err}",)
            if claim is None:
                idle[assumption.name] = Idle(err.message, err.hint)
    standing += made
    return Watched(standing, made, idle, notes, kept, weigh(standing, kept, false_alarm_prob))


def _observed(assumption: Assumption, morning: Morning, claim: Claim, kept: Kept) -> Seen:
    """What is new.

    Raises
    ------
    StoreError
        The claim has not what the stream needs.
    """
    try:
        return assumption.observe(morning, claim, kept.settled_of(assumption.name))
    except KeyError as err:
        if err.args and err.args[0] in claim.foreseen.prediction:
            raise
        raise StoreError(
            f"its claim of {claim.from_day} has no {err}, as if another version had registered it",
            hint=f"hustings watch renew {assumption.name}",
        ) from err


def _next_version(name: str, kept: Kept) -> int:
    """1, or where the file of a claim was removed the version after those that have been compared."""
    last = kept.observations.filter(pl.col("assumption") == name)["version"].max()
    return 1 + last if isinstance(last, int) else 1


def look_back(claims: Sequence[Claim], kept: Kept, as_of: dt.date, false_alarm_prob: float) -> Watched:
    """The board of a day that is over, from what was settled until then; nothing is compared anew."""
    standing = [claim for claim in claims if claim.from_day <= as_of]
    until = kept.before(as_of + dt.timedelta(days=1))
    return Watched(standing, [], {}, {}, until, weigh(standing, until, false_alarm_prob))
