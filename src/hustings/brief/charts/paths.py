"""Shares over time: a line, its 90 % band, and a dot a poll."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from hustings.brief.charts.palette import colour, mark
from hustings.brief.charts.svg import (
    LinearScale,
    element,
    line,
    month_starts,
    number,
    picture,
    points,
    scale,
    text,
    ticks,
)


@dataclass(frozen=True)
class Series:
    """One option's path in one unit, and the polls' shares for it."""

    index: int
    days: tuple[dt.date, ...]
    mean: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]
    polls: tuple[tuple[dt.date, float], ...]


def path_chart(
    series: Sequence[Series], label: str, *, width: float, height: float, until: dt.date, dot: float = 4.0
) -> Markup:
    """Draw the paths of a unit's options from the first day tracked to election day (`until`)."""
    days = series[0].days
    last = max(until, days[-1])
    x = scale((days[0].toordinal(), last.toordinal()), (34, width - 44))
    y = scale(_domain(series), (height - 24, 8))
    drawn = _axes(x, y, days[0], last, width, height)
    if until > days[-1]:
        at = x(until.toordinal())
        drawn.append(line(at, 8, at, height - 24, "election"))
    for s in series:
        drawn.append(_dots(s, x, y, dot))
    for s in series:
        above = [(x(day.toordinal()), y(v)) for day, v in zip(s.days, s.high, strict=True)]
        below = [(x(day.toordinal()), y(v)) for day, v in zip(s.days, s.low, strict=True)]
        middle = [(x(day.toordinal()), y(v)) for day, v in zip(s.days, s.mean, strict=True)]
        drawn.append(element("polygon", points=points([*above, *below[::-1]]), fill=colour(s.index), class_="band"))
        drawn.append(element("polyline", points=points(middle), stroke=colour(s.index), class_="path"))
    drawn += _ends(series, x, y)
    return picture(width, height, label, drawn)


def _domain(series: Sequence[Series]) -> tuple[float, float]:
    """Bands in full, and nearly all polls: one outlier must not flatten the rest."""
    bands = [v for s in series for v in (*s.low, *s.high)]
    seen = sorted(share for s in series for day, share in s.polls if day >= s.days[0])
    cut = len(seen) // 50
    values = bands + (seen[cut : len(seen) - cut] if seen else [])
    pad = max(0.005, 0.04 * (max(values) - min(values)))
    return max(0.0, min(values) - pad), min(1.0, max(values) + pad)


def _axes(x: LinearScale, y: LinearScale, first: dt.date, last: dt.date, width: float, height: float) -> list[Markup]:
    """Horizontal lines with shares, months below."""
    drawn = []
    for tick in ticks(y.low, y.high, 6 if height > 200 else 5):
        drawn.append(line(34, y(tick), width - 44, y(tick), "grid"))
        drawn.append(text(29, y(tick) + 4, f"{100 * tick:.3g}%", anchor="end", class_="tick"))
    for start in month_starts(first, last, 8 if width > 500 else 5):
        at = x(start.toordinal())
        drawn.append(line(at, height - 24, at, height - 19, "axis"))
        if at < width - 50:
            drawn.append(text(at + 2, height - 8, f"{start:%b}", class_="tick"))
    drawn.append(line(34, height - 24, width - 44, height - 24, "axis"))
    return drawn


def _dots(s: Series, x: LinearScale, y: LinearScale, dot: float) -> Markup:
    """All of an option's polls in one path of round points: a thousand dots stay small."""
    shown = [(x(d.toordinal()), y(v)) for d, v in s.polls if d >= s.days[0] and y.low <= v <= y.high]
    return element(
        "path",
        d="".join(f"M{number(round(px, 1))} {number(round(py, 1))}h0" for px, py in shown) or "M0 0",
        stroke=colour(s.index),
        stroke_width=dot,
        class_="dots",
    )


def _ends(series: Sequence[Series], x: LinearScale, y: LinearScale) -> list[Markup]:
    """Name the last value beside each path, pushed apart where two would overlap."""
    drawn = []
    placed: list[float] = []
    for s in sorted(series, key=lambda s: -s.mean[-1]):
        px, py = x(s.days[-1].toordinal()), y(s.mean[-1])
        label_y = max([py + 4, *(p + 14 for p in placed)])
        placed.append(label_y)
        drawn.append(mark(s.index, px, py, 3.6, fill=colour(s.index), stroke="var(--paper)", stroke_width=1))
        drawn.append(text(x.end + 6, label_y, f"{100 * s.mean[-1]:.1f}%", class_="end"))
    return drawn
