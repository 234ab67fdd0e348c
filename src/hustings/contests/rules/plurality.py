"""Plurality: whoever has the most votes in the whole contest wins everything (a Senate race, a governor)."""

from __future__ import annotations

import numpy as np

from hustings.contests.rules.counting import all_to_winner, whole_votes
from hustings.contests.rules.outcome import TIE, FloatArray, IntArray, Outcome, Rule, Settings, refuse_nan


def award(shares: FloatArray, seats: IntArray, votes: FloatArray, settings: Settings | None = None) -> Outcome:
    """Add the votes of all units; arguments as in :class:`~hustings.contests.rules.outcome.Award`.

    Units only contribute votes: weighted by ``votes``, districts inside another unit with 0. Level leaders are
    a TIE.
    """
    del settings
    refuse_nan(shares)
    whole = whole_votes(shares, votes)
    level = (whole == whole.max(axis=1, keepdims=True)).sum(axis=1) > 1
    winner = np.where(level, TIE, whole.argmax(axis=1))
    return Outcome(all_to_winner(winner, seats, shares.shape[-1]), winner)


RULE = Rule(
    name="plurality",
    summary="Whoever has the most votes in all units together wins.",
    award=award,
    counts_seats=False,
)
