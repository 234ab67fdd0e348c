"""The order of stops against every order, and days by hand."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from hustings.plan.visits import Asked
from hustings.plan.visits.route import EXACT, cut_in_days, length, shortest_way


def distances(n, seed):
    at = np.random.default_rng(seed).uniform(size=(n, 2))
    return np.hypot(*(at[:, None] - at).transpose(2, 0, 1))


@pytest.mark.parametrize("n", [1, 2, 5, 7])
def test_the_shortest_way_is_the_shortest_of_all(n):
    hours = distances(n, n)
    best = min(length(list(way), hours) for way in itertools.permutations(range(n)))
    assert length(shortest_way(hours), hours) == pytest.approx(best)


def test_many_places_on_a_line_are_visited_along_it():
    order = np.random.default_rng(1).permutation(EXACT + 6)
    hours = np.abs(order[:, None] - order).astype(float)
    assert length(shortest_way(hours), hours) == pytest.approx(len(order) - 1)


def test_days_are_filled_and_long_hops_go_on_overnight():
    # Two stops of 2.5 hours fill neither the day nor the evening; a hop of 20 hours takes a day of 14 and six more hours.
    hours = np.array([[0.0, 20.0], [20.0, 0.0]])
    legs = cut_in_days([0, 1], np.array([3, 2]), hours, Asked(9, 2))
    assert [(leg.day, leg.unit, leg.stops) for leg in legs] == [(0, 0, 2), (1, 0, 1), (3, 1, 2)]
    assert [leg.travel_hours for leg in legs] == [0.0, 0.0, 20.0]
    short = cut_in_days([0, 1], np.array([1, 1]), hours / 20.0, Asked(9, 2))
    assert [(leg.day, leg.unit) for leg in short] == [(0, 0), (0, 1)]
