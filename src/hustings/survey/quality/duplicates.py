"""The same voter twice, or the same answers from the same device: the first complete interview counts."""

from __future__ import annotations

import polars as pl

from hustings.survey.interviews import Interviews

NAME = "duplicates"
WHAT = "a voter interviewed twice in this wave, or the same answers from the same device"
SETS_ASIDE = True
ALIKE = 8
"""Fewer answers than this may be the same by chance."""


def find(interviews: Interviews) -> pl.DataFrame:
    """Other interviews of a voter, and other ones of a device with the same answers to every question."""
    # A complete interview goes before a partial one, then the earlier before the later; 1.1 sorts before 1.2.
    rows = interviews.respondents.with_row_index("place").sort("disposition", "started_at", "place", nulls_last=True)
    voters = rows.filter(pl.col("voter_id").is_not_null() & (pl.col("match_prob") >= 0.9))
    first = pl.col("respondent_id").first().over("voter_id")
    again = voters.with_columns(first.alias("first")).filter(pl.col("respondent_id") != pl.col("first"))
    same = again.select("respondent_id", pl.format("the same voter as {}", "first").alias("found"))
    devices = rows.filter(pl.col("device").is_not_null()).select("respondent_id", "device")
    given = (
        interviews.answers.filter(
            pl.col("code").is_not_null() | pl.col("value").is_not_null() | pl.col("text").is_not_null()
        )
        .with_columns(
            pl.concat_str(["question", "code", "value", "text"], separator="\x1f", ignore_nulls=True).alias("said")
        )
        .group_by("respondent_id")
        .agg(pl.col("said").sort().str.join("\x1e"), pl.len().alias("n"))
    )
    alike = devices.join(given, on="respondent_id", how="inner", maintain_order="left").filter(pl.col("n") >= ALIKE)
    alike = alike.with_columns(pl.col("respondent_id").first().over("device", "said").alias("first"))
    copies = alike.filter(pl.col("respondent_id") != pl.col("first"))
    said = pl.format("the same {} answers from the same device as {}", "n", "first")
    return pl.concat([same, copies.select("respondent_id", said.alias("found"))])
