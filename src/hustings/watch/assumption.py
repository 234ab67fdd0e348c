"""An assumption, and the claim that it becomes when it is registered."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import polars as pl

from hustings.watch.morning import Morning

Kind = Literal["shares", "counts", "values", "rule"]
Side = Literal["either", "above", "below"]
Bears = Literal["support", "turnout", "polls", "units", ""]


@dataclass(frozen=True)
class Foreseen:
    """What an assumption predicts, fixed before the data that it is compared with arrive.

    Parameters
    ----------
    segments : tuple of str
        What is compared apart from each other, ``all`` first: the evidence's budget is divided among them.
    scales : mapping
        One number for each segment. Of ``shares``: ``tolerance`` (how far the mean residual may lie off).
        Of ``counts``: ``dispersion`` and ``level_sd`` (log). Of ``values``: ``level_sd``.
    said : str
        The claim with its numbers, for people.
    prediction : mapping
        Plain JSON: whatever the stream needs to predict later data as it was known now.
    """

    segments: tuple[str, ...]
    scales: Mapping[str, tuple[float, ...]]
    said: str
    prediction: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Idle:
    """Why an assumption cannot be watched in this campaign, or not yet, and what would help."""

    why: str
    hint: str = ""


@dataclass(frozen=True)
class Claim:
    """A registered assumption. Never changed: renewing makes the next version.

    Parameters
    ----------
    assumption : str
    version : int
        From 1.
    kind, side
        As of the assumption.
    share : float
        Its part of the board's error budget, divided among segments and versions in ``board``.
    from_day : date
        Data known after the night of this day are compared with it.
    until : date
        The election: evidence is sought until then.
    foreseen : Foreseen
    why : str
        Of a renewal: the reason given, and by whom.
    """

    assumption: str
    version: int
    kind: Kind
    side: Side
    share: float
    from_day: dt.date
    until: dt.date
    foreseen: Foreseen
    why: str = ""


@dataclass(frozen=True)
class Seen:
    """What a stream found new for one claim.

    Parameters
    ----------
    rows : pl.DataFrame
        ``tables.OBSERVATIONS`` without assumption, version and settled.
    settled : pl.DataFrame
        ``key`` and ``amount`` of ``tables.SETTLED``: what must not be compared again.
    notes : tuple of str
        What a reader should know: late interviews, counts that fell.
    """

    rows: pl.DataFrame
    settled: pl.DataFrame
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Assumption:
    """Something that the numbers rest on, and how one would know that it is wrong.

    Parameters
    ----------
    name : str
        ``base-comes-home``.
    claim : str
        In plain words.
    kind : str
        shares: outcomes between 0 and 1 against predicted probabilities; counts: numbers of events against predicted
        numbers; values: measurements against forecasts with an error; rule: a limit, no statistical test.
    register : callable
        Morning -> :class:`Foreseen`, or :class:`Idle`.
    observe : callable
        Morning, claim, what was settled (``tables.SETTLED`` of this assumption) -> :class:`Seen`. Of a rule: rows with
        ``observed`` and, as ``predicted``, the limit; broken where ``observed`` is above (``side`` "below": below) it.
    side : str
        Which deviations break it.
    share : float
        Its part of the board's error budget; 0 of a rule.
    watches : str
        Which data, for people.
    if_broken : str
        What it would mean, for people.
    action : str
        What to do; ``{segment}``, ``{people}`` and ``{n}`` are filled in. Commands stand in backticks.
    owner : str
        Who acts.
    bears_on : str
        What is replaced when the projection is run again: ``support`` (of the segment's voters, by the gap), ``turnout``
        (of the segment, by the log ratio), ``polls`` (those of the segment are left out), ``units`` (those that are
        broken are off by one historical polling error), or nothing.
    says : str
        How what was seen is said, a format string of ``where``, ``observed``, ``predicted``, ``n`` and, of shares, ``size``
        (the gap with its interval); the kind's own where empty.
    explains : tuple of str
        Assumptions that look broken where this one is.
    """

    name: str
    claim: str
    kind: Kind
    register: Callable[[Morning], Foreseen | Idle]
    observe: Callable[[Morning, Claim, pl.DataFrame], Seen]
    side: Side = "either"
    share: float = 0.0
    watches: str = ""
    if_broken: str = ""
    action: str = ""
    owner: str = "data director"
    bears_on: Bears = ""
    says: str = ""
    explains: tuple[str, ...] = ()
