"""A plan of visits: stops, their days, what they add, and how far from the best it can be."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

import numpy as np
import polars as pl
from numpy.typing import NDArray

from hustings.errors import ConfigError
from hustings.plan.goals import average_slope, goal_of
from hustings.plan.race import Race
from hustings.plan.visits.asked import Asked
from hustings.plan.visits.effects import VisitEffects, read_visit_effects
from hustings.plan.visits.places import Places, places_of
from hustings.plan.visits.route import Leg, cut_in_days, shortest_way
from hustings.plan.visits.solve import Solved, solve, total
from hustings.store import check_table
from hustings.tables import ITINERARY, VISITS

Array = NDArray[np.float64]
Ints = NDArray[np.int64]

ROUNDS = 3
WELL = 0.005
"""Gap below which no further round is made."""
TIGHTER = 0.04
"""Part of the hours that a further round gives up, so that its stops fit into whole days."""


@dataclass(frozen=True)
class VisitPlan:
    """Where everybody goes.

    Attributes
    ----------
    race : Race
    goal : str
    asked : Asked
    effects : VisitEffects
    places : Places
    stops : (candidate, unit) int array
    legs : (candidate,) tuple of lists of Leg
    worth : (unit,) array
        What a margin was held to be worth: the goal's slope, averaged on the way to the plan.
    bound : float
        No itinerary adds more, by that worth.
    gain : float
        What the plan adds to the goal.
    """

    race: Race
    goal: str
    asked: Asked
    effects: VisitEffects
    places: Places
    stops: Ints
    legs: tuple[list[Leg], ...]
    worth: Array
    bound: float
    gain: float

    @property
    def margin(self) -> Array:
        """Margin that it makes in every unit, (unit,), best guess."""
        return self.effects.margin(self.effects.weights @ self.stops)

    @property
    def linear_gain(self) -> float:
        """What it adds by the worth of margins that it was made with."""
        return float(self.worth @ self.margin)

    @property
    def gap(self) -> float:
        """Most that any other plan could add beyond this one, as a part of that plan's."""
        return max(1.0 - self.linear_gain / self.bound, 0.0) if self.bound > 0 else 0.0

    @property
    def gain_se(self) -> float:
        """Standard error of the gain: that of what a stop makes."""
        return abs(self.gain) * self.effects.relative_se

    @property
    def travel_hours(self) -> Array:
        """Hours on the road, (candidate,)."""
        return np.array([sum(leg.travel_hours for leg in mine) for mine in self.legs])

    def day(self, working_day: int) -> dt.date:
        """Date of a working day; days of rest lie evenly between them."""
        asked = self.asked
        rested = working_day * asked.rest_days // max(asked.working_days, 1)
        return self.race.as_of + dt.timedelta(days=1 + working_day + rested)

    def table(self, cheapest: VisitPlan) -> pl.DataFrame:
        """Stops by unit and candidate (``hustings.tables.visits.VISITS``), beside those of the cheapest-votes plan."""
        who, where = np.nonzero((self.stops > 0) | (cheapest.stops > 0))
        added = self.worth * self.margin
        made = pl.DataFrame(
            {
                "unit": [self.race.units[u] for u in where],
                "candidate": [self.effects.candidates[c] for c in who],
                "visits": self.stops[who, where],
                "cheapest_votes": cheapest.stops[who, where],
                "margin": self.margin[where],
                "goal_gain": added[where],
            },
            schema_overrides={"unit": pl.String, "candidate": pl.String},
        )
        return check_table(made.sort(["goal_gain", "unit", "candidate"], descending=[True, False, False]), VISITS)

    def itinerary(self) -> pl.DataFrame:
        """The days (``hustings.tables.visits.ITINERARY``)."""
        rows = [
            (
                candidate,
                self.day(leg.day),
                self.race.units[leg.unit],
                leg.stops,
                leg.travel_hours,
                float(self.places.km[leg.came_from, leg.unit]) if self.places.known else None,
            )
            for candidate, mine in zip(self.effects.candidates, self.legs, strict=True)
            for leg in mine
        ]
        kinds = [pl.String, pl.Date, pl.String, pl.Int64, pl.Float64, pl.Float64]
        names = ITINERARY.column_names
        return check_table(pl.DataFrame(rows, schema=dict(zip(names, kinds, strict=True)), orient="row"), ITINERARY)


def visit_plan(
    race: Race,
    asked: Asked,
    *,
    candidates: int = 2,
    goal: str = "win",
    effects: VisitEffects | None = None,
    places: Places | None = None,
) -> VisitPlan:
    """Plan whole stops for the goal.

    Parameters
    ----------
    race : Race
    asked : Asked
        Days, stops a day, rest, musts.
    candidates : int
        How many travel.
    goal : str
        As in ``hustings.plan.goals.GOALS``.
    effects : VisitEffects, optional
        What a stop makes; the shipped ones.
    places : Places, optional
        Distances; from the shipped places.

    Raises
    ------
    ConfigError
        Days beyond the election, no candidates, an unknown unit or goal, musts that cannot be met.
    """
    found = (effects or read_visit_effects()).first(candidates)
    asked.check(race, candidates)
    where = places or places_of(race.units)
    wanted = goal_of(race, goal)
    worth = wanted.slope(np.zeros(len(race.units)))
    first = solve(worth, found, asked, race.units, where.hours, where.km)
    # The slope changes along the way: the plan is made again with its average there.
    worth = average_slope(wanted, found.margin(found.weights @ first.stops))
    stops, legs, bound = _fitted(worth, found, asked, race.units, where)
    margin = found.margin(found.weights @ stops)
    gain = float(average_slope(wanted, margin) @ margin)
    return VisitPlan(race, goal, asked, found, where, stops, legs, worth, bound, gain)


def _fitted(
    worth: Array, effects: VisitEffects, asked: Asked, units: tuple[str, ...], where: Places
) -> tuple[Ints, tuple[list[Leg], ...], float]:
    """Solve, find the ways, cut them into days; where that loses much, again with fewer hours. The bound is the first one."""
    hours = where.hours
    bound, best = np.inf, None
    for again in range(ROUNDS):
        tighter = replace(asked, day_hours=asked.day_hours * (1.0 - TIGHTER * again)) if again else asked
        try:
            solved: Solved = solve(worth, effects, tighter, units, hours, where.km)
        except ConfigError:
            # Musts that fit into the hours, but not into fewer.
            if again == 0:
                raise
            break
        bound = solved.bound if again == 0 else bound
        stops, legs = _into_days(worth, effects, asked, units, solved.stops, hours)
        made = total(worth, effects, stops)
        kept = all(stops[:, units.index(unit)].sum() >= visits for unit, visits in asked.must.items())
        if kept and (best is None or made > best[0]):
            best = (made, stops, legs)
        if best is not None and best[0] >= (1.0 - WELL) * bound:
            break
    if best is None:
        raise ConfigError(
            f"no itinerary was found that makes the {sum(asked.must.values())} stops of --must in {asked.days} days",
            hint="fewer musts, more days, more candidates",
        )
    return best[1], best[2], bound


def _into_days(
    worth: Array, effects: VisitEffects, asked: Asked, units: tuple[str, ...], stops: Ints, hours: Array
) -> tuple[Ints, tuple[list[Leg], ...]]:
    """Itineraries of all candidates; stops that do not fit are given up, cheapest first, and free room is filled."""
    stops, found = stops.copy(), []
    least = np.array([asked.must.get(unit, 0) for unit in units])
    for who in range(len(stops)):
        legs = _legs(stops[who], hours, asked)
        while legs and legs[-1].day >= asked.working_days:
            here = np.flatnonzero(stops[who])
            loss = np.array([_step(worth, effects, stops, who, int(u), -1) for u in here])
            # A must is given up last; a plan without it is none.
            loss += np.where(stops[:, here].sum(axis=0) <= least[here], np.inf, 0.0)
            stops[who, here[int(loss.argmin())]] -= 1
            legs = _legs(stops[who], hours, asked)
        while (better := _added(worth, effects, asked, stops, who, hours)) is not None:
            stops[who], legs = better
        found.append(legs)
    return stops, tuple(found)


def _added(
    worth: Array, effects: VisitEffects, asked: Asked, stops: Ints, who: int, hours: Array
) -> tuple[Ints, list[Leg]] | None:
    """One more stop where somebody is anyway, the dearest that fits into the days; None where none does."""
    if stops[who].sum() >= asked.stops():
        return None
    here = np.flatnonzero(stops[who])
    gains = [(_step(worth, effects, stops, who, int(u), 1), int(u)) for u in here]
    for gain, unit in sorted(gains, reverse=True):
        more = stops[who].copy()
        more[unit] += 1
        legs = _legs(more, hours, asked)
        if gain > 0 and legs[-1].day < asked.working_days:
            return more, legs
    return None


def _step(worth: Array, effects: VisitEffects, stops: Ints, who: int, unit: int, step: int) -> float:
    """What one stop more or less changes, as a size."""
    now = effects.weights @ stops[:, unit]
    made = effects.margin(np.array([now, now + step * effects.weights[who]]))
    return abs(float(worth[unit] * (made[1] - made[0])))


def _legs(stops: Ints, hours: Array, asked: Asked) -> list[Leg]:
    """Days of one candidate."""
    here = np.flatnonzero(stops)
    way = [int(here[k]) for k in shortest_way(hours[np.ix_(here, here)])]
    return cut_in_days(way, stops, hours, asked)
