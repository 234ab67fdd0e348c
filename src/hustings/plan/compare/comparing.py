"""What each plan adds to the goal, and how far it stays behind the plan that was made for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from hustings.plan.compare.done import Done
from hustings.plan.compare.strategies import RULES, Strategy, shared_out
from hustings.plan.goals import Goal, average_slope, goal_of
from hustings.plan.levers import Levers
from hustings.plan.money import money_plan
from hustings.plan.race import Race
from hustings.store import check_table
from hustings.tables.comparing import COMPARED, COMPARED_UNITS

Array = NDArray[np.float64]

CHEAPEST = "cheapest votes"
Z90 = 1.6449


@dataclass(frozen=True)
class Comparison:
    """Plans under one posterior.

    Attributes
    ----------
    race : Race
    levers : Levers
    goal : str
    budget_dollars : float
    base : float
        The goal without any of them.
    strategies : tuple of Strategy
        The plan for the goal first, then the cheapest votes.
    by_effect : (strategy, effect) array
        What each plan adds to the goal, by the effect that it rests on; sums to its gain.
    """

    race: Race
    levers: Levers
    goal: str
    budget_dollars: float
    base: float
    strategies: tuple[Strategy, ...]
    by_effect: Array

    @property
    def gains(self) -> Array:
        """What each plan adds, (strategy,)."""
        return np.asarray(self.by_effect.sum(axis=1))

    def table(self) -> pl.DataFrame:
        """Plans, the best first (``hustings.tables.comparing.COMPARED``)."""
        gains = self.gains
        behind = gains[0] - gains
        sd = np.sqrt(self.by_effect**2 @ self.levers.effect_sd**2)
        # Paired: both plans rest on the same effects, whatever these are.
        sd_behind = np.sqrt((self.by_effect[0] - self.by_effect) ** 2 @ self.levers.effect_sd**2)
        votes = goal_of(self.race, "votes")
        made = pl.DataFrame(
            {
                "plan": [one.name for one in self.strategies],
                "dollars": [float(one.dollars.sum()) for one in self.strategies],
                "goal_value": self.base + gains,
                "gain": gains,
                "gain_low": gains - Z90 * sd,
                "gain_high": gains + Z90 * sd,
                "behind": behind,
                "behind_low": behind - Z90 * sd_behind,
                "behind_high": behind + Z90 * sd_behind,
                "net_votes": [votes.gain(self.levers.made(one.dollars)) for one in self.strategies],
            }
        )
        # Plans that come to the same stay in their order.
        return check_table(made.sort(pl.col("gain").round(9), descending=True, maintain_order=True), COMPARED)

    def units(self) -> pl.DataFrame:
        """Who gets what (``hustings.tables.comparing.COMPARED_UNITS``)."""
        units = list(self.race.units)
        parts = [
            pl.DataFrame(
                {
                    "plan": [one.name] * len(units),
                    "unit": units,
                    "budget_share": one.shares,
                    "dollars": unit_dollars(self.race, self.levers, one.dollars),
                    "margin": self.levers.made(one.dollars),
                }
            )
            for one in self.strategies
        ]
        return check_table(pl.concat(parts), COMPARED_UNITS)


def compare(
    race: Race, levers: Levers, budget_dollars: float, *, goal: str = "win", done: Sequence[Done] = ()
) -> Comparison:
    """Spend one budget by every rule, and by what was done, through the same levers.

    Parameters
    ----------
    race : Race
    levers : Levers
    budget_dollars : float
    goal : str
        As in ``hustings.plan.goals.GOALS``.
    done : sequence of Done
        What was really done: its proportions between units are taken, not its size.

    Raises
    ------
    ConfigError
        The budget cannot be spent, or there is no such goal.
    """
    plans = [_planned(race, levers, budget_dollars, goal, f"plan for {goal}")]
    if goal != "votes":
        plans.append(_planned(race, levers, budget_dollars, "votes", CHEAPEST))
    amounts = [(name, rule(race)) for name, rule in RULES.items()]
    amounts += [(one.name, one.amounts) for one in done]
    shared = [shared_out(race, levers, name, many, budget_dollars) for name, many in amounts if many.any()]
    # Where nobody that money can move was given anything there is nothing to compare.
    strategies = (*plans, *(one for one in shared if one.shares.any()))
    wanted = goal_of(race, goal)
    added = np.array([by_effect(wanted, levers, one.dollars) for one in strategies])
    return Comparison(race, levers, goal, budget_dollars, wanted.base, strategies, added)


def _planned(race: Race, levers: Levers, budget_dollars: float, goal: str, name: str) -> Strategy:
    """The plan for a goal."""
    dollars = money_plan(race, levers, budget_dollars, goal).dollars
    spent = unit_dollars(race, levers, dollars)
    return Strategy(name, spent / max(spent.sum(), 1e-9), dollars)


def unit_dollars(race: Race, levers: Levers, dollars: Array) -> Array:
    """Spending by unit, (unit,): of a lever that reaches several, by the votes it makes there."""
    votes = np.maximum(levers.margin, 0.0) * race.votes
    total = votes.sum(axis=1, keepdims=True)
    return np.asarray(dollars @ (votes / np.where(total > 0, total, 1.0)))


def by_effect(goal: Goal, levers: Levers, dollars: Array) -> Array:
    """What spending adds to a goal, by the effect that each lever rests on, (effect,); sums to the gain.

    The goal's slope is averaged on the way to the plan's margins, so that parts add up.
    """
    margin = levers.made(dollars)
    each = levers.reached(dollars) * (levers.margin @ average_slope(goal, margin))
    return np.bincount(levers.effect, weights=each, minlength=len(levers.effect_sd)).astype(float)
