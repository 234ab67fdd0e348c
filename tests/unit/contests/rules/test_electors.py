"""Winner-take-all electors: by hand, and three real elections."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from hustings.contests import actual_result, decide, load_contest
from hustings.contests.rules import NO_MAJORITY, RULES, TIE, electors
from hustings.errors import ContestError


def real_shares(year):
    """Contest and its actual shares, (1, unit, option)."""
    contest = load_contest(f"us-president-{year}")
    votes = {(row[0], row[1]): row[2] for row in actual_result(contest).iter_rows()}
    missing = {unit.id: unit.parent for unit in contest.units if (unit.id, "dem") not in votes}
    table = np.array([[votes[missing.get(u, u), o] for o in contest.option_ids] for u in contest.unit_ids])
    return contest, (table / table.sum(axis=1, keepdims=True))[None]


@pytest.mark.parametrize(
    ("year", "dem", "rep", "winner"),
    # Before faithless electors. 2008 has NE-2, 2016 and 2020 both split, 2000 turns on Florida's 537 votes.
    [(1980, 49, 489, 1), (2000, 267, 271, 1), (2008, 365, 173, 0), (2016, 232, 306, 1), (2020, 306, 232, 0)],
)
def test_real_elections(year, dem, rep, winner):
    contest, shares = real_shares(year)
    outcome = decide(contest, shares)
    assert outcome.seats.tolist() == [[dem, rep]]
    assert outcome.winner.tolist() == [winner]


def test_the_popular_vote_can_part_ways():
    contest, _ = real_shares(2016)
    states = [unit.id for unit in contest.units if unit.parent is None]
    votes = actual_result(contest).filter(pl.col("unit").is_in(states))
    totals = dict(votes.group_by("option").agg(pl.col("votes").sum()).iter_rows())
    assert totals["dem"] - totals["rep"] == pytest.approx(2_868_686, abs=5_000)


def test_a_split_state_by_hand():
    # State with 2 at large and two districts; a second state with 3.
    shares = np.array([[[0.55, 0.45], [0.65, 0.35], [0.45, 0.55], [0.3, 0.7]]])
    outcome = electors.award(shares, np.array([2, 1, 1, 3]))
    assert outcome.seats.tolist() == [[3, 4]]
    assert outcome.winner.tolist() == [1]


def test_level_houses_and_level_units_are_nobodys():
    seats = np.array([3, 2, 1])
    shares = np.array(
        [
            [[0.6, 0.4], [0.4, 0.6], [0.4, 0.6]],  # 3-3
            [[0.5, 0.5], [0.6, 0.4], [0.6, 0.4]],  # 3 seats of a level unit: 3-0, no majority of 6
            [[0.6, 0.4], [0.5, 0.5], [0.6, 0.4]],  # 4-0 is one
            [[0.5, 0.5], [0.5, 0.5], [0.5, 0.5]],  # nobody has anything
        ]
    )
    outcome = electors.award(shares, seats)
    assert outcome.winner.tolist() == [TIE, NO_MAJORITY, 0, NO_MAJORITY]
    assert outcome.seats.tolist() == [[3, 3], [3, 0], [4, 0], [0, 0]]


def test_three_options_without_a_majority():
    shares = np.array([[[0.5, 0.3, 0.2], [0.3, 0.5, 0.2], [0.2, 0.3, 0.5]]])
    outcome = electors.award(shares, np.array([4, 4, 1]))
    assert outcome.seats.tolist() == [[4, 4, 1]]
    assert outcome.winner.tolist() == [NO_MAJORITY]


def test_the_number_needed_can_be_set():
    shares = np.array([[[0.6, 0.4], [0.4, 0.6]]])
    assert electors.award(shares, np.array([6, 4]), settings={"seats_needed": 7}).winner.tolist() == [NO_MAJORITY]
    assert RULES["electors"].seats_to_win(538) == 270
    assert RULES["electors"].seats_to_win(538, {"seats_needed": 300}) == 300


def test_a_nan_is_refused():
    with pytest.raises(ContestError, match="not numbers"):
        electors.award(np.array([[[np.nan, 0.4]]]), np.array([1]))


def test_32_and_64_bit_floats_agree():
    shares = np.random.default_rng(5).dirichlet([4, 4], size=(500, 20))
    seats = np.arange(1, 21)
    single = electors.award(shares.astype(np.float32), seats)
    double = electors.award(shares, seats)
    assert np.array_equal(single.seats, double.seats)
    assert np.array_equal(single.winner, double.winner)
