"""How far a plan's gain may be off: the effects it rests on, and the draws it was counted in.

Effects are drawn as Gaussian multiples of their best guess, so that one whose error is as large as itself may also do harm; all
levers of an effect are wrong together. What margins then add is the slope along the way, which is taken on a few points of the
plan's own way and read between them. Batches of draws give each replicate its own slope: their spread is that of the count.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from hustings.maths.intervals import ENDS_90
from hustings.plan.goals import goal_of
from hustings.plan.levers import Levers
from hustings.plan.money.coarse import coarse
from hustings.plan.money.planning import MoneyPlan
from hustings.plan.race import Race

Array = NDArray[np.float64]

REPLICATES = 2_000
"""So many that the ends of an interval are good to 2 % of its width."""
BATCHES = 5
SPREAD_DRAWS = 10_000
_WAY = np.array([0.0, 1.0, 2.0])
"""Points of the plan's way, 1 its end, at which slopes are taken; beyond them the last holds."""


@dataclass(frozen=True)
class Spread:
    """Replicates of what a plan makes.

    Attributes
    ----------
    votes : (replicate, lever) array
        Net votes in units that count for the whole.
    gain : (replicate, lever) array
        Of the goal; a replicate's levers sum to its gain.
    centre : (lever,) array
        The same at the best guess of the effects.
    """

    votes: Array
    gain: Array
    centre: Array

    def lever_votes(self) -> tuple[Array, Array]:
        """Interval of each lever's net votes, two (lever,) arrays."""
        return interval(self.votes)

    def lever_gain(self) -> tuple[Array, Array]:
        """Interval of what each lever adds, two (lever,) arrays."""
        return interval(self.gain)

    def all_votes(self) -> tuple[float, float]:
        """Interval of all net votes."""
        low, high = interval(self.votes.sum(axis=1))
        return float(low), float(high)

    def all_gain(self) -> tuple[float, float]:
        """Interval of the gain."""
        low, high = interval(self.gain.sum(axis=1))
        return float(low), float(high)

    def beyond(self, other: Spread) -> tuple[float, float]:
        """Interval of what it adds more than another spread of the same draws."""
        low, high = interval((self.gain - other.gain).sum(axis=1))
        return float(low), float(high)


def interval(values: Array) -> tuple[Array, Array]:
    """Ends of the 90 % interval over replicates, the first axis."""
    low, high = np.quantile(values, ENDS_90, axis=0)
    return low, high


@dataclass(frozen=True)
class Factors:
    """What the replicates of several plans share.

    Attributes
    ----------
    effect : (replicate, effect) array
        Multiples of the best guess.
    batch : (replicate, batch) array
        Weights of the batches of draws, of mean 1 in each row.
    """

    effect: Array
    batch: Array


def draw_factors(levers: Levers, rng: np.random.Generator, replicates: int = REPLICATES) -> Factors:
    """Draw effects, and how much each batch of draws counts (the Bayesian bootstrap: Rubin, Annals of Statistics 9, 1981)."""
    noise = rng.standard_normal((replicates, len(levers.effect_sd)))
    return Factors(1.0 + levers.effect_sd * noise, BATCHES * rng.dirichlet(np.ones(BATCHES), replicates))


def spread(plan: MoneyPlan, factors: Factors, goal: str | None = None) -> Spread:
    """Replicates of what a plan makes, of another goal than its own where one is named."""
    return spread_of(plan.race, plan.levers, plan.dollars, goal or plan.goal, factors)


def spread_of(race: Race, levers: Levers, dollars: Array, goal: str, factors: Factors) -> Spread:
    """Replicates of what spending makes.

    Parameters
    ----------
    race : Race
    levers : Levers
    dollars : (lever,) array
    goal : str
    factors : Factors
        Of :func:`draw_factors`: the same for plans that are to be compared.
    """
    made = levers.reached(dollars)[:, None] * levers.margin
    by_effect = np.zeros((len(levers.effect_sd), made.shape[1]))
    np.add.at(by_effect, levers.effect, made)
    margin = made.sum(axis=0)
    slopes = _slopes(race, goal, margin)
    # How far along the plan's way each replicate comes, by what its margins are worth at first.
    first = slopes[:, 0].mean(axis=0)
    all_of_it = float(margin @ first)
    part = factors.effect @ (by_effect @ first) / all_of_it if all_of_it > 0 else np.ones(len(factors.effect))
    average = _average_to(slopes, np.clip(part, _WAY[0], _WAY[-1]), factors.batch)
    multiple = factors.effect[:, levers.effect]
    votes = made @ (race.spill @ race.whole)
    centre = made @ _average_to(slopes, np.ones(1), np.ones((1, BATCHES)))[0]
    return Spread(votes * multiple, multiple * (average @ made.T), centre)


def _slopes(race: Race, goal: str, margin: Array) -> Array:
    """Slopes along a way, by batches of draws, (batch, point, unit)."""
    some = coarse(race, SPREAD_DRAWS)
    found = []
    for batch in range(BATCHES):
        part = replace(some, draws=some.draws[batch::BATCHES], node=some.node[batch::BATCHES])
        ask = goal_of(part, goal)
        found.append([ask.slope(t * margin) for t in _WAY])
    return np.array(found)


def _average_to(slopes: Array, part: Array, weights: Array) -> Array:
    """Average slope from the start to a part of the way, (replicate, unit): trapezoids between the points."""
    by_batch = np.einsum("rb,bpu->rpu", weights / slopes.shape[0], slopes)
    widths = np.diff(_WAY)
    areas = np.concatenate(
        [np.zeros_like(by_batch[:, :1]), np.cumsum(widths[:, None] * (by_batch[:, 1:] + by_batch[:, :-1]) / 2, axis=1)],
        1,
    )
    at = np.clip(np.searchsorted(_WAY, part, side="right") - 1, 0, len(widths) - 1)
    rows = np.arange(len(part))
    within = (part - _WAY[at])[:, None]
    left, right = by_batch[rows, at], by_batch[rows, at + 1]
    here = left + (right - left) * within / widths[at][:, None]
    area = areas[rows, at] + within * (left + here) / 2
    return np.asarray(np.where(part[:, None] > 1e-9, area / np.maximum(part, 1e-9)[:, None], by_batch[:, 0]))
