"""The American states and the districts that choose electors: names, regions, map tiles, who lives there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hustings.facts.reading import read_table

if TYPE_CHECKING:
    import polars as pl


def states() -> pl.DataFrame:
    """Names, regions and map tiles of the 51 states and 5 districts that choose electors.

    Returns
    -------
    polars.DataFrame
        ``unit`` (USPS code, or ``ME-1`` ... ``NE-3``), ``state`` (the state it lies in), ``name``,
        ``census_region``, ``census_division``, ``bea_region``, ``tile_row`` and ``tile_column`` (0-based place on
        the usual 8 x 11 tile grid, each tile used once; the districts stand on free tiles, Maine's beside Maine,
        Nebraska's in the open row above the plains).
    """
    return read_table("states")


def state_covariates() -> pl.DataFrame:
    """Who lives where, by state and the District of Columbia: what makes two states move together.

    Returns
    -------
    polars.DataFrame
        ``state`` and one column per covariate; the year is in the name, shares are 0-1,
        ``urbanicity_mean_log_pop_5mi`` is the mean over residents of the log of the population within 5 miles.
        No column is missing. Measured 2010-2020: for contests before that they look ahead, although by amounts
        that are small beside the differences between states.
    """
    return read_table("state_covariates")
