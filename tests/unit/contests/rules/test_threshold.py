"""A measure that needs 60 %: Florida's amendments as worked examples."""

from __future__ import annotations

import numpy as np
import pytest

from hustings.contests.rules import threshold


def decided(yes_share, **settings):
    shares = np.array([[[yes_share, 1 - yes_share]]], dtype=np.float32)
    return int(threshold.award(shares, np.array([1]), np.array([[1.0]]), settings).winner[0])


@pytest.mark.parametrize(
    ("yes_votes", "no_votes", "winner"),
    [
        (6_518_919, 2_621_845, 0),  # Florida 2016, Amendment 2 (medical use of marijuana), 71.3 %: passed
        (3_370_761, 2_478_993, 1),  # Florida 2014, Amendment 2 (the same), 57.6 %: most votes, and failed
    ],
)
def test_florida(yes_votes, no_votes, winner):
    assert decided(yes_votes / (yes_votes + no_votes)) == winner


@pytest.mark.parametrize("at", [0.5, 0.55, 0.6, 2 / 3, 0.7])
def test_exactly_the_threshold(at):
    assert decided(at, threshold=at) == 0
    assert decided(at, threshold=at, or_equal=0) == 1
    assert decided(at + 1e-5, threshold=at, or_equal=0) == 0
    assert decided(at - 1e-5, threshold=at) == 1


def test_units_count_by_their_votes():
    shares = np.array([[[0.9, 0.1], [0.5, 0.5]]])
    passed = threshold.award(shares, np.array([0, 0]), np.array([[30, 70]]))
    failed = threshold.award(shares, np.array([0, 0]), np.array([[20, 80]]))
    assert passed.winner.tolist() == [0]  # 0.27 + 0.35 = 0.62
    assert failed.winner.tolist() == [1]  # 0.18 + 0.40 = 0.58
    assert failed.seats.tolist() == [[0, 1]]
