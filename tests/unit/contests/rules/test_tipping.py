"""The unit that decides: by hand, and in real elections."""

from __future__ import annotations

import numpy as np
import pytest

from hustings.contests import actual_result, decide, load_contest, seats_array
from hustings.contests.rules import NO_UNIT, TIE, tipping_units
from hustings.contests.rules.tipping import margins_of


def test_by_hand():
    # Ten seats, six needed. Draw 0: first option holds units 0, 1, 3 with margins .4, .1, .2: 3 + 3 (unit 3) = 6.
    seats = np.array([3, 2, 2, 3])
    shares = np.array(
        [
            [[0.70, 0.30], [0.55, 0.45], [0.20, 0.80], [0.60, 0.40]],
            [[0.70, 0.30], [0.65, 0.35], [0.20, 0.80], [0.60, 0.40]],
            [[0.40, 0.60], [0.55, 0.45], [0.20, 0.80], [0.45, 0.55]],
            [[0.60, 0.40], [0.60, 0.40], [0.40, 0.60], [0.40, 0.60]],
        ]
    )
    found = tipping_units(shares, seats, np.array([0, 0, 1, TIE]), 6)
    assert found.tolist() == [3, 3, 3, NO_UNIT]
    # With five needed, unit 1 (2 seats) tips in draw 1: 3 + 2.
    assert tipping_units(shares, seats, np.array([0, 0, 1, TIE]), 5).tolist() == [3, 1, 0, NO_UNIT]


def test_a_unit_without_seats_never_tips():
    shares = np.array([[[0.9, 0.1], [0.6, 0.4], [0.55, 0.45]]])
    assert tipping_units(shares, np.array([1, 0, 2]), np.array([0]), 2).tolist() == [2]


def test_margins_are_over_the_best_other():
    shares = np.array([[[0.5, 0.2, 0.3], [0.2, 0.5, 0.3]]])
    assert margins_of(shares, 0)[0] == pytest.approx([0.2, -0.3])
    assert margins_of(shares, 2)[0] == pytest.approx([-0.2, -0.2])


@pytest.mark.parametrize(
    ("year", "unit"),
    # The well-known tipping states, but for 2012: of all votes Colorado was won by less than Pennsylvania (5.37
    # and 5.40 points), of the two parties' votes, as here, by more (5.50 and 5.46).
    [(2000, "FL"), (2004, "OH"), (2008, "CO"), (2012, "PA"), (2016, "WI"), (2020, "WI"), (2024, "PA")],
)
def test_real_elections(year, unit):
    contest = load_contest(f"us-president-{year}")
    votes = {(row[0], row[1]): row[2] for row in actual_result(contest).iter_rows()}
    table = np.array([[votes[u, o] for o in contest.option_ids] for u in contest.unit_ids])
    shares = (table / table.sum(axis=1, keepdims=True))[None]
    winner = decide(contest, shares).winner
    tipping = tipping_units(shares, seats_array(contest), winner, 270)
    assert contest.unit_ids[tipping[0]] == unit
