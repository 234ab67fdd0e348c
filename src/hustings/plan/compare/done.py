"""What campaigns really did: shipped facts of some contests, or a file."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from hustings.errors import InputError
from hustings.facts.effort import UNDATED, campaign_effort
from hustings.plan.race import Race
from hustings.store.edited import nearest, read_edited, refuse_row
from hustings.tables import DONE

Array = NDArray[np.float64]

SAID = {"event": "events", "office": "offices"}
"""Kinds that are compared: those that were for a place's voters."""


@dataclass(frozen=True)
class Done:
    """Effort by unit.

    Attributes
    ----------
    option : str
        Who did it; empty where a file does not say.
    kind : str
        ``event``, ``office`` or ``file``.
    amounts : (unit,) array
    dated : bool
        Whether only what was done after the plan's day is counted; else the whole season.
    """

    option: str
    kind: str
    amounts: Array
    dated: bool

    @property
    def name(self) -> str:
        """What it is called beside the plans."""
        return f"done: {self.option} {SAID[self.kind]}" if self.option else "done"


def done_in(race: Race, *, whole_season: bool = False) -> list[Done]:
    """What the options of a contest did after the race's day, by the shipped facts; nothing where there are none.

    Parameters
    ----------
    race : Race
    whole_season : bool
        Also what was done before that day.
    """
    year = re.fullmatch(r"us-president-(\d{4})", race.contest.name)
    if year is None:
        return []
    rows = campaign_effort().filter(pl.col("year") == int(year[1]))
    found = []
    ids = race.contest.option_ids
    for kind in SAID:
        for option in (race.option, *(other for other in ids if other != race.option)):
            mine = rows.filter(kind=kind, option=option)
            dated = mine.height > 0 and not (mine["date"] == UNDATED).any()
            if dated and not whole_season:
                mine = mine.filter(pl.col("date") > race.as_of.isoformat())
            amounts = _by_unit(mine, race)
            if amounts.any():
                found.append(Done(option, kind, amounts, dated))
    return found


def _by_unit(rows: pl.DataFrame, race: Race) -> Array:
    sums = rows.group_by("unit").agg(pl.col("amount").cast(pl.Float64).sum())
    every = pl.DataFrame({"unit": list(race.units)}).join(sums, on="unit", how="left", maintain_order="left")
    return every["amount"].fill_null(0.0).to_numpy()


def read_done(path: Path, race: Race) -> Done:
    """Effort from a CSV with the columns ``unit`` and ``amount``: dollars, events, anything in proportion.

    Raises
    ------
    InputError
        No such header, an unknown unit, a negative amount, nothing at all: file, row and column are named.
    """
    table = read_edited(path, DONE, others=True)
    unknown = ~pl.col("unit").is_in(list(race.units))
    strange = table.filter(unknown)["unit"].to_list()
    hint = nearest(strange[0], race.units) if strange else ""
    refuse_row(path, table, unknown, "unit", race.contest.name + " has no unit {unit!r}", hint)
    amounts = _by_unit(table, race)
    if not amounts.any():
        raise InputError("says that nothing was done anywhere", file=path, hint="rows of unit,amount")
    return Done("", "file", amounts, dated=False)
