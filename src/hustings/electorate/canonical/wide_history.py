"""Files with a column per election, as one row per voter and election."""

from __future__ import annotations

import polars as pl

from hustings.electorate.canonical.counts import Tally
from hustings.electorate.layouts import Layout


def long_history(frame: pl.DataFrame, voters: pl.DataFrame, layout: Layout, tally: Tally) -> pl.DataFrame | None:
    """History of a block of voters; None when the layout has no election columns."""
    return None
