"""The slope of the chance to win against closed forms, and against the chance itself."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from scipy.stats import norm

from hustings.plan.deciding import lead_density, pivotal_density, win_prob
from made_races import made_race, race_with

MEANS, SDS, SEATS = [0.2, -0.1, 0.05, 0.4], [0.2, 0.3, 0.15, 0.25], (3, 5, 4, 6)
NEEDED = 10


def by_hand(means, sds, seats, needed):
    """Independent units, every combination of who leads where: the chance, and its derivative by each lead."""
    ahead = norm.cdf(np.divide(means, sds))
    prob, slope = 0.0, np.zeros(len(means))
    for led in product((0, 1), repeat=len(means)):
        part = np.where(led, ahead, 1 - ahead)
        prob += part.prod() * (np.dot(led, seats) >= needed)
        for u, is_ahead in enumerate(led):
            others = np.dot(led, seats) - is_ahead * seats[u]
            if is_ahead and others < needed <= others + seats[u]:
                slope[u] += np.delete(part, u).prod() * norm.pdf(means[u] / sds[u]) / sds[u]
    return prob, slope


def test_independent_units_have_their_closed_form():
    race = made_race(MEANS, SDS, seats=SEATS, n_draws=200_000)
    prob, slope = by_hand(np.array(MEANS), np.array(SDS), np.array(SEATS), NEEDED)
    assert win_prob(race, race.seats, NEEDED) == pytest.approx(prob, abs=4e-3)
    np.testing.assert_allclose(pivotal_density(race, race.seats, NEEDED), slope, atol=0.012 * slope.max())


def test_correlated_units_agree_with_differences_of_the_chance():
    race = made_race(MEANS, SDS, seats=SEATS, correlation=0.7, n_draws=400_000)
    slope = pivotal_density(race, race.seats, NEEDED)
    for u in range(4):
        step = np.zeros(4)
        step[u] = 0.02
        up, down = (win_prob(race.moved(sign * step), race.seats, NEEDED) for sign in (1, -1))
        assert slope[u] == pytest.approx((up - down) / 0.04, abs=0.02 * slope.max())


def test_one_unit_is_its_density():
    race = made_race([0.3], [0.2], seats=(7,), n_draws=500)
    assert pivotal_density(race, race.seats, 4)[0] == pytest.approx(norm.pdf(0.3 / 0.2) / 0.2, rel=1e-6)
    assert lead_density(race)[0, 0, 0] == pytest.approx(norm.pdf(1.5) / 0.2, rel=1e-6)


def test_a_unit_that_cannot_matter_is_worth_nothing():
    race = made_race([0.0, 0.0, 0.0], [0.2, 0.2, 0.2], seats=(1, 6, 1), n_draws=2000)
    slope = pivotal_density(race, race.seats, 5)
    assert slope[0] == slope[2] == 0.0
    assert slope[1] == pytest.approx(norm.pdf(0) / 0.2)


def test_three_options_agree_with_differences_of_the_chance():
    means = np.array([[0.1, 0.25], [0.0, -0.05], [0.15, 0.05]])
    covariance = 0.04 * np.kron(np.eye(3) + 0.5, np.array([[1.0, 0.5], [0.5, 1.0]]))
    race = race_with(means, covariance, seats=(3, 4, 2), n_draws=400_000, options=("x", "y", "z"))
    slope = pivotal_density(race, race.seats, 5)
    for u in range(3):
        step = np.zeros(3)
        step[u] = 0.02
        up, down = (win_prob(race.moved(sign * step), race.seats, 5) for sign in (1, -1))
        assert slope[u] == pytest.approx((up - down) / 0.04, rel=0.06)
