"""The outcome with something replaced: the day's joint draws, moved unit by unit and decided again.

Moving every draw of a unit by the same step on the logit scale keeps what the draws say of errors and of who moves
together; only the point that the assumption fixed is another one.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import polars as pl
from numpy.typing import NDArray

from hustings.contests import Contest, decide, whole_contest_votes
from hustings.store import Run
from hustings.tables import DRAWS

Array = NDArray[np.float64]

EVEN = 0.5
MOST_DRAWS = 10_000
"""Enough for a chance to within half a point, quick enough to ask a hundred times."""


@dataclass(frozen=True)
class Outcome:
    """What comes of a replacement.

    Parameters
    ----------
    win_prob : float
        Chance of the own option to win the contest.
    favourites : (unit,) array of int
        Option most likely to have the most votes in each unit.
    """

    win_prob: float
    favourites: NDArray[np.int64]


@dataclass(frozen=True)
class WhatIf:
    """A projection that can be asked what would come of it, were something else.

    Parameters
    ----------
    contest : Contest
    shares : (draw, unit, option) float32 array
    own : int
        Place of the own option.
    """

    contest: Contest
    shares: NDArray[np.float32]
    own: int

    @cached_property
    def base(self) -> Outcome:
        """As projected."""
        return self.moved(np.zeros(len(self.contest.units)))

    @cached_property
    def means(self) -> Array:
        """Mean share of the own option, (unit,)."""
        return np.asarray(self.shares[:, :, self.own].mean(axis=0, dtype=np.float64))

    def moved(self, logit: Array) -> Outcome:
        """Decide again with the own option moved by ``logit``, (unit,) or (draw, unit); the others keep their proportions."""
        grown = np.exp(np.broadcast_to(np.asarray(logit, dtype=np.float32), self.shares.shape[:2]))
        own = self.shares[:, :, self.own]
        scale = 1.0 / (1.0 + own * (grown - 1.0))
        shares = self.shares * scale[:, :, None]
        shares[:, :, self.own] *= grown
        outcome = decide(self.contest, shares, whole_contest_votes(self.contest)[None])
        leads = shares.argmax(axis=2)
        counts = np.stack([(leads == k).sum(axis=0) for k in range(shares.shape[2])])
        return Outcome(float((outcome.winner == self.own).mean()), np.asarray(counts.argmax(axis=0)))

    def flipped(self, outcome: Outcome) -> list[str]:
        """Units whose favourite is another one than projected."""
        other = np.flatnonzero(outcome.favourites != self.base.favourites)
        return [self.contest.unit_ids[place] for place in other]

    def logit_of(self, share: Array) -> Array:
        """Steps on the logit scale that move the mean share by ``share``, (unit,); the share stays within .001-.999."""
        to = np.clip(self.means + share, 0.001, 0.999)
        now = np.clip(self.means, 0.001, 0.999)
        return np.asarray(np.log(to / (1 - to)) - np.log(now / (1 - now)))


def what_if(contest: Contest, run: Run, own_option: str) -> WhatIf:
    """Read a projection's joint draws.

    Raises
    ------
    StoreError
        The folder holds none.
    """
    draws = run.table(DRAWS).filter(pl.col("draw") < MOST_DRAWS)
    n_draws = int(draws["draw"].n_unique())
    n_units, n_options = len(contest.units), len(contest.options)
    shares = draws["share"].to_numpy().reshape(n_draws, -1, n_options)[:, :n_units]
    return WhatIf(contest, shares.astype(np.float32), contest.option_ids.index(own_option))
