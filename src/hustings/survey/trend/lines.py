"""From waves to lines: rolling windows, a smooth line with its band, and changes with their errors.

Every interview counts in one wave (:mod:`~hustings.survey.trend.overlap`), so waves are independent; windows are not. Two rolling values share the waves that are in
both windows, and their difference has only the error of what they do not share: the table therefore gives changes between
*separate* windows, and the smooth line for what lies between.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from hustings.maths.local_level import local_level

Array = NDArray[np.float64]

STEP_SCALE = 0.005
"""Half a point a day: the scale of the half-normal prior on a level's daily step."""
Z95 = 1.959963984540054
FEWEST_WAVES = 3
"""Behind a smooth line."""
GAP = "enthusiasm_gap"
SCHEMA = {
    "kind": pl.String,
    "measure": pl.String,
    "unit": pl.String,
    "date": pl.Date,
    "estimate": pl.Float64,
    "se": pl.Float64,
    "low": pl.Float64,
    "high": pl.Float64,
    "n_effective": pl.Float64,
    "waves": pl.Int64,
}


def trend_table(waves: pl.DataFrame, *, window_days: int = 3, overlapping: pl.DataFrame | None = None) -> pl.DataFrame:
    """Put waves in a row.

    Parameters
    ----------
    waves : pl.DataFrame
        As declared in ``tables.TREND``, of kind ``wave``; waves that end on the same day are put together.
    window_days : int
        Days of a rolling window.
    overlapping : pl.DataFrame, optional
        Waves that share interviews with one of these: they have their points, and no part in lines.

    Returns
    -------
    pl.DataFrame
        As declared in ``tables.TREND``: the waves, and of kind

        * ``rolling``: the mean of the waves of the last `window_days` days, by effective interviews;
        * ``smooth``: the level behind the waves, day by day, where there are at least three waves;
        * ``change``: the last window against the one before it that shares no day with it.
    """
    daily = _one_a_day(waves)
    points = daily
    if overlapping is not None and overlapping.height:
        beside = _one_a_day(overlapping).join(daily, on=("measure", "unit", "date"), how="anti")
        points = pl.concat([daily, beside])
    lines = daily.partition_by("measure", "unit", maintain_order=True)
    parts = [*(_rolling(line, window_days) for line in lines), *(_change(line, window_days) for line in lines)]
    parts += _smooth([line for line in lines if line.height >= FEWEST_WAVES])
    gap = (pl.col("kind") == "change") | pl.col("measure").str.starts_with(GAP)
    drawn = _with_bounds(pl.concat(parts), gap=gap) if parts else daily
    return pl.concat([points, drawn.select(points.columns)]).sort("measure", "unit", "kind", "date")


def _one_a_day(waves: pl.DataFrame) -> pl.DataFrame:
    """Put waves that end on the same day together, by effective interviews; a wave alone stays as it is."""
    keys = ("measure", "unit", "date")
    alone = pl.len().over(keys) == 1
    n = pl.col("n_effective")
    together = (
        waves.filter(~alone)
        .group_by(keys, maintain_order=True)
        .agg(
            pl.col("kind").first(),
            (pl.col("estimate") * n).sum() / n.sum(),
            (pl.col("se") * n).pow(2).sum().sqrt() / n.sum(),
            n.sum(),
            pl.col("waves").sum(),
        )
    )
    bounded = _with_bounds(together, gap=pl.col("measure").str.starts_with(GAP))
    return pl.concat([waves.filter(alone), bounded.select(waves.columns)]).sort("measure", "unit", "date")


class Windows(NamedTuple):
    """Windows that end on some days: (window,) arrays of estimates, errors, effective interviews and waves."""

    estimate: Array
    se: Array
    n_effective: Array
    waves: NDArray[np.int64]


def windows(line: pl.DataFrame, ends: Array, days: int) -> Windows:
    """Means of the waves that end within the last `days` days, by effective interviews.

    Waves are not weighted by their own standard errors: these depend on the share, which would pull the mean.

    Parameters
    ----------
    line : pl.DataFrame
        Waves of one measure in one unit, by date.
    ends : (window,) array
        Last days of the windows, as days since 1970; each window has at least one wave.
    days : int
        Days of a window.
    """
    at = _numbers(line["date"])
    n = line["n_effective"].to_numpy()
    first, last = np.searchsorted(at, ends - days + 1, "left"), np.searchsorted(at, ends, "right")

    def sums(values: Array) -> Array:
        running = np.concatenate([[0.0], np.cumsum(values)])
        return np.asarray(running[last] - running[first])

    whole = sums(n)
    variance = np.maximum(sums((n * line["se"].to_numpy()) ** 2), 0.0)
    number = np.rint(sums(line["waves"].to_numpy().astype(np.float64))).astype(np.int64)
    return Windows(sums(n * line["estimate"].to_numpy()) / whole, np.sqrt(variance) / whole, whole, number)


def _numbers(dates: pl.Series) -> Array:
    return dates.to_physical().to_numpy().astype(np.float64)


def _rolling(line: pl.DataFrame, days: int) -> pl.DataFrame:
    return _rows(line, "rolling", line["date"], windows(line, _numbers(line["date"]), days))


def _change(line: pl.DataFrame, days: int) -> pl.DataFrame:
    """Last window minus the last one that ends before it begins."""
    at = _numbers(line["date"])
    before = at[at <= at[-1] - days]
    if not len(before):
        return _rows(line, "change", line["date"].clear(), windows(line, before, days))
    two = windows(line, np.array([before[-1], at[-1]]), days)
    change = Windows(
        two.estimate[1:] - two.estimate[:1],
        np.hypot(two.se[1:], two.se[:1]),
        np.minimum(two.n_effective[1:], two.n_effective[:1]),
        two.waves[1:] + two.waves[:1],
    )
    return _rows(line, "change", line["date"].tail(1), change)


def _smooth(lines: Sequence[pl.DataFrame]) -> list[pl.DataFrame]:
    """Levels behind the waves, every day from the first wave to the last."""
    if not lines:
        return []
    at = [_numbers(line["date"]).astype(np.int64) for line in lines]
    start, end = min(int(days[0]) for days in at), max(int(days[-1]) for days in at)
    values = np.full((end - start + 1, len(lines)), np.nan)
    errors = np.full_like(values, np.nan)
    for k, line in enumerate(lines):
        # A share of 0 or 1 has no linearised error; its wave still has one.
        floor = 0.05 / np.sqrt(np.maximum(line["n_effective"].to_numpy(), 1.0))
        values[at[k] - start, k] = line["estimate"].to_numpy()
        errors[at[k] - start, k] = np.maximum(line["se"].to_numpy(), floor)
    found = local_level(values, errors, step_scale=STEP_SCALE)
    parts = []
    for k, line in enumerate(lines):
        inside = slice(int(at[k][0]) - start, int(at[k][-1]) - start + 1)
        mean, sd = found.mean[inside, k], found.sd[inside, k]
        n = np.full(len(mean), float(line["n_effective"].sum()))
        waves = np.full(len(mean), int(line["waves"].sum()))
        days = pl.Series(np.arange(at[k][0], at[k][-1] + 1), dtype=pl.Int32).cast(pl.Date)
        parts.append(_rows(line, "smooth", days, Windows(mean, sd, n, waves)))
    return parts


def _rows(line: pl.DataFrame, kind: str, dates: pl.Series, found: Windows) -> pl.DataFrame:
    """Rows of one line, but for the ends of the intervals."""
    numbers = pl.DataFrame([dates.alias("date"), *(pl.Series(name, part) for name, part in found._asdict().items())])
    return numbers.select(
        pl.lit(kind).alias("kind"),
        pl.lit(line["measure"][0]).alias("measure"),
        pl.lit(line["unit"][0]).alias("unit"),
        pl.all(),
    )


def _with_bounds(rows: pl.DataFrame, *, gap: pl.Expr) -> pl.DataFrame:
    """Ends of 95 % intervals; shares stay within 0-1, gaps and changes within -1 and 1."""
    reach = Z95 * pl.col("se")
    least = pl.when(gap).then(-1.0).otherwise(0.0)
    return rows.with_columns(
        pl.max_horizontal(pl.col("estimate") - reach, least).alias("low"),
        pl.min_horizontal(pl.col("estimate") + reach, pl.lit(1.0)).alias("high"),
    )
