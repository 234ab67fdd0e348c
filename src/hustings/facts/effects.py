"""What effort of campaigns was found to do, and what it costs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hustings.facts.reading import read_table

if TYPE_CHECKING:
    import polars as pl


def campaign_effects() -> pl.DataFrame:
    """Published effects of campaigns' efforts, each with its error and source.

    Returns
    -------
    polars.DataFrame
        As ``hustings.tables.effects.EFFECTS`` has it, less what own experiments add; see ``docs/maths/effects.md``.
    """
    return read_table("campaign_effects")


def contact_costs() -> pl.DataFrame:
    """What contact and advertising cost.

    Returns
    -------
    polars.DataFrame
        As ``hustings.tables.effects.COSTS`` has it.
    """
    return read_table("contact_costs")
