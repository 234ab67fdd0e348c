"""Shared counting: who leads, how the whole adds up."""

from __future__ import annotations

import numpy as np
import pytest

from hustings.contests.rules.counting import sole_leaders, whole_votes, winner_take_all


@pytest.mark.parametrize("options", [2, 3, 5])
def test_leaders_are_those_of_a_plain_loop(options):
    shares = np.random.default_rng(options).integers(0, 4, size=(40, 7, options)) / 4
    leaders = sole_leaders(shares)
    for draw in range(40):
        for unit in range(7):
            row = shares[draw, unit].tolist()
            expected = [share == max(row) and row.count(max(row)) == 1 for share in row]
            assert [bool(lead[draw, unit]) for lead in leaders] == expected


def test_many_seats_are_counted_exactly():
    seats = np.array([1_000_003, 3, 999_983])
    shares = np.array([[[1, 0], [1, 0], [0, 1]]], dtype=np.float32)
    assert winner_take_all(shares, seats).tolist() == [[1_000_006, 999_983]]


def test_a_district_with_weight_zero_is_not_counted_twice():
    shares = np.array([[[0.5, 0.5], [0.9, 0.1], [0.8, 0.2]]])
    # State of 100, its district (in it), another state of 300.
    assert whole_votes(shares, np.array([[100, 0, 300]]))[0] == pytest.approx([0.725, 0.275])
