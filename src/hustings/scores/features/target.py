"""The election that is predicted, the day on which it is, and the elections that compare with it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from hustings.errors import InputError
from hustings.store.manifest import Election


@dataclass(frozen=True)
class Target:
    """An election as seen from a day.

    Parameters
    ----------
    election : date
        Its day.
    kind : str
        ``general``, ``primary``, ``municipal``, ... as the history names it.
    as_of : date
        The day: nothing later is looked at.
    cycle_years : int
        Every so many years an election of the kind compares with it: 4 for a US general (a presidential one compares with
        presidential ones), 1 where every earlier one does.

    Raises
    ------
    InputError
        The day is after the election, or the cycle is no number of years.
    """

    election: dt.date
    kind: str
    as_of: dt.date
    cycle_years: int = 4

    def __post_init__(self) -> None:
        if self.as_of > self.election:
            raise InputError(f"the election of {self.election} is over on {self.as_of}", hint="predict a later one")
        if self.cycle_years < 1:
            raise InputError(f"a cycle of {self.cycle_years} years: expected 1 or more")

    @property
    def days_before(self) -> int:
        """Days from the day to the election."""
        return (self.election - self.as_of).days

    @property
    def regular_years(self) -> int:
        """Distance of regular elections of the kind: half a cycle. Odd years' local "generals" are none."""
        return max(self.cycle_years // 2, 1)

    def years_before(self, day: dt.date) -> int:
        """Calendar years from a day to the election."""
        return self.election.year - day.year

    def knows(self, day: dt.date) -> bool:
        """Whether an election of a day was over, and counted, on the target's day."""
        return day < self.as_of

    def comparable(self, elections: Iterable[Election]) -> list[dt.date]:
        """Days of earlier elections that compare with it and were known on its day, latest first."""
        return self._every(elections, self.cycle_years)

    def regular(self, elections: Iterable[Election]) -> list[dt.date]:
        """Days of earlier regular elections of the kind (a president's and the midterms), latest first."""
        return self._every(elections, self.regular_years)

    def _every(self, elections: Iterable[Election], years: int) -> list[dt.date]:
        days = {dt.date.fromisoformat(one.date) for one in elections if one.kind == self.kind}
        return sorted((day for day in days if self.knows(day) and self.years_before(day) % years == 0), reverse=True)

    def earlier(self, election: dt.date) -> Target:
        """The target of an earlier election, seen from as many days before it."""
        return Target(election, self.kind, election - dt.timedelta(days=self.days_before), self.cycle_years)

    @property
    def newly_since(self) -> dt.date:
        """Day of the last regular election before, by the calendar: who registered after it is newly registered."""
        # The 29th of February is not in every year.
        day = min(self.election.day, 28)
        return self.election.replace(year=self.election.year - self.regular_years, day=day)
