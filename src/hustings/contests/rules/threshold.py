"""A measure that needs a set part of the vote: the first option passes at the threshold, else the second wins.

Examples: constitutional amendments in Florida need 60 % (Fla. Const. art. XI §5(e)); school bonds in Washington
60 %; most measures more than half (``threshold = 0.5``, ``or_equal = 0``).
"""

from __future__ import annotations

import numpy as np

from hustings.contests.rules.counting import all_to_winner, whole_votes
from hustings.contests.rules.outcome import BoolArray, FloatArray, IntArray, Outcome, Rule, Settings, refuse_nan

ROUNDING_SHARE = 1e-7
"""Shares come as 32-bit floats: 0.7 is stored as 0.69999999, and must still reach a threshold of 0.7."""


def award(shares: FloatArray, seats: IntArray, votes: FloatArray, settings: Settings | None = None) -> Outcome:
    """Pass or fail; arguments as in :class:`~hustings.contests.rules.outcome.Award`.

    Settings: ``threshold`` (0-1, default 0.6) and ``or_equal`` (1: exactly the threshold passes, the default;
    0: it must be exceeded). There is no tie: a measure that does not pass fails.
    """
    refuse_nan(shares)
    share = whole_votes(shares, votes)[:, 0]
    winner = np.where(passes(share, settings or {}), 0, 1)
    return Outcome(all_to_winner(winner, seats, shares.shape[-1]), winner)


def passes(share: FloatArray, settings: Settings) -> BoolArray:
    """Whether shares of the first option, (draw,), reach the threshold."""
    threshold = float(settings.get("threshold", RULE.defaults["threshold"]))
    if settings.get("or_equal", 1):
        return share >= threshold - ROUNDING_SHARE
    return share > threshold + ROUNDING_SHARE


RULE = Rule(
    name="threshold",
    summary="The first option wins when it reaches the threshold, otherwise the second.",
    award=award,
    counts_seats=False,
    defaults={"threshold": 0.6, "or_equal": 1},
    exact_options=2,
)
