"""A contest: what is being won, by whom, where, and by which rule."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

import polars as pl


@dataclass(frozen=True)
class Candidate:
    """Who stands for an option; ``since`` dates a change of candidate in mid-season."""

    name: str
    aliases: tuple[str, ...] = ()
    since: dt.date | None = None


@dataclass(frozen=True)
class Option:
    """One thing a voter can choose: a candidate, a party, yes or no.

    ``id`` names it in every table; ``label`` is for people; ``aliases`` are further names that poll files
    use for it (column stems, party codes, answers).
    """

    id: str
    label: str
    aliases: tuple[str, ...] = ()
    candidates: tuple[Candidate, ...] = ()

    def candidate_on(self, day: dt.date) -> Candidate | None:
        """The candidate who stands for the option on that day; None when none is named."""
        current = [c for c in self.candidates if c.since is None or c.since <= day]
        return max(current, key=lambda c: c.since or dt.date.min) if current else None


@dataclass(frozen=True)
class Unit:
    """One place where votes are counted.

    ``seats`` are the electors, seats or delegates that the unit itself awards (0 for one that only
    contributes votes); ``parent`` is the unit it lies in (a district of a state), whose votes contain
    its own; ``region`` groups neighbours; ``expected_votes`` is the expected number of votes for the
    contest's options, from earlier contests.
    """

    id: str
    name: str
    seats: int
    parent: str | None = None
    region: str | None = None
    expected_votes: float = 1.0


@dataclass(frozen=True)
class Contest:
    """A contest as read from its TOML.

    ``past`` has one row per earlier contest, unit and option (``date, unit, option, votes``), dated before
    this contest; the contest's own result is never in it.
    """

    name: str
    title: str
    date: dt.date
    rule: str
    nation: str
    options: tuple[Option, ...]
    units: tuple[Unit, ...]
    past: pl.DataFrame
    rule_settings: dict[str, float | int | str] = field(default_factory=dict)

    @property
    def option_ids(self) -> tuple[str, ...]:
        """Ids of the options, in the contest's order."""
        return tuple(option.id for option in self.options)

    @property
    def unit_ids(self) -> tuple[str, ...]:
        """Ids of the units, in the contest's order (the nation is not one of them)."""
        return tuple(unit.id for unit in self.units)
