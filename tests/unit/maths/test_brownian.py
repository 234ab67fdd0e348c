from __future__ import annotations

import numpy as np
import pytest

from hustings.maths.brownian import fieldwork_rows, walk_precision
from hustings.polls.tracker.spec import COARSE_KNOTS, FINE_KNOTS

SMALL = np.array([0.0, 2.0, 6.0])


def rows(last, first, knots=SMALL):
    return fieldwork_rows(np.array([last], dtype=float), np.array([first], dtype=float), knots)[0]


@pytest.mark.parametrize("knots", [SMALL, FINE_KNOTS, COARSE_KNOTS, np.array([0.0, 5.0])])
def test_precision_is_the_inverse_of_a_walks_covariance(knots):
    covariance = np.minimum(knots[1:, None], knots[None, 1:])
    np.testing.assert_allclose(np.linalg.inv(walk_precision(knots)), covariance, rtol=1e-9)


def test_precision_links_neighbours_only():
    precision = walk_precision(FINE_KNOTS)
    assert (precision[np.abs(np.subtract.outer(*[np.arange(len(precision))] * 2)) > 1] == 0.0).all()


@pytest.mark.parametrize(
    ("last", "first", "expected"),
    [
        (0, 0, [0, 0]),  # election day: pinned
        (1, 1, [1 / 2, 0]),
        (2, 2, [1, 0]),
        (3, 3, [3 / 4, 1 / 4]),
        (6, 6, [0, 1]),
        (0, 2, [(0 + 1 / 2 + 1) / 3, 0]),
        (1, 3, [(1 / 2 + 1 + 3 / 4) / 3, (1 / 4) / 3]),
        (2, 6, [(1 + 3 / 4 + 1 / 2 + 1 / 4) / 5, (1 / 4 + 1 / 2 + 3 / 4 + 1) / 5]),
        (9, 12, [0, 1]),  # beyond the grid
        (5, 9, [(1 / 4) / 2, (3 / 4 + 1) / 2]),  # partly beyond: the days of the grid count
        (-2, 1, [(0 + 1 / 2) / 2, 0]),  # after the election: its day
    ],
)
def test_mean_over_the_fieldwork_by_hand(last, first, expected):
    np.testing.assert_allclose(rows(last, first), expected, atol=1e-15)


def test_rows_never_sum_to_more_than_one():
    last = np.arange(0.0, 120.0)
    sums = fieldwork_rows(last, last + 6.0, FINE_KNOTS).sum(axis=1)
    assert (sums <= 1.0 + 1e-12).all()
    np.testing.assert_allclose(sums[3:], 1.0)


def test_no_polls_no_rows():
    assert fieldwork_rows(np.zeros(0), np.zeros(0), SMALL).shape == (0, 2)
