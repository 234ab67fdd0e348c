"""Which unit decides: the one that carries the winner over the line.

In each draw the winner's units are ordered by the winner's margin, widest first, and their seats added up; the
unit at which the sum reaches what is needed to win is the tipping unit. A uniform shift against the winner would
take every unit with a smaller margin first, so this is the unit that has to be held.
"""

from __future__ import annotations

import numpy as np

from hustings.contests.rules.outcome import FloatArray, IntArray

NO_UNIT = -1
"""No unit tipped the draw: nobody won it."""


def tipping_units(shares: FloatArray, seats: IntArray, winner: IntArray, needed: int) -> IntArray:
    """Unit that decides each draw.

    Parameters
    ----------
    shares : (draw, unit, option) array
        Shares in the units.
    seats : (unit,) int array
        Seats that each unit awards, winner-take-all. Units without seats never tip.
    winner : (draw,) int array
        Index of the winning option (``Outcome.winner``); below 0 where nobody won.
    needed : int
        Seats that win (``Rule.seats_to_win``).

    Returns
    -------
    (draw,) int array
        Index of the unit, or :data:`NO_UNIT` where nobody won. Units with the same margin count in their order.
    """
    tipping = np.full(len(shares), NO_UNIT, dtype=np.int64)
    awarding = np.flatnonzero(seats)
    for option in range(shares.shape[-1]):
        draws = np.flatnonzero(winner == option)
        if draws.size and awarding.size:
            margins = margins_of(shares, option)[draws][:, awarding]
            order = np.argsort(-margins, axis=1, kind="stable")
            reached = np.cumsum(np.asarray(seats)[awarding][order], axis=1) >= needed
            place = reached.argmax(axis=1)
            unit = awarding[order[np.arange(draws.size), place]]
            tipping[draws] = np.where(reached.any(axis=1), unit, NO_UNIT)
    return tipping


def margins_of(shares: FloatArray, option: int) -> FloatArray:
    """Lead of an option over the best other in each unit, (draw, unit)."""
    others = [shares[..., k] for k in range(shares.shape[-1]) if k != option]
    best = others[0]
    for other in others[1:]:
        best = np.maximum(best, other)
    return shares[..., option] - best
