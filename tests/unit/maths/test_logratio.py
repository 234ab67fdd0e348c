from __future__ import annotations

import numpy as np
import pytest

from hustings.maths.logratio import (
    contrast_covariance,
    contrast_root,
    log_ratios,
    softmax,
    whole_gradient,
    whole_share,
)


def with_reference(n_options, reference):
    """Contrasts against ``reference`` (others in order) from contrasts against the last option."""
    to_options = np.vstack([np.eye(n_options - 1), np.zeros(n_options - 1)])
    others = [k for k in range(n_options) if k != reference]
    return to_options[others] - to_options[reference]


@pytest.mark.parametrize("n_options", [2, 3, 5])
def test_no_option_is_special(n_options):
    covariance = contrast_covariance(n_options - 1)
    for reference in range(n_options):
        turn = with_reference(n_options, reference)
        np.testing.assert_allclose(turn @ covariance @ turn.T, covariance, atol=1e-14)


@pytest.mark.parametrize("n_contrasts", [1, 2, 4])
def test_covariance_is_that_of_independent_log_shares(n_contrasts):
    """Var(x_k - x_K) = 1/2 + 1/2, Cov = Var(x_K) = 1/2."""
    differences = np.hstack([np.eye(n_contrasts), -np.ones((n_contrasts, 1))])
    np.testing.assert_allclose(contrast_covariance(n_contrasts), differences @ differences.T / 2.0)
    root = contrast_root(n_contrasts)
    np.testing.assert_allclose(root @ root.T, contrast_covariance(n_contrasts))
    assert (np.triu(root, 1) == 0.0).all()


def test_shares_and_back():
    eta = np.random.default_rng(0).normal(0.0, 3.0, (4, 7, 2))
    shares = softmax(eta)
    np.testing.assert_allclose(shares.sum(axis=-1), 1.0)
    np.testing.assert_allclose(log_ratios(shares), eta)
    np.testing.assert_allclose(softmax(np.array([[np.log(3.0)]])), [[0.75, 0.25]])


def test_extreme_log_ratios_do_not_overflow():
    np.testing.assert_array_equal(softmax(np.array([800.0, -800.0])), [1.0, 0.0, 0.0])


def test_whole_by_hand():
    """Two units, 3:1 votes: 0.75 * 0.6 + 0.25 * 0.2 = 0.5."""
    eta = log_ratios(np.array([[0.6, 0.4], [0.2, 0.8]]))
    np.testing.assert_allclose(whole_share(eta, np.array([3.0, 1.0])), [0.5, 0.5])


@pytest.mark.parametrize("n_contrasts", [1, 2, 3])
def test_gradient_of_the_whole_against_differences(n_contrasts):
    rng = np.random.default_rng(n_contrasts)
    eta, votes = rng.normal(0.0, 1.0, (5, n_contrasts)), np.array([1.0, 4.0, 2.0, 0.0, 3.0])
    gradient = whole_gradient(eta, votes)
    assert gradient.shape == (n_contrasts, 5, n_contrasts)
    for unit in range(5):
        for contrast in range(n_contrasts):
            step = np.zeros_like(eta)
            step[unit, contrast] = 1e-6
            up, down = (log_ratios(whole_share(eta + sign * step, votes)[None])[0] for sign in (1, -1))
            np.testing.assert_allclose(gradient[:, unit, contrast], (up - down) / 2e-6, atol=1e-8)


def test_equal_units_move_the_whole_by_their_votes():
    gradient = whole_gradient(np.full((3, 1), 0.4), np.array([1.0, 2.0, 5.0]))
    np.testing.assert_allclose(gradient[0, :, 0], [1 / 8, 2 / 8, 5 / 8])
