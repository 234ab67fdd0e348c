"""The units of a contest: from the shipped facts, or written in its TOML."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from hustings import facts
from hustings.contests.contest import Unit
from hustings.contests.document import Section, nearest

if TYPE_CHECKING:
    import datetime as dt

UNIT_SOURCES = ("us-electors",)
MOST_SEATS = 100_000
"""Houses are counted in 32-bit floats, exact far beyond this."""
UNKNOWN_VOTES = -1.0
"""Marks ``expected_votes`` that the TOML does not give, until earlier results have been read."""


def read_units(top: Section, date: dt.date, nation: str) -> tuple[Unit, ...]:
    """Units of the contest, in order; ``expected_votes`` is :data:`UNKNOWN_VOTES` where not given.

    Raises
    ------
    ContestError
        No units, both ways at once, a repeated id, an unknown parent, negative seats or votes.
    """
    if top.has("units"):
        section = Section(top.take("units", dict) or {}, top.file, "[units]")
        source = section.text("from")
        if source not in UNIT_SOURCES:
            raise section.error(f"there are no units {source!r}", nearest(source, UNIT_SOURCES))
        year = section.take("year", int)
        section.close()
        if top.has("unit"):
            raise top.error("both [units] and [[unit]] are given", "keep one of them")
        try:
            return us_elector_units(date.year if year is None else year)
        except LookupError as error:
            raise section.error(str(error), "add for example: year = 2024") from error
    units = tuple(_read_unit(section) for section in top.tables("unit"))
    _check(top, units, nation)
    return units


def us_elector_units(year: int) -> tuple[Unit, ...]:
    """Units that choose US electors in that year, each district after its state; regions are census divisions."""
    table = facts.electors(year).join(facts.states(), on=["unit", "state"], how="left").sort("unit")
    return tuple(
        Unit(
            id=row["unit"],
            name=row["name"],
            seats=row["electors"],
            parent=row["state"] if row["unit"] != row["state"] else None,
            region=row["census_division"],
            expected_votes=UNKNOWN_VOTES,
        )
        for row in table.iter_rows(named=True)
    )


def _read_unit(section: Section) -> Unit:
    unit_id = section.text("id")
    seats = section.take("seats", int, 0) or 0
    votes = section.take("expected_votes", float, UNKNOWN_VOTES)
    if not 0 <= seats <= MOST_SEATS:
        raise section.error(f"'seats' is {seats}; expected 0 to {MOST_SEATS:,}")
    if section.has("expected_votes") and (votes is None or not 0 < votes < float("inf")):
        raise section.error(f"'expected_votes' is {votes}; expected more than 0")
    unit = Unit(
        id=unit_id,
        name=section.take("name", str, unit_id) or unit_id,
        seats=seats,
        parent=section.take("parent", str),
        region=section.take("region", str),
        expected_votes=UNKNOWN_VOTES if votes is None else float(votes),
    )
    section.close()
    return unit


def _check(top: Section, units: tuple[Unit, ...], nation: str) -> None:
    if not units:
        hint = 'add [[unit]] tables with id, name and seats, or [units] with from = "us-electors"'
        raise top.error("there are no units; expected one or more", hint)
    for found, times in Counter(unit.id for unit in units).items():
        if times > 1:
            raise top.error(f"the unit id {found!r} is there {times} times; expected once")
    parents = {unit.id: unit.parent for unit in units}
    for number, unit in enumerate(units, start=1):
        here = Section({}, top.file, f"[[unit]] number {number} ({unit.id})")
        if unit.parent is not None and unit.parent not in parents:
            raise here.error(f"the parent {unit.parent!r} is not a unit", nearest(unit.parent, parents))
        if unit.parent is not None and (unit.parent == unit.id or parents[unit.parent] is not None):
            raise here.error(
                f"the parent {unit.parent!r} lies in a unit itself", "one level of districts is understood"
            )
        if unit.id == nation:
            # Tables have a row for every unit and one for the whole: they need different names.
            raise here.error(f"{unit.id!r} is the id of the whole contest too", "give the whole another: nation = ...")
