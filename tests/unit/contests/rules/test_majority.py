"""More than half, or a run-off: Georgia's Senate races as worked examples."""

from __future__ import annotations

import numpy as np
import pytest

from hustings.contests.rules import NO_MAJORITY, RUNOFF, majority


def decided(*votes, **settings):
    shares = np.array([[votes]], dtype=float) / sum(votes)
    return int(majority.award(shares, np.array([1]), np.array([[1.0]]), settings).winner[0])


@pytest.mark.parametrize(
    ("votes", "winner"),
    [
        ((1_946_117, 1_908_442, 81_365), RUNOFF),  # Georgia 2022, first round: 49.4 %
        ((1_820_633, 1_721_244), 0),  # Georgia 2022, the run-off: 51.4 %
        ((2_374_519, 2_462_617, 115_039), RUNOFF),  # Georgia 2020: 49.7 %
        ((1, 1), RUNOFF),  # exactly half is not more than half
        ((0, 3), 1),
    ],
)
def test_more_than_half_or_a_runoff(votes, winner):
    assert decided(*votes) == winner


def test_without_a_runoff_nobody_has_won():
    assert decided(45, 40, 15, runoff=0) == NO_MAJORITY
    assert decided(51, 34, 15, runoff=0) == 0


def test_a_lower_threshold_never_elects_two():
    assert decided(45, 40, 15, threshold=0.4) == 0
    assert decided(45, 45, 10, threshold=0.4) == RUNOFF


def test_a_runoff_awards_no_seat():
    outcome = majority.award(np.array([[[0.45, 0.4, 0.15]]]), np.array([1]), np.array([[1.0]]))
    assert outcome.seats.tolist() == [[0, 0, 0]]
