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
from hustings.tables import COSTS, EFFECTS, MARKETS, OWN_EFFECTS

FOLDER = "plan"
"""In a campaign's folder: its own effects.csv, costs.csv, markets.csv and own.csv."""


@dataclass(frozen=True)
class Used:
    """What a plan's levers rest on.

    Attributes
    ----------
    effects, costs : pl.DataFrame
        ``hustings.tables.EFFECTS`` and ``COSTS``.
    markets : pl.DataFrame or None
        ``hustings.tables.MARKETS``; None: each unit is its own.
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


def read_tables(
    contest: Contest | None = None,
    campaign_folder: Path | None = None,
    effects: Path | None = None,
    costs: Path | None = None,
    markets: Path | None = None,
) -> Used:
    """The tables of a plan as they can be edited: a file that is named, else the campaign's, else those that ship.

    Parameters
    ----------
    contest : Contest, optional
        Whose units the files may name; without one they are not checked, and markets cannot be read.
    campaign_folder : Path, optional
        Its ``plan/effects.csv``, ``costs.csv`` and ``markets.csv``.
    effects, costs, markets : Path, optional

    Raises
    ------
    InputError
        A file has a mistake.
    """
    named = ((effects, EFFECTS), (costs, COSTS), (markets, MARKETS))
    effects, costs, markets = (path or _of_campaign(campaign_folder, table.file) for path, table in named)
    table, prices = read_effects(effects), read_costs(costs, contest.unit_ids if contest else None)
    places = None
    if contest is not None:
        inside = {unit.id: unit.parent for unit in contest.units if unit.parent is not None}
        places = read_markets(markets, contest.unit_ids, inside)
    elif markets is not None:
        raise InputError("markets are of a contest's units", file=markets, hint="name the contest: --contest")
    return Used(table, prices, places, files=tuple(path for path in (effects, costs, markets) if path is not None))


def join_own(tables: Used, campaign_folder: Path | None, as_of: dt.date, *, first_option: bool = True) -> Used:
    """Join a campaign's own findings with the effects: those of its locked lists, and of ``plan/own.csv``.

    Parameters
    ----------
    tables : Used
    campaign_folder : Path or None
    as_of : date
        Experiments of later days are not known.
    first_option : bool
        Whether the plan is for the contest's first option, whose support the tests measured.

    Raises
    ------
    InputError
        ``own.csv`` has a mistake, or a finding no row of its channel and kind.
    """
    if campaign_folder is None:
        return tables
    found, notes = own_findings(campaign_folder, as_of, tables.costs, first_option=first_option)
    written = _of_campaign(campaign_folder, OWN_EFFECTS.file)
    joined = with_own(tables.effects, found)
    if written is not None:
        joined = with_own(joined, read_own(written))
    files = (*tables.files, *([written] if written else []))
    return replace(tables, effects=joined, notes=(*tables.notes, *notes), files=files)


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
    tables = read_tables(race.contest, campaign_folder, effects, costs, markets)
    tables = join_own(tables, campaign_folder, race.as_of, first_option=race.own == 0)
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
    """Markets to edit: each unit its own, at the price of the costs (``hustings.tables.MARKETS``)."""
    prices = dict(costs.filter(pl.col("channel") == channel).select("unit", "dollars").iter_rows())
    dollars = [float(prices[unit if unit in prices else ANY]) for unit in units]
    return pl.DataFrame({"market": list(units), "unit": list(units), "voters_share": 1.0, "dollars": dollars})
