"""Seats by plurality, by hand."""

from __future__ import annotations

import numpy as np

from hustings.contests.rules import NO_MAJORITY, RULES, seats

ORANGE, VIOLET, GREEN = [0.5, 0.3, 0.2], [0.3, 0.4, 0.3], [0.1, 0.2, 0.7]


def test_most_votes_take_the_seat_and_seven_of_twelve_win():
    shares = np.array([[ORANGE] * 7 + [VIOLET] * 3 + [GREEN] * 2, [ORANGE] * 6 + [VIOLET] * 4 + [GREEN] * 2])
    outcome = seats.award(shares, np.ones(12, dtype=int))
    assert outcome.seats.tolist() == [[7, 3, 2], [6, 4, 2]]
    assert outcome.winner.tolist() == [0, NO_MAJORITY]
    assert RULES["seats"].seats_to_win(12) == 7
    assert RULES["seats"].seats_to_win(13) == 7


def test_a_tied_seat_stays_empty_even_when_a_third_is_behind():
    outcome = seats.award(np.array([[[0.4, 0.4, 0.2], ORANGE]]), np.array([1, 1]))
    assert outcome.seats.tolist() == [[1, 0, 0]]
    assert outcome.winner.tolist() == [NO_MAJORITY]


def test_several_seats_go_together():
    outcome = seats.award(np.array([[ORANGE, GREEN]]), np.array([2, 5]))
    assert outcome.seats.tolist() == [[2, 0, 5]]
    assert outcome.winner.tolist() == [2]
