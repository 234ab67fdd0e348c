"""Most votes in all units together, by hand."""

from __future__ import annotations

import numpy as np

from hustings.contests.rules import RULES, TIE, plurality


def test_votes_are_added_not_units():
    # Two small units for the first, one large for the second: 0.6*10 + 0.6*10 + 0.4*80 = 44 %.
    shares = np.array([[[0.6, 0.4], [0.6, 0.4], [0.4, 0.6]]])
    outcome = plurality.award(shares, np.array([1, 0, 0]), np.array([[10, 10, 80]]))
    assert outcome.winner.tolist() == [1]
    assert outcome.seats.tolist() == [[0, 1]]


def test_votes_can_differ_from_draw_to_draw():
    shares = np.array([[[0.6, 0.4], [0.4, 0.6]]] * 2)
    outcome = plurality.award(shares, np.array([1, 0]), np.array([[60, 40], [40, 60]]))
    assert outcome.winner.tolist() == [0, 1]


def test_no_majority_is_needed_and_level_is_a_tie():
    shares = np.array([[[0.4, 0.35, 0.25]], [[0.375, 0.375, 0.25]]])
    outcome = plurality.award(shares, np.array([1]), np.array([[1.0]]))
    assert outcome.winner.tolist() == [0, TIE]
    assert outcome.seats.tolist() == [[1, 0, 0], [0, 0, 0]]


def test_without_seats_there_is_one_to_win():
    assert RULES["plurality"].seats_to_win(0) == 1
    outcome = plurality.award(np.array([[[0.7, 0.3]]]), np.array([0]), np.array([[5.0]]))
    assert outcome.seats.tolist() == [[1, 0]]
