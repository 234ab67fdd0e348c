"""The effects, costs and markets of a plan: those that ship, or the campaign's own files."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import polars as pl

from hustings.facts.effects import campaign_effects, contact_costs
from hustings.plan.effects.making import make_with_notes
from hustings.plan.levers import Levers
from hustings.plan.race import Race
from hustings.store.reading import empty_table
from hustings.tables.effects import COSTS, EFFECTS

FOLDER = "plan"


@dataclass(frozen=True)
class Used:
    """What a plan's levers rest on.

    Attributes
    ----------
    effects, costs : pl.DataFrame
        ``hustings.tables.effects.EFFECTS`` in use, and ``COSTS``.
    markets : pl.DataFrame or None
    notes : tuple of str
        Sentences that a plan must say.
    files : tuple of Path
        The campaign's own files among them.
    """

    effects: pl.DataFrame
    costs: pl.DataFrame
    markets: pl.DataFrame | None = None
    notes: tuple[str, ...] = ()
    files: tuple[Path, ...] = ()


def shipped_effects() -> pl.DataFrame:
    """The table of published effects (``hustings.tables.effects.EFFECTS``)."""
    return pl.concat([empty_table(EFFECTS), campaign_effects()], how="diagonal_relaxed").select(EFFECTS.column_names)


def shipped_costs() -> pl.DataFrame:
    """The table of costs (``hustings.tables.effects.COSTS``)."""
    return pl.concat([empty_table(COSTS), contact_costs()], how="diagonal_relaxed").select(COSTS.column_names)


def load_levers(
    race: Race,
    campaign_folder: Path | None = None,
    effects: Path | None = None,
    costs: Path | None = None,
    markets: Path | None = None,
) -> tuple[Levers, Used]:
    """Levers of a plan, and the rows that they rest on."""
    table, prices = shipped_effects(), shipped_costs()
    made = make_with_notes(race, table, prices, None)
    return made.levers, Used(table.filter("used"), prices, None, made.notes)
