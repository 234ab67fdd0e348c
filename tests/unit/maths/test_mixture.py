from __future__ import annotations

import numpy as np
import pytest
from scipy import integrate, stats
from scipy.special import expit, logit

from hustings.maths.mixture import logistic_moments, logistic_quantiles, positive_prob

WEIGHTS = np.array([0.5, 0.3, 0.2])
MEANS = np.array([[0.1, 2.0], [-0.4, 2.5], [0.3, 1.0]])
SDS = np.array([[0.1, 0.5], [0.3, 0.2], [0.05, 1.0]])
LEVELS = np.array([0.05, 0.25, 0.5, 0.75, 0.95])


def expectation(function, quantity):
    def part(weight, mean, sd):
        return (
            weight
            * integrate.quad(
                lambda x: function(expit(x)) * stats.norm.pdf(x, mean, sd), mean - 12 * sd, mean + 12 * sd, epsabs=1e-12
            )[0]
        )

    return sum(part(*each) for each in zip(WEIGHTS, MEANS[:, quantity], SDS[:, quantity], strict=True))


@pytest.mark.parametrize("quantity", [0, 1])
def test_moments_against_quadrature(quantity):
    mean, sd = logistic_moments(WEIGHTS, MEANS, SDS)
    first = expectation(lambda p: p, quantity)
    second = expectation(lambda p: (p - first) ** 2, quantity)
    assert mean[quantity] == pytest.approx(first, abs=1e-9)
    assert sd[quantity] == pytest.approx(np.sqrt(second), abs=1e-9)


def test_quantiles_of_one_gaussian_in_closed_form():
    found = logistic_quantiles(np.ones(1), np.array([[0.3]]), np.array([[0.2]]), LEVELS)
    np.testing.assert_allclose(found[:, 0], expit(0.3 + 0.2 * stats.norm.ppf(LEVELS)), atol=1e-12)


def test_quantiles_of_a_mixture_against_its_distribution():
    found = logistic_quantiles(WEIGHTS, MEANS, SDS, LEVELS)
    for quantity in range(2):
        below = [WEIGHTS @ stats.norm.cdf(logit(q), MEANS[:, quantity], SDS[:, quantity]) for q in found[:, quantity]]
        np.testing.assert_allclose(below, LEVELS, atol=1e-9)


def test_quantiles_of_a_mixture_against_draws():
    rng = np.random.default_rng(5)
    node = rng.choice(3, 400_000, p=WEIGHTS)
    draws = expit(rng.normal(MEANS[node], SDS[node]))
    np.testing.assert_allclose(
        logistic_quantiles(WEIGHTS, MEANS, SDS, LEVELS), np.quantile(draws, LEVELS, axis=0), atol=0.002
    )


def test_positive_prob():
    expected = [WEIGHTS @ stats.norm.sf(0.0, MEANS[:, k], SDS[:, k]) for k in range(2)]
    np.testing.assert_allclose(positive_prob(WEIGHTS, MEANS, SDS), expected)
    assert positive_prob(np.ones(1), np.zeros((1, 1)), np.ones((1, 1)))[0] == 0.5


def test_no_spread_at_all_is_a_point():
    mean, sd = logistic_moments(np.ones(1), np.array([[0.7]]), np.zeros((1, 1)))
    assert (mean[0], sd[0]) == (pytest.approx(expit(0.7)), 0.0)
    np.testing.assert_allclose(logistic_quantiles(np.ones(1), np.array([[0.7]]), np.zeros((1, 1)), LEVELS), expit(0.7))
    assert positive_prob(np.ones(1), np.array([[0.7]]), np.zeros((1, 1)))[0] == 1.0


def test_mirrored_mixtures_mirror_everything():
    mean, sd = logistic_moments(WEIGHTS, MEANS, SDS)
    other, other_sd = logistic_moments(WEIGHTS, -MEANS, SDS)
    np.testing.assert_allclose(mean + other, 1.0, atol=1e-14)
    np.testing.assert_allclose(sd, other_sd, atol=1e-14)
    there, mirrored = (logistic_quantiles(WEIGHTS, m, SDS, LEVELS) for m in (MEANS, -MEANS))
    np.testing.assert_allclose(there, 1.0 - mirrored[::-1], atol=1e-12)
