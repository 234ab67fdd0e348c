from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import multivariate_normal

from hustings.scores.persuasion.final_stage import (
    PRIOR_SCALE,
    Sums,
    _given,
    evidence,
    no_difference_p,
    posterior,
    sum_up,
)

BLOCKS = [slice(0, 3), slice(3, 5)]


@pytest.fixture
def people():
    rng = np.random.default_rng(1)
    X = np.concatenate([np.eye(3)[rng.integers(0, 3, 400)], np.eye(2)[rng.integers(0, 2, 400)]], axis=1)
    signal = 0.05 + X @ np.array([0.1, -0.1, 0.0, 0.05, -0.05]) + rng.normal(0, 0.5, 400)
    return X, signal


def ideal(X, signal, noise=0.25):
    """Sums of people who are independent, with the size of the noise known."""
    D = np.column_stack([np.ones(len(X)), X])
    return Sums((D.T @ D)[None], (D.T @ signal)[None], noise * (D.T @ D)[None], np.array([1e9]))


def test_given_the_scales_it_is_the_dense_gaussian(people):
    """Slow twin: all people and coefficients jointly Gaussian, conditioned on the signals."""
    X, signal = people
    found = evidence(ideal(X, signal), BLOCKS)
    scales = np.array([0.08, 0.03])
    covariance = _given(found, scales[None])[0]
    D = np.column_stack([np.ones(400), X - X.mean(axis=0)])
    prior = np.diag(np.r_[1e4, np.repeat(scales, [3, 2]) ** 2])
    gain = prior @ D.T @ np.linalg.inv(D @ prior @ D.T + 0.25 * np.eye(400))
    np.testing.assert_allclose(covariance @ found.c, gain @ signal, atol=1e-6)
    np.testing.assert_allclose(covariance[1:, 1:], (prior - gain @ D @ prior)[1:, 1:], atol=1e-8)
    assert covariance[0, 0] == pytest.approx(0.25 / 400)


def test_the_scale_is_integrated(people):
    """One feature: against a fine grid of scales, each weighted by the density of all signals under it."""
    X, signal, n = people[0][:200, :3], people[1][:200], 200
    found = evidence(ideal(X, signal), BLOCKS[:1])
    fitted = posterior(found)
    D = np.column_stack([np.ones(n), X - X.mean(axis=0)])
    logs = np.linspace(np.log(1e-4), np.log(1.0), 30)
    height, means, covariances = [], [], []
    for scale in np.exp(logs):
        prior = np.diag([1e2, *[scale**2] * 3])
        height.append(
            multivariate_normal(np.zeros(n), D @ prior @ D.T + 0.25 * np.eye(n)).logpdf(signal)
            + np.log(scale / (1.0 + (scale / PRIOR_SCALE) ** 2))
        )
        gain = prior @ D.T @ np.linalg.inv(D @ prior @ D.T + 0.25 * np.eye(n))
        means.append(gain @ signal)
        covariances.append(prior - gain @ D @ prior)
    weight = np.exp(np.array(height) - max(height))
    weight /= weight.sum()
    mean = weight @ np.array(means)
    square = np.tensordot(weight, np.array(covariances), 1) + np.einsum("i,ij,ik->jk", weight, means, means)
    np.testing.assert_allclose(fitted.mean, mean, atol=0.004)
    np.testing.assert_allclose(
        np.sqrt(np.diag(fitted.covariance)), np.sqrt(np.diag(square - np.outer(mean, mean))), rtol=0.08
    )


def test_clusters_enter_as_a_factor(people):
    X, signal = people
    home = np.repeat(np.arange(400), 2)
    once = evidence(sum_up(X, signal, np.arange(400), np.zeros(400, dtype=int)), BLOCKS)
    twice = evidence(sum_up(X[home], signal[home], home, np.zeros(800, dtype=int)), BLOCKS)
    np.testing.assert_allclose(twice.A, once.A, rtol=0.02, atol=1e-6 * once.A.max())
    np.testing.assert_allclose(twice.c, once.c, rtol=0.02, atol=1e-6 * np.abs(once.c).max())
    assert no_difference_p(twice) == pytest.approx(no_difference_p(once), rel=0.02), "the same people twice say no more"


def test_folds_add_up(people):
    X, signal = people
    folds = np.arange(400) % 4
    sums = sum_up(X, signal, np.arange(400), folds)
    some = np.array([True, False, True, False])
    kept = some[folds]
    own = sum_up(X[kept], signal[kept], np.arange(kept.sum()), np.zeros(kept.sum(), dtype=int))
    part, alone = evidence(sums, BLOCKS, some), evidence(own, BLOCKS)
    np.testing.assert_allclose(part.scores, alone.scores, atol=1e-9)
    np.testing.assert_allclose(part.A, alone.A, rtol=0.05, atol=1e-3 * alone.A.max())


def test_differences_are_found_where_they_are(people):
    X, signal = people
    blank = signal - X @ np.array([0.1, -0.1, 0.0, 0.05, -0.05])
    assert no_difference_p(evidence(ideal(X, blank), BLOCKS)) > 0.05
    assert no_difference_p(evidence(ideal(X, signal + 0.3 * X[:, 0]), BLOCKS)) < 1e-4
