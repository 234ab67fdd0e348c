from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import brentq

from hustings.maths.calibration import calibrate, rake, rake_many
from reference.survey_loops import rake_loop


@pytest.fixture
def sample():
    rng = np.random.default_rng(1)
    codes = [rng.integers(k, size=120) for k in (3, 4, 2)]
    targets = [np.array([50.0, 30, 40]), np.array([20.0, 40, 30, 30]), np.array([70.0, 50])]
    return codes, targets, rng.uniform(0.5, 2.0, 120)


def test_raking_is_the_textbook_s_loop(sample):
    codes, targets, weights = sample
    found = rake(codes, targets, weights, tolerance=1e-13)
    np.testing.assert_allclose(found.weights, rake_loop(codes, targets, weights, 60), rtol=1e-10)
    for margin, target in zip(codes, targets, strict=True):
        np.testing.assert_allclose(np.bincount(margin, found.weights), target, rtol=1e-10)


def test_one_margin_is_post_stratification():
    found = rake([np.array([0, 0, 1])], [np.array([6.0, 4.0])], np.array([1.0, 2.0, 5.0]))
    np.testing.assert_allclose(found.weights, [2.0, 4.0, 4.0])


def test_raking_says_when_it_does_not_get_there():
    """Two margins that no weights meet: who is in the first category of one is in that of the other."""
    code = np.array([0, 0, 1, 1])
    found = rake([code, code], [np.array([1.0, 3.0]), np.array([3.0, 1.0])], np.ones(4), max_iterations=30)
    assert found.iterations == 30
    assert found.gap == pytest.approx(0.5)


def test_many_at_once_are_one_by_one(sample):
    codes, targets, weights = sample
    many = np.stack([weights, weights[::-1]])
    found = rake_many(codes, targets, many, max_iterations=100, tolerance=1e-12)
    for one, row in zip(many, found.weights, strict=True):
        np.testing.assert_allclose(row, rake(codes, targets, one, tolerance=1e-12).weights, rtol=1e-8)


def test_a_replicate_without_anybody_in_a_category():
    codes, targets = [np.array([0, 1, 2, 2])], [np.array([2.0, 4.0, 4.0])]
    found = rake_many(codes, targets, np.array([[0.0, 1, 1, 1]]))
    np.testing.assert_allclose(found.weights, [[0.0, 5.0, 2.5, 2.5]])


def test_linear_calibration_by_hand():
    """GREG: w = d (1 + x (T - sum d x) / sum d x^2); here T - 6 = 3 and sum d x^2 = 14."""
    x = np.array([[1.0], [2.0], [3.0]])
    found = calibrate(x, np.array([9.0]), np.ones(3))
    np.testing.assert_allclose(found.weights, 1.0 + np.array([1.0, 2.0, 3.0]) * 3.0 / 14.0)


def test_logit_factors_by_root_finding():
    """One column: the multiplier solves one equation, which a bracketing search solves too."""
    x, weights, low, high, total = np.array([0.2, 1.0, 1.7, 3.0]), np.array([1.0, 2.0, 1.0, 0.5]), 0.4, 2.5, 7.0
    rate = (high - low) / ((1 - low) * (high - 1))

    def factor(multiplier):
        odds = np.exp(rate * multiplier * x)
        return (low * (high - 1) + high * (1 - low) * odds) / (high - 1 + (1 - low) * odds)

    root = brentq(lambda m: weights @ (factor(m) * x) - total, -50, 50, xtol=1e-14)
    found = calibrate(x[:, None], np.array([total]), weights, bounds=(low, high))
    np.testing.assert_allclose(found.weights, weights * factor(root), rtol=1e-9)
    ahead = calibrate(x[:, None], np.array([total + 1e-5]), weights, bounds=(low, high)).weights
    steepness = (found.slopes * x) @ x
    np.testing.assert_allclose((ahead - found.weights) / 1e-5, found.slopes * x / steepness, rtol=1e-3)


def test_bounds_that_cannot_be_met_leave_a_gap():
    found = calibrate(np.ones((4, 1)), np.array([40.0]), np.ones(4), bounds=(0.5, 2.0))
    assert found.gap > 0.7
    assert (found.weights <= 2.0).all()
