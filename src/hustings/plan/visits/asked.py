"""What a plan of visits has to hold to."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from hustings.errors import ConfigError
from hustings.plan.race import Race
from hustings.store.edited import nearest, read_edited
from hustings.tables import MUSTS

EVENTS_PER_DAY = 2
"""Chosen; the four members of 2016's tickets held between one and two a day, more in the last week."""
DAY_HOURS = 14.0
EVENT_HOURS = 2.5
"""Chosen, as is the day: from arrival to departure."""


@dataclass(frozen=True)
class Asked:
    """Days, stops and musts.

    Attributes
    ----------
    days : int
        From the day after the plan's.
    events_per_day, rest_days : int
        Of each candidate.
    must : dict of str to int
        Unit -> fewest stops, of all candidates together.
    never : tuple of str
        Units where nobody goes.
    event_hours, day_hours : float
    """

    days: int
    events_per_day: int = EVENTS_PER_DAY
    rest_days: int = 0
    must: dict[str, int] = field(default_factory=dict)
    never: tuple[str, ...] = ()
    event_hours: float = EVENT_HOURS
    day_hours: float = DAY_HOURS

    @property
    def working_days(self) -> int:
        """Days on which a candidate travels."""
        return self.days - self.rest_days

    def stops(self) -> int:
        """Most stops of one candidate."""
        by_hours = int(self.day_hours // self.event_hours)
        return self.working_days * min(self.events_per_day, by_hours)

    def check(self, race: Race, candidates: int) -> None:
        """Hold what is asked to the calendar and the contest.

        Raises
        ------
        ConfigError
            Too few or too many days, an unknown unit, musts that no plan can meet.
        """
        if self.days < 1:
            raise ConfigError(f"{self.days} days hold no visits", hint="--days 1 or more")
        if self.days > race.days:
            raise ConfigError(
                f"{self.days} days end after the election: {race.days} are left after {race.as_of}",
                hint=f"--days {race.days} or fewer" if race.days else "an earlier --as-of",
            )
        if self.events_per_day < 1:
            raise ConfigError(f"{self.events_per_day} events a day hold no visits", hint="--events-per-day 1 or more")
        if not 0 <= self.rest_days < self.days:
            raise ConfigError(f"{self.rest_days} of {self.days} days are for rest", hint="leave a day to travel")
        for unit in (*self.must, *self.never):
            if unit not in race.units:
                raise ConfigError(f"{race.contest.name} has no unit {unit!r}", hint=nearest(unit, race.units))
        both = sorted(set(self.must) & set(self.never))
        if both:
            raise ConfigError(f"{both[0]} is asked for and ruled out", hint="take it out of --must or of --not")
        asked, most = sum(self.must.values()), candidates * self.stops()
        if asked > most:
            raise ConfigError(
                f"--must asks for {asked} stops, {asked - most} more than the {most} there is time for",
                hint="fewer musts, more days, more events a day, more candidates",
            )


def read_musts(asked: Sequence[str]) -> dict[str, int]:
    """Read musts: ``PA=3``, or files with the columns ``unit`` and ``visits``.

    Raises
    ------
    ConfigError, InputError
        Neither, or a number of visits that cannot be.
    """
    found: dict[str, int] = {}
    for one in asked:
        short = re.fullmatch(r"([^=]+)=(\d+)", one)
        if short:
            found[short[1].strip()] = int(short[2])
        elif Path(one).is_file():
            found |= dict(read_edited(Path(one), MUSTS, others=True).iter_rows())
        else:
            raise ConfigError(
                f"--must {one!r} is neither UNIT=VISITS nor a file", hint="--must PA=3, or a CSV: unit,visits"
            )
    return found
