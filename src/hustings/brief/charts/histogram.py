"""How many seats, how often: one bar a number of seats, or a few, and the line of the majority."""

from __future__ import annotations

import math
from collections.abc import Sequence

from markupsafe import Markup

from hustings.brief.charts.palette import colour
from hustings.brief.charts.svg import element, line, number, picture, scale, text, ticks

MOST_BARS = 64
_TAIL = 0.001


def binned(pairs: Sequence[tuple[int, float]], to_win: int, most_bars: int = MOST_BARS) -> tuple[int, dict[int, float]]:
    """Sum the chances into bins of equal width, one of which starts at the majority.

    Returns
    -------
    width : int
        Seats in a bin.
    bins : dict of int to float
        First number of seats of the bin -> chance.
    """
    low, high = min(s for s, _ in pairs), max(s for s, _ in pairs)
    width = max(1, math.ceil((high - low + 1) / most_bars))
    bins: dict[int, float] = {}
    for seats, prob in pairs:
        start = to_win + math.floor((seats - to_win) / width) * width
        bins[start] = bins.get(start, 0.0) + prob
    return width, bins


def seat_histogram(
    pairs: Sequence[tuple[int, float]],
    label: str,
    *,
    to_win: int,
    own: int,
    other: int | None,
    other_wins_at: int | None,
    width: float,
    height: float = 210,
    noun: str = "seats",
) -> Markup:
    """Draw an option's seats; what is won is in its colour, what the other of two wins in the other's.

    Parameters
    ----------
    pairs : sequence of (int, float)
        Seats and their chance.
    to_win : int
        Least seats that win.
    own, other : int, int or None
        The option's place in the contest, and that of its only rival (None with several).
    other_wins_at : int or None
        Most seats of ours with which the rival wins.
    """
    pairs = _without_tails(pairs)
    step, bins = binned(pairs, to_win)
    low, high = min([*bins, to_win]), max([*bins, to_win]) + step
    x = scale((low, high), (6, width - 6))
    base, top = height - 24, 26.0
    y = scale((0, max(bins.values())), (base, top))
    bar = x(low + step) - x(low)
    gap = 1 if bar > 3 else 0
    drawn = []
    for start in sorted(bins):
        loses = other_wins_at is not None and start <= other_wins_at
        fill = colour(own) if start >= to_win else colour(other) if loses and other is not None else "var(--quiet)"
        faint = None if start >= to_win or loses else 0.45
        drawn.append(
            element(
                "rect",
                x=x(start),
                y=y(bins[start]),
                width=max(0.6, bar - gap),
                height=base - y(bins[start]),
                fill=fill,
                fill_opacity=faint,
            )
        )
    drawn.append(line(0, base, width, base, "axis"))
    drawn += [
        text(x(t) + bar / 2, base + 17, number(t), anchor="middle", class_="tick") for t in ticks(low, high - step, 6)
    ]
    at = x(to_win)
    drawn.append(line(at, 16, at, base, "goal"))
    side = "end" if at > width * 0.7 else "start" if at < width * 0.3 else "middle"
    drawn.append(text(at, 11, f"{to_win} {noun} win", anchor=side, class_="note"))
    return picture(width, height, label, drawn)


def _without_tails(pairs: Sequence[tuple[int, float]]) -> list[tuple[int, float]]:
    """Leave out the outermost thousandth at each end, which would only stretch the axis."""
    ordered = sorted(pairs)
    total = sum(prob for _, prob in ordered) or 1.0
    kept, below = [], 0.0
    for seats, prob in ordered:
        below += prob / total
        if below > _TAIL and below - prob / total < 1 - _TAIL:
            kept.append((seats, prob))
    return kept or ordered
