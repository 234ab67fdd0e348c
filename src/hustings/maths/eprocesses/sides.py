"""Which direction a bet watches, and the prior over the bets of one side."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Side = Literal["either", "above", "below"]
"""Which departure is watched: the data above the claim, below it, or either."""


def watched(directions: Array, side: Side) -> NDArray[np.bool_]:
    """(bet,) whether a bet of this direction (its sign) belongs to the side."""
    if side == "above":
        return np.asarray(directions > 0)
    return np.asarray(directions < 0) if side == "below" else np.ones(len(directions), bool)


def side_prior(prior: Array, directions: Array, side: Side) -> Array:
    """(bet,) prior over bets with the unwatched side at 0, summing to 1."""
    kept = np.where(watched(directions, side), prior, 0.0)
    return np.asarray(kept / kept.sum())


def frozen(values: object) -> Array:
    """Floats in an array nobody can write into."""
    array = np.array(values, dtype=np.float64)
    array.flags.writeable = False
    return array
