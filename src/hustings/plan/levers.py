"""What money can move: one lever a place and channel, each with its own curve of returns.

A lever that is paid ``x`` makes ``margin * (1 - exp(-x / scale))``: the first dollar buys ``margin / scale``, and at ``scale``
63 % of what the lever can ever do is done. Places are units, or markets that reach several units at once.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Levers:
    """Everything that money can be spent on.

    Attributes
    ----------
    places, channels : (lever,) tuples of str
    margin : (lever, unit) array
        Net votes, as a share of each unit's votes, that the lever makes when it is pulled all the way; best guess.
    scale_dollars : (lever,) array
        Money at which 63 % of that is made.
    floor_dollars, cap_dollars : (lever,) arrays
        Least and most that may be spent.
    effect : (lever,) int array
        Row of the effects that the lever rests on: levers of the same row are wrong together.
    effect_names : (effect,) tuple of str
    effect_sd : (effect,) array
        Standard deviation of each effect as a multiple of its mean.
    """

    places: tuple[str, ...]
    channels: tuple[str, ...]
    margin: Array
    scale_dollars: Array
    floor_dollars: Array
    cap_dollars: Array
    effect: NDArray[np.int64]
    effect_names: tuple[str, ...]
    effect_sd: Array

    def made(self, dollars: Array) -> Array:
        """Margin of every unit, (unit,), that spending, (lever,), makes."""
        return np.asarray(self.reached(dollars) @ self.margin)

    def reached(self, dollars: Array) -> Array:
        """Part of what each lever can do, (lever,), 0-1."""
        return np.asarray(-np.expm1(-np.asarray(dollars) / self.scale_dollars))

    def per_dollar(self, worth: Array, dollars: Array) -> Array:
        """What the next dollar of each lever adds, (lever,), where a margin is worth ``worth``, (unit,)."""
        return np.asarray(self.margin @ worth * np.exp(-np.asarray(dollars) / self.scale_dollars) / self.scale_dollars)

    def home(self, votes: Array) -> NDArray[np.int64]:
        """Unit that each lever belongs to, (lever,): of a market the one where it makes most votes, of a unit's votes, (unit,)."""
        return np.asarray((np.maximum(self.margin, 0.0) * votes).argmax(axis=1))

    def unit_dollars(self, votes: Array, dollars: Array) -> Array:
        """Spending by unit, (unit,): of a lever that reaches several, by the votes it makes there."""
        made = np.maximum(self.margin, 0.0) * votes
        total = made.sum(axis=1, keepdims=True)
        return np.asarray(dollars @ (made / np.where(total > 0, total, 1.0)))
