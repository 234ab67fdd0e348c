"""Fewest votes that change a result: real elections, every rule, and the slow twin."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hustings.contests import actual_result, load_contest, seats_array
from hustings.contests.rules import RULES, fewest_votes_to_flip
from reference import brute_flip


@pytest.mark.parametrize(
    ("year", "block", "block_units", "win", "win_units"),
    [
        # Half of Florida's 537.
        (2000, 269, {"FL"}, 269, {"FL"}),
        # The well-known 77,744 votes in three states, halved; one elector of Nebraska is cheaper than Wisconsin
        # for a house without a majority.
        (2016, 30_765, {"MI", "PA", "NE-2"}, 38_875, {"MI", "PA", "WI"}),
        # Arizona, Georgia and Wisconsin would have made 269-269.
        (2020, 21_460, {"AZ", "GA", "WI"}, 32_507, {"AZ", "GA", "WI", "NE-2"}),
    ],
)
def test_real_elections(year, block, block_units, win, win_units):
    contest = load_contest(f"us-president-{year}")
    votes = {(row[0], row[1]): row[2] for row in actual_result(contest).iter_rows()}
    table = np.array([[votes[u, o] for o in contest.option_ids] for u in contest.unit_ids])
    totals = table.sum(axis=1)
    flip = fewest_votes_to_flip(table / totals[:, None], seats_array(contest), totals, RULES["electors"])
    assert flip.votes_to_block == block
    assert {contest.unit_ids[u] for u in flip.units_to_block} == block_units
    assert flip.votes_to_win == win
    assert {contest.unit_ids[u] for u in flip.units_to_win} == win_units


def flipped(table, seats, rule, **settings):
    table = np.array(table, dtype=float)
    totals = table.sum(axis=1)
    return fewest_votes_to_flip(table / totals[:, None], np.array(seats), totals, RULES[rule], settings)


def test_a_third_option_is_in_the_way():
    # To lead, the second needs 41 votes: 11 from the first. The first stops leading once it has 40, the third's.
    flip = flipped([[50, 30, 40]], [1], "seats")
    assert (flip.winner, flip.runner_up) == (0, 2)
    assert (flip.votes_to_block, flip.votes_to_win) == (5, 6)


def test_without_a_winner_there_is_nothing_to_flip():
    assert flipped([[6, 4], [4, 6]], [1, 1], "electors") is None
    assert flipped([[45, 40, 15]], [1], "majority") is None


@pytest.mark.parametrize(
    ("table", "rule", "settings", "block", "win"),
    [
        ([[60, 40]], "plurality", {}, 10, 11),  # 50-50 is nobody's
        ([[61, 40]], "plurality", {}, 11, 11),
        ([[30, 20], [31, 20]], "plurality", {}, 11, 11),
        ([[65, 35]], "threshold", {}, 6, 6),  # 59 of 100
        ([[60, 40]], "threshold", {"or_equal": 0}, 1, 1),  # "no" won; one more "yes" is 61
        ([[55, 45]], "threshold", {}, 5, 5),
        ([[55, 30, 15]], "majority", {}, 5, 21),  # 50 is no majority; 51 for the second
    ],
)
def test_rules_by_all_votes(table, rule, settings, block, win):
    flip = flipped(table, [1] * len(table), rule, **settings)
    assert (flip.votes_to_block, flip.votes_to_win) == (block, win)


def test_the_runner_up_is_who_has_the_most_seats_not_votes():
    flip = flipped([[10, 0, 90], [60, 40, 0], [60, 40, 0], [60, 40, 0]], [4, 1, 2, 3], "seats", seats_needed=6)
    assert (flip.winner, flip.runner_up) == (0, 2)
    # The winner stands at exactly six: ten of sixty lost to the second-placed, who is not the runner-up, would do,
    # but only changes to the runner-up count: 60 - 20 = 40. To win, 41 for the two seats that are missing.
    assert (flip.votes_to_block, flip.votes_to_win, flip.units_to_win) == (20, 41, (2,))


@settings(deadline=None)
@given(data=st.data(), options=st.integers(2, 3))
def test_the_slow_twin_agrees(data, options):
    units = data.draw(st.integers(1, 3))
    row = st.lists(st.integers(0, 7), min_size=options, max_size=options).filter(any)
    table = data.draw(st.lists(row, min_size=units, max_size=units))
    seats = data.draw(st.lists(st.integers(0, 4), min_size=units, max_size=units))
    flip = flipped(table, seats, "seats")
    needed = sum(seats) // 2 + 1
    held = brute_flip.seats_of(table, seats)
    if flip is None:
        assert max(held) < needed
        return
    assert held[flip.winner] >= needed
    assert max(flip.votes_to_block, flip.votes_to_win) <= sum(map(sum, table))
    sides = (flip.winner, flip.runner_up)
    assert flip.votes_to_block == brute_flip.fewest(table, seats, *sides, lambda held: held[sides[0]] < needed)
    assert flip.votes_to_win == brute_flip.fewest(table, seats, *sides, lambda held: held[sides[1]] >= needed)
