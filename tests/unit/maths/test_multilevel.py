"""Scales integrated: against brute quadrature; mixtures, draws."""

from __future__ import annotations

import numpy as np
import pytest

from hustings.maths.multilevel import Component, Multilevel, fit_multilevel, scale_points, unseen_draws
from hustings.maths.multilevel_cells import Cells
from reference.dense_multilevel import laplace


def make(levels=8, n=60.0, seed=3):
    rng = np.random.default_rng(seed)
    effect = 0.6 * rng.standard_normal(levels)
    yes = n / (1.0 + np.exp(-effect - 0.2))
    return Cells(np.column_stack([yes, n - yes]), np.ones((levels, 1)), (np.arange(levels),), (levels,))


def test_scale_against_brute_quadrature():
    """The posterior of one scale on a fine grid of the dense Laplace marginal times the half-normal prior."""
    cells = make()
    found = fit_multilevel(cells, scale_prior_sd=0.8)
    grid = np.linspace(0.02, 3.0, 150)
    logs = np.array([laplace(cells, np.array([s]), np.array([2.5]))[2] for s in grid]) - 0.5 * (grid / 0.8) ** 2
    weights = np.exp(logs - logs.max())
    weights /= weights.sum()
    mean = weights @ grid
    assert found.scale_mean[0] == pytest.approx(mean, rel=0.02)
    assert found.scale_sd[0] == pytest.approx(np.sqrt(weights @ (grid - mean) ** 2), rel=0.1)
    # The mode of the logarithm's density.
    assert found.modal_scales[0] == pytest.approx(grid[np.argmax(logs + np.log(grid))], abs=0.03)


def test_plugging_in_understates():
    cells = make(levels=3)
    whole, plugged = fit_multilevel(cells), fit_multilevel(cells, integrate=False)
    assert len(plugged.components) == 1
    assert np.diag(whole.covariance)[0] > 1.1 * np.diag(plugged.covariance)[0]


def test_without_random_terms_it_is_ridge_logistic_regression():
    cells = Cells(np.array([[30.0, 10.0]]), np.ones((1, 1)), (), ())
    found = fit_multilevel(cells, fixed_sd=np.array([1000.0]))
    assert found.mean[0, 0] == pytest.approx(np.log(3.0), abs=1e-5)
    assert found.covariance[0, 0] == pytest.approx(1.0 / 30.0 + 1.0 / 10.0, rel=1e-4)


def test_draws_have_the_mixture_s_moments():
    root = np.diag([2.0, 4.0])
    parts = (
        Component(0.25, np.array([0.1]), np.array([[0.0], [1.0]]), root),
        Component(0.75, np.array([0.5]), np.array([[2.0], [1.0]]), root),
    )
    mixture = Multilevel(parts, np.array([0.5]), np.array([[2.0], [1.0]]), 0.0, 2)
    assert mixture.mean.ravel() == pytest.approx([1.5, 1.0])
    # Between the parts 0.25 * 0.75 * 4 = 0.75, within 1/4 and 1/16.
    np.testing.assert_allclose(mixture.covariance, [[1.0, 0.0], [0.0, 0.0625]], atol=1e-12)
    assert mixture.scale_mean[0] == pytest.approx(0.4)
    draws = mixture.draws(8000, np.random.default_rng(0))
    assert draws.coefficients.shape == (8000, 2, 1)
    np.testing.assert_allclose(draws.coefficients.mean(axis=0)[:, 0], [1.5, 1.0], atol=1e-3)
    np.testing.assert_allclose(np.cov(draws.coefficients[..., 0].T), mixture.covariance, atol=0.03)
    assert (draws.scales == 0.1).mean() == pytest.approx(0.25, abs=1e-3)


def test_the_same_seed_gives_the_same_draws():
    fit = fit_multilevel(make())
    one, two = (fit.draws(5, np.random.default_rng(9)).coefficients for _ in range(2))
    assert one.tobytes() == two.tobytes()


def test_which_option_is_last_does_not_matter():
    rng = np.random.default_rng(4)
    index = (np.repeat(np.arange(6), 3),)
    counts = rng.gamma(2.0, 5.0, (18, 3))
    fits = [fit_multilevel(Cells(counts[:, o], np.ones((18, 1)), index, (6,))) for o in ([0, 1, 2], [2, 0, 1])]
    assert fits[0].scale_mean == pytest.approx(fits[1].scale_mean, rel=1e-3)
    first = fits[0].mean[1:]
    turned = fits[1].mean[1:]
    # log(1/2) - log(0/2) of the first is log(1/0), the second's log-ratios are 2/1 and 0/1.
    np.testing.assert_allclose(first[:, 0] - first[:, 1], turned[:, 1], atol=2e-3)


@pytest.mark.parametrize("n_terms", [1, 2, 3, 5, 9])
def test_points_integrate_a_gaussian(n_terms):
    points, weights = scale_points(n_terms)
    assert weights.sum() == pytest.approx(1.0)
    np.testing.assert_allclose(weights @ points, 0.0, atol=1e-12)
    np.testing.assert_allclose(weights @ points**2, 1.0, atol=1e-9)


def test_unseen_levels_have_the_prior_s_spread():
    found = unseen_draws(np.full(40_000, 0.5), 2, np.random.default_rng(1))
    np.testing.assert_allclose(np.cov(found.T), [[0.25, 0.125], [0.125, 0.25]], atol=0.01)
