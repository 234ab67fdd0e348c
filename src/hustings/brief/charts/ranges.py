"""Shares with their intervals: a thin line for 90 in 100, a thick one for 50, a mark at the mean."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from hustings.brief.charts.palette import colour, mark
from hustings.brief.charts.svg import LinearScale, element, line, picture, scale, text, ticks


@dataclass(frozen=True)
class Range:
    """One quantity: mean and quantiles, and the option whose colour it has."""

    name: str
    index: int
    mean: float
    q05: float
    q25: float
    q75: float
    q95: float


def share_ranges(
    ranges: Sequence[Range], label: str, *, width: float, goal: float | None = None, goal_name: str = ""
) -> Markup:
    """Draw one row a range on a common axis; `goal` is the share that wins."""
    values = [v for r in ranges for v in (r.q05, r.q95)] + ([goal] if goal is not None else [])
    pad = max(0.01, 0.06 * (max(values) - min(values)))
    x = scale((max(0.0, min(values) - pad), min(1.0, max(values) + pad)), (8, width - 8))
    row = 46.0
    height = row * len(ranges) + 44
    base = height - 22
    drawn = [line(0, base, width, base, "axis")]
    for tick in ticks(x.low, x.high, 6):
        drawn.append(line(x(tick), 20, x(tick), base, "grid"))
        drawn.append(text(x(tick), base + 16, f"{100 * tick:.4g}%", anchor="middle", class_="tick"))
    if goal is not None:
        drawn.append(line(x(goal), 16, x(goal), base, "goal"))
        drawn.append(text(x(goal), 11, goal_name, anchor="end" if x(goal) > width * 0.6 else "middle", class_="note"))
    for i, r in enumerate(ranges):
        y = 40 + row * i
        said = f"{r.name} {100 * r.mean:.1f}%"
        room = 4 + 3.8 * len(said)
        at = min(max(x(r.mean), room), width - room)
        drawn.append(text(at, y - 8, said, anchor="middle", class_="label"))
        drawn += _bar(r, x, y + 6, 7)
    return picture(width, height, label, drawn)


def small_ranges(ranges: Sequence[Range], label: str, *, domain: tuple[float, float], middle: float | None) -> Markup:
    """Draw the ranges of one table row on the table's common axis; what lies outside stands at its edge."""
    width, height = 132.0, 18.0
    x = scale(domain, (6, width - 6))
    drawn = [line(x(middle), 0, x(middle), height, "grid")] if middle is not None else []
    for r in ranges:
        low, high = (min(max(v, domain[0]), domain[1]) for v in (r.q05, r.q95))
        at = min(max(r.mean, domain[0]), domain[1])
        if high > low:
            drawn.append(line(x(low), height / 2, x(high), height / 2, "thin", stroke=colour(r.index)))
        drawn.append(mark(r.index, x(at), height / 2, 3.4, fill=colour(r.index)))
    return picture(width, height, label, drawn, "spark")


def _bar(r: Range, x: LinearScale, y: float, radius: float) -> list[Markup]:
    """One range at height y."""
    fill = colour(r.index)
    return [
        line(x(r.q05), y, x(r.q95), y, "thin", stroke=fill),
        element("line", x1=x(r.q25), y1=y, x2=x(r.q75), y2=y, class_="thick", stroke=fill),
        mark(r.index, x(r.mean), y, radius, fill=fill, stroke="var(--paper)", stroke_width=1.5),
    ]
