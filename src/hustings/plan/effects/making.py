"""Levers from effects and costs: one a unit (or market) and channel."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from hustings.contests.rules import RULES
from hustings.errors import InputError
from hustings.plan.effects.response import joined_sd, net_votes
from hustings.plan.levers import Levers
from hustings.plan.race import Race

Array = NDArray[np.float64]
Row = Mapping[str, Any]

CAP_SCALES = 5.0
"""A lever is full at so many times its scale: 99.3 % of what it can do is done then. Chosen."""
ANY = "any"
OF_DISTRICTS = 0.5
"""Of people who live in a unit and in its parent, those reached as the district's; the others as the parent's. Chosen."""


@dataclass(frozen=True)
class Made:
    """Levers, and what must be said of them.

    Attributes
    ----------
    levers : Levers
    notes : tuple of str
        Sentences: which units and effects have no lever, and why.
    """

    levers: Levers
    notes: tuple[str, ...]


@dataclass(frozen=True)
class _Part:
    """Levers of one effect: places, margin (lever, unit) and scale (lever,)."""

    row: Row
    places: list[str]
    margin: Array
    scale_dollars: Array


def make_levers(race: Race, effects: pl.DataFrame, costs: pl.DataFrame, markets: pl.DataFrame | None = None) -> Levers:
    """One lever a unit and channel, or a market and channel, by the effects in use.

    Parameters
    ----------
    race : Race
    effects, costs : pl.DataFrame
        ``hustings.tables.EFFECTS`` and ``COSTS``.
    markets : pl.DataFrame, optional
        ``hustings.tables.MARKETS``; without it each unit is a market of its own.

    Returns
    -------
    Levers
        A channel's name is that of its effect.

    Raises
    ------
    InputError
        An effect in use has no cost or one of another unit, or nothing that plans use does anything.
    """
    return make_with_notes(race, effects, costs, markets).levers


def make_with_notes(
    race: Race, effects: pl.DataFrame, costs: pl.DataFrame, markets: pl.DataFrame | None = None
) -> Made:
    """As :func:`make_levers`, and what must be said of the levers."""
    with_lever, notes = _units(race)
    portion = portions(race, with_lever)
    parts: list[_Part] = []
    idle: list[str] = []
    for row in effects.filter("used").iter_rows(named=True):
        value = net_votes(row, race.days)
        if value <= 0:
            idle.append(row["effect"])
        elif row["per"] == "contact":
            parts.append(_contacts(race, row, value, costs, portion))
        elif markets is None:
            parts.append(_own_markets(race, row, value, costs, portion))
        else:
            parts.append(_in_markets(race, row, value, markets, with_lever))
    if idle:
        notes.append(f"No lever, because their effect is 0 or less: {', '.join(idle)}.")
    if not parts:
        raise InputError("no effect in use does anything", hint="set used to true in a row whose mean is above 0")
    if any(part.row["per"] == "sd" for part in parts):
        notes += _of_markets(race, markets, with_lever)
    return Made(_stacked(parts), tuple(notes))


def _of_markets(race: Race, markets: pl.DataFrame | None, with_lever: NDArray[np.bool_]) -> list[str]:
    """What must be said of media markets."""
    if markets is None:
        return ["No markets file: each unit is a media market of its own."]
    inside = {unit.id: unit.parent for unit in race.contest.units}
    seen = set(markets["unit"])
    seen |= {unit for unit, parent in inside.items() if parent in seen} | {inside.get(unit) for unit in seen}
    dark = [unit for unit, lever in zip(race.units, with_lever, strict=True) if lever and unit not in seen]
    return [f"In no media market, so no advertising: {', '.join(dark)}."] if dark else []


def _units(race: Race) -> tuple[NDArray[np.bool_], list[str]]:
    """Units that get levers, (unit,): those that count and have voters."""
    counts = race.seats > 0 if RULES[race.contest.rule].counts_seats else race.whole > 0
    empty = (race.seats > 0) & (race.votes <= 0) if RULES[race.contest.rule].counts_seats else race.votes <= 0
    names = [unit for unit, none in zip(race.units, empty, strict=True) if none]
    said = [f"No lever, because no voters are known there: {', '.join(names)}."] if names else []
    return counts & (race.votes > 0), said


def portions(race: Race, with_lever: NDArray[np.bool_]) -> Array:
    """Part of a unit's voters who are reached as its own, (unit,): those of a district and its state are the same people."""
    place = {unit: u for u, unit in enumerate(race.units)}
    found = with_lever.astype(float)
    for u, unit in enumerate(race.contest.units):
        if unit.parent is None or not with_lever[u] or not with_lever[place[unit.parent]]:
            continue
        parent = place[unit.parent]
        found[u] = OF_DISTRICTS
        found[parent] -= OF_DISTRICTS * race.votes[u] / race.votes[parent]
    return np.asarray(np.maximum(found, 0.0))


def unit_costs(race: Race, costs: pl.DataFrame, row: Row) -> tuple[Array, Array]:
    """Dollars of one contact, or of one sd per voter, and the reachable share, by unit: two (unit,) arrays.

    Raises
    ------
    InputError
        A unit has no cost of the channel, or one that is not of what the effect is of.
    """
    rows = {one["unit"]: one for one in costs.filter(pl.col("channel") == row["channel"]).iter_rows(named=True)}
    lacking = [unit for unit in race.units if unit not in rows and ANY not in rows]
    if lacking:
        raise InputError(
            f"the effect {row['effect']!r} is in use, and the channel {row['channel']!r} has no cost in {lacking[0]}",
            hint=f"add a row {row['channel']},any,... to the costs, or set used to false",
        )
    each = [rows.get(unit) or rows[ANY] for unit in race.units]
    other = next((one for one in each if one["per"] != row["per"]), None)
    if other is not None:
        raise InputError(
            f"the effect {row['effect']!r} is of a {row['per']}, and the cost of {row['channel']!r} of a {other['per']}",
            hint="write both for a contact, or both for sd",
        )
    dollars = np.array([one["dollars"] / one["contact_share"] for one in each])
    return dollars, np.array([float(one["reachable_share"]) for one in each])


def _contacts(race: Race, row: Row, value: float, costs: pl.DataFrame, portion: Array) -> _Part:
    """Contacts run out where the pool is reached."""
    dollars, reachable = unit_costs(race, costs, row)
    share = portion * row["pool_share"] * reachable
    return _diagonal(race, row, value * share, race.votes * share * dollars)


def _own_markets(race: Race, row: Row, value: float, costs: pl.DataFrame, portion: Array) -> _Part:
    """Advertising where every unit is its own market."""
    dollars, reachable = unit_costs(race, costs, row)
    share = portion * row["ceiling_sds"] * reachable
    return _diagonal(race, row, value * share, race.votes * share * dollars)


def _diagonal(race: Race, row: Row, margin: Array, scale: Array) -> _Part:
    """Levers that each move one unit; those that can do nothing are none."""
    at = np.flatnonzero((margin > 0) & (scale > 0))
    every = np.zeros((len(at), len(margin)))
    every[np.arange(len(at)), at] = margin[at]
    return _Part(row, [race.units[u] for u in at], every, scale[at])


def _in_markets(race: Race, row: Row, value: float, markets: pl.DataFrame, with_lever: NDArray[np.bool_]) -> _Part:
    """Advertising in markets: what is paid for in one is seen in all its units."""
    place = {unit: u for u, unit in enumerate(race.units)}
    names = markets["market"].unique(maintain_order=True).to_list()
    share = np.zeros((len(names), len(race.units)))
    at = [names.index(name) for name in markets["market"]], [place[unit] for unit in markets["unit"]]
    share[at] = markets["voters_share"].to_numpy()
    dollars = np.zeros(len(names))
    dollars[at[0]] = markets["dollars"].to_numpy()
    scale = row["ceiling_sds"] * dollars * (share @ race.votes)
    margin = value * row["ceiling_sds"] * share * with_lever
    some = margin.any(axis=1)
    return _Part(row, [name for name, kept in zip(names, some, strict=True) if kept], margin[some], scale[some])


def _stacked(parts: list[_Part]) -> Levers:
    """All levers, in the order of their effects."""
    scale = np.concatenate([part.scale_dollars for part in parts])
    names = [part.row["effect"] for part in parts]
    return Levers(
        places=tuple(place for part in parts for place in part.places),
        channels=tuple(name for part, name in zip(parts, names, strict=True) for _ in part.places),
        margin=np.concatenate([part.margin for part in parts]),
        scale_dollars=scale,
        floor_dollars=np.zeros(len(scale)),
        cap_dollars=CAP_SCALES * scale,
        effect=np.repeat(np.arange(len(parts)), [len(part.places) for part in parts]),
        effect_names=tuple(names),
        effect_sd=np.array([joined_sd(part.row) / (part.row["mean"] * part.row["carry_share"]) for part in parts]),
    )
