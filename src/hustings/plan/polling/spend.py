"""The money plan that polls are to inform: what it earns, for very many guesses of which units decide."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hustings.maths.waterfill import Poured, poured
from hustings.plan.levers import Levers

Array = NDArray[np.float64]

NEGLIGIBLE = 1e-2
"""First dollar's worth, beside that of the last dollar of the best plan, below which no poll makes a lever worth looking at."""


@dataclass(frozen=True)
class Decision:
    """The money plan that polls are to inform.

    Attributes
    ----------
    worth : (lever, unit) array
        Chance that each lever adds when pulled all the way, by the unit whose being decisive it rests on; the sum over units is
        what the lever earns as things stand.
    scale, low, high : (lever,) arrays
        Dollars.
    budget : float
    """

    worth: Array
    scale: Array
    low: Array
    high: Array
    budget: float

    def best(self, ratio: Array, budget: float | None = None) -> Poured:
        """The best plan where units are ``ratio``, (..., unit), times as likely to decide as is now thought."""
        found = ratio @ self.worth.T
        return poured(found, self.scale, self.low, self.high, self.budget if budget is None else budget)

    @property
    def still(self) -> Poured:
        """The best plan as things stand."""
        return self.best(np.ones(self.worth.shape[1]))


def decision(levers: Levers, unit_density: Array, per_lead: Array, budget: float) -> Decision:
    """Set up the money plan, without levers that no poll could make worth their price.

    Parameters
    ----------
    levers : Levers
    unit_density : (unit,) array
        Chance to win per lead of each unit (:func:`hustings.plan.deciding.pivotal_density`).
    per_lead : (unit, unit) array
        Lead of each unit (second) that a margin made in a unit (first) brings.
    budget : float
        Dollars.
    """
    worth = levers.margin @ per_lead * unit_density
    every = Decision(worth, levers.scale_dollars, levers.floor_dollars, levers.cap_dollars, budget)
    first = worth.sum(axis=1) / levers.scale_dollars
    keep = (first > NEGLIGIBLE * every.still.per_dollar) | (levers.floor_dollars > 0)
    if not keep.any():
        return every
    return Decision(worth[keep], every.scale[keep], every.low[keep], every.high[keep], budget)
