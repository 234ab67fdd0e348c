"""In which order, on which day: the shortest way through the units, cut into days."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hustings.plan.visits.asked import Asked

Array = NDArray[np.float64]
Ints = NDArray[np.int64]

EXACT = 12
"""Units up to which the shortest way is found exactly (Held & Karp, 1962); beyond, by 2-opt from every start."""


@dataclass(frozen=True)
class Leg:
    """Stops in a unit on a day; ``day`` counts working days from 0."""

    day: int
    unit: int
    stops: int
    travel_hours: float
    came_from: int
    """Unit before; itself where there is none."""


def shortest_way(hours: Array) -> list[int]:
    """Order in which places, (place, place), are visited once, from any to any, on the shortest way."""
    n = len(hours)
    if n < 3:
        return list(range(n))
    return _exact(hours) if n <= EXACT else _improved(hours)


def _exact(hours: Array) -> list[int]:
    """Held and Karp's dynamic programme over sets of places, without return."""
    n = len(hours)
    best = np.full((1 << n, n), np.inf)
    came = np.zeros((1 << n, n), dtype=np.int64)
    best[1 << np.arange(n), np.arange(n)] = 0.0
    for been in range(1, 1 << n):
        to = best[been][:, None] + hours
        before = to.argmin(axis=0)
        for place in range(n):
            if not been >> place & 1:
                more = been | 1 << place
                if to[before[place], place] < best[more, place]:
                    best[more, place], came[more, place] = to[before[place], place], before[place]
    been = (1 << n) - 1
    way = [int(best[been].argmin())]
    while been & (been - 1):
        last = int(came[been, way[-1]])
        been ^= 1 << way[-1]
        way.append(last)
    return way[::-1]


def _improved(hours: Array) -> list[int]:
    """Nearest next from every start, each improved by turning pieces round until none helps."""
    ways = [_two_opt(_nearest(hours, start), hours) for start in range(len(hours))]
    return min(ways, key=lambda way: length(way, hours))


def length(way: list[int], hours: Array) -> float:
    """Hours of a way."""
    return float(hours[way[:-1], way[1:]].sum())


def _nearest(hours: Array, start: int) -> list[int]:
    way, left = [start], set(range(len(hours))) - {start}
    while left:
        way.append(min(left, key=lambda place: (hours[way[-1], place], place)))
        left.remove(way[-1])
    return way


def _two_opt(way: list[int], hours: Array) -> list[int]:
    n, better = len(way), True
    while better:
        better = False
        for i in range(n - 1):
            for j in range(i + 1, n):
                before = (hours[way[i - 1], way[i]] if i else 0.0) + (hours[way[j], way[j + 1]] if j + 1 < n else 0.0)
                after = (hours[way[i - 1], way[j]] if i else 0.0) + (hours[way[i], way[j + 1]] if j + 1 < n else 0.0)
                if after < before - 1e-9:
                    way = [*way[:i], *way[i : j + 1][::-1], *way[j + 1 :]]
                    better = True
    return way


def cut_in_days(way: list[int], stops: Ints, hours: Array, asked: Asked) -> list[Leg]:
    """Fill one day after the other: stops (unit,) in the order of the way; may need more days than there are.

    A hop longer than what is left of a day is made on the next one's morning; one that is longer than a day takes several.
    """
    legs: list[Leg] = []
    day, free, clock = 0, asked.events_per_day, asked.day_hours
    at = way[0] if way else 0
    for unit in way:
        drive, left = float(hours[at, unit]), int(stops[unit])
        first = True
        while left:
            need = drive if first else 0.0
            fits = min(left, free, int((clock - need + 1e-9) // asked.event_hours)) if clock >= need else 0
            if fits <= 0:
                # What is left of a long hop goes on overnight.
                if clock >= asked.day_hours and free == asked.events_per_day and first:
                    drive = max(drive - asked.day_hours, 0.0)
                day, free, clock = day + 1, asked.events_per_day, asked.day_hours
                continue
            legs.append(Leg(day, unit, fits, float(hours[at, unit]) if first else 0.0, at if first else unit))
            left, free, clock, first = left - fits, free - fits, clock - need - fits * asked.event_hours, False
        at = unit
    return legs
