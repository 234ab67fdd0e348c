"""Slow twin of ``contests.rules.flip``: moves voters one by one, tries every set of units.

Written from the definition: the fewest voters who change from the winner to the runner-up, so that the winner no
longer wins, or the runner-up does. Only for a handful of units with a handful of voters.
"""

from __future__ import annotations

import itertools
import math


def leader(row):
    """Index of the option with the most votes in a unit; None when level."""
    top = max(row)
    return row.index(top) if row.count(top) == 1 else None


def seats_of(counts, seats):
    """Seats of each option."""
    held = [0] * len(counts[0])
    for row, n in zip(counts, seats, strict=True):
        if leader(row) is not None:
            held[leader(row)] += n
    return held


def fewest(counts, seats, winner, runner_up, done):
    """Fewest voters after which ``done(held)``, over every number of voters moved in every unit."""
    best = math.inf
    for moved in itertools.product(*(range(row[winner] + 1) for row in counts)):
        if sum(moved) < best:
            after = [list(row) for row in counts]
            for row, voters in zip(after, moved, strict=True):
                row[winner] -= voters
                row[runner_up] += voters
            if done(seats_of(after, seats)):
                best = sum(moved)
    return best
