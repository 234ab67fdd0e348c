"""From race, levers and budget to a plan: for the goal, and beside it for the cheapest votes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from hustings.plan.goals import goal_of
from hustings.plan.levers import Levers
from hustings.plan.money.coarse import coarse
from hustings.plan.money.limits import check_budget
from hustings.plan.money.lumps import Lumps, solve_lumps
from hustings.plan.money.solve import gap_at, pour, solve
from hustings.plan.money.starts import GAIN_DRAWS, Certificate, best_start, certify
from hustings.plan.race import Race

Array = NDArray[np.float64]

SOME_DRAWS = 5_000
SOME_NODES = 8
"""For the slopes before the last."""
LAST_ROUNDS = 2
EXHAUSTED = 0.10
"""Returns are nearly exhausted where the next dollar earns less of what one does on average."""


@dataclass(frozen=True)
class MoneyPlan:
    """Where a budget goes.

    Attributes
    ----------
    race : Race
    levers : Levers
    goal : str
        As in :data:`hustings.plan.goals.GOALS`.
    budget_dollars : float
    dollars : (lever,) array
    slope : (unit,) array
        Of the goal by each unit's margin, with the plan, from all draws.
    certificate : Certificate
    begun_dollars : float
        What it costs to begin where it begins something.
    """

    race: Race
    levers: Levers
    goal: str
    budget_dollars: float
    dollars: Array
    slope: Array
    certificate: Certificate
    begun_dollars: float = 0.0

    @cached_property
    def margin(self) -> Array:
        """Margins that it makes, (unit,), where its levers reach."""
        return self.levers.made(self.dollars)

    @cached_property
    def base(self) -> float:
        """The goal without it."""
        return goal_of(self.race, self.goal).base

    @cached_property
    def gain(self) -> float:
        """What it adds to the goal."""
        return self.gain_for(self.goal)

    def gain_for(self, goal: str) -> float:
        """What it adds to another goal."""
        return what_adds(self.race, goal, self.margin)

    @cached_property
    def net_votes(self) -> float:
        """Net votes that it makes in units that count for the whole."""
        return goal_of(self.race, "votes").gain(self.margin)

    @property
    def lever_votes(self) -> Array:
        """The same by lever, (lever,)."""
        return self.levers.reached(self.dollars) * (self.levers.margin @ (self.race.spill @ self.race.whole))

    @property
    def spent_dollars(self) -> float:
        """All that it costs; less than the budget where nothing more earns anything."""
        return float(self.dollars.sum()) + self.begun_dollars

    @property
    def last_dollar(self) -> float:
        """What the next dollar earns at best, as a part of what a dollar of the plan earns on average."""
        open_to = self.dollars < self.levers.cap_dollars - 0.01
        after = self.levers.per_dollar(self.slope, self.dollars)[open_to].max(initial=0.0)
        return float(after * self.spent_dollars / self.gain) if self.gain > 0 else 0.0

    def unit_dollars(self) -> Array:
        """Spending by unit, (unit,): of a lever that reaches several, by the votes it makes there."""
        return self.levers.unit_dollars(self.race.votes, self.dollars)


def money_plan(
    race: Race,
    levers: Levers,
    budget_dollars: float,
    goal: str = "win",
    *,
    floor_dollars: Array | None = None,
    cap_dollars: Array | None = None,
    lumps: Lumps | None = None,
) -> MoneyPlan:
    """Spend a budget where it adds most to a goal.

    Parameters
    ----------
    race : Race
    levers : Levers
        What money can move; its floors and caps hold where no others are given.
    budget_dollars : float
    goal : str
        ``win``, ``seats``, ``popular`` or ``votes``: the cheapest.
    floor_dollars, cap_dollars : (lever,) arrays, optional
        Least and most that is spent on each lever.
    lumps : Lumps, optional
        Levers that cost something to begin with, or come in whole pieces.

    Raises
    ------
    ConfigError
        The budget cannot be spent within floors and caps, or there is no such goal.
    """
    levers = _limited(levers, floor_dollars, cap_dollars)
    check_budget(levers, budget_dollars)
    full = goal_of(race, goal)
    some = goal_of(coarse(race, SOME_DRAWS, SOME_NODES), goal)
    if lumps is not None and lumps.any:
        start = best_start(race, goal, levers, budget_dollars)[0]
        begun = solve_lumps(some, levers, budget_dollars, lumps, start)
        certificate = certify(race, goal, levers, budget_dollars, begun.dollars, begun.gap, [])
        slope, first = full.slope(levers.made(begun.dollars)), lumps.begun(begun.dollars)
        return MoneyPlan(race, levers, goal, budget_dollars, begun.dollars, slope, certificate, first)
    if goal == "votes":
        slope = full.slope(np.zeros(len(race.units)))
        dollars = pour(levers, slope, budget_dollars)
        gap = gap_at(levers, slope, dollars, budget_dollars)
        certificate = Certificate(gap, float(slope @ levers.made(dollars)), 0, 0)
        return MoneyPlan(race, levers, goal, budget_dollars, dollars, slope, certificate)
    start, others = best_start(race, goal, levers, budget_dollars)
    near = solve(some.slope, levers, budget_dollars, start=start)
    # The last slopes are of all draws.
    last = solve(full.slope, levers, budget_dollars, start=near.dollars, rounds=LAST_ROUNDS)
    certificate = certify(race, goal, levers, budget_dollars, last.dollars, last.gap, others)
    return MoneyPlan(race, levers, goal, budget_dollars, last.dollars, last.slope, certificate)


def _limited(levers: Levers, floor_dollars: Array | None, cap_dollars: Array | None) -> Levers:
    return replace(
        levers,
        floor_dollars=levers.floor_dollars if floor_dollars is None else np.asarray(floor_dollars, dtype=float),
        cap_dollars=levers.cap_dollars if cap_dollars is None else np.asarray(cap_dollars, dtype=float),
    )


def behind(plan: MoneyPlan, other: MoneyPlan) -> float:
    """How far another plan stays behind, in the goal of the first."""
    return plan.gain - other.gain_for(plan.goal)


def what_adds(race: Race, goal: str, margin: Array) -> float:
    """What margins, (unit,), add to a goal, on the draws on which all plans are held against each other."""
    return goal_of(race.thinned(GAIN_DRAWS), goal).gain(margin)


def starved(plan: MoneyPlan, cheapest: MoneyPlan, least: float = 0.01) -> list[tuple[str, float, float]]:
    """Units to which the plan gives more than the cheapest votes would: (unit, dollars, cheapest dollars), largest first.

    Only those where the difference is more than ``least`` of the budget.
    """
    own, theirs = plan.unit_dollars(), cheapest.unit_dollars()
    order = np.argsort(theirs - own)
    return [
        (plan.race.units[u], float(own[u]), float(theirs[u]))
        for u in order
        if own[u] - theirs[u] > least * plan.budget_dollars
    ]
