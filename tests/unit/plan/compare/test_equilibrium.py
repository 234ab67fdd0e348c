"""Visits of both sides: a game of two units solved by looking at every split."""

from __future__ import annotations

import numpy as np
import pytest

from hustings.plan.compare import correlation, equilibrium_shares
from hustings.plan.compare.equilibrium import folded
from hustings.plan.goals import goal_of
from made_races import made_race


def test_neither_side_gains_by_another_split():
    # With a log response a split d of one visit makes sum_u slope_u log(d_u / r_u): best where d is in proportion to the slope.
    race = made_race([0.0, 0.05, -0.2], [0.1] * 3, seats=(3, 2, 2), n_draws=20_000)
    slope = goal_of(race).slope(np.zeros(3))
    splits = np.array(
        [(a, b, 1 - a - b) for a in np.linspace(0.01, 0.98, 98) for b in np.linspace(0.01, 0.98 - a + 0.01, 98)]
    )
    splits = splits[(splits > 0.005).all(axis=1)]
    best = splits[(slope * np.log(splits)).sum(axis=1).argmax()]
    assert equilibrium_shares(race) == pytest.approx(best, abs=0.015)


def test_districts_count_to_what_they_lie_in():
    race = made_race([0.0] * 3, [0.2] * 3, seats=(4, 9, 1), n_draws=50, parents={"C": "A"})
    units, amounts = folded(race, np.array([1.0, 2.0, 4.0]))
    assert units == ["A", "B"]
    assert amounts.tolist() == [5.0, 2.0]


def test_correlation_by_hand():
    assert correlation(np.array([1.0, 2.0, 3.0]), np.array([1.0, 2.0, 1.0])) == pytest.approx(0.0)
