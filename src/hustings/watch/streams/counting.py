"""Counts since the last time: totals that grow, are corrected, or fall."""

from __future__ import annotations

from typing import NamedTuple

import polars as pl


class Counted(NamedTuple):
    """What is new of some totals.

    Parameters
    ----------
    rows : pl.DataFrame
        The totals' rows with ``new``, >= 0, and ``last``, what was settled before (0: nothing).
    settled : pl.DataFrame
        ``key`` and ``amount``: the highest total so far of each that rose.
    notes : tuple of str
    """

    rows: pl.DataFrame
    settled: pl.DataFrame
    notes: tuple[str, ...]


def since_last(totals: pl.DataFrame, settled: pl.DataFrame) -> Counted:
    """What is new of totals since they were settled.

    A total that has fallen, because a source took something back, is owed: nothing is new until it exceeds what was settled.

    Parameters
    ----------
    totals : pl.DataFrame
        ``key`` and ``total``, and what else belongs to them.
    settled : pl.DataFrame
        ``tables.SETTLED`` of the assumption.
    """
    before = settled.select("key", pl.col("amount").alias("last"))
    rows = totals.join(before, on="key", how="left", maintain_order="left").with_columns(pl.col("last").fill_null(0.0))
    owed = rows.filter(pl.col("total") < pl.col("last"))
    rows = rows.with_columns((pl.col("total") - pl.col("last")).clip(0).cast(pl.Float64).alias("new"))
    notes = tuple(
        f"{key} fell from {last:,.0f} to {total:,.0f}: nothing is counted until it exceeds what it was"
        for key, last, total in owed.select("key", "last", "total").head(3).iter_rows()
    )
    if owed.height > 3:
        notes = (*notes, f"and {owed.height - 3} other counts fell")
    risen = rows.filter(pl.col("new") > 0)
    return Counted(rows, risen.select("key", pl.col("total").cast(pl.Float64).alias("amount")), notes)
