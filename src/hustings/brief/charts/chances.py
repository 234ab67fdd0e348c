"""Units as bars of chances, where there is no map."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from hustings.brief.charts.palette import colour
from hustings.brief.charts.svg import element, line, picture, text

ROW = 22.0


@dataclass(frozen=True)
class Chances:
    """One unit and each option's chance to win it."""

    name: str
    probs: tuple[float, ...]
    title: str


def chance_bars(units: Sequence[Chances], label: str, *, width: float) -> Markup:
    """Stack each unit's chances to a bar of 100; the line marks an even chance."""
    left = min(190.0, 0.36 * width)
    span = width - left - 4
    drawn: list[Markup] = []
    for i, unit in enumerate(units):
        y = i * ROW + 14
        drawn.append(text(left - 8, y + 11, _short(unit.name, left), anchor="end", class_="label"))
        x = left
        bars = [element("title", unit.title)]
        for option, prob in enumerate(unit.probs):
            if prob > 0:
                bars.append(element("rect", x=x, y=y, width=prob * span, height=ROW - 6, fill=colour(option)))
            x += prob * span
        drawn.append(element("g", *bars))
    height = len(units) * ROW + 16
    drawn.append(line(left + span / 2, 8, left + span / 2, height - 4, "even"))
    drawn.append(text(left + span / 2, 7, "even chance", anchor="middle", class_="small"))
    return picture(width, height, label, drawn)


def _short(name: str, room: float) -> str:
    """Cut a name that does not fit."""
    most = int(room / 7)
    return name if len(name) <= most else f"{name[: most - 1]}…"
