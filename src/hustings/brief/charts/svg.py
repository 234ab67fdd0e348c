"""SVG as escaped text: elements, scales, ticks."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Sequence

from markupsafe import Markup, escape


def number(value: float) -> str:
    """Write a coordinate: two decimals at most, no trailing zeros."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text in {"-0", ""} else text


def element(name: str, *children: str | Markup, **attributes: object) -> Markup:
    """Make an element. `class_` and `font_size` become `class` and `font-size`; None leaves an attribute out."""
    said = []
    for key, value in attributes.items():
        if value is None:
            continue
        text = number(value) if isinstance(value, float | int) and not isinstance(value, bool) else value
        said.append(f' {key.rstrip("_").replace("_", "-")}="{escape(text)}"')
    inner = "".join(escape(child) for child in children)
    start = f"<{name}{''.join(said)}"
    # Every part was escaped on its way in.
    return Markup(f"{start}>{inner}</{name}>" if children else f"{start}/>")  # noqa: S704


def text(
    x: float, y: float, said: str, *, anchor: str | None = None, class_: str | None = None, **more: object
) -> Markup:
    """Place text."""
    return element("text", said, x=x, y=y, text_anchor=anchor, class_=class_, **more)


def line(x1: float, y1: float, x2: float, y2: float, class_: str, **more: object) -> Markup:
    """Draw a straight line."""
    return element("line", x1=x1, y1=y1, x2=x2, y2=y2, class_=class_, **more)


def picture(width: float, height: float, label: str, children: Iterable[Markup], class_: str = "") -> Markup:
    """Make the drawing: scales with its box, and a screen reader hears `label`."""
    return element(
        "svg",
        *children,
        viewBox=f"0 0 {number(width)} {number(height)}",
        width=width,
        height=height,
        role="img",
        aria_label=label,
        class_=f"chart {class_}".strip(),
        xmlns="http://www.w3.org/2000/svg",
    )


def scale(domain: tuple[float, float], span: tuple[float, float]) -> LinearScale:
    """Map an interval of data to an interval of the drawing."""
    return LinearScale(domain, span)


class LinearScale:
    """A straight map from data to drawing."""

    def __init__(self, domain: tuple[float, float], span: tuple[float, float]) -> None:
        self.low, self.high = domain
        self.start, self.end = span

    def __call__(self, value: float) -> float:
        """Place a value."""
        width = self.high - self.low or 1.0
        return self.start + (value - self.low) / width * (self.end - self.start)


def ticks(low: float, high: float, about: int = 5) -> list[float]:
    """Choose round numbers inside an interval.

    >>> ticks(0.42, 0.61)
    [0.45, 0.5, 0.55, 0.6]
    """
    if not high > low:
        return [low]
    raw = (high - low) / about
    magnitude = 10 ** math.floor(math.log10(raw))
    step = next(m * magnitude for m in (1, 2, 5, 10) if m * magnitude >= raw * 0.999)
    first = math.ceil(low / step - 1e-9)
    return [round(i * step, 10) for i in range(first, math.floor(high / step + 1e-9) + 1)]


def month_starts(first: dt.date, last: dt.date, most: int = 8) -> list[dt.date]:
    """List first days of months inside a period, thinned to a few."""
    found = []
    year, month = first.year, first.month
    while (start := dt.date(year, month, 1)) <= last:
        if start >= first:
            found.append(start)
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    return found[:: math.ceil(len(found) / most) or 1]


def points(coordinates: Sequence[tuple[float, float]]) -> str:
    """Write coordinates for a path."""
    return " ".join(f"{number(x)},{number(y)}" for x, y in coordinates)
