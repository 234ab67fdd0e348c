"""What a plan's levers rest on: shipped tables, the campaign's own files, its own experiments."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import polars as pl

from hustings.contests import Contest
from hustings.errors import InputError
from hustings.plan.effects.making import ANY, make_with_notes
from hustings.plan.effects.own import own_findings, with_own
from hustings.plan.effects.reading import read_costs, read_effects, read_markets, read_own
from hustings.plan.levers import Levers
from hustings.plan.race import Race
from hustings.tables.effects import COSTS, EFFECTS, MARKETS, OWN_EFFECTS

FOLDER = "plan"
"""In a campaign's folder: its own effects.csv, costs.csv, markets.csv and own.csv."""


@dataclass(frozen=True)
class Used:
    """What a plan's levers rest on.

    Attributes
    ----------
    effects, costs : pl.DataFrame
        ``hustings.tables.effects.EFFECTS`` and ``COSTS``.
    markets : pl.DataFrame or None
        ``hustings.tables.effects.MARKETS``; None: each unit is its own.
    notes : tuple of str
        Sentences that a plan must say.
    files : tuple of Path
        Files of the campaign's own that were read.
    """

    effects: pl.DataFrame
    costs: pl.DataFrame
    markets: pl.DataFrame | None = None
    notes: tuple[str, ...] = ()
    files: tuple[Path, ...] = ()


def load_tables(
    contest: Contest | None = None,
    campaign_folder: Path | None = None,
    effects: Path | None = None,
    costs: Path | None = None,
    markets: Path | None = None,
    *,
    as_of: dt.date | None = None,
    option: str = "",
) -> Used:
    """The tables of a plan: a file that is named, else the campaign's in ``plan/``, else those that ship.

    Parameters
    ----------
    contest : Contest, optional
        Whose units the files may name; without one they are not checked, and markets cannot be read.
    campaign_folder : Path, optional
    effects, costs, markets : Path, optional
    as_of : date, optional
        Own experiments of later days are not known; without a day none is looked for.
    option : str
        Whose plan it is; the contest's first where empty.

    Raises
    ------
    InputError
        A file has a mistake.
    """
    effects, costs, markets, own = (
        named or _of_campaign(campaign_folder, table.file)
        for named, table in ((effects, EFFECTS), (costs, COSTS), (markets, MARKETS), (None, OWN_EFFECTS))
    )
    units = list(contest.unit_ids) if contest else None
    table, prices = read_effects(effects), read_costs(costs, units)
    places = None
    if contest is not None:
        inside = {unit.id: unit.parent for unit in contest.units if unit.parent is not None}
        places = read_markets(markets, contest.unit_ids, inside)
    elif markets is not None:
        raise InputError("markets are of a contest's units", file=markets, hint="name the contest: --contest")
    notes: list[str] = []
    found = [read_own(own)] if own else []
    if campaign_folder is not None and as_of is not None:
        first = contest is None or option in {"", contest.option_ids[0]}
        learned, notes = own_findings(campaign_folder, as_of, prices, first_option=first)
        found.append(learned)
    for one in found:
        table = with_own(table, one)
    files = tuple(path for path in (effects, costs, markets, own) if path is not None)
    return Used(table, prices, places, tuple(notes), files)


def load_levers(
    race: Race,
    campaign_folder: Path | None = None,
    effects: Path | None = None,
    costs: Path | None = None,
    markets: Path | None = None,
) -> tuple[Levers, Used]:
    """Levers of a plan, and the rows that they rest on.

    Parameters
    ----------
    race : Race
    campaign_folder : Path, optional
        Its ``plan/effects.csv``, ``costs.csv`` and ``markets.csv`` replace those that ship; its own experiments and
        ``plan/own.csv`` are joined with the effects.
    effects, costs, markets : Path, optional
        Files to take instead.

    Raises
    ------
    InputError
        A file has a mistake, or no effect in use does anything.
    """
    tables = load_tables(race.contest, campaign_folder, effects, costs, markets, as_of=race.as_of, option=race.option)
    made = make_with_notes(race, tables.effects, tables.costs, tables.markets)
    effective = tables.effects.filter(pl.col("effect").is_in(made.levers.effect_names))
    channels = effective["channel"].unique().to_list()
    return made.levers, replace(
        tables,
        effects=effective,
        costs=tables.costs.filter(pl.col("channel").is_in(channels)),
        notes=(*tables.notes, *made.notes),
    )


def _of_campaign(folder: Path | None, name: str) -> Path | None:
    path = folder / FOLDER / name if folder else None
    return path if path is not None and path.is_file() else None


def own_market_table(units: Sequence[str], costs: pl.DataFrame, channel: str = "tv") -> pl.DataFrame:
    """Markets to edit: each unit its own, at the price of the costs (``hustings.tables.effects.MARKETS``)."""
    prices = dict(costs.filter(pl.col("channel") == channel).select("unit", "dollars").iter_rows())
    dollars = [float(prices[unit if unit in prices else ANY]) for unit in units]
    return pl.DataFrame({"market": list(units), "unit": list(units), "voters_share": 1.0, "dollars": dollars})
