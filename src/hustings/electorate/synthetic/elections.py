"""Election days: the past ten years' and the next."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from hustings.electorate.synthetic.settings import state_settings

YEARS_BACK = 10


@dataclass(frozen=True, slots=True)
class Election:
    """One election: its day, its kind (``general``, ``primary``, ``municipal``), and whether a presidency is at stake."""

    date: dt.date
    kind: str
    presidential: bool

    @property
    def target(self) -> str:
        """Key of its turnout in the model."""
        if self.kind == "general":
            return "general" if self.presidential else "midterm"
        return "presidential primary" if self.kind == "primary" and self.presidential else self.kind


def tuesday_after_first_monday(year: int, month: int) -> dt.date:
    """Day on which most American elections are."""
    first = dt.date(year, month, 1)
    return first + dt.timedelta(days=(7 - first.weekday()) % 7 + 1)


def _of_year(state: str, year: int) -> list[Election]:
    """Elections of one year, in order."""
    november = tuesday_after_first_monday(year, 11)
    if year % 2:
        return [Election(november, "municipal", presidential=False)]
    primary = tuesday_after_first_monday(year, state_settings(state)["primary_month"])
    presidential = year % 4 == 0
    return [Election(primary, "primary", presidential), Election(november, "general", presidential)]


def past_elections(state: str, as_of: dt.date) -> tuple[Election, ...]:
    """Elections of the ten years before a day, oldest first."""
    start = as_of - dt.timedelta(days=round(YEARS_BACK * 365.25))
    found = [one for year in range(start.year, as_of.year + 1) for one in _of_year(state, year)]
    return tuple(one for one in found if start <= one.date < as_of)


def next_general(as_of: dt.date) -> Election:
    """Next general election of an even year, on or after a day."""
    year = as_of.year + as_of.year % 2
    day = tuesday_after_first_monday(year, 11)
    if day < as_of:
        year += 2
        day = tuesday_after_first_monday(year, 11)
    return Election(day, "general", presidential=year % 4 == 0)
