"""The contest as one option sees it: how far it leads in every unit, jointly, and what a vote there moves.

*Leads* are log-ratios of the own option's share to each rival's: a linear map of the projection's coordinates, so that they
are the same mixture of Gaussians. The own option has most votes in a unit where all its leads are above 0. What a campaign
does is counted in *margin*: net votes (own less the strongest rival's) as a share of the unit's votes.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from hustings.contests import Contest, own_votes, seats_array, whole_contest_votes
from hustings.contests.rules import RULES
from hustings.errors import ConfigError
from hustings.maths.logratio import softmax, whole_gradient
from hustings.projection import Projection

Array = NDArray[np.float64]
Float32 = NDArray[np.float32]


@dataclass(frozen=True)
class Race:
    """A projection, seen from one option.

    Attributes
    ----------
    contest : Contest
    as_of : date
    own : int
        Place of the own option.
    weights : (node,) array
        Of the mixture; sum to 1.
    means : (node, unit, rival) array
        Mean leads on election day.
    covariances : (node, unit * rival, unit * rival) array
    draws : (draw, unit, rival) float32 array
        Joint draws of the leads, in the order of their nodes.
    node : (draw,) int array
        Node of each draw, ascending.
    """

    contest: Contest
    as_of: dt.date
    own: int
    weights: Array
    means: Array
    covariances: Array
    draws: Float32
    node: NDArray[np.int64]

    @property
    def option(self) -> str:
        """Id of the own option."""
        return self.contest.option_ids[self.own]

    @property
    def label(self) -> str:
        """The own option's name, for people."""
        return self.contest.options[self.own].label

    @property
    def units(self) -> tuple[str, ...]:
        """Ids of the units."""
        return self.contest.unit_ids

    @property
    def days(self) -> int:
        """Days left."""
        return (self.contest.date - self.as_of).days

    @cached_property
    def seats(self) -> Array:
        """Seats that each unit awards, (unit,)."""
        return seats_array(self.contest).astype(float)

    @property
    def seats_to_win(self) -> float:
        """Seats that win, where the contest's rule counts seats."""
        return RULES[self.contest.rule].seats_to_win(int(self.seats.sum()), self.contest.rule_settings)

    @cached_property
    def votes(self) -> Array:
        """Expected votes, (unit,); a district's are also in its parent's."""
        return own_votes(self.contest)

    @cached_property
    def whole(self) -> Array:
        """Expected votes as weights for the whole, (unit,): 0 for districts."""
        return whole_contest_votes(self.contest)

    @cached_property
    def shares(self) -> Array:
        """Mean shares, (unit, option), the own first, then the rivals in the contest's order."""
        return np.asarray(own_shares(self.draws).mean(axis=0, dtype=np.float64))

    @cached_property
    def lead_per_margin(self) -> Array:
        """What a net vote, as a share of the unit's votes, adds to the lead at a tie, (unit,): 2 with two options.

        At a tie both shares are alike; of three options and more their mean is taken for it.
        """
        own, rival = self.shares[:, 0], self.shares[:, 1:].max(axis=1)
        return np.asarray(2.0 / np.maximum(own + rival, 1e-3))

    @cached_property
    def spill(self) -> Array:
        """Margin of every unit that a margin made in one brings along, (unit where it was made, unit).

        What is done in a state is done in its districts; what is done in a district counts in the state by its votes.
        """
        place = {unit: u for u, unit in enumerate(self.units)}
        found = np.eye(len(self.units))
        for u, unit in enumerate(self.contest.units):
            if unit.parent is not None:
                parent = place[unit.parent]
                found[parent, u] = 1.0
                found[u, parent] = self.votes[u] / max(self.votes[parent], 1.0)
        return found

    def leads(self, margin: Array) -> Array:
        """How far margins, (unit,), move the lead of every unit, (unit,)."""
        return np.asarray((margin @ self.spill) * self.lead_per_margin)

    def with_margin(self, margin: Array) -> Race:
        """The race after margins, (unit,), have been made."""
        return self.moved(self.leads(margin)) if np.any(margin) else self

    def moved(self, lead: Array) -> Race:
        """The race with the own leads moved by ``lead``, (unit,), against every rival alike."""
        step = np.asarray(lead, dtype=float)[:, None]
        return replace(self, means=self.means + step, draws=self.draws + step.astype(np.float32))

    def thinned(self, n_draws: int) -> Race:
        """The same race with at most so many draws, evenly from all nodes."""
        step = max(-(-len(self.draws) // n_draws), 1)
        return self if step == 1 else replace(self, draws=self.draws[::step], node=self.node[::step])


def own_shares(draws: Float32) -> Float32:
    """Shares from leads: (draw, unit, rival) -> (draw, unit, option), the own first."""
    ratios = np.exp(-draws)
    own = 1.0 / (1.0 + ratios.sum(axis=2, keepdims=True))
    return np.concatenate([own, ratios * own], axis=2)


def own_place(contest: Contest, option: str) -> int:
    """Place of an option; the first where none is named.

    Raises
    ------
    ConfigError
        The contest has no such option.
    """
    if option and option not in contest.option_ids:
        raise ConfigError(f"{contest.name} has no option {option!r}", hint=f"one of: {', '.join(contest.option_ids)}")
    return contest.option_ids.index(option) if option else 0


def race_of(projection: Projection, option: str = "") -> Race:
    """See a projection from one option; from the contest's first where none is named.

    Raises
    ------
    ConfigError
        The contest has no such option.
    """
    contest, found, drawn = projection.contest, projection.outlook, projection.drawn
    own = own_place(contest, option)
    n_units, n_contrasts = found.means.shape[1:]
    to_leads = lead_map(n_contrasts, own)
    every = np.kron(np.eye(n_units), to_leads)
    order = np.argsort(drawn.node, kind="stable")
    logs = drawn.log_ratios.reshape(-1, n_units, n_contrasts)[order]
    return Race(
        contest=contest,
        as_of=projection.as_of,
        own=own,
        weights=found.weights,
        means=found.means @ to_leads.T,
        covariances=every @ found.covariances @ every.T,
        draws=(logs @ to_leads.T).astype(np.float32),
        node=drawn.node[order],
    )


def lead_map(n_contrasts: int, own: int) -> Array:
    """Leads over the rivals from log-ratios against the last option, (rival, contrast)."""
    against_last = np.vstack([np.eye(n_contrasts), np.zeros(n_contrasts)])
    return np.asarray(against_last[own] - np.delete(against_last, own, axis=0))


def nation_race(race: Race) -> Race:
    """The whole as a race of one unit, which is decided as units are: the leads in it, linearised at each node's means.

    Turnout's own error is in the draws of the projection, not here: it is small beside that of opinion.
    """
    rivals = race.means.shape[2]
    weights = race.whole
    means, covariances, rows = [], [], []
    for node in range(len(race.weights)):
        # Leads are log-ratios of the own option; of rivals against it they are their negative.
        eta = -race.means[node]
        gradient = whole_gradient(eta, weights).reshape(rivals, -1)
        share = weights @ softmax(eta) / weights.sum()
        means.append(np.log(share[-1] / share[:-1])[None])
        covariances.append(gradient @ race.covariances[node] @ gradient.T)
        rows.append(gradient)
    at = np.array(means)
    flat = race.draws.reshape(len(race.draws), -1).astype(float) - race.means.reshape(len(race.weights), -1)[race.node]
    draws = at[race.node] + np.einsum("drj,dj->dr", np.array(rows)[race.node], flat)[:, None]
    return replace(race, means=at, covariances=np.array(covariances), draws=draws.astype(np.float32))
