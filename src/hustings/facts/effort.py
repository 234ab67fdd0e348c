"""What US presidential campaigns did where, where the units lie, and what a visit may be worth."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hustings.facts.reading import read_table

if TYPE_CHECKING:
    import polars as pl

UNDATED = "undated"


def campaign_effort() -> pl.DataFrame:
    """Campaign events and field offices of 2012 and 2016.

    Returns
    -------
    polars.DataFrame
        ``year``, ``option`` (as in the contest), ``unit``, ``kind`` (event, fundraiser, media, office), ``date`` (text:
        YYYY-MM-DD, or :data:`UNDATED`) and ``amount`` (how many). A unit without a row had none.
    """
    return read_table("campaign_effort")


def unit_places() -> pl.DataFrame:
    """Centres of population: ``unit``, ``latitude``, ``longitude`` in degrees."""
    return read_table("unit_places")


def visit_effects() -> pl.DataFrame:
    """What a stop makes, by candidate in the ticket's order.

    Returns
    -------
    polars.DataFrame
        ``candidate``, ``first_margin`` (net votes as a share of the unit's, of the first stop there), ``margin_se``,
        ``repeat_factor`` (0-1: the next stop's margin beside the one before), ``source``.
    """
    return read_table("visit_effects")
