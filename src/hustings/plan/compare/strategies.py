"""Rules that share a budget between units, and how a unit's money is then spent."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hustings.maths.waterfill import waterfill
from hustings.plan.goals import goal_of
from hustings.plan.levers import Levers
from hustings.plan.race import Race

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Strategy:
    """One way to spend a budget.

    Attributes
    ----------
    name : str
    shares : (unit,) array
        Parts of the budget; sum to 1.
    dollars : (lever,) array
        May sum to less than the budget, where a unit's levers are capped.
    """

    name: str
    shares: Array
    dollars: Array


def equal(race: Race) -> Array:
    """Every unit that awards something alike; where none does, every unit."""
    return (race.seats > 0).astype(float) if race.seats.any() else np.ones(len(race.units))


def three_halves(race: Race) -> Array:
    """Seats to the power of 3/2 (Brams & Davis, APSR 68(1), 1974)."""
    return np.asarray(race.seats**1.5)


def by_votes(race: Race) -> Array:
    """Expected votes of the units that make up the whole."""
    return race.whole


RULES: Mapping[str, Callable[[Race], Array]] = {
    "equal by unit": equal,
    "seats^1.5": three_halves,
    "by votes cast": by_votes,
}
"""Rules that need no posterior."""


def to_levers(race: Race, levers: Levers, amounts: Array) -> Array:
    """Amounts of units, (unit,), as shares of units that money can move: a district without levers counts to what it lies in."""
    reached = np.isin(np.arange(len(race.units)), levers.home(race.votes))
    found = np.where(reached, with_districts(race, amounts, ~reached), 0.0)
    total = found.sum()
    return np.asarray(found / total if total > 0 else found)


def with_districts(race: Race, amounts: Array, which: NDArray[np.bool_]) -> Array:
    """Amounts of units, (unit,), with those of some of the districts added to what they lie in."""
    place = {unit: u for u, unit in enumerate(race.units)}
    found = np.array(amounts, dtype=float)
    for u, unit in enumerate(race.contest.units):
        if which[u] and unit.parent is not None:
            found[place[unit.parent]] += found[u]
    return found


def folded(race: Race, amounts: Array) -> tuple[list[str], Array]:
    """Districts counted to what they lie in: units without a parent, and their amounts."""
    inside = np.array([unit.parent is not None for unit in race.contest.units])
    top = np.flatnonzero(~inside)
    return [race.units[u] for u in top], with_districts(race, amounts, inside)[top]


def shared_out(race: Race, levers: Levers, name: str, amounts: Array, budget_dollars: float) -> Strategy:
    """Share a budget between units and spend each unit's part on its cheapest votes.

    Parameters
    ----------
    race : Race
    levers : Levers
    name : str
    amounts : (unit,) array
        In whatever unit: only proportions count.
    budget_dollars : float
    """
    shares = to_levers(race, levers, amounts)
    where = levers.home(race.votes)
    votes = levers.margin @ goal_of(race, "votes").slope(np.zeros(len(race.units)))
    own = levers.margin @ race.votes
    # A district's votes count for the whole in what it lies in; where that is nothing, its own do.
    worth = np.where(votes > 0, votes, own)
    dollars = np.zeros(len(where))
    for unit in np.flatnonzero(shares):
        here = np.flatnonzero(where == unit)
        high = np.minimum(levers.cap_dollars[here], budget_dollars)
        part = min(float(shares[unit] * budget_dollars), float(high.sum()))
        dollars[here] = waterfill(worth[here], levers.scale_dollars[here], np.zeros(len(here)), high, part)
    return Strategy(name, shares, dollars)
