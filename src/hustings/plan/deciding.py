r"""How much the chance to win changes with the lead of each unit, by exact conditioning.

Question: what is one more point worth in a unit? Counting the draws in which it happens to be nearly tied would use a handful
of forty thousand.

The chance to win changes with a unit's lead only where the unit is tied and decides. For units with leads ``L`` and
``pivotal`` the event that the own option wins with the unit's seats and not without,

``dP / d lead_u = sum_r f_ur(0) P(u pivotal, rival r second | L_ur = 0)``,

``f_ur`` the density of the lead over rival ``r``. Given the scales the leads are Gaussian, and a draw of all leads becomes one
given ``L_ur = 0`` by taking off its regression on ``L_ur`` (Matheron's rule; Doucet 2010; Wilson et al., JMLR 22(105), 2021). So
every draw is used for every unit, and rare ties cost nothing.

Sources: the chance that one vote decides and its use for resources: Gelman, Katz & Bafumi (BJPS 34, 2004); Gelman, Silver &
Edlin (Economic Inquiry 50(2), 2012); Strömberg (AER 98(3), 2008), whose Q_s this is without its normal approximation.

Checked against: closed forms for independent units, brute force, differences of the chance itself (docs/maths/deciding.md).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from hustings.plan.race import Float32, Race

Array = NDArray[np.float64]

BLOCK_DRAWS = 4096
"""Draws at a time, so that they stay near the processor."""
NEGLIGIBLE = 1e-7
"""Density of a tie, beside the largest of all leads, below which no draws are looked at. What is left out is no more than this part
of the largest density a lead; of the worth of all units in October 2016 both cut-offs leave out 1e-8."""
NEGLIGIBLE_HERE = 1e-6
"""The same at one point of the scales, beside the largest there: a lead that is nearer to a tie at other points is counted there."""


class Tied(NamedTuple):
    """Draws of one point of the scales, tied in one unit by exact conditioning.

    Attributes
    ----------
    node, unit, rival : int
    density : float
        Of the lead over the rival at a tie.
    draws : slice
        Of the race's draws.
    decides : (draw,) bool array
        Where the unit, tied for the first place, has the seats that the contest turns on.
    """

    node: int
    unit: int
    rival: int
    density: float
    draws: slice
    decides: NDArray[np.bool_]


def lead_density(race: Race, lead: Array | float = 0.0) -> Array:
    """Density of each lead at a value, by node, (node, unit, rival)."""
    n_nodes, n_units, n_rivals = race.means.shape
    sds = np.sqrt(np.einsum("nii->ni", race.covariances)).reshape(n_nodes, n_units, n_rivals)
    z = (lead - race.means) / sds
    return np.asarray(np.exp(-0.5 * z**2) / (np.sqrt(2.0 * np.pi) * sds))


def win_prob(race: Race, seats: Array, needed: float) -> float:
    """Chance that the units in which the own option leads have at least ``needed`` seats."""
    return float(((race.draws > 0).all(axis=2) @ seats.astype(np.float32) >= needed).mean())


def pivotal_density(race: Race, seats: Array, needed: float) -> Array:
    """Derivative of the chance to win by the lead of each unit, (unit,).

    Parameters
    ----------
    race : Race
    seats : (unit,) array
    needed : float
        Seats that win.

    Returns
    -------
    (unit,) array
        Chance per unit of lead (log-ratio), at least 0.
    """
    found = np.zeros(len(seats))
    for tied in ties(race, seats, needed):
        found[tied.unit] += tied.density * np.count_nonzero(tied.decides)
    return found / len(race.draws)


def ties(race: Race, seats: Array, needed: float) -> Iterator[Tied]:
    """Every draw, tied in every unit in turn: whether the unit then decides.

    Parameters
    ----------
    race : Race
    seats : (unit,) array
    needed : float
        Seats that win.

    Yields
    ------
    Tied
        By point of the scales, block of draws, unit and rival; leads whose ties are negligible are left out.
    """
    density = lead_density(race)
    typical = np.tensordot(race.weights, density, 1)
    open_to = (typical > NEGLIGIBLE * typical.max()) & (seats[:, None] > 0)
    weight = seats.astype(np.float32)
    decide = _of_two if race.draws.shape[2] == 1 else _of_many
    # Draws lie in the order of their nodes, so that each node is a slice.
    ends = np.searchsorted(race.node, np.arange(len(race.weights) + 1))
    for node in np.flatnonzero(np.diff(ends)):
        here = open_to & (density[node] > NEGLIGIBLE_HERE * density[node].max())
        leads = list(zip(*(places.tolist() for places in np.nonzero(here)), strict=True))
        for begin in range(ends[node], ends[node + 1], BLOCK_DRAWS):
            draws = slice(begin, min(begin + BLOCK_DRAWS, int(ends[node + 1])))
            decided = decide(race.draws[draws], race.covariances[node], weight, needed, leads)
            for (unit, rival), decides in zip(leads, decided, strict=True):
                yield Tied(int(node), unit, rival, float(density[node, unit, rival]), draws, decides)


def _of_two(
    drawn: Float32, covariance: Array, seats: Float32, needed: float, leads: Sequence[tuple[int, int]]
) -> Iterator[NDArray[np.bool_]]:
    """Where each tied unit decides, with one rival; units that no draw changes, tied or not, are counted once."""
    slopes = (covariance / np.diag(covariance)[:, None]).astype(np.float32)
    block = np.ascontiguousarray(drawn[:, :, 0].T)
    low, high = block.min(axis=1), block.max(axis=1)
    least, most = slopes * low[:, None], slopes * high[:, None]
    sure, lost = low > np.maximum(least, most), high < np.minimum(least, most)
    # The unit itself is tied, and on nobody's side.
    np.fill_diagonal(sure, val=False)
    np.fill_diagonal(lost, val=True)
    beyond = needed - sure @ seats
    changes = ~(sure | lost) & (seats > 0)
    room = np.empty(block.shape, dtype=np.float32)
    for unit, _ in leads:
        rest = changes[unit].nonzero()[0]
        tied = room[: len(rest)]
        np.multiply(slopes[unit, rest, None], block[unit], out=tied)
        np.copyto(tied, block[rest] > tied)
        others = seats[rest] @ tied
        short = float(beyond[unit])
        yield (others < short) & (others >= short - float(seats[unit]))


def _of_many(
    drawn: Float32, covariance: Array, seats: Float32, needed: float, leads: Sequence[tuple[int, int]]
) -> Iterator[NDArray[np.bool_]]:
    """The same with several rivals: the tie is for the first place, every other rival is behind both."""
    n_rivals = drawn.shape[2]
    # Draws last: an `and` over rivals of long rows is fast, one over a short last axis is not.
    block = np.ascontiguousarray(drawn.transpose(2, 1, 0))
    room = np.empty(block.shape[1:], dtype=np.float32)
    won, ahead = (np.empty(block.shape[1:], dtype=np.bool_) for _ in range(2))
    for unit, rival in leads:
        at = unit * n_rivals + rival
        slopes = (covariance[at] / covariance[at, at]).astype(np.float32).reshape(-1, n_rivals)
        here = block[rival, unit]
        ahead[:] = True
        second = np.ones(len(drawn), dtype=np.bool_)
        for k in range(n_rivals):
            np.multiply(slopes[:, k, None], here, out=room)
            np.greater(block[k], room, out=won)
            ahead &= won
            if k != rival:
                second &= won[unit]
        ahead[unit] = False
        np.copyto(room, ahead)
        others = seats @ room
        yield second & (others < needed) & (others + seats[unit] >= needed)
