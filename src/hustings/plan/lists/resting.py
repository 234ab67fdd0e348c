"""Which effect and which price a list rests on: rows of the campaign's tables, its own scores, or its own belief."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from hustings.errors import ConfigError, InputError
from hustings.plan.effects.response import joined_sd, lasting
from hustings.plan.lists.gains import KIND_OF, Effect
from hustings.scores.fitted import latest_fitted

ANY = "any"
PER_HOUSEHOLD = frozenset({"door", "leaflet", "mail"})
"""Channels of which one contact serves all of a household."""


@dataclass(frozen=True)
class Price:
    """Of one attempt: dollars, and the part of attempts that reaches the voter."""

    dollars: float
    reached_share: float


def effect_row(effects: pl.DataFrame, universe: str, channel: str, days_left: int) -> Effect:
    """What a contact of a channel does, by the campaign's table of effects.

    Parameters
    ----------
    effects : pl.DataFrame
        ``hustings.tables.effects.EFFECTS``.
    universe, channel : str
    days_left : int
        Until the election: an effect fades.

    Raises
    ------
    ConfigError
        The table has no such row.
    """
    kind = KIND_OF[universe]
    rows = effects.filter((pl.col("kind") == kind) & (pl.col("per") == "contact"))
    here = rows.filter(pl.col("channel") == channel).sort("used", descending=True, maintain_order=True)
    if here.is_empty():
        known = ", ".join(rows["channel"].unique(maintain_order=True))
        raise ConfigError(
            f"no effect of {kind} by {channel} is in the table",
            hint=f"channels with one: {known}; hustings plan effects shows the table",
        )
    row = here.row(0, named=True)
    kept = lasting(row["half_life_days"], row["spent_days"], days_left, row["measured_days"])
    own = row.get("own")
    return Effect(
        row=row["effect"],
        mean=float(row["mean"] * row["carry_share"] * kept),
        sd=float(joined_sd(row) * kept),
        source=f"own: {own}" if own else row["source"],
    )


def effect_row_or_none(effects: pl.DataFrame, universe: str, channel: str, days_left: int) -> Effect | None:
    """Look up what :func:`effect_row` gives; None where the table has no such row."""
    try:
        return effect_row(effects, universe, channel, days_left)
    except ConfigError:
        return None


def believed(effect: float) -> Effect:
    """Make an effect of what a campaign believes and nobody has measured: as uncertain as it is large (chosen).

    Raises
    ------
    ConfigError
        It is no gain, or past what a contact can do.
    """
    if not 0.0 < effect < 0.5:
        raise ConfigError(
            f"--effect {effect:g}: expected a share above 0 and below 0.5",
            hint="the part of those reached whom it moves: 0.02 is 2 of 100",
        )
    return Effect("believed", effect, effect, "the campaign's belief, measured by nobody")


def prices(costs: pl.DataFrame, channel: str, units: list[str], dollars: float | None = None) -> Mapping[str, Price]:
    """Price of an attempt in each unit.

    Parameters
    ----------
    costs : pl.DataFrame
        ``hustings.tables.effects.COSTS``.
    channel : str
    units : list of str
    dollars : float, optional
        The campaign's own price of an attempt, everywhere.

    Raises
    ------
    InputError
        A unit has none.
    ConfigError
        The own price is not above 0.
    """
    if dollars is not None and not 0.0 < dollars < float("inf"):
        raise ConfigError(f"--cost {dollars:g}: expected dollars above 0", hint="of one door, dial or piece")
    rows = {row["unit"]: row for row in costs.filter(pl.col("channel") == channel).iter_rows(named=True)}
    found = {}
    for unit in units:
        row = rows.get(unit) or rows.get(ANY)
        if row is None:
            raise InputError(
                f"the channel {channel!r} has no cost in {unit}",
                hint=f"add a row {channel},any,... to plan/costs.csv, or give --cost",
            )
        found[unit] = Price(row["dollars"] if dollars is None else dollars, row["contact_share"])
    return found


def own_average(folder: Path, universe: str, as_of: dt.date) -> Effect | None:
    """Average of the campaign's own tests, whose error its effects by voter share; None where no card says it."""
    model = latest_fitted(folder, "persuasion", as_of)
    if model is None:
        return None
    measures = json.loads((model / "run.json").read_text(encoding="utf-8")).get("measures", {})
    kind = KIND_OF[universe]
    names = sorted(name for name in measures if name.startswith(f"{kind}_") and name.endswith("_effect_se"))
    if not names:
        return None
    # Of several treatments the one that scores are of is not named there: the largest error is on the safe side.
    name = max(names, key=lambda one: measures[one])
    mean = float(measures[name.removesuffix("_se")])
    return Effect(
        f"own tests: {name.removesuffix('_effect_se')}", mean, float(measures[name]), f"models of {model.name}"
    )
