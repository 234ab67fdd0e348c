"""Worlds in which something that is assumed does not hold: polls off as they have been in earlier contests.

Question: what if the polls are off together, in one region, in one unit, or the nation moves until election day? Each world
moves the own option by one historical error of the tracker's scales. The joint draws already hold errors of that size; a world
says what *knowing* of one would do, on top of all that remains unknown. The watch pushes by them; a plan is held against them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from hustings.contests import Contest
from hustings.errors import InputError
from hustings.polls.tracker.constants import default_spec, learned_through
from hustings.store import check_table, read_edited
from hustings.tables import WORLDS

Array = NDArray[np.float64]

MOST_ALONE = 12
"""Units whose polls are off alone: the closest."""


@dataclass(frozen=True)
class World:
    """One thing that does not hold.

    Attributes
    ----------
    name : str
        In words.
    lead : (unit,) array
        How far the own option stands from where it is thought to, in logits.
    size : float
        Of the error, in the unit that ``source`` names.
    source : str
    """

    name: str
    lead: Array
    size: float
    source: str


def unit_error_logit(contest: Contest) -> float:
    """How far polls of one unit have been off in earlier contests, beside what they were all off by, in logits."""
    scales = default_spec(contest).scales
    return float(np.hypot(scales["bias_own"].median, scales["bias_shared"].median))


def polling_worlds(contest: Contest, as_of: dt.date, own_shares: Array) -> list[World]:
    """Polls off by one historical error against the own option: everywhere, by region, by unit; and the nation moves.

    Parameters
    ----------
    contest : Contest
    as_of : date
    own_shares : (unit,) array
        Mean share of the own option: units nearest a half are the closest.
    """
    medians = {name: prior.median for name, prior in default_spec(contest).scales.items()}
    source = f"logit; polls and results through {learned_through(contest)}"
    one = np.ones(len(contest.units))
    size = medians["bias_nation"]
    found = [World("all polls off the same way", -size * one, size, source)]
    for region in sorted({unit.region for unit in contest.units if unit.region}):
        here = np.array([unit.region == region for unit in contest.units], dtype=float)
        size = medians["bias_shared"]
        found.append(World(f"polls off in {region}", -size * here, size, source))
    size = unit_error_logit(contest)
    for place in np.argsort(np.abs(own_shares - 0.5))[: min(MOST_ALONE, len(contest.units))]:
        alone = np.zeros(len(contest.units))
        alone[place] = -size
        found.append(World(f"polls off in {contest.unit_ids[place]} alone", alone, size, source))
    days = max((contest.date - as_of).days, 0)
    walk = medians["walk_nation"] * float(np.sqrt(days))
    name = f"the nation moves until the election ({days} {'day' if days == 1 else 'days'})"
    found.append(World(name, -walk * one, walk, source))
    return found


def both_ways(worlds: Sequence[World], label: str) -> list[World]:
    """Each world against the own option, and its mirror for it."""
    found = []
    for world in worlds:
        against = "against" if world.lead.sum() <= 0 else "for"
        mirrored = "for" if against == "against" else "against"
        found.append(replace(world, name=f"{world.name}, {against} {label}"))
        found.append(replace(world, name=f"{world.name}, {mirrored} {label}", lead=-world.lead))
    return found


def worlds_table(worlds: Sequence[World], units: Sequence[str]) -> pl.DataFrame:
    """Worlds as a table (``hustings.tables.WORLDS``)."""
    n_units = len(units)
    table = pl.DataFrame(
        {
            "world": [world.name for world in worlds for _ in range(n_units)],
            "unit": list(units) * len(worlds),
            "lead_logit": np.concatenate([world.lead for world in worlds]) if worlds else np.empty(0),
            "source": [world.source for world in worlds for _ in range(n_units)],
        },
        schema={"world": pl.String, "unit": pl.String, "lead_logit": pl.Float64, "source": pl.String},
    )
    return check_table(table, WORLDS)


def read_worlds(path: Path, units: Sequence[str]) -> list[World]:
    """Worlds from a file (``hustings.tables.WORLDS``), in its order.

    Raises
    ------
    InputError
        It cannot be read; a unit that the contest does not have, or one that a world lacks.
    """
    return worlds_of(read_edited(path, WORLDS), units, file=str(path))


def worlds_of(table: pl.DataFrame, units: Sequence[str], *, file: str = WORLDS.file) -> list[World]:
    """Worlds from a table (``hustings.tables.WORLDS``), in its order.

    Raises
    ------
    InputError
        A unit that the contest does not have, or one that a world lacks.
    """
    unknown = table.filter(~pl.col("unit").is_in(list(units)))
    if unknown.height:
        raise InputError(
            f"{unknown['unit'][0]!r} is no unit of this contest",
            file=file,
            column="unit",
            hint="made for another contest? hustings watch sensitivity writes it anew",
        )
    found = []
    for (name,), rows in table.group_by("world", maintain_order=True):
        lead = dict(zip(rows["unit"].to_list(), rows["lead_logit"].to_list(), strict=True))
        if len(lead) < len(units):
            lacking = next(unit for unit in units if unit not in lead)
            raise InputError(f"world {name!r} has no row for {lacking}", file=file, hint="one row a world and unit")
        steps = np.array([lead[unit] for unit in units])
        found.append(World(str(name), steps, float(np.abs(steps).max()), str(rows["source"][0])))
    return found
