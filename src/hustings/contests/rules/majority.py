"""Majority: more than half of all votes wins; otherwise the two leaders meet again, or nobody has won.

Examples: Georgia and Louisiana elect most offices this way (O.C.G.A. §21-2-501), as France does its president.
"""

from __future__ import annotations

import numpy as np

from hustings.contests.rules.counting import all_to_winner, whole_votes
from hustings.contests.rules.outcome import (
    NO_MAJORITY,
    RUNOFF,
    BoolArray,
    FloatArray,
    IntArray,
    Outcome,
    Rule,
    Settings,
    refuse_nan,
)


def award(shares: FloatArray, seats: IntArray, votes: FloatArray, settings: Settings | None = None) -> Outcome:
    """Look for more than half; arguments as in :class:`~hustings.contests.rules.outcome.Award`.

    Settings: ``runoff`` (1: without a majority the outcome is RUNOFF, the default; 0: NO_MAJORITY) and
    ``threshold`` (the share to exceed, default 0.5). Two options level at exactly half have no majority either.
    """
    settings = settings or {}
    refuse_nan(shares)
    whole = whole_votes(shares, votes)
    nobody = RUNOFF if settings.get("runoff", 1) else NO_MAJORITY
    won = has_majority(whole, settings)
    winner = np.where(won, whole.argmax(axis=1), nobody)
    return Outcome(all_to_winner(winner, seats, shares.shape[-1]), winner)


def has_majority(whole: FloatArray, settings: Settings) -> BoolArray:
    """Whether the leader of the whole contest's shares, (draw, option), exceeds the threshold alone."""
    top = whole.max(axis=1)
    # Below one half two options can exceed the threshold together, level: that is not a win for either.
    alone = (whole == top[:, None]).sum(axis=1) == 1
    won: BoolArray = (top > float(settings.get("threshold", 0.5))) & alone
    return won


RULE = Rule(
    name="majority",
    summary="More than half of all votes wins; without that there is a run-off, or nobody has won.",
    award=award,
    counts_seats=False,
    defaults={"runoff": 1, "threshold": 0.5},
)
