r"""What a candidate poll would say in the worlds in which each unit decides.

Question: a poll is worth asking where its result tells which units decide. What would it read if unit ``u`` were tied and
decisive?

Algorithm. Draws given a tie are had by exact conditioning as in :mod:`hustings.plan.deciding`; the poll is linear in the leads,
so that each draw gives its reading but for what the leads do not explain (house, mode, polling bias, walk). Means and covariances over the
draws in which the unit decides, weighted by the density of the tie at each point of the scales.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from hustings.maths.threads import one_thread
from hustings.plan.deciding import Tied, ties
from hustings.plan.race import Race

Array = NDArray[np.float64]

SETTLED = 5e-4
"""Chance either way below which a unit is taken to be settled. In October 2016 that moves the units' worths by .04 % of all."""
_FLAT = 1e-10
"""Variance of a direction of the leads, as a part of the widest's, below which it is rounding."""


class Asked(NamedTuple):
    """Candidate polls as functions of the leads, at each point of the scales.

    Attributes
    ----------
    mean : (node, poll) array
        Expected reading: own option's log-ratio to its strongest rival.
    slope : (node, poll, unit * rival) array
        Of the reading by the leads on election day.
    rest : (node, poll, poll) array
        Covariance of what the leads leave open: house, mode, polls' bias, the walk until the election, and on the diagonal the
        poll's own error. A second poll of the same place and mode, asked on the same day by the same house, shares that too: it is
        more interviews, no other poll.
    """

    mean: Array
    slope: Array
    rest: Array

    def some(self, which: NDArray[np.int64]) -> Asked:
        """Some of the candidates."""
        return Asked(self.mean[:, which], self.slope[:, which], self.rest[:, which][:, :, which])


def asked(
    race: Race, mean: Array, covariance: Array, crossed: Array, own: Array, before: Array, expected: Array
) -> Asked:
    """Regress candidates on the leads.

    The regression is that given the polls. Where the race knows more (the campaign's own voters), leads move and narrow, and
    what they leave open of a poll is taken to stay: exact where the other source tells of polls through the leads alone.

    Parameters
    ----------
    race : Race
    mean, covariance, crossed, own
        As in :class:`hustings.polls.tracker.foresee.Foresight`, crossed with the leads.
    before : (node, unit * rival, unit * rival) array
        Covariance of the leads by the polls.
    expected : (node, unit * rival) array
        Means of the leads by the polls.
    """
    slope = _regressed(crossed, before)
    rest = covariance - slope @ crossed.transpose(0, 2, 1)
    moved = race.means.reshape(len(mean), -1) - expected
    rest = rest + own[:, :, None] * np.eye(own.shape[1])
    return Asked(mean + np.einsum("npl,nl->np", slope, moved), slope, rest)


def _regressed(crossed: Array, covariance: Array) -> Array:
    """Slopes from covariances, (node, poll, lead); the leads' own may be singular: districts average to their parent."""
    values, axes = np.linalg.eigh(covariance)
    keep = values > _FLAT * values[:, -1:]
    inverse = np.where(keep, 1.0 / np.where(keep, values, 1.0), 0.0)
    return np.asarray(((crossed @ axes) * inverse[:, None]) @ axes.transpose(0, 2, 1))


@dataclass(frozen=True)
class Pivots:
    """Readings of candidates in the worlds in which each unit decides.

    Attributes
    ----------
    density : (unit,) array
        Chance to win per lead of each unit, as :func:`hustings.plan.deciding.pivotal_density`.
    mean : (unit, poll) array
    variance : (unit, poll) array
        Sampling apart.
    covariance : (unit, poll, poll) array or None
        The same, between candidates.
    """

    density: Array
    mean: Array
    variance: Array
    covariance: Array | None


@one_thread
def pivots(race: Race, seats: Array, needed: float, polls: Asked, *, joint: bool = False) -> Pivots:
    """Say what each candidate would read were each unit decisive.

    Units that go the same way in nearly every draw (:data:`SETTLED`) decide nothing and are left out of the leads: what a candidate
    reads beside the leads of the others is then integrated exactly instead of being drawn.

    Parameters
    ----------
    race : Race
    seats : (unit,) array
    needed : float
        Seats that win.
    polls : Asked
    joint : bool
        Whether covariances between candidates are wanted: (unit, poll, poll) numbers.
    """
    ahead = (race.draws > 0).all(axis=2).mean(axis=0)
    play = (ahead > SETTLED) & (ahead < 1.0 - SETTLED) & (seats > 0)
    sure = float(seats[ahead >= 1.0 - SETTLED].sum())
    if not play.any():
        play = seats == seats.max()
    fewer, read = _only(race, polls, play)
    sums = _Sums(int(play.sum()), polls.mean.shape[1], joint=joint)
    centre = race.weights @ polls.mean
    for tied in ties(fewer, seats[play], needed - sure):
        _add(sums, fewer, read, tied, centre)
    return sums.moments(len(race.draws), centre, play)


class _Sums:
    """Sums over draws in which units decide."""

    def __init__(self, n_units: int, n_polls: int, *, joint: bool) -> None:
        self.joint = joint
        self.total, self.first = np.zeros(n_units), np.zeros((n_units, n_polls))
        self.second = np.zeros((n_units, n_polls, n_polls)) if joint else np.zeros((n_units, n_polls))

    def add(self, unit: int, density: float, found: Array, rest: Array) -> None:
        """Add readings (draw, poll) of one point of the scales, weighted by the density of the tie."""
        times = density * len(found)
        self.total[unit] += times
        self.first[unit] += density * found.sum(axis=0)
        square = found.T @ found if self.joint else (found**2).sum(axis=0)
        self.second[unit] += density * square + times * (rest if self.joint else np.diag(rest))

    def moments(self, n_draws: int, centre: Array, play: NDArray[np.bool_]) -> Pivots:
        """Means and covariances, of all units; those that never decide get the candidates' own centre and no density."""
        there = np.maximum(self.total, 1e-300)
        mean = self.first / there[:, None]
        shape = (len(play), len(centre))
        found = Pivots(np.zeros(len(play)), np.tile(centre, (len(play), 1)), np.ones(shape), None)
        spread = None
        if self.joint:
            inner = self.second / there[:, None, None] - mean[:, :, None] * mean[:, None, :]
            spread = np.tile(np.eye(len(centre)), (len(play), 1, 1))
            spread[play] = inner
            variance = np.einsum("upp->up", inner)
        else:
            variance = self.second / there[:, None] - mean**2
        found.density[play] = self.total / n_draws
        # Units in play that never decided have no density either.
        some = np.flatnonzero(play)[self.total > 0]
        which = self.total > 0
        found.mean[some], found.variance[some] = mean[which] + centre, variance[which]
        return replace(found, covariance=spread)


def _only(race: Race, polls: Asked, play: NDArray[np.bool_]) -> tuple[Race, Asked]:
    """Some units' leads alone, and candidates regressed on them."""
    if play.all():
        return race, polls
    leads = np.repeat(play, race.draws.shape[2])
    covariance = race.covariances[:, leads][:, :, leads]
    crossed = polls.slope @ race.covariances
    slope = _regressed(crossed[:, :, leads], covariance)
    rest = polls.rest + crossed @ polls.slope.transpose(0, 2, 1) - slope @ crossed[:, :, leads].transpose(0, 2, 1)
    fewer = replace(race, means=race.means[:, play], covariances=covariance, draws=race.draws[:, play])
    return fewer, Asked(polls.mean, slope, rest)


def _add(sums: _Sums, race: Race, polls: Asked, tied: Tied, centre: Array) -> None:
    """Add what candidates read in the draws in which a tied unit decides."""
    drawn = race.draws[tied.draws].reshape(len(tied.decides), -1)[tied.decides]
    at = tied.unit * race.draws.shape[2] + tied.rival
    covariance, slope = race.covariances[tied.node], polls.slope[tied.node]
    along = slope @ (covariance[at] / covariance[at, at])
    away = drawn - race.means[tied.node].ravel()
    found = polls.mean[tied.node] - centre + away @ slope.T - drawn[:, at, None] * along
    sums.add(tied.unit, tied.density, found, polls.rest[tied.node])
