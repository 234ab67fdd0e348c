"""Sample sizes that the source does not give: the pollster's usual one, in the polls known on the day."""

from __future__ import annotations

import polars as pl

NO_SIZE = "no sample size, and no other poll to take one from"


def fill_sample_sizes(polls: pl.DataFrame, nation: str) -> pl.DataFrame:
    """Add ``sample_size`` and ``sample_size_filled`` (`sample_size_number` null = missing).

    That of the same poll's other questions where one has it; else the median of the pollster's other polls of that kind of
    unit (national or not), else of all its polls, else of everybody's polls of that kind, else of everybody's. Null stays null only when no poll has a sample size.
    """
    size = pl.col("sample_size_number")
    national = pl.col("unit") == nation
    filled = polls.with_columns(national.alias("is_national"))
    usual = pl.coalesce(
        size.median().over("pollster_key", "sponsor_key", "unit", "start_date", "end_date"),
        size.median().over("pollster_key", "is_national"),
        size.median().over("pollster_key"),
        size.median().over("is_national"),
        size.median(),
    )
    return filled.with_columns(
        pl.coalesce(size, usual).alias("sample_size"),
        size.is_null().alias("sample_size_filled"),
    ).drop("is_national")
