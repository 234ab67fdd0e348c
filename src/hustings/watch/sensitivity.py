"""How wrong each assumption must be to change who wins: alone, in pairs, and the smallest shift of all.

Every assumption is pushed by one of its historical errors, as earlier contests have taught it, first against the favourite. The
joint draws are moved, not replaced: the errors that they hold already stay, so a push says what *knowing* of such an error would
do, on top of all that remains unknown.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from hustings.contests import decide, whole_contest_votes
from hustings.projection.worlds import World, both_ways, polling_worlds, worlds_table
from hustings.store import empty_table
from hustings.tables import SENSITIVITY
from hustings.watch.morning import Morning
from hustings.watch.reach import reach
from hustings.watch.whatif import EVEN, WhatIf

Array = NDArray[np.float64]

MOST_PAIRED = 6
"""Pairs are made of the pushes that matter most alone."""
LARGEST_SHARE = 0.25
LARGEST_FACTOR = 4.0
"""Beyond four historical errors nobody plans."""
BASE_ERROR_SHARE = 0.030
"""How far identifiers' loyalty to their party moves from one presidential contest to the next: root mean square change of the two
parties' two-party loyalty less its sampling variance, ANES cumulative file 1988-2012 (14 changes)."""
TURNOUT_ERROR_LOG = 0.045
"""How far a group's turnout moves against that of the others: sd of the change of the log rate by age, education and race less the
year's mean, presidential years 1988-2012 (CPS, 72 changes)."""


@dataclass(frozen=True)
class Smallest:
    """The smallest shift that changes who leads.

    Parameters
    ----------
    everywhere_share : float or None
        The same shift of the leader's share in every unit; None where none below 25 points does.
    units : tuple of (str, float)
        Fewest and closest units that together change it, with the shift of each.
    """

    everywhere_share: float | None
    units: tuple[tuple[str, float], ...]


def pushes(morning: Morning, field: WhatIf, cells: pl.DataFrame | None) -> list[World]:
    """What can be pushed in this contest, against the own option: polls everywhere, by region, by unit; the base; turnout; the own interviews."""
    found = polling_worlds(field.contest, morning.as_of, field.means)
    party = morning.campaign.watch.party if morning.campaign is not None else ""
    if party and cells is not None:
        found += _of_party(field, party, cells)
    return found


def _of_party(field: WhatIf, party: str, cells: pl.DataFrame) -> list[World]:
    """The own party's voters: whom they prefer, and how many they are."""
    part = reach(field.contest.unit_ids, f"party={party}", cells)
    if part is None:
        return []
    base = field.logit_of(-BASE_ERROR_SHARE * part)
    # Its voters stay away: what they give the own option above the unit's mean is lost.
    lean = np.clip(field.means + 0.3, 0, 0.95) - field.means
    fewer = field.logit_of(-TURNOUT_ERROR_LOG * part * lean)
    # Against the favourite: an own option that trails needs more of them.
    way = "less" if field.base.win_prob >= EVEN else "more"
    return [
        World(f"{party} voters come home {way}", base, BASE_ERROR_SHARE, "share; ANES 1988-2012"),
        World(f"{party} voters turn out {way}", fewer, TURNOUT_ERROR_LOG, "log; CPS 1988-2012"),
    ]


def sensitivity(field: WhatIf, found: Sequence[World]) -> pl.DataFrame:
    """Push each assumption alone, and the strongest in pairs (``tables.SENSITIVITY``), largest change first."""
    # A push is against the favourite, whoever that is: of the own option up where it trails.
    sign = 1.0 if field.base.win_prob >= EVEN else -1.0
    alone = [_row(field, push.name, sign * push.lead, push.size, push.source) for push in found]
    order = sorted(range(len(found)), key=lambda k: -abs(alone[k]["win_prob_change"]))[:MOST_PAIRED]
    pairs = [
        _row(field, f"{found[a].name} and {found[b].name}", sign * (found[a].lead + found[b].lead), None, "both")
        for a, b in combinations(order, 2)
    ]
    table = pl.DataFrame(alone + pairs, schema=empty_table(SENSITIVITY).schema)
    return table.sort(pl.col("win_prob_change").abs(), "push", descending=[True, False])


def worlds(field: WhatIf, found: Sequence[World]) -> pl.DataFrame:
    """Every push as a world that a plan can be held against, both ways (``tables.WORLDS``)."""
    made = [replace(push, name=_either_way(push.name)) for push in found]
    return worlds_table(both_ways(made, field.contest.options[field.own].label), field.contest.unit_ids)


def _either_way(name: str) -> str:
    """A push's name where it may go both ways."""
    for way in (" less", " more"):
        if name.endswith(way):
            return f"{name.removesuffix(way)} otherwise than thought"
    return name


def _row(field: WhatIf, name: str, lead: Array, size: float | None, source: str) -> dict[str, Any]:
    outcome = field.moved(lead)
    return {
        "push": name,
        "size": size,
        "source": source,
        "win_prob": outcome.win_prob,
        "win_prob_change": outcome.win_prob - field.base.win_prob,
        "units_flipped": ", ".join(field.flipped(outcome)) or None,
        "factor_to_flip": _factor(field, lead),
    }


def _factor(field: WhatIf, logit: Array) -> float | None:
    """How many such pushes make the favourite no longer one; None beyond :data:`LARGEST_FACTOR`."""
    ahead = field.base.win_prob >= EVEN

    def is_other(factor: float) -> bool:
        return (field.moved(factor * logit).win_prob >= EVEN) != ahead

    return _first(is_other, LARGEST_FACTOR, halvings=6)


def _first(is_other: Callable[[float], bool], most: float, *, halvings: int) -> float | None:
    """Where something becomes other on the way from 0 to ``most``, by bisection; None where it does not."""
    if not is_other(most):
        return None
    low, high = 0.0, most
    for _ in range(halvings):
        middle = (low + high) / 2
        low, high = (low, middle) if is_other(middle) else (middle, high)
    return high


def smallest_shift(field: WhatIf) -> Smallest:
    """Smallest shift of mean shares that changes who wins: the same everywhere, and in the fewest close units."""
    contest = field.contest
    leader = _winner(field, np.zeros(len(contest.units)), None)

    def is_other(share: float) -> bool:
        return _winner(field, np.full(len(contest.units), -share), leader) != leader

    everywhere = _first(is_other, LARGEST_SHARE, halvings=14)
    return Smallest(everywhere, _fewest(field, leader))


def _fewest(field: WhatIf, leader: int) -> tuple[tuple[str, float], ...]:
    """Closest units that the leader leads, until the lead is gone; then those that are not needed are left out."""
    means = field.shares.mean(axis=0)
    other = np.delete(means, leader, axis=1).max(axis=1)
    # Half the lead changes sides; a hair more, so that it is not a tie.
    shift = (means[:, leader] - other) / 2 + 1e-4
    led = [int(place) for place in np.argsort(shift) if shift[place] > 1e-4]

    def changes(places: Sequence[int]) -> bool:
        step = np.zeros(len(shift))
        step[list(places)] = -shift[list(places)]
        return _winner(field, step, leader) != leader

    chosen: list[int] = []
    for place in led:
        chosen.append(place)
        if changes(chosen):
            break
    else:
        return ()
    for place in sorted(chosen, key=lambda k: -shift[k]):
        rest = [one for one in chosen if one != place]
        if rest and changes(rest):
            chosen = rest
    return tuple((field.contest.unit_ids[place], float(shift[place])) for place in chosen)


def _winner(field: WhatIf, shift: Array, leader: int | None) -> int:
    """Who wins at the mean shares, with the leader's moved, (unit,), and given to the strongest other."""
    means = field.shares.mean(axis=0)
    if leader is not None:
        others = means.copy()
        others[:, leader] = -1.0
        strongest = others.argmax(axis=1)
        rows = np.arange(len(means))
        means = means.copy()
        means[rows, leader] += shift
        means[rows, strongest] -= shift
    outcome = decide(field.contest, means[None], whole_contest_votes(field.contest)[None])
    return int(outcome.winner[0])
