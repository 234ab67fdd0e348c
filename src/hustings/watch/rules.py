"""Rules: limits that are no statistical test, and say so."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import polars as pl

from hustings.watch.assumption import Claim
from hustings.watch.observations import Kept

STIRS_AT_SHARE = 0.75
"""Of the limit."""


LEVELS = ("quiet", "stirring", "broken")


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


def against_limits(rows: pl.DataFrame, is_below: pl.Expr) -> pl.DataFrame:
    """Rows of rules with ``ratio``, how far they are on their way to the limit, and ``level``, a place in :data:`LEVELS`.

    Parameters
    ----------
    rows : pl.DataFrame
        ``tables.OBSERVATIONS``.
    is_below : pl.Expr
        Whether the rule of a row is broken below its limit, and not above.
    """
    seen, limit = pl.col("observed"), pl.col("predicted")
    beyond = pl.when(is_below).then(seen < limit).otherwise(seen > limit)
    # 0 of 0 that are allowed is within the limit.
    ratio = pl.when(is_below).then(limit / seen).otherwise(seen / limit).fill_nan(0.0)
    level = pl.when(beyond).then(2).when(ratio > STIRS_AT_SHARE).then(1).otherwise(0)
    return rows.with_columns(ratio=ratio, level=level)


def ruled(claim: Claim, kept: Kept) -> Ruled:
    """Compare the last night's numbers with their limits."""
    rows = kept.of(claim)
    if rows.is_empty():
        return Ruled("quiet", None, None, (), rows)
    marked = against_limits(rows, pl.lit(claim.side == "below"))
    nights = marked.group_by("settled").agg(pl.col("level").max()).sort("settled", descending=True)
    status = int(nights["level"][0])
    since = None
    for night, one in nights.iter_rows():
        if one < status:
            break
        since = night
    last = marked.filter(pl.col("settled") == nights["settled"][0]).sort("level", "ratio", descending=True)
    broken = tuple(last.filter(pl.col("level") == 2)["segment"])
    return Ruled(LEVELS[status], since if status else None, last["segment"][0], broken, last)
