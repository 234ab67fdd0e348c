"""Several predictors in one table: each a lane of 16 bits of a 64-bit word, terms fused where their product is small.

A look-up of a packed table fetches four predictors at once, and words are added as they are: a lane holds
``(eta - low) / step``, never below 0, and ``step`` is chosen so that no sum of the largest entries leaves its 16 bits. The
rounding of each of G tables is at most half a step, so a predictor is off by at most ``G step / 2``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod

import numpy as np
from numpy.typing import NDArray

from hustings.scores.scorecard.axes import Axis
from hustings.scores.scorecard.card import Scorecard

Array = NDArray[np.float64]
LANES = 4
LANE_BITS = 16
TOP = (1 << LANE_BITS) - 1
FUSED_ENTRIES = 32_768
"""Entries up to which tables are fused: 256 KB, which stays in a core's own second cache; 8,192 made scoring a sixth slower."""


@dataclass(frozen=True)
class Group:
    """A packed table and the features whose bins index it.

    Parameters
    ----------
    features : tuple of str
    sizes : tuple of int
        Length of each axis.
    table : array of int64, shape (product of the sizes,)
    """

    features: tuple[str, ...]
    sizes: tuple[int, ...]
    table: NDArray[np.int64]


@dataclass(frozen=True)
class Pack:
    """Up to four predictors as packed tables.

    Parameters
    ----------
    groups : tuple of Group
    low, step : tuple of float
        A lane's value v means ``low + step v``.
    """

    groups: tuple[Group, ...]
    low: tuple[float, ...]
    step: tuple[float, ...]

    @property
    def error(self) -> tuple[float, ...]:
        """By how much a predictor may be off, on its own scale."""
        return tuple(len(self.groups) * step / 2 for step in self.step)


def pack(cards: Sequence[Scorecard], axes: dict[str, Axis]) -> Pack:
    """Pack at most four predictors."""
    names = fused([term.features for card in cards for term in card.terms], {n: a.size for n, a in axes.items()})
    tables = [[_table(card, group, names, axes) for group in names] for card in cards]
    low = [card.intercept + sum(table.min() for table in own) for card, own in zip(cards, tables, strict=True)]
    spread = [sum(float(np.ptp(table)) for table in own) for own in tables]
    # Each table may round up by half a step.
    step = [max(one, 1e-12) / (TOP - len(names)) for one in spread]
    groups = []
    for g, features in enumerate(names):
        word = np.zeros(tables[0][g].size, dtype=np.uint64)
        for lane, own in enumerate(tables):
            steps = np.rint((own[g] - own[g].min()) / step[lane]).ravel().astype(np.uint64)
            word |= steps << np.uint64(LANE_BITS * lane)
        groups.append(Group(features, tuple(axes[name].size for name in features), word.view(np.int64)))
    return Pack(tuple(groups), tuple(map(float, low)), tuple(step))


def fused(terms: Sequence[tuple[str, ...]], sizes: dict[str, int]) -> list[tuple[str, ...]]:
    """Sets of features that share a table, so that each term lies in one: as few as stay small, features in a fixed order."""
    order = {name: k for k, name in enumerate(dict.fromkeys(name for term in terms for name in term))}
    whole = list(dict.fromkeys(frozenset(term) for term in terms if term))
    sets = [one for one in whole if not any(one < other for other in whole)]
    while True:
        best: tuple[int, int, int] | None = None
        for i, first in enumerate(sets):
            for j in range(i):
                size = prod(sizes[name] for name in first | sets[j])
                if size <= FUSED_ENTRIES and (best is None or size < best[0]):
                    best = (size, j, i)
        if best is None:
            return [tuple(sorted(one, key=order.__getitem__)) for one in sets]
        _, j, i = best
        sets[j] |= sets.pop(i)


def _table(card: Scorecard, group: tuple[str, ...], groups: Sequence[tuple[str, ...]], axes: dict[str, Axis]) -> Array:
    """Sum of a predictor's terms whose first home is the group, over the group's axes."""
    total = np.zeros([axes[name].size for name in group])
    for term in card.terms:
        home = next((one for one in groups if set(term.features) <= set(one)), ())
        if home != group:
            continue
        table = term.table[np.ix_(*(axes[name].bins_of(card.by_name[name]) for name in term.features))]
        place = [group.index(name) for name in term.features]
        # The term's axes in the group's order, a length of 1 for those it does not have.
        table = np.transpose(table, np.argsort(place))
        shape = [axes[name].size if name in term.features else 1 for name in group]
        total += table.reshape(shape)
    return total
