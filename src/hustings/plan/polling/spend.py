r"""What a budget can earn, for very many guesses of what levers earn at once.

``V(w) = max_x sum_j w_j (1 - exp(-x_j / s_j))``, ``sum_j x_j = B``, ``low_j <= x_j <= high_j``: the problem of
:mod:`hustings.maths.waterfill`. In the logarithm of the price, spending is a broken line with two corners a lever; sorted corners
give the price exactly, with neither steps nor a tolerance.

Checked against: :func:`hustings.maths.waterfill.waterfill` (tests/unit/plan/polling/test_spend.py).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from hustings.plan.levers import Levers

Array = NDArray[np.float64]

NEGLIGIBLE = 1e-2
"""First dollar's worth, beside that of the last dollar of the best plan, below which no poll makes a lever worth looking at."""


class Spent(NamedTuple):
    """The best spending.

    Attributes
    ----------
    value : (...) array
        What it earns.
    dollars : (..., lever) array
    per_dollar : (...) array
        What one dollar more would earn; 0 where nothing is left to buy.
    """

    value: Array
    dollars: Array
    per_dollar: Array


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

    def best(self, ratio: Array, budget: float | None = None) -> Spent:
        """The best plan where units are ``ratio``, (..., unit), times as likely to decide as is now thought."""
        found = ratio @ self.worth.T
        return best_spending(found, self.scale, self.low, self.high, self.budget if budget is None else budget)

    @property
    def still(self) -> Spent:
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


def best_spending(worth: Array, scale: Array, low: Array, high: Array, budget: float) -> Spent:
    """Spend a budget where it earns most, exactly.

    Parameters
    ----------
    worth : (..., lever) array
        What a lever earns when pulled all the way.
    scale, low, high : (lever,) arrays
        Money at which 63 % is earned, least and most (may be infinite).
    budget : float
        At least the sum of ``low``; where less can be bought, the rest is left.
    """
    high = np.minimum(high, max(budget, 0.0) + low)
    first = np.log(np.maximum(worth, 1e-300)) - np.log(scale)
    # A cap that the whole budget would not reach has no corner.
    capped = high < max(budget, 0.0) + low
    corners = np.concatenate([first - low / scale, (first - high / scale)[..., capped]], axis=-1)
    bends = np.concatenate([scale, -scale[capped]])
    order = np.argsort(-corners, axis=-1)
    at = np.take_along_axis(corners, order, axis=-1)
    slope = np.cumsum(bends[order], axis=-1)
    # Money that is out when the price has fallen to each corner.
    out = low.sum() + np.cumsum(slope[..., :-1] * -np.diff(at, axis=-1), axis=-1)
    out = np.concatenate([np.full((*out.shape[:-1], 1), low.sum()), out], axis=-1)
    place = np.maximum((out <= budget).sum(axis=-1, keepdims=True) - 1, 0)
    there = np.take_along_axis(slope, place, axis=-1)
    left = budget - np.take_along_axis(out, place, axis=-1)
    log_price = np.take_along_axis(at, place, axis=-1) - np.where(
        there > 0, left / np.where(there > 0, there, 1.0), 0.0
    )
    dollars = np.where(worth > 0, np.clip(scale * (first - log_price), low, high), low)
    value = 0.0 - (np.maximum(worth, 0.0) * np.expm1(-dollars / scale)).sum(axis=-1)
    exhausted = (there <= 1e-9 * scale.sum())[..., 0]
    return Spent(np.asarray(value), dollars, np.where(exhausted, 0.0, np.exp(log_price[..., 0])))
