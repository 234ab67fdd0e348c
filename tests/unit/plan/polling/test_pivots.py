"""What a poll would read were a unit decisive: by hand for three independent units."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import norm

from hustings.plan.deciding import pivotal_density
from hustings.plan.polling.pivots import Asked, asked, pivots
from made_races import made_race, race_with

MEANS, SDS = np.array([0.1, -0.2, 0.3]), np.array([0.3, 0.4, 0.5])
REST = 0.04


def polls_of_unit(unit, n_units=3):
    """A poll that reads the unit's lead, with an error of its own; and one of nothing."""
    slope = np.zeros((1, 2, n_units))
    slope[0, 0, unit] = 1.0
    return Asked(np.array([[MEANS[unit], 0.0]]), slope, REST * np.eye(2)[None])


def test_three_independent_units():
    """Unit 1 decides where one of the others is ahead and one behind: the reading of unit 2 is a mixture of two halves."""
    race = made_race(MEANS, SDS, seats=[1, 1, 1], n_draws=200_000)
    found = pivots(race, race.seats, 2.0, polls_of_unit(1), joint=True)
    m, s = MEANS[1], SDS[1]
    ahead, third = norm.cdf(m / s), norm.cdf(MEANS[2] / SDS[2])
    chances = np.array([ahead * (1 - third), (1 - ahead) * third])
    up = m + s * norm.pdf(m / s) / ahead
    down = m - s * norm.pdf(m / s) / (1 - ahead)
    mean = chances @ [up, down] / chances.sum()
    square = chances @ [s**2 + m * up, s**2 + m * down] / chances.sum()
    assert found.mean[0, 0] == pytest.approx(mean, abs=0.004)
    assert found.variance[0, 0] == pytest.approx(square - mean**2 + REST, rel=0.02)
    # Where unit 2 itself is tied the poll reads its tie and its own error.
    assert found.mean[1, 0] == pytest.approx(0.0, abs=1e-6)
    assert found.variance[1, 0] == pytest.approx(REST, rel=1e-4)
    assert found.covariance[0, 0, 1] == pytest.approx(0.0, abs=1e-6)
    np.testing.assert_allclose(found.density, pivotal_density(race, race.seats, 2.0), rtol=1e-3)


def test_three_options_count_as_in_the_gradient():
    covariance = 0.05 * (np.eye(6) + 0.5)
    race = race_with(np.zeros((3, 2)), covariance, seats=[3, 2, 2], options=("x", "y", "z"))
    nothing = Asked(np.zeros((1, 1)), np.zeros((1, 1, 6)), np.ones((1, 1, 1)))
    found = pivots(race, race.seats, 4.0, nothing)
    np.testing.assert_allclose(found.density, pivotal_density(race, race.seats, 4.0), rtol=1e-5)


def test_a_settled_unit_is_left_out_and_changes_nothing():
    """A fourth, safe unit: what is read there is integrated, not drawn."""
    means, sds = np.append(MEANS, 3.0), np.append(SDS, 0.3)
    race = made_race(means, sds, seats=[1, 1, 1, 2], n_draws=50_000)
    slope = np.zeros((1, 1, 4))
    slope[0, 0, 3] = 1.0
    found = pivots(race, race.seats, 4.0, Asked(np.array([[3.0]]), slope, np.full((1, 1, 1), REST)))
    np.testing.assert_allclose(found.mean[:3, 0], 3.0, atol=1e-6)
    np.testing.assert_allclose(found.variance[:3, 0], REST + 0.09, rtol=1e-6)
    assert found.density[3] == 0.0


def test_the_regression_gives_the_candidates_back():
    rng = np.random.default_rng(1)
    root = rng.normal(size=(5, 5))
    joint = root @ root.T
    race = race_with(np.zeros((3, 1)), joint[:3, :3], seats=[1, 1, 1])
    found = asked(
        race,
        np.zeros((1, 2)),
        joint[None, 3:, 3:],
        joint[None, 3:, :3],
        np.full((1, 2), 0.1),
        joint[None, :3, :3],
        np.zeros((1, 3)),
    )
    slope = joint[3:, :3] @ np.linalg.inv(joint[:3, :3])
    np.testing.assert_allclose(found.slope[0], slope)
    np.testing.assert_allclose(slope @ joint[:3, :3] @ slope.T + found.rest[0], joint[3:, 3:] + 0.1 * np.eye(2))
