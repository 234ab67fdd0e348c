"""Counting that several rules share: who leads a unit, how seats add up, who has a majority."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from hustings.contests.rules.outcome import NO_MAJORITY, TIE, FloatArray, IntArray


def sole_leaders(shares: FloatArray) -> list[NDArray[np.bool_]]:
    """Where each option leads a unit alone.

    Parameters
    ----------
    shares : (draw, unit, option) array
        Shares, or votes.

    Returns
    -------
    list of (draw, unit) bool arrays
        One per option; where the leaders are level, none is true.
    """
    columns = [shares[..., k] for k in range(shares.shape[-1])]
    if len(columns) == 2:  # the common case, and the fast one
        return [columns[0] > columns[1], columns[1] > columns[0]]
    leaders = []
    for k, column in enumerate(columns):
        alone = np.ones(column.shape, dtype=bool)
        for j, other in enumerate(columns):
            if j != k:
                alone &= column > other
        leaders.append(alone)
    return leaders


def winner_take_all(shares: FloatArray, seats: IntArray) -> FloatArray:
    """Seats of each option, (draw, option), when each unit's go to its sole leader."""
    # 32-bit floats hold whole numbers to 16 million exactly, and their matrix product is the fast one.
    weight = np.asarray(seats, dtype=np.float32)
    return np.stack([alone.astype(np.float32) @ weight for alone in sole_leaders(shares)], axis=-1)


def majority_winner(totals: FloatArray, needed: int) -> IntArray:
    """Option with at least ``needed`` seats, draw by draw; else TIE or NO_MAJORITY.

    Two options level at the top with everything between them are a :data:`TIE` (269-269); any other house in
    which nobody reaches the number has :data:`NO_MAJORITY`.
    """
    top = totals.max(axis=1)
    at_top = totals == top[:, None]
    rest = totals.sum(axis=1) - 2 * top
    tie = (at_top.sum(axis=1) == 2) & (rest == 0) & (top > 0)
    winner = np.full(len(totals), NO_MAJORITY, dtype=np.int64)
    winner[tie] = TIE
    won = (top >= needed) & (at_top.sum(axis=1) == 1)
    winner[won] = totals.argmax(axis=1)[won]
    return winner


def whole_votes(shares: FloatArray, votes: FloatArray) -> FloatArray:
    """Each option's share of the whole contest, (draw, option), float64.

    Parameters
    ----------
    shares : (draw, unit, option) array
        Shares in the units.
    votes : (draw or 1, unit) array
        Votes in the units, 0 for districts that lie in another unit.
    """
    weight = np.asarray(votes, dtype=np.float64)
    weight = weight / weight.sum(axis=1, keepdims=True)
    # einsum walks the array once, without a 64-bit copy of all of it.
    whole: FloatArray = np.einsum("duk,du->dk", shares, np.broadcast_to(weight, shares.shape[:2]))
    return whole


def all_to_winner(winner: IntArray, seats: IntArray, options: int) -> FloatArray:
    """Seats when the whole contest's votes decide: all to the winner, none to anybody where there is none."""
    total = max(int(np.sum(seats)), 1)
    awarded = np.zeros((len(winner), options), dtype=np.float32)
    won = winner >= 0
    awarded[np.flatnonzero(won), winner[won]] = total
    return awarded
