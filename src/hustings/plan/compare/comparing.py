"""What each plan adds to the goal, and how far it stays behind the plan that was made for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from hustings.plan.compare.done import Done
from hustings.plan.compare.strategies import RULES, Strategy, shared_out
from hustings.plan.goals import goal_of
from hustings.plan.levers import Levers
from hustings.plan.money import money_plan
from hustings.plan.money.planning import what_adds
from hustings.plan.money.spread import Spread, draw_factors, spread_of
from hustings.plan.race import Race
from hustings.store import check_table
from hustings.tables import COMPARED, COMPARED_UNITS

Array = NDArray[np.float64]

CHEAPEST = "cheapest votes"


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
    gains : (strategy,) array
        What each adds to the goal.
    spreads : tuple of Spread
        Replicates of it: all plans meet the same effects and the same draws.
    """

    race: Race
    levers: Levers
    goal: str
    budget_dollars: float
    base: float
    strategies: tuple[Strategy, ...]
    gains: Array
    spreads: tuple[Spread, ...]

    def table(self) -> pl.DataFrame:
        """Plans, the best first (``hustings.tables.comparing.COMPARED``)."""
        first = self.spreads[0]
        ends = [one.all_gain() for one in self.spreads]
        less = [first.beyond(one) for one in self.spreads]
        votes = goal_of(self.race, "votes")
        made = pl.DataFrame(
            {
                "plan": [one.name for one in self.strategies],
                "dollars": [float(one.dollars.sum()) for one in self.strategies],
                "goal_value": self.base + self.gains,
                "gain": self.gains,
                "gain_low": [low for low, _ in ends],
                "gain_high": [high for _, high in ends],
                "behind": self.gains[0] - self.gains,
                "behind_low": [low for low, _ in less],
                "behind_high": [high for _, high in less],
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
                    "dollars": self.levers.unit_dollars(self.race.votes, one.dollars),
                    "margin": self.levers.made(one.dollars),
                }
            )
            for one in self.strategies
        ]
        return check_table(pl.concat(parts), COMPARED_UNITS)


def compare(
    race: Race,
    levers: Levers,
    budget_dollars: float,
    rng: np.random.Generator,
    *,
    goal: str = "win",
    done: Sequence[Done] = (),
) -> Comparison:
    """Spend one budget by every rule, and by what was done, through the same levers.

    Parameters
    ----------
    race : Race
    levers : Levers
    budget_dollars : float
    rng : Generator
        For effects that are off.
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
    factors = draw_factors(levers, rng)
    spreads = tuple(spread_of(race, levers, one.dollars, goal, factors) for one in strategies)
    gains = np.array([what_adds(race, goal, levers.made(one.dollars)) for one in strategies])
    return Comparison(race, levers, goal, budget_dollars, goal_of(race, goal).base, strategies, gains, spreads)


def _planned(race: Race, levers: Levers, budget_dollars: float, goal: str, name: str) -> Strategy:
    """The plan for a goal."""
    dollars = money_plan(race, levers, budget_dollars, goal).dollars
    spent = levers.unit_dollars(race.votes, dollars)
    return Strategy(name, spent / max(spent.sum(), 1e-9), dollars)
