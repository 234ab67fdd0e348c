"""Named quantities as bars, to one side or to both."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from hustings.brief.charts.svg import element, line, picture, text

ROW = 26.0


@dataclass(frozen=True)
class Bar:
    """One quantity, and how it is said."""

    name: str
    value: float
    shown: str
    fill: str = "var(--quiet)"


def side_bars(bars: Sequence[Bar], label: str, *, width: float) -> Markup:
    """Draw bars from the left, the value said after each."""
    left = min(170.0, 0.4 * width)
    most = max((bar.value for bar in bars), default=0.0) or 1.0
    span = width - left - 90
    drawn = []
    for i, bar in enumerate(bars):
        y = i * ROW
        drawn.append(text(left - 8, y + 16, bar.name, anchor="end", class_="label"))
        drawn.append(
            element("rect", x=left, y=y + 4, width=bar.value / most * span, height=ROW - 9, rx=2, fill=bar.fill)
        )
        drawn.append(text(left + bar.value / most * span + 7, y + 16, bar.shown, class_="label quiet"))
    return picture(width, len(bars) * ROW + 2, label, drawn)


def both_bars(bars: Sequence[Bar], label: str, *, width: float) -> Markup:
    """Draw bars to the left (below zero) and right of a line, the name above each."""
    row = 40.0
    most = max((abs(bar.value) for bar in bars), default=0.0) or 1.0
    middle, span = width / 2, width / 2 - 58
    drawn = []
    for i, bar in enumerate(bars):
        y = i * row
        length = abs(bar.value) / most * span
        x = middle if bar.value >= 0 else middle - length
        end = middle + length + 6 if bar.value >= 0 else middle - length - 6
        drawn.append(text(0, y + 13, bar.name, class_="label"))
        drawn.append(line(middle, y + 16, middle, y + 35, "axis"))
        drawn.append(element("rect", x=x, y=y + 19, width=length, height=13, rx=2, fill=bar.fill))
        drawn.append(text(end, y + 30, bar.shown, anchor="start" if bar.value >= 0 else "end", class_="label quiet"))
    return picture(width, len(bars) * row + 2, label, drawn)
