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

import numpy as np
from numpy.typing import NDArray

from hustings.plan.race import Race

Array = NDArray[np.float64]

BLOCK_DRAWS = 4096
"""Draws at a time, so that they stay near the processor."""
NEGLIGIBLE_HERE = 1e-6
"""The same at one node."""
NEGLIGIBLE = 1e-7
"""Density at a tie below which a unit is left out, beside the largest."""


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
    density = lead_density(race)
    typical = race.weights @ density.reshape(len(race.weights), -1)
    counts = seats[:, None] > 0
    open_to = (typical.reshape(density.shape[1:]) > NEGLIGIBLE * typical.max()) & counts
    n_rivals = race.draws.shape[2]
    if n_rivals == 1:
        return _of_two(race, seats, needed, density[:, :, 0], np.flatnonzero(open_to[:, 0]))
    found = np.zeros(len(seats))
    weight = seats.astype(np.float32)
    # Draws lie in the order of their nodes, so that each node is a slice.
    ends = np.searchsorted(race.node, np.arange(len(race.weights) + 1))
    for node in np.flatnonzero(np.diff(ends)):
        drawn = race.draws[ends[node] : ends[node + 1]]
        flat = drawn.reshape(len(drawn), -1)
        covariance = race.covariances[node]
        for unit, rival in zip(*np.nonzero(open_to), strict=True):
            at = unit * n_rivals + rival
            slope = (covariance[at] / covariance[at, at]).astype(np.float32)
            tied = flat - flat[:, at, None] * slope
            leads = tied.reshape(drawn.shape)
            ahead = (leads > 0).all(axis=2)
            # The tie is for the first place: every other rival is behind both.
            second = (np.delete(leads[:, unit], rival, axis=1) > 0).all(axis=1)
            ahead[:, unit] = False
            others = ahead.astype(np.float32) @ weight
            decides = (others < needed) & (others + weight[unit] >= needed) & second
            found[unit] += density[node, unit, rival] * np.count_nonzero(decides)
    return found / len(race.draws)


def _of_two(race: Race, seats: Array, needed: float, density: Array, open_to: NDArray[np.int64]) -> Array:
    """The same with one rival; units that no draw of a block changes, tied or not, are counted once."""
    weight = seats.astype(np.float32)
    found = np.zeros(len(seats))
    leads = np.empty((len(seats), BLOCK_DRAWS), dtype=np.float32)
    ends = np.searchsorted(race.node, np.arange(len(race.weights) + 1))
    for node in np.flatnonzero(np.diff(ends)):
        covariance = race.covariances[node]
        here = open_to[density[node, open_to] > NEGLIGIBLE_HERE * density[node].max()]
        slopes = (covariance / np.diag(covariance)[:, None]).astype(np.float32)
        for begin in range(ends[node], ends[node + 1], BLOCK_DRAWS):
            block = np.ascontiguousarray(race.draws[begin : min(begin + BLOCK_DRAWS, ends[node + 1]), :, 0].T)
            low, high = block.min(axis=1), block.max(axis=1)
            least, most = slopes * low[:, None], slopes * high[:, None]
            sure, lost = low > np.maximum(least, most), high < np.minimum(least, most)
            # The unit itself is tied, and on nobody's side.
            np.fill_diagonal(sure, val=False)
            np.fill_diagonal(lost, val=True)
            beyond = needed - sure @ weight
            changes = ~(sure | lost) & (weight > 0)
            for unit in here:
                rest = changes[unit].nonzero()[0]
                tied = leads[: len(rest), : block.shape[1]]
                np.multiply(slopes[unit, rest, None], block[unit], out=tied)
                np.copyto(tied, block[rest] > tied)
                others = weight[rest] @ tied
                short = float(beyond[unit])
                decides = np.count_nonzero(others >= short - float(weight[unit])) - np.count_nonzero(others >= short)
                found[unit] += density[node, unit] * decides
    return found / len(race.draws)
