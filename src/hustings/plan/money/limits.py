"""What the budget, floors and caps allow, and what cannot be."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from hustings.errors import ConfigError, InputError
from hustings.plan.levers import Levers
from hustings.plan.money.lumps import Lumps
from hustings.store.edited import HEADER_ROWS, nearest, read_edited
from hustings.tables import LIMITS

Array = NDArray[np.float64]

CENT = 0.01


def check_budget(levers: Levers, budget_dollars: float) -> None:
    """Refuse a budget that cannot be spent within floors and caps.

    Raises
    ------
    ConfigError
        It is not above 0, above all caps, or below what the floors ask; or a floor is above its cap.
    """
    if not np.isfinite(budget_dollars) or budget_dollars <= 0:
        raise ConfigError(
            f"a budget of {budget_dollars:,.0f} dollars buys nothing", hint="--budget 10_000_000, or --budget 10M"
        )
    over = np.flatnonzero(levers.floor_dollars > levers.cap_dollars)
    if len(over):
        at = int(over[0])
        floor, cap = levers.floor_dollars[at], levers.cap_dollars[at]
        raise ConfigError(
            f"{_lever(levers, at)}: the floor of {floor:,.0f} dollars is {floor - cap:,.0f} above its cap of {cap:,.0f}",
            hint="lower the floor or raise the cap in the limits",
        )
    floors, caps = float(levers.floor_dollars.sum()), float(levers.cap_dollars.sum())
    if budget_dollars < floors - CENT:
        largest = np.argsort(-levers.floor_dollars)[:3]
        named = ", ".join(
            f"{_lever(levers, int(j))} {levers.floor_dollars[j]:,.0f}" for j in largest if levers.floor_dollars[j] > 0
        )
        raise ConfigError(
            f"the floors ask for {floors:,.0f} dollars, {floors - budget_dollars:,.0f} more than the budget of "
            f"{budget_dollars:,.0f}: {named}",
            hint="lower a floor or raise --budget",
        )
    if budget_dollars > caps + CENT:
        raise ConfigError(
            f"the budget of {budget_dollars:,.0f} dollars is {budget_dollars - caps:,.0f} above all caps together",
            hint=f"the caps take {caps:,.0f}: raise a cap, or plan for less",
        )


def _lever(levers: Levers, at: int) -> str:
    return f"{levers.places[at]} {levers.channels[at]}"


def with_limits(levers: Levers, limits: pl.DataFrame, *, file: str | Path = "limits") -> Levers:
    """Levers with floors and caps (``hustings.tables.LIMITS``).

    A row names a unit and a channel; ``*`` or nothing stands for each. Caps hold for every lever that a row names; a floor must
    name one lever, so that it is clear who gets it. Later rows overwrite earlier ones.

    Raises
    ------
    InputError
        A unit or channel that no lever has, or a floor for several levers.
    """
    floors, caps = levers.floor_dollars.copy(), levers.cap_dollars.copy()
    for number, row in enumerate(limits.iter_rows(named=True), start=HEADER_ROWS):
        chosen = named(levers, row["unit"], row["channel"], file, number)
        if row["cap_dollars"] is not None:
            caps[chosen] = row["cap_dollars"]
        if row["floor_dollars"] is None:
            continue
        if chosen.sum() > 1:
            raise InputError(
                f"a floor for {chosen.sum()} levers at once",
                file=file,
                row=number,
                column="floor_dollars",
                hint="name one unit and one channel in each row with a floor",
            )
        floors[chosen] = row["floor_dollars"]
    return replace(levers, floor_dollars=floors, cap_dollars=caps)


def lumps_of(levers: Levers, limits: pl.DataFrame, *, file: str | Path = "limits") -> Lumps:
    """What it costs to begin, and whole pieces, of every lever that a row names.

    Raises
    ------
    InputError
        A unit or channel that no lever has.
    """
    found = {"start_dollars": np.zeros(len(levers.places)), "piece_dollars": np.zeros(len(levers.places))}
    for number, row in enumerate(limits.iter_rows(named=True), start=HEADER_ROWS):
        chosen = named(levers, row["unit"], row["channel"], file, number)
        for name, amounts in found.items():
            if row[name] is not None:
                amounts[chosen] = row[name]
    return Lumps(**found)


def named(levers: Levers, unit: str | None, channel: str | None, file: str | Path, row: int) -> NDArray[np.bool_]:
    """Levers that a row of a file names, (lever,); ``*`` or nothing stands for each unit, or channel.

    Raises
    ------
    InputError
        No lever is there.
    """
    found = np.ones(len(levers.places), dtype=bool)
    for column, word, known in (("unit", unit, levers.places), ("channel", channel, levers.channels)):
        if word is None or word == "*":
            continue
        here = np.array(known) == word
        if not here.any():
            hint = nearest(word, sorted(set(known)))
            raise InputError(
                f"nothing can be bought in {column} {word!r}", file=file, row=row, column=column, hint=hint
            )
        found &= here
    if not found.any():
        there = sorted(
            {channel for place, channel in zip(levers.places, levers.channels, strict=True) if place == unit}
        )
        raise InputError(
            f"no {channel} can be bought in {unit}", file=file, row=row, column="channel", hint=nearest("", there)
        )
    return found


def read_limits(path: Path) -> pl.DataFrame:
    """Floors, caps, costs of beginning and pieces from a CSV file (``hustings.tables.LIMITS``).

    Raises
    ------
    InputError
        It cannot be read, has an unknown column or holds something that is no amount of money.
    """
    return read_edited(path, LIMITS)
