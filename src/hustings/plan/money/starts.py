"""Several starts, because the chance to win is not concave: behind, the first dollars earn less than the next.

From each start the budget is poured until the slope asks for no other plan; the plans found are held against each other along
straight ways, and the best is kept. What is said of it: the gap that its slope leaves, on how many of the ways between plans
returns only diminished (where they do on all ways, the gap is a bound), and a ceiling that holds in any case.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from hustings.maths.waterfill import waterfill
from hustings.plan.goals import between, goal_of
from hustings.plan.levers import Levers
from hustings.plan.money.coarse import coarse
from hustings.plan.money.solve import Slope, pour, solve
from hustings.plan.race import Race

Array = NDArray[np.float64]

GAIN_DRAWS = 20_000
"""For what a plan adds: the slope along the way there."""
FEW_DRAWS = 2_000
"""Enough to tell starts apart."""
CONCENTRATED = (3, 1)
"""Starts that put all they can into so many units, those worth most at first."""
NEARLY_EVEN = 0.02
"""Within so many logits of an even race its slope is that of no spending."""
START_ROUNDS = 3
START_ENOUGH = 0.01
SAME = 0.02
"""Plans that differ by less of the budget are one."""
STRAIGHT = 0.02
"""Slope along a way may grow by so much of what the plans make before returns are said not to diminish: it is counted in draws."""


@dataclass(frozen=True)
class Certificate:
    """What is known of how far a plan may be from the best.

    Attributes
    ----------
    gap : float
        What another plan could add at most where returns only diminish, in units of the goal.
    ceiling : float
        What no plan can pass: the goal's gain were every unit given all the money at once.
    plans : int
        Other plans that it was held against.
    diminishing : int
        Of the ways to them, those on which returns only diminish.
    """

    gap: float
    ceiling: float
    plans: int
    diminishing: int

    @property
    def is_bound(self) -> bool:
        """Whether the gap held on every way that was checked."""
        return self.diminishing == self.plans

    def words(self, unit: str, scale: float = 1.0) -> str:
        """In words; ``unit`` is what the goal is counted in, times ``scale``."""
        digits = 0 if unit == "net votes" else 3
        least = 10.0**-digits
        size = scale * self.gap
        gap = f"{size:,.{digits}f} {unit}" if size >= least else f"{least:,.{digits}f} {unit}"
        if self.is_bound:
            plans = "1 other plan" if self.plans == 1 else f"{self.plans} other plans"
            held = f"Held against {plans}: returns only diminish on the way there, so none adds {gap} more."
            first = held if self.plans else f"No other plan adds {gap} more."
        else:
            first = (
                f"No small change adds {gap} more. Returns grow before they diminish on the way to {self.plans - self.diminishing} "
                f"of {self.plans} other plans that were tried: this one is the best of them, a better one may be elsewhere."
            )
        if unit == "net votes":
            return first
        return f"{first} Were all of the money spent in every unit at once, it would add {scale * self.ceiling:,.2f} {unit}."


def first_plans(race: Race, goal: str, levers: Levers, budget_dollars: float) -> list[Array]:
    """Starts: at the slope of no spending, of an even race, and with all in the few units worth most."""
    few = coarse(race, FEW_DRAWS)
    still = np.zeros(len(race.units))
    now = goal_of(few, goal).slope(still)
    slopes = [now]
    shift = even_shift(few)
    if abs(shift) > NEARLY_EVEN:
        slopes.append(goal_of(few.moved(shift + still), goal).slope(still))
    order = np.argsort(-now * _most(levers, budget_dollars))
    # A little for all others, so that what is left over is spent.
    slopes += [
        np.where(np.isin(np.arange(len(still)), order[:count]), now, 1e-6 * now)
        for count in CONCENTRATED
        if len(still) > count
    ]
    return _unlike([pour(levers, slope, budget_dollars) for slope in slopes], budget_dollars)


def even_shift(race: Race) -> float:
    """Step of all leads, in logits, at which the median draw is a tie for the win; 0 where it is beyond reach."""
    goal = goal_of(race, "win")
    low, high = -2.0, 2.0
    ones = np.ones(len(race.units))
    if not goal_of(race.moved(low * ones)).base < 0.5 <= goal_of(race.moved(high * ones)).base:
        return 0.0
    if goal.base == 0.5:
        return 0.0
    for _ in range(10):
        middle = 0.5 * (low + high)
        is_ahead = goal_of(race.moved(middle * ones)).base >= 0.5
        low, high = (low, middle) if is_ahead else (middle, high)
    return 0.5 * (low + high)


def _unlike(plans: Sequence[Array], budget_dollars: float) -> list[Array]:
    """Plans without those that are nearly another."""
    found: list[Array] = []
    for plan in plans:
        if all(np.abs(plan - other).sum() > SAME * budget_dollars for other in found):
            found.append(plan)
    return found


def _most(levers: Levers, budget_dollars: float) -> Array:
    """Most margin that any plan makes in each unit by its own levers, (unit,): all the money in each at once."""
    margin = np.maximum(levers.margin.T, 0.0)
    dollars = waterfill(margin, levers.scale_dollars, levers.floor_dollars, levers.cap_dollars, budget_dollars)
    return np.asarray((margin * levers.reached(dollars)).sum(axis=1))


def ceiling(race: Race, goal: str, levers: Levers, budget_dollars: float) -> float:
    """What no plan can pass: every unit has the most that any plan makes there, and none pays for another.

    Reckoned as a plan's gain is, on the same draws: the two are held against each other.
    """
    asked = goal_of(race.thinned(GAIN_DRAWS), goal)
    if goal == "votes":
        slope = asked.slope(np.zeros(len(race.units)))
        return float(slope @ levers.made(pour(levers, slope, budget_dollars)))
    return asked.gain(_most(levers, budget_dollars))


def best_start(race: Race, goal: str, levers: Levers, budget_dollars: float) -> tuple[Array, list[Array]]:
    """The best plan from several starts, on few draws, and other plans to hold it against: found, begun with, cheapest."""
    few = goal_of(coarse(race, FEW_DRAWS), goal)
    begun = first_plans(race, goal, levers, budget_dollars)
    ended = _unlike(
        [
            solve(few.slope, levers, budget_dollars, start=plan, rounds=START_ROUNDS, enough=START_ENOUGH).dollars
            for plan in begun
        ],
        budget_dollars,
    )
    best = ended[0]
    for other in ended[1:]:
        if between(few, levers.made(best), levers.made(other)) > 0:
            best = other
    votes = pour(levers, goal_of(race, "votes").slope(np.zeros(len(race.units))), budget_dollars)
    return best, _unlike([best, *ended, votes, *begun], budget_dollars)[1:]


def certify(
    race: Race, goal: str, levers: Levers, budget_dollars: float, dollars: Array, gap: float, others: Sequence[Array]
) -> Certificate:
    """Hold a plan against others, on few draws: on how many ways to them returns only diminish."""
    slope = goal_of(coarse(race, FEW_DRAWS), goal).slope
    here = levers.made(dollars)
    at_plan = slope(here) if others else here
    diminishing = sum(_diminishes(slope, here, levers.made(other), at_plan) for other in others)
    return Certificate(gap, ceiling(race, goal, levers, budget_dollars), len(others), diminishing)


def _diminishes(slope: Slope, first: Array, second: Array, at_first: Array) -> bool:
    """Whether the slope along the way from one to the other only falls, at its ends and its middle."""
    way = second - first
    found = [float(at_first @ way), *(float(slope(first + t * way) @ way) for t in (0.5, 1.0))]
    allowed = STRAIGHT * float(np.abs(at_first) @ np.maximum(np.abs(first), np.abs(second)))
    return all(later <= earlier + allowed for earlier, later in pairwise(found))
