r"""The plan that does least badly, whatever does not hold.

A world moves the own option in some units (:mod:`hustings.projection.worlds`). *Regret* of a plan in a world is what the plan
made for that world adds there, less what this plan adds. The plan of least regret makes the largest regret small (Savage, JASA
46, 1951): ``min_x max_w G_w(x_w) - G_w(x)``. Weights over worlds are softmax of their regrets; the budget is poured at the
weighted slope, and the plan goes part of the way there (Frank & Wolfe on the smoothed maximum: Nesterov 2005). The best plan on
the way is kept. By duality no plan's largest regret is below the weighted regret less the gap at the weighted slope, where
returns only diminish.

Regrets between plans are read from the slopes at both (trapezoid), which are exact to the third order of what lies between.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hustings.plan.goals import Goal, between, goal_of
from hustings.plan.levers import Levers
from hustings.plan.money.coarse import coarse
from hustings.plan.money.limits import check_budget
from hustings.plan.money.solve import pour, solve
from hustings.plan.race import Race
from hustings.projection.worlds import World

Array = NDArray[np.float64]

WORLD_DRAWS = 2_000
MOST_WORLDS = 12
"""Of many worlds those in which the given plan regrets most are planned for."""
STEPS = 12
SHARPNESS = 12.0
"""Regret of one part in so many of the largest weighs e times less."""
ENOUGH = 0.005


@dataclass(frozen=True)
class LeastRegret:
    """A plan held against worlds.

    Attributes
    ----------
    dollars : (lever,) array
    worlds : tuple of World
        Those planned for; the first is the world as it is thought to be.
    left_out : int
        Worlds in which the given plan regrets less than in all of these.
    without : (world,) array
        The goal there without money.
    best : (world,) array
        What the plan made for the world adds there.
    regret : (world,) array
        Of this plan.
    weight : (world,) array
        Of each world in the plan; sum to 1.
    bound : float
        No plan's largest regret is below it, where returns only diminish.
    others : (plan, world) array
        Regrets of the plans that were given.
    """

    dollars: Array
    worlds: tuple[World, ...]
    left_out: int
    without: Array
    best: Array
    regret: Array
    weight: Array
    bound: float
    others: Array


@dataclass(frozen=True)
class _Field:
    """Worlds with the best plan of each and the slope there."""

    goals: list[Goal]
    levers: Levers
    margins: Array
    slopes: Array

    def here(self, margin: Array) -> Array:
        """Slopes of every world at margins, (world, unit)."""
        return np.array([goal.slope(margin) for goal in self.goals])

    def regret(self, margin: Array, slopes: Array) -> Array:
        """Regrets, (world,), of margins at which the worlds have these slopes."""
        return np.asarray((0.5 * (self.slopes + slopes) * (self.margins - margin)).sum(axis=1))


def least_regret(
    race: Race,
    levers: Levers,
    budget_dollars: float,
    goal: str,
    worlds: Sequence[World],
    plans: Sequence[Array],
    *,
    most_worlds: int = MOST_WORLDS,
) -> LeastRegret:
    """Find the plan whose largest regret over worlds is least.

    Parameters
    ----------
    race : Race
    levers : Levers
    budget_dollars : float
    goal : str
    worlds : sequence of World
        Beside the world as it is thought to be.
    plans : sequence of (lever,) arrays
        The first is where the search begins: the plan for the goal. All are held against the worlds.
    most_worlds : int
        How many worlds to plan for at most.

    Raises
    ------
    ConfigError
        The budget cannot be spent within floors and caps.
    """
    check_budget(levers, budget_dollars)
    few = coarse(race, WORLD_DRAWS)
    thought = World("as it is thought to be", np.zeros(len(race.units)), 0.0, "projection")
    asked = [thought, *worlds]
    goals = [goal_of(few.moved(world.lead), goal) for world in asked]
    start = levers.made(plans[0])
    at_start = np.array([one.slope(start) for one in goals])
    poured = pour(levers, at_start, budget_dollars)
    first = ((levers.reached(poured) - levers.reached(plans[0])) * (at_start @ levers.margin.T)).sum(axis=1)
    kept = np.sort(np.append(0, 1 + np.argsort(-first[1:], kind="stable")[:most_worlds]))
    found = _field([goals[k] for k in kept], levers, budget_dollars, plans[0])
    dollars, weight, bound = _search(found, budget_dollars, plans[0], at_start[kept])
    every = [found.regret(levers.made(plan), found.here(levers.made(plan))) for plan in (dollars, *plans)]
    best = [
        between(one, np.zeros(len(race.units)), margin) for one, margin in zip(found.goals, found.margins, strict=True)
    ]
    return LeastRegret(
        dollars=dollars,
        worlds=tuple(asked[k] for k in kept),
        left_out=len(asked) - len(kept),
        without=np.array([goal_of(race.moved(asked[k].lead), goal).base for k in kept]),
        best=np.array(best),
        regret=every[0],
        weight=weight,
        bound=bound,
        others=np.array(every[1:]),
    )


def _field(goals: list[Goal], levers: Levers, budget_dollars: float, start: Array) -> _Field:
    """The best plan of each world."""
    solved = [solve(one.slope, levers, budget_dollars, start=start, rounds=4, enough=ENOUGH) for one in goals]
    margins = np.array([levers.made(one.dollars) for one in solved])
    return _Field(goals, levers, margins, np.array([one.slope for one in solved]))


def _search(field: _Field, budget_dollars: float, start: Array, slopes: Array) -> tuple[Array, Array, float]:
    """Pour at the slope of the worlds that regret most, and go part of the way: the best plan, its weights, a bound."""
    levers = field.levers
    at = start
    best, least, weights, bound = at, np.inf, np.ones(len(slopes)) / len(slopes), -np.inf
    for step in range(STEPS):
        regret = field.regret(levers.made(at), slopes)
        largest = float(regret.max())
        sharp = SHARPNESS / max(largest, 1e-12)
        weight = np.exp(sharp * (regret - largest))
        weight /= weight.sum()
        if largest < least:
            best, least, weights = at, largest, weight
        slope = weight @ slopes
        to = pour(levers, slope, budget_dollars)
        gap = float((levers.reached(to) - levers.reached(at)) @ (levers.margin @ slope))
        bound = max(bound, float(weight @ regret) - gap)
        if step == STEPS - 1 or least - bound <= ENOUGH * max(least, 1e-9):
            break
        at = at + 2.0 / (step + 3.0) * (to - at)
        slopes = field.here(levers.made(at))
    return best, weights, max(bound, 0.0)
