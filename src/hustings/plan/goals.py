"""What a campaign can want: each a number that grows with the margins it makes, and its slope.

=============  =============================================================================
``win``        the chance to win what the contest's rule counts
``seats``      expected electors or seats
``popular``    the chance to have most votes in the whole
``votes``      expected net votes in the whole: what "cost per vote" maximises
=============  =============================================================================
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logit, ndtr

from hustings.contests.rules import RULES
from hustings.errors import ConfigError
from hustings.plan.deciding import lead_density, pivotal_density, win_prob
from hustings.plan.race import Race, nation_race

Array = NDArray[np.float64]

GOALS = ("win", "seats", "popular", "votes")

_NODES, _HALVES = np.polynomial.legendre.leggauss(3)
_POINTS, _WEIGHTS = 0.5 * (_NODES + 1.0), 0.5 * _HALVES
PIECE_SDS = 2.0
"""Lead of a unit, in its standard deviations, that one piece of a way may move: over two of a bell curve three points are good to
.05 %, over five to 7 %."""
MOST_PIECES = 8


class Goal(Protocol):
    """Something to have more of."""

    @property
    def race(self) -> Race:
        """Of which contest."""
        ...

    @property
    def name(self) -> str:
        """As in :data:`GOALS`."""
        ...

    @property
    def base(self) -> float:
        """Its value as things stand."""
        ...

    def slope(self, margin: Array) -> Array:
        """Its derivative by the margin of each unit, (unit,), where margins, (unit,), have been made."""
        ...

    def gain(self, margin: Array) -> float:
        """What margins, (unit,), add to it."""
        ...


def goal_of(race: Race, name: str = "win") -> Goal:
    """The goal of that name.

    Raises
    ------
    ConfigError
        There is none, or the contest has no seats to expect.
    """
    counts = RULES[race.contest.rule].counts_seats
    if name not in GOALS:
        raise ConfigError(f"there is no goal {name!r}", hint=f"one of: {', '.join(GOALS)}")
    if name == "seats" and not counts:
        raise ConfigError(f"{race.contest.name} awards no seats: its votes decide", hint="--goal win, popular or votes")
    if name == "win":
        return Win(race) if counts else MostVotes(race, "win", _line(race))
    if name == "seats":
        return Seats(race)
    return MostVotes(race, "popular", 0.0) if name == "popular" else Votes(race)


def _line(race: Race) -> float:
    """Lead in the whole at which the contest is won by votes.

    Of more than two options a majority is asked for as a plurality: a run-off is not a win, and nobody plans for it.
    """
    settings = {**RULES[race.contest.rule].defaults, **race.contest.rule_settings}
    if race.contest.rule == "threshold":
        asked = float(logit(float(settings["threshold"])))
        return asked if race.own == 0 else -asked
    return 0.0


def average_slope(goal: Goal, margin: Array, start: Array | None = None) -> Array:
    """Slope of a goal averaged on the straight way to ``margin``, (unit,): its product with the way is what the way adds.

    Three points of Gauss and Legendre on each piece: exact where the slope is of the fifth degree. The difference of two chances
    counted in draws would be mostly noise.

    Parameters
    ----------
    goal : Goal
    margin : (unit,) array
    start : (unit,) array, optional
        Where the way begins; where nothing has been made yet.
    """
    begin = np.zeros(len(margin)) if start is None else start
    way = margin - begin
    pieces = _pieces(goal.race, way)
    steps = (np.arange(pieces)[:, None] + _POINTS).ravel() / pieces
    slopes = [w * goal.slope(begin + t * way) for t, w in zip(steps, np.tile(_WEIGHTS / pieces, pieces), strict=True)]
    return np.asarray(np.sum(slopes, axis=0))


def between(goal: Goal, first: Array, second: Array) -> float:
    """What the second margins, (unit,), add to a goal beyond the first: the slope along the straight way between them."""
    return float(average_slope(goal, second, first) @ (second - first))


def _pieces(race: Race, way: Array) -> int:
    """Pieces of a way on which no lead moves far beside how well it is known."""
    leads = race.leads(way)
    variance = race.weights @ np.einsum("nii->ni", race.covariances)
    sds = np.sqrt(variance.reshape(len(leads), -1).min(axis=1))
    far = float((np.abs(leads) / np.maximum(sds, 1e-9)).max(initial=0.0))
    return int(min(max(np.ceil(far / PIECE_SDS), 1), MOST_PIECES))


@dataclass(frozen=True)
class Win:
    """The chance to win seats enough."""

    race: Race
    name: str = "win"

    @cached_property
    def base(self) -> float:
        """Chance to win as things stand."""
        return win_prob(self.race, self.race.seats, self.race.seats_to_win)

    def slope(self, margin: Array) -> Array:
        """Chance per margin of each unit, (unit,)."""
        race = self.race
        moved = race.with_margin(margin)
        return race.spill @ (pivotal_density(moved, race.seats, race.seats_to_win) * race.lead_per_margin)

    def gain(self, margin: Array) -> float:
        """Chance that margins add."""
        return between(self, np.zeros(len(margin)), margin)


@dataclass(frozen=True)
class Seats:
    """Expected seats."""

    race: Race
    name: str = "seats"

    @cached_property
    def base(self) -> float:
        """Expected seats as things stand."""
        return float((self.race.draws > 0).all(axis=2).mean(axis=0) @ self.race.seats)

    def slope(self, margin: Array) -> Array:
        """Seats per margin of each unit, (unit,): each unit is a contest of its own."""
        race = self.race
        moved = race.with_margin(margin)
        return race.spill @ (tie_density(moved) * race.seats * race.lead_per_margin)

    def gain(self, margin: Array) -> float:
        """Seats that margins add."""
        return between(self, np.zeros(len(margin)), margin)


@dataclass(frozen=True)
class MostVotes:
    """The chance that the whole's lead passes a line."""

    race: Race
    name: str
    line: float

    @cached_property
    def _whole(self) -> Race:
        """The whole, its lead counted from the line."""
        return nation_race(self.race).moved(np.array([-self.line]))

    @cached_property
    def _per_margin(self) -> float:
        """What a net vote, as a share of all, adds to the lead at the line: 2 at a half."""
        share = float(expit(self.line))
        return float(self._whole.lead_per_margin[0]) / (4.0 * share * (1.0 - share))

    @cached_property
    def base(self) -> float:
        """Chance as things stand."""
        return self._at(0.0)

    def _at(self, lead: float) -> float:
        """Chance where the whole's lead has moved."""
        whole = self._whole
        if whole.means.shape[2] > 1:
            return float((whole.draws > -lead).all(axis=2).mean())
        z = (whole.means[:, 0, 0] + lead) / np.sqrt(whole.covariances[:, 0, 0])
        return float(whole.weights @ ndtr(z))

    def _lead(self, margin: Array) -> float:
        """How far margins move the whole's lead."""
        part = self.race.whole / self.race.whole.sum()
        return float(part @ (margin @ self.race.spill)) * self._per_margin

    def slope(self, margin: Array) -> Array:
        """Chance per margin of each unit, (unit,): votes count alike everywhere."""
        race, whole = self.race, self._whole
        density = pivotal_density(whole.moved(np.array([self._lead(margin)])), np.ones(1), 1.0)[0]
        return np.asarray(race.spill @ (race.whole / race.whole.sum() * density * self._per_margin))

    def gain(self, margin: Array) -> float:
        """Chance that margins add: of two options exactly."""
        if self._whole.means.shape[2] > 1:
            return between(self, np.zeros(len(margin)), margin)
        return self._at(self._lead(margin)) - self.base


@dataclass(frozen=True)
class Votes:
    """Expected net votes, wherever they are."""

    race: Race
    name: str = "votes"

    @cached_property
    def base(self) -> float:
        """Net votes as things stand: own less the strongest rival's."""
        shares = self.race.shares
        return float(self.race.whole @ (shares[:, 0] - shares[:, 1:].max(axis=1)))

    def slope(self, margin: Array) -> Array:
        """Net votes per margin of each unit, (unit,)."""
        del margin  # a vote is a vote
        return self.race.spill @ self.race.whole

    def gain(self, margin: Array) -> float:
        """Net votes that margins add."""
        return float(self.slope(margin) @ margin)


def tie_density(race: Race) -> Array:
    """Density of the lead at a tie for the first place, (unit,)."""
    n_rivals = race.draws.shape[2]
    if n_rivals == 1:
        return np.asarray(race.weights @ lead_density(race)[:, :, 0])
    one = np.ones(1)
    found = []
    for unit in range(race.means.shape[1]):
        block = slice(unit * n_rivals, (unit + 1) * n_rivals)
        alone = replace(
            race,
            means=race.means[:, unit : unit + 1],
            covariances=race.covariances[:, block, block],
            draws=race.draws[:, unit : unit + 1],
        )
        found.append(pivotal_density(alone, one, 1.0)[0])
    return np.array(found)
