"""Which alarm comes of another: where those who answer are no longer the same, what they say is no news of opinion.

When one side hangs up, two things show: its part of the interviews falls, and support falls in every group, as if minds
had changed. Who answers has the wider tolerance, since field days differ, and so it is mostly the second that is heard first.
So an alarm is held against its possible causes since the day from which it most likely does not hold: a part of the
interviews that moved then by :data:`MOVED_Z` standard errors is named. It is a pointer and no alarm: the board's error
rate is that of the alarms.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import NamedTuple

import polars as pl

from hustings.tables.watch import where
from hustings.watch.assumption import Assumption
from hustings.watch.nightly import Watched
from hustings.watch.registry import current

MOVED_Z = 4.0
LOUD = ("broken", "stirring")


class Cause(NamedTuple):
    """What may explain an alarm: the assumption, where it moved most since a day, what was seen there then, and before."""

    assumption: str
    segment: str
    since: dt.date
    observed: float
    before: float


def moved(rows: pl.DataFrame, since: dt.date) -> tuple[str, float, float, float] | None:
    """The segment that moved most: its name, z, what was seen from a day on, and before; None without either.

    Parameters
    ----------
    rows : pl.DataFrame
        ``tables.OBSERVATIONS`` of one claim of kind shares. Residuals since are held against residuals before, not against
        0: what was predicted has an error of its own.
    since : date
    """
    late = (pl.col("day") >= since).alias("late")
    sums = rows.group_by("segment", late).agg(
        (pl.col("sum_wr").sum() / pl.col("sum_w").sum()).alias("off"),
        (pl.col("sum_sq").sum() / pl.col("sum_w").sum() ** 2).alias("variance"),
        (pl.col("observed").dot("sum_w") / pl.col("sum_w").sum()).alias("seen"),
    )
    both = sums.filter("late").join(sums.filter(~pl.col("late")), on="segment", suffix="_before")
    z = (pl.col("off") - pl.col("off_before")) / (pl.col("variance") + pl.col("variance_before")).sqrt()
    found = both.with_columns(z.alias("z")).filter(pl.col("z").is_finite())
    if found.is_empty():
        return None
    top = found.sort(pl.col("z").abs(), "segment", descending=[True, False]).row(0, named=True)
    return top["segment"], top["z"], top["seen"], top["seen_before"]


def explained_by(table: pl.DataFrame, assumptions: Sequence[Assumption], watched: Watched) -> dict[str, Cause]:
    """Loud assumption -> the one that would make it loud where it fails itself, and has moved since.

    Parameters
    ----------
    table : pl.DataFrame
        ``tables.BOARD``.
    assumptions : sequence of Assumption
        With what each explains.
    watched : Watched
    """
    loud = dict(table.filter(pl.col("status").is_in(LOUD)).select("assumption", "segment").iter_rows())
    claims = current(watched.claims)
    found: dict[str, Cause] = {}
    for cause in assumptions:
        claim = claims.get(cause.name)
        for name in cause.explains:
            since = _start(watched, name, loud[name]) if name in loud and claim is not None else None
            if claim is None or since is None:
                continue
            most = moved(watched.kept.of(claim), since)
            if most is not None and abs(most[1]) >= MOVED_Z:
                found[name] = Cause(cause.name, most[0], since, *most[2:])
    return found


def _start(watched: Watched, name: str, segment: str | None) -> dt.date | None:
    """Day from which a claim most likely does not hold in a segment."""
    version = max((one.version for one in watched.claims if one.assumption == name), default=0)
    for one in watched.weighed.evidence:
        if (one.claim.assumption, one.claim.version) == (name, version) and segment in one.claim.foreseen.segments:
            return one.start[one.claim.foreseen.segments.index(segment)]
    return None


def with_causes(table: pl.DataFrame, assumptions: Sequence[Assumption], watched: Watched) -> pl.DataFrame:
    """The board with each alarm's likely cause said; of two that are equally loud the cause stands before what it explains.

    Parameters
    ----------
    table : pl.DataFrame
        ``tables.BOARD``, in its order.
    assumptions : sequence of Assumption
    watched : Watched
    """
    explained = explained_by(table, assumptions, watched)
    if not explained:
        return table
    said = {
        name: f" Look at {one.assumption} first: since {one.since} {where(one.segment)} is "
        f"{100 * one.observed:.1f} % of those who answer, {100 * one.before:.1f} % before; that alone could show here."
        for name, one in explained.items()
    }
    more = pl.col("assumption").replace_strict(said, default="", return_dtype=pl.String)
    rows = table.with_columns(pl.concat_str("said", more).alias("said")).to_dicts()
    for name, one in explained.items():
        at = {row["assumption"]: k for k, row in enumerate(rows)}
        if at[one.assumption] > at[name] and rows[at[one.assumption]]["status"] == rows[at[name]]["status"]:
            rows.insert(at[name], rows.pop(at[one.assumption]))
    return pl.DataFrame(rows, schema=table.schema)
