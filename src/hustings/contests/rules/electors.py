"""Winner-take-all electors, with districts as units of their own; a majority of electors wins.

Law: U.S. Const. art. II §1 and amend. XII (a majority of the electors appointed); Maine (21-A M.R.S. §802)
and Nebraska (Neb. Rev. Stat. §32-714) give two electors statewide and one by district.
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
    shares: FloatArray,
    seats: IntArray,
    votes: FloatArray | None = None,
    settings: Settings | None = None,
) -> Outcome:
    """Give each unit's electors to its leader; arguments as in :class:`~hustings.contests.rules.outcome.Award`.

    Electors of a unit that is exactly tied go to nobody. 269-269 is a TIE; less than a majority for everybody
    otherwise is NO_MAJORITY (the House of Representatives would choose: not a win for anybody here).
    """
    del votes  # electors do not depend on how many voted
    refuse_nan(shares)
    totals = winner_take_all(shares, seats)
    return Outcome(totals, majority_winner(totals, seats_needed(int(seats.sum()), settings or {})))


RULE = Rule(
    name="electors",
    summary="Each unit's electors go to whoever leads it; a majority of all electors wins.",
    award=award,
    counts_seats=True,
    defaults={"seats_needed": 0},
)
