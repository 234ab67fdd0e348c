"""From waves to lines: rolling windows, a smooth line with its band, and changes with their errors.

Every interview belongs to one wave, so waves are independent; windows are not. Two rolling values share the waves that are in
both windows, and their difference has only the error of what they do not share: the table therefore gives changes between
*separate* windows, and the smooth line for what lies between.
"""

from __future__ import annotations

import datetime as dt

import numpy as np
import polars as pl
from numpy.typing import NDArray

from hustings.maths.local_level import local_level
from hustings.tables import TREND

Array = NDArray[np.float64]

STEP_SCALE = 0.005
"""Half a point a day: the scale of the half-normal prior on a level's daily step."""
Z95 = 1.959963984540054


def trend_table(waves: pl.DataFrame, *, window_days: int = 3) -> pl.DataFrame:
    """Put waves in a row.

    Parameters
    ----------
    waves : pl.DataFrame
        As declared in ``tables.TREND``, of kind ``wave``.
    window_days : int
        Days of a rolling window.

    Returns
    -------
    pl.DataFrame
        As declared in ``tables.TREND``: the waves, and of kind

        * ``rolling``: the mean of the waves of the last `window_days` days, by effective interviews;
        * ``smooth``: the level behind the waves, day by day, where there are at least three waves;
        * ``change``: the last window against the one before it that shares no wave with it.
    """
    parts = [waves]
    for _, line in waves.sort("date").group_by("measure", "unit", maintain_order=True):
        parts += [_rolling(line, window_days), _smooth(line), _change(line, window_days)]
    return pl.concat(parts).select(TREND.column_names).sort("measure", "unit", "kind", "date")


def window(line: pl.DataFrame, end: dt.date, days: int) -> tuple[float, float, float, int]:
    """Estimate, standard error, effective interviews and waves of the window that ends on a day.

    Waves are weighted by effective interviews: a wave's own standard error depends on its share, which would pull the mean.
    """
    inside = line.filter(pl.col("date").is_between(end - dt.timedelta(days=days - 1), end))
    n = inside["n_effective"].to_numpy()
    weight = n / n.sum()
    estimate = float(weight @ inside["estimate"].to_numpy())
    se = float(np.sqrt((weight**2) @ (inside["se"].to_numpy() ** 2)))
    return estimate, se, float(n.sum()), inside.height


def _rolling(line: pl.DataFrame, days: int) -> pl.DataFrame:
    ends = line["date"].unique().sort().to_list()
    return _rows(line, "rolling", ends, [window(line, end, days) for end in ends])


def _change(line: pl.DataFrame, days: int) -> pl.DataFrame:
    """Last window minus the last one that ends before it begins."""
    ends = line["date"].unique().sort().to_list()
    before = [end for end in ends if end <= ends[-1] - dt.timedelta(days=days)]
    if not before:
        return _rows(line, "change", [], [])
    now, then = window(line, ends[-1], days), window(line, before[-1], days)
    found = (now[0] - then[0], float(np.hypot(now[1], then[1])), min(now[2], then[2]), now[3] + then[3])
    return _rows(line, "change", [ends[-1]], [found], bounded=False)


def _smooth(line: pl.DataFrame) -> pl.DataFrame:
    """The level behind the waves, every day from the first to the last."""
    if line["date"].n_unique() < 3:
        return _rows(line, "smooth", [], [])
    first, last = line["date"].min(), line["date"].max()
    assert isinstance(first, dt.date)
    assert isinstance(last, dt.date)
    span = (last - first).days
    days = np.array([(day - first).days for day in line["date"]], dtype=np.float64)
    # A share of 0 or 1 has no linearised error; its wave still has one.
    floor = 0.5 / np.sqrt(np.maximum(line["n_effective"].to_numpy(), 1.0)) / 10
    errors = np.maximum(line["se"].to_numpy(), floor)
    found = local_level(days, line["estimate"].to_numpy(), errors, np.arange(span + 1.0), step_scale=STEP_SCALE)
    n = float(line["n_effective"].sum())
    numbers = [(float(m), float(s), n, line.height) for m, s in zip(found.mean, found.sd, strict=True)]
    return _rows(line, "smooth", [first + dt.timedelta(days=k) for k in range(span + 1)], numbers)


def _rows(
    line: pl.DataFrame,
    kind: str,
    dates: list[dt.date],
    numbers: list[tuple[float, float, float, int]],
    *,
    bounded: bool = True,
) -> pl.DataFrame:
    """Declared rows of one line; shares stay within 0-1, gaps within -1 and 1."""
    gap = str(line["measure"][0]).startswith("enthusiasm_gap")
    least, most = (-1.0, 1.0) if gap or not bounded else (0.0, 1.0)
    low = [max(least, estimate - Z95 * se) for estimate, se, _, _ in numbers]
    high = [min(most, estimate + Z95 * se) for estimate, se, _, _ in numbers]
    return pl.DataFrame(
        {
            "kind": [kind] * len(dates),
            "measure": [line["measure"][0]] * len(dates),
            "unit": [line["unit"][0]] * len(dates),
            "date": dates,
            "estimate": [one[0] for one in numbers],
            "se": [one[1] for one in numbers],
            "low": low,
            "high": high,
            "n_effective": [one[2] for one in numbers],
            "waves": [one[3] for one in numbers],
        },
        schema=line.schema,
    )
