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
from hustings.tables.spending import LIMITS

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
        A unit or channel that no lever has, a floor for several levers, or an amount below 0.
    """
    floors, caps = levers.floor_dollars.copy(), levers.cap_dollars.copy()
    places, channels = np.array(levers.places), np.array(levers.channels)
    for number, row in enumerate(limits.iter_rows(named=True), start=2):
        chosen = _named(places, row["unit"], "unit", file, number) & _named(
            channels, row["channel"], "channel", file, number
        )
        if not chosen.any():
            raise InputError(
                f"no {row['channel']} can be bought in {row['unit']}", file=file, row=number, hint="see the rows used"
            )
        for name, amounts in (("floor_dollars", floors), ("cap_dollars", caps)):
            value = row[name]
            if value is None:
                continue
            if not np.isfinite(value) or value < 0:
                raise InputError(f"{value} is not an amount of money", file=file, row=number, column=name)
            if name == "floor_dollars" and chosen.sum() > 1:
                raise InputError(
                    f"a floor for {chosen.sum()} levers at once",
                    file=file,
                    row=number,
                    column=name,
                    hint="name one unit and one channel in each row with a floor",
                )
            amounts[chosen] = value
    return replace(levers, floor_dollars=floors, cap_dollars=caps)


def _named(known: NDArray[np.str_], name: str | None, column: str, file: str | Path, row: int) -> NDArray[np.bool_]:
    """Levers that a cell names, (lever,)."""
    if name is None or name == "*":
        return np.ones(len(known), dtype=bool)
    found = known == name
    if not found.any():
        every = ", ".join(sorted(set(known.tolist()))[:12])
        raise InputError(
            f"nothing can be bought in {column} {name!r}", file=file, row=row, column=column, hint=f"one of: {every}"
        )
    return np.asarray(found)


def read_limits(path: Path) -> pl.DataFrame:
    """Floors and caps from a CSV file with the columns unit, channel, floor and cap (``hustings.tables.LIMITS``).

    Two more columns may say what it costs to begin (``start``) and that money comes in whole pieces (``piece``).

    Raises
    ------
    InputError
        It cannot be read, lacks a column or holds something that is no number.
    """
    amounts = ("floor", "cap", "start", "piece")
    table = read_amounts(path, amounts, needed=("unit",))
    return table.rename({name: f"{name}_dollars" for name in amounts}).select(LIMITS.column_names)


def lumps_of(levers: Levers, limits: pl.DataFrame, *, file: str | Path = "limits") -> Lumps:
    """What it costs to begin, and whole pieces, of every lever that a row names.

    Raises
    ------
    InputError
        As :func:`with_limits`.
    """
    places, channels = np.array(levers.places), np.array(levers.channels)
    found = {"start_dollars": np.zeros(len(places)), "piece_dollars": np.zeros(len(places))}
    for number, row in enumerate(limits.iter_rows(named=True), start=2):
        for name, amounts in found.items():
            if row[name] is None:
                continue
            if not np.isfinite(row[name]) or row[name] < 0:
                raise InputError(f"{row[name]} is not an amount of money", file=file, row=number, column=name)
            chosen = _named(places, row["unit"], "unit", file, number)
            amounts[chosen & _named(channels, row["channel"], "channel", file, number)] = row[name]
    return Lumps(**found)


def read_amounts(path: Path, amounts: tuple[str, ...], needed: tuple[str, ...]) -> pl.DataFrame:
    """A small CSV file of units, channels and amounts of money; columns that may be left out are empty.

    Raises
    ------
    InputError
        As for :func:`read_limits`.
    """
    try:
        table = pl.read_csv(path, infer_schema=False)
    except (OSError, pl.exceptions.PolarsError) as error:
        raise InputError(f"cannot be read: {error}", file=path, hint="a CSV file with a header") from error
    names = {column: column.strip().lower().removesuffix("_dollars") for column in table.columns}
    if len(set(names.values())) < len(names):
        raise InputError("two columns have the same name", file=path)
    table = table.rename(names)
    known = ("unit", "channel", *amounts)
    for column in table.columns:
        if column not in known:
            raise InputError(f"unknown column {column!r}", file=path, hint=f"known: {', '.join(known)}")
    for column in needed:
        if column not in table.columns:
            raise InputError(f"has no column {column!r}", file=path, hint=f"expected: {', '.join(known)}")
    table = table.with_columns(pl.lit(None, dtype=pl.String).alias(name) for name in known if name not in table.columns)
    text = {name: pl.col(name).str.strip_chars().replace("", None) for name in known}
    table = table.with_columns(**text)
    for name in amounts:
        bare = pl.col(name).str.replace_all(r"[_, $]", "")
        read = table.select(found=bare.cast(pl.Float64, strict=False), text=pl.col(name)).with_row_index(
            "row", offset=2
        )
        bad = read.filter(pl.col("found").is_null() & pl.col("text").is_not_null())
        if bad.height:
            raise InputError(
                f"{bad['text'][0]!r} is not an amount of money", file=path, row=int(bad["row"][0]), column=name
            )
        table = table.with_columns(read["found"].alias(name))
    return table.select(known)
