"""Rules: limits that are no statistical test, and say so."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import polars as pl

from hustings.watch.assumption import Claim
from hustings.watch.observations import Kept

STIRS_AT_SHARE = 0.75
"""Of the limit."""


@dataclass(frozen=True)
class Ruled:
    """Where a rule stands.

    Parameters
    ----------
    status : str
        broken, stirring, quiet.
    since : date or None
        First night of this status, without a break.
    worst : str or None
        Segment that is farthest beyond its limit.
    broken : tuple of str
        Segments beyond their limits, farthest first.
    rows : pl.DataFrame
        The last night's rows.
    """

    status: str
    since: dt.date | None
    worst: str | None
    broken: tuple[str, ...]
    rows: pl.DataFrame


def ruled(claim: Claim, kept: Kept) -> Ruled:
    """Compare the last night's numbers with their limits."""
    rows = kept.of(claim)
    if rows.is_empty():
        return Ruled("quiet", None, None, (), rows)
    above = claim.side != "below"
    ratio = pl.col("observed") / pl.col("predicted") if above else pl.col("predicted") / pl.col("observed")
    ratio = ratio.fill_nan(0.0)
    beyond = pl.col("observed") > pl.col("predicted") if above else pl.col("observed") < pl.col("predicted")
    marked = rows.with_columns(
        ratio=ratio,
        status=pl.when(beyond).then(2).when(ratio > STIRS_AT_SHARE).then(1).otherwise(0),
    )
    nights = marked.group_by("settled").agg(pl.col("status").max()).sort("settled", descending=True)
    status = int(nights["status"][0])
    since = None
    for night, one in nights.iter_rows():
        if one < status:
            break
        since = night
    last = marked.filter(pl.col("settled") == nights["settled"][0]).sort("status", "ratio", descending=True)
    broken = tuple(last.filter(pl.col("status") == 2)["segment"])
    word = ("quiet", "stirring", "broken")[status]
    return Ruled(word, since if status else None, last["segment"][0], broken, last)
