"""Scores against closed forms and other libraries."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from hustings.maths.scoring import SMALLEST_PROB, brier, coverage, crps, joint_log_density, log_loss


def test_brier_by_hand():
    prob, happened = np.array([0.9, 0.2, 0.5]), np.array([1.0, 0.0, 0.0])
    assert brier(prob, happened) == pytest.approx((0.01 + 0.04 + 0.25) / 3)
    assert brier(prob, happened, np.array([3, 0, 1])) == pytest.approx((0.03 + 0.25) / 4)


def test_log_loss_by_hand():
    assert log_loss(np.array([0.8, 0.4]), np.array([1.0, 0.0])) == pytest.approx(-(np.log(0.8) + np.log(0.6)) / 2)


def test_a_chance_of_nothing_that_comes_true_costs_much_and_not_everything():
    assert log_loss(np.array([0.0]), np.array([1.0])) == pytest.approx(-np.log(SMALLEST_PROB))
    assert log_loss(np.array([1.0]), np.array([1.0])) == 0.0


@pytest.mark.parametrize(("mean", "sd", "actual"), [(0.5, 0.03, 0.53), (0.4, 0.02, 0.47), (0.6, 0.05, 0.6)])
def test_crps_of_gaussian_draws_is_the_closed_form(mean, sd, actual):
    # Gneiting & Raftery (2007), eq. 21 for a Gaussian; draws at evenly spaced quantiles have no sampling error.
    draws = stats.norm.ppf((np.arange(20_000) + 0.5) / 20_000, mean, sd)
    z = (actual - mean) / sd
    closed = sd * (z * (2 * stats.norm.cdf(z) - 1) + 2 * stats.norm.pdf(z) - 1 / np.sqrt(np.pi))
    assert crps(draws[:, None], np.array([actual]))[0] == pytest.approx(closed, rel=1e-3)


def test_crps_of_one_certain_value_is_its_error():
    np.testing.assert_allclose(crps(np.full((50, 2), 0.5), np.array([0.5, 0.6])), [0.0, 0.1], atol=1e-15)


def test_crps_does_not_depend_on_the_order_of_the_draws():
    rng = np.random.default_rng(1)
    draws = rng.normal(size=(200, 3))
    np.testing.assert_allclose(crps(draws, np.zeros(3)), crps(rng.permutation(draws), np.zeros(3)), rtol=1e-12)


def test_coverage_counts_the_units_inside():
    draws = np.tile(np.linspace(0, 1, 101)[:, None], (1, 4))
    assert coverage(draws, np.array([0.09, 0.11, 0.89, 0.95]), (0.8,)) == [0.5]
    assert coverage(draws, np.array([0.02, 0.5, 0.98, 0.03]), (0.95,)) == [0.5]


def test_joint_density_is_scipys_gaussian():
    rng = np.random.default_rng(2)
    draws = rng.multivariate_normal([0.1, 0.2, 0.3], [[2, 1, 0], [1, 2, 0.5], [0, 0.5, 1]], 500)
    actual = np.array([0.5, -0.2, 1.0])
    expected = stats.multivariate_normal(draws.mean(axis=0), np.cov(draws.T)).logpdf(actual)
    assert joint_log_density(draws, actual) == pytest.approx(expected, rel=1e-10)


def test_joint_density_of_one_unit_is_a_gaussian_density():
    draws = np.array([[-1.0], [0.0], [1.0]])
    assert joint_log_density(draws, np.array([0.5])) == pytest.approx(stats.norm.logpdf(0.5, 0.0, 1.0))
