"""Seats by plurality (first past the post): each unit's seats go to its leader; a majority of seats wins.

With one seat a unit this is a House of Commons or of Representatives; a unit with several seats gives all of them
to its leader (block vote). ``seats_needed`` replaces "more than half", for a two-thirds majority or a house of
which only a part is up.
"""

from __future__ import annotations

from hustings.contests.rules.counting import majority_winner, winner_take_all
from hustings.contests.rules.outcome import (
    FloatArray,
    IntArray,
    Outcome,
    Rule,
    Settings,
    refuse_nan,
    seats_needed,
)


def award(
    shares: FloatArray, seats: IntArray, votes: FloatArray | None = None, settings: Settings | None = None
) -> Outcome:
    """Give each unit's seats to its leader; arguments as in :class:`~hustings.contests.rules.outcome.Award`.

    The seat of a unit that is exactly tied goes to nobody. A house without a majority has NO_MAJORITY, however
    large its largest party; two parties level with all seats between them are a TIE.
    """
    del votes  # seats do not depend on how many voted
    refuse_nan(shares)
    totals = winner_take_all(shares, seats)
    return Outcome(totals, majority_winner(totals, seats_needed(int(seats.sum()), settings or {})))


RULE = Rule(
    name="seats",
    summary="Each unit's seats go to whoever leads it; a majority of all seats wins.",
    award=award,
    counts_seats=True,
    defaults={"seats_needed": 0},
)
