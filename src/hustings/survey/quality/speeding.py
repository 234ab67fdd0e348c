"""Answered faster than the questions can be read: under a third of the median of the same mode."""

from __future__ import annotations

import polars as pl

from hustings.survey.interviews import COMPLETE, Interviews

NAME = "speeding"
WHAT = "complete in under a third of the median time of its mode"
SETS_ASIDE = True
SHARE = 1 / 3
FEWEST = 20
"""Interviews of a mode below which there is no median to speak of."""


def find(interviews: Interviews) -> pl.DataFrame:
    """Complete interviews that took less than :data:`SHARE` of their mode's median."""
    rows = interviews.respondents.filter((pl.col("disposition") == COMPLETE) & pl.col("seconds").is_not_null())
    median = pl.col("seconds").median().over("mode")
    slow = rows.with_columns(median.alias("median"), pl.len().over("mode").alias("n"))
    fast = slow.filter((pl.col("n") >= FEWEST) & (pl.col("seconds") < SHARE * pl.col("median")))
    said = pl.format("{} seconds, the median is {}", pl.col("seconds").round(0), pl.col("median").round(0))
    return fast.select("respondent_id", said.alias("found"))
