"""Colours and marks of options, by their place in the contest: no option brings a colour of its own.

The colours differ for people who see no red or no green, and in lightness; a mark (circle, triangle, square, ...)
says the same without any colour. `light` is the palette of the page by day and of exported pictures.
"""

from __future__ import annotations

from markupsafe import Markup

from hustings.brief.charts.svg import element, number

LIGHT = {
    "paper": "#fffdf9",
    "card": "#f6f3ec",
    "ink": "#1d1c1a",
    "quiet": "#66625a",
    "rule": "#ddd8cc",
    "warn": "#8a5a00",
    "o0": "#1f6aa5",
    "o1": "#c1531c",
    "o2": "#0b7d63",
    "o3": "#8c4a8f",
    "o4": "#7a6a00",
    "o5": "#4d5560",
    "on": "#ffffff",
}
DARK = {
    "paper": "#15161a",
    "card": "#1e2026",
    "ink": "#ebe8e1",
    "quiet": "#a5a198",
    "rule": "#363841",
    "warn": "#f0bf5f",
    "o0": "#6fb4ec",
    "o1": "#f0935c",
    "o2": "#54c9a8",
    "o3": "#cf97d2",
    "o4": "#d3c05a",
    "o5": "#aab2bd",
    "on": "#101114",
}

N_COLOURS = 6

LEVELS = ((0.6, 0.14, "toss-up"), (0.75, 0.34, "leaning"), (0.9, 0.58, "likely"), (1.01, 1.0, "90 in 100 or more"))
"""Chance of the likelier winner below -> strength of its colour, and the word for it."""


def colour(index: int) -> str:
    """Name the colour of the option at this place."""
    return f"var(--o{index % N_COLOURS})"


def strength(prob: float) -> float:
    """Strength of colour for a chance."""
    return next(opacity for below, opacity, _ in LEVELS if prob < below)


def mark(index: int, x: float, y: float, radius: float, **more: object) -> Markup:
    """Draw the option's mark around a point."""
    kind = index % N_COLOURS
    if kind == 0:
        return element("circle", cx=x, cy=y, r=radius, **more)
    if kind == 2:
        return element("rect", x=x - radius, y=y - radius, width=2 * radius, height=2 * radius, **more)
    r = radius * 1.2
    shapes = {
        1: ((0, -r), (r, r * 0.8), (-r, r * 0.8)),
        3: ((0, -r), (r, 0), (0, r), (-r, 0)),
        4: ((0, r), (r, -r * 0.8), (-r, -r * 0.8)),
        5: ((-r, -r * 0.4), (r, -r * 0.4), (r, r * 0.4), (-r, r * 0.4)),
    }
    corners = " ".join(f"{number(x + dx)},{number(y + dy)}" for dx, dy in shapes[kind])
    return element("polygon", points=corners, **more)


def resolved(svg: str, palette: dict[str, str] = LIGHT) -> str:
    """Replace the colours' names by colours, for programs that know no style sheets."""
    for name, value in palette.items():
        svg = svg.replace(f"var(--{name})", value)
    return svg
