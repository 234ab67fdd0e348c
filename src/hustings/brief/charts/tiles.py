"""A map as a grid of tiles: every unit is as easy to see as any other, and its electors are a number, not an area."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from hustings.brief.charts.palette import colour, mark, strength
from hustings.brief.charts.svg import element, number, picture, text

CELL = 54.0
TILE = 49.0


@dataclass(frozen=True)
class Tile:
    """One unit: where it stands, who is likelier to win it, and how sure that is."""

    code: str
    row: int
    column: int
    leader: int
    prob: float
    shown: str
    seats: int
    unseen: bool
    title: str


def tile_map(tiles: Sequence[Tile], label: str) -> Markup:
    """Draw the tiles; a dashed edge marks a place nobody has looked at of late.

    `shown` is the chance as text; the edge length of the coloured square when tiles are sized by seats is given
    to the style sheet as ``--k`` (square root of the share of the largest unit's seats).
    """
    top, left = min(tile.row for tile in tiles), min(tile.column for tile in tiles)
    rows = max(tile.row for tile in tiles) - top + 1
    columns = max(tile.column for tile in tiles) - left + 1
    most = max(tile.seats for tile in tiles) or 1
    drawn = [_tile(tile, (tile.column - left) * CELL, (tile.row - top) * CELL, most) for tile in tiles]
    return picture(columns * CELL, rows * CELL, label, drawn, "map")


def _tile(tile: Tile, x: float, y: float, most: int) -> Markup:
    """One tile, its corner at (x, y) of its cell."""
    pad = (CELL - TILE) / 2
    x, y = x + pad, y + pad
    opacity = strength(tile.prob)
    on = " strong" if opacity == 1 else ""
    ink = "var(--on)" if opacity == 1 else colour(tile.leader)
    box = {"x": x, "y": y, "width": TILE, "height": TILE, "rx": 5}
    side = max(0.18, (tile.seats / most) ** 0.5)
    edge = element("rect", **box, class_="unseen") if tile.unseen else Markup()
    return element(
        "g",
        element("title", tile.title),
        element("rect", **box, class_="ground"),
        element(
            "rect",
            **box,
            class_="fill",
            fill=colour(tile.leader),
            fill_opacity=opacity,
            style=f"--k:{number(side)}",
        ),
        edge,
        mark(tile.leader, x + TILE - 8, y + 8.5, 2.9, fill=ink, class_="corner"),
        text(x + TILE / 2, y + 25, tile.code, anchor="middle", class_="code" if len(tile.code) < 3 else "code long"),
        text(x + TILE / 2, y + 41, tile.shown, anchor="middle", class_="pct"),
        class_=f"tile{on}",
    )
