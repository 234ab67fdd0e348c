"""The trend as one page: a small chart for each measure, waves as dots with their errors, the smooth line with its band."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

import polars as pl

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 340, 190, 42, 12, 12, 26
_TITLES = {
    "vote": "Vote",
    "track": "Direction of the country",
    "issue": "Most important issue",
    "people_like_you": "On the side of people like you",
    "defined": "Can say what they stand for",
    "heard": "Heard something about",
    "theme_owned": "Recalled news on their own theme",
    "enthusiasm_gap": "Enthusiasm gap",
    "enthusiastic": "Enthusiastic",
}
_STYLE = """
:root { color-scheme: light dark; --ink: #1d1d1b; --quiet: #666; --paper: #fdfdfb; --line: #1f5fa8; --band: #1f5fa822; --grid: #8883 }
@media (prefers-color-scheme: dark) { :root { --ink: #eee; --quiet: #aaa; --paper: #17181a; --line: #8ab8f0; --band: #8ab8f033 } }
body { margin: 0 auto; box-sizing: border-box; max-width: 72rem; padding: 1.5rem 1rem 3rem; background: var(--paper); color: var(--ink);
       font: 16px/1.45 system-ui, sans-serif }
h1 { font-size: 1.5rem; margin: 0 } h2 { font-size: 1.1rem; margin: 2rem 0 .5rem }
p { color: var(--quiet); margin: .3rem 0; max-width: 44rem }
.grid { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(20rem, 100%), 1fr)); gap: 1rem }
figure { margin: 0 } figcaption { font-weight: 600 } figcaption { overflow-wrap: anywhere } figcaption span { display: block; font-weight: 400; color: var(--quiet) }
svg { width: 100%; height: auto; display: block } text { fill: var(--quiet); font-size: 11px }
"""


def trend_page(
    table: pl.DataFrame, *, title: str, unit: str, window_days: int = 3, labels: Mapping[str, str] | None = None
) -> str:
    """Make the page of one unit.

    Parameters
    ----------
    table : pl.DataFrame
        As declared in ``tables.TREND``.
    title : str
        The survey's name.
    unit : str
        State, or the nation's id.
    window_days : int
        Days of the rolling windows that changes are between.
    labels : mapping, optional
        A measure, or what it is about (an option's id) -> words for people.

    Returns
    -------
    str
        One HTML page that needs nothing else.
    """
    here = table.filter(pl.col("unit") == unit)
    groups: dict[str, list[str]] = {}
    for measure in _in_order(here):
        groups.setdefault(measure.partition(":")[0], []).append(measure)
    order = [*(name for name in _TITLES if name in groups), *(name for name in groups if name not in _TITLES)]
    body = "".join(_group(here, name, groups[name], labels or {}) for name in order)
    days = here.filter(pl.col("kind") == "wave")["date"].unique().sort().to_list()
    one_wave = f"one wave, {days[0]}" if days else "no wave"
    said = f"{len(days)} waves, {days[0]} to {days[-1]}" if len(days) > 1 else one_wave
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}: trend</title><style>{_STYLE}</style></head><body><main>"
        f"<h1>{escape(title)}, {escape(unit)}</h1><p>{escape(said)}. In percent. Dots are waves with their 95 % intervals; the "
        f"line is the level behind them with its band. Change is that of the last {window_days} days against the "
        f"{window_days} before.</p>{body}</main></body></html>\n"
    )


def _in_order(here: pl.DataFrame) -> list[str]:
    """Measures of somebody, the largest in the latest wave first."""
    waves = here.filter(pl.col("kind") == "wave").sort("date")
    last = waves.group_by("measure", maintain_order=True).agg(
        pl.col("estimate").last(), pl.col("estimate").abs().max().alias("most")
    )
    return last.filter(pl.col("most") > 0).sort("estimate", "measure", descending=[True, False])["measure"].to_list()


def _group(here: pl.DataFrame, name: str, measures: Sequence[str], labels: Mapping[str, str]) -> str:
    """Charts of one heading: their axes differ, a point is as high in all of them."""
    title = _TITLES.get(name, name.replace("_", " ").capitalize())
    rows = {measure: here.filter(pl.col("measure") == measure) for measure in measures}
    ranges = {measure: _range(part) for measure, part in rows.items()}
    span = max(high - low for low, high in ranges.values())
    charts = []
    for measure, part in rows.items():
        about = measure.partition(":")[2]
        label = labels.get(measure, labels.get(about, about.replace("_", " "))) or title
        charts.append(_chart(part, f"{title}: {label}" if about else title, label, _widened(ranges[measure], span)))
    return f'<section><h2>{escape(title)}</h2><div class="grid">{"".join(charts)}</div></section>'


def _chart(rows: pl.DataFrame, name: str, label: str, ends: tuple[float, float]) -> str:
    """One measure."""
    waves, smooth = (rows.filter(pl.col("kind") == kind).sort("date") for kind in ("wave", "smooth"))
    change = rows.filter(pl.col("kind") == "change")
    first, last = waves["date"].min(), waves["date"].max()
    assert isinstance(first, dt.date)
    assert isinstance(last, dt.date)
    low, high = ends
    span = max((last - first).days, 1)

    def x(day: dt.date) -> float:
        middle = 0.5 if last == first else (day - first).days / span
        return round(LEFT + middle * (WIDTH - LEFT - RIGHT), 1)

    def y(value: float) -> float:
        return round(TOP + (high - min(max(value, low), high)) / (high - low) * (HEIGHT - TOP - BOTTOM), 1)

    parts = [_axis(low, high, y)]
    if smooth.height:
        upper = " ".join(f"{x(one['date'])},{y(one['high'])}" for one in smooth.to_dicts())
        lower = " ".join(f"{x(one['date'])},{y(one['low'])}" for one in reversed(smooth.to_dicts()))
        line = " ".join(f"{x(one['date'])},{y(one['estimate'])}" for one in smooth.to_dicts())
        parts.append(f'<polygon points="{upper} {lower}" fill="var(--band)"/>')
        parts.append(f'<polyline points="{line}" fill="none" stroke="var(--line)" stroke-width="2"/>')
    for one in waves.to_dicts():
        at = x(one["date"])
        parts.append(f'<path d="M{at} {y(one["low"])}V{y(one["high"])}" stroke="var(--quiet)" opacity=".5"/>')
        parts.append(f'<circle cx="{at}" cy="{y(one["estimate"])}" r="3" fill="var(--ink)"/>')
    parts.append(f'<text x="{LEFT}" y="{HEIGHT - 8}">{first}</text>')
    if last != first:
        parts.append(f'<text x="{WIDTH - RIGHT}" y="{HEIGHT - 8}" text-anchor="end">{last}</text>')
    latest = (smooth if smooth.height else waves).to_dicts()[-1]
    said = f"{100 * latest['estimate']:.1f} ± {196 * latest['se']:.1f}{_moved(change)}"
    return (
        f"<figure><figcaption>{escape(label)} <span>{escape(said)}</span></figcaption>"
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(f"{name}, {said}")}">{"".join(parts)}</svg></figure>'
    )


def _moved(change: pl.DataFrame) -> str:
    if change.is_empty():
        return ""
    one = change.to_dicts()[-1]
    return f", change {100 * one['estimate']:+.1f} ± {196 * one['se']:.1f}"


def _range(rows: pl.DataFrame) -> tuple[float, float]:
    """A range that holds all intervals, on whole points."""
    shown = rows.filter(pl.col("kind").is_in(["wave", "smooth"])).select(pl.col("low").min(), pl.col("high").max())
    bottom, top = shown.row(0)
    low, high = round(bottom - 0.005, 2), round(top + 0.005, 2)
    return max(low, 0.0) if bottom >= 0 else low, min(high, 1.0)


def _widened(ends: tuple[float, float], span: float) -> tuple[float, float]:
    """The same range around its middle, `span` and at least six points wide; of shares nothing below 0 or above 1."""
    low, high = ends
    more = round((max(span, 0.06) - (high - low)) / 2, 3)
    low, high = low - more, high + more
    if ends[0] >= 0 > low:
        low, high = 0.0, high - low
    elif ends[1] <= 1 < high:
        low, high = 1.0 - (high - low), 1.0
    return low, high


def _axis(low: float, high: float, y: Any) -> str:  # noqa: ANN401 (a function of one number)
    """Grid lines in percentage points."""
    step = next(one for one in (0.01, 0.02, 0.05, 0.1, 0.2, 0.5) if (high - low) / one <= 6)
    lines = []
    k = int(low / step) - 1
    while k * step <= high:
        value = k * step
        if value >= low - 1e-9:
            stroke = "var(--quiet)" if k == 0 else "var(--grid)"
            lines.append(f'<path d="M{LEFT} {y(value)}H{WIDTH - RIGHT}" stroke="{stroke}"/>')
            lines.append(f'<text x="{LEFT - 6}" y="{y(value) + 4}" text-anchor="end">{100 * value:.0f}</text>')
        k += 1
    return "".join(lines)
