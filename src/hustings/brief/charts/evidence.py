"""Evidence against an assumption, night after night: a line that rises where the data speak against it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from markupsafe import Markup

from hustings.brief.charts.svg import element, line, number, picture, points, scale, text, ticks


def evidence_chart(
    days: Sequence[dt.date], log10: Sequence[float], broken: dt.date | None, label: str, *, width: float, height: float
) -> Markup:
    """Draw powers of ten of an e-value by night, with the night on which it broke.

    Parameters
    ----------
    days : sequence of date
        Nights, in order.
    log10 : sequence of float
        Log10 of the e-value after each.
    broken : date or None
        First night on which the whole board rejects the assumption.
    label : str
        For a screen reader.
    width, height : float
    """
    first, last = days[0].toordinal(), max(days[-1].toordinal(), days[0].toordinal() + 1)
    x = scale((first, last), (34, width - 12))
    top, low = max(2.0, *log10), min(0.0, *log10)
    y = scale((low, top), (height - 20, 8))
    drawn = []
    for tick in ticks(low, top, 4):
        drawn.append(line(34, y(tick), width - 12, y(tick), "grid"))
        drawn.append(text(29, y(tick) + 4, _times(tick), anchor="end", class_="tick"))
    if broken is not None:
        at = x(broken.toordinal())
        drawn.append(line(at, 8, at, height - 20, "election"))
        anchor = "end" if at > width / 2 else "start"
        drawn.append(text(at + (-4 if anchor == "end" else 4), height - 26, "broken", anchor=anchor, class_="tick"))
    path = [(x(day.toordinal()), y(value)) for day, value in zip(days, log10, strict=True)]
    drawn.append(element("polyline", points=points(path), class_="path evidence"))
    drawn.append(element("circle", cx=number(path[-1][0]), cy=number(path[-1][1]), r="3", class_="evidence"))
    drawn.append(text(34, height - 4, f"{days[0]:%b} {days[0].day}", class_="tick"))
    drawn.append(text(width - 12, height - 4, f"{days[-1]:%b} {days[-1].day}", anchor="end", class_="tick"))
    return picture(width, height, label, drawn)


def _times(power: float) -> str:
    """A power of ten as people read it."""
    if power < 0:
        return f"1/{10**-power:.0f}"
    return f"{10**power:,.0f}" if power <= 4 else f"10^{power:.0f}"
