from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import chi2

from hustings.maths.doubly_robust import (
    arm_signals,
    best_linear_predictor,
    cluster_sums,
    clustered_mean,
    quadratic_form_p,
    wald,
)


def test_signals_by_hand():
    predicted = np.array([[0.4, 0.5], [0.4, 0.5]])
    prob = np.array([[0.75, 0.25], [0.75, 0.25]])
    found = arm_signals(np.array([1.0, 0.0]), np.array([1, 0]), prob, predicted)
    np.testing.assert_allclose(found, [[0.4, 0.5 + 0.5 / 0.25], [0.4 - 0.4 / 0.75, 0.5]])


def test_any_guess_gives_the_same_mean_over_all_assignments():
    """Two people, both assignments of each: the mean over the lot is the true outcome whatever was guessed."""
    truth, prob = np.array([[0.0, 1.0], [1.0, 1.0]]), np.array([[0.3, 0.7], [0.3, 0.7]])
    for guess in (np.zeros((2, 2)), np.full((2, 2), 0.9)):
        mean = sum(
            np.array([prob[0, k] for k in arms]).prod() * arm_signals(truth[[0, 1], arms], np.array(arms), prob, guess)
            for arms in ((0, 0), (0, 1), (1, 0), (1, 1))
        )
        np.testing.assert_allclose(mean, truth, atol=1e-12)


def test_clusters_by_hand():
    values, clusters = np.array([[1.0], [3.0], [5.0], [7.0]]), np.array([0, 0, 1, 1])
    np.testing.assert_allclose(cluster_sums(values, clusters), [[4.0], [12.0]])
    mean, covariance = clustered_mean(values, clusters)
    assert mean[0] == 4.0
    assert covariance[0, 0] == pytest.approx((4.0**2 + 4.0**2) * 2 / 4**2), "sums of -4 and 4 about the mean"
    single = clustered_mean(values, np.arange(4))[1][0, 0]
    assert single == pytest.approx(values.var(ddof=1) / 4), "each their own: the textbook's"


def test_the_line_is_least_squares_with_robust_errors():
    rng = np.random.default_rng(4)
    x, clusters = rng.normal(size=500), np.repeat(np.arange(250), 2)
    y = 0.3 + 0.8 * x + np.repeat(rng.normal(size=250), 2)
    line = best_linear_predictor(y, x, clusters)
    design = np.column_stack([np.ones(500), x])
    bread = np.linalg.inv(design.T @ design)
    coefficient = bread @ design.T @ y
    residual = y - design @ coefficient
    meat = sum(np.outer(s, s) for s in (design[clusters == g].T @ residual[clusters == g] for g in range(250)))
    assert line.slope == pytest.approx(coefficient[1])
    assert line.se == pytest.approx(np.sqrt((bread @ meat @ bread)[1, 1] * 250 / 249))
    assert line.p < 1e-9
    assert best_linear_predictor(-y, x, clusters).p > 1 - 1e-9, "one-sided"
    assert best_linear_predictor(y, np.full(500, 0.2), clusters).p == 1.0


def test_quadratic_forms():
    assert quadratic_form_p(7.8, np.ones(3)) == pytest.approx(chi2.sf(7.8, 3))
    assert quadratic_form_p(2.0 * 7.8, np.full(3, 2.0)) == pytest.approx(chi2.sf(7.8, 3))
    eigenvalues = np.array([3.0, 1.0, 0.5, 0.1])
    drawn = (np.random.default_rng(1).chisquare(1, (200_000, 4)) * eigenvalues).sum(axis=1)
    for at in (6.0, 12.0, 18.0):
        assert quadratic_form_p(at, eigenvalues) == pytest.approx((drawn > at).mean(), abs=0.004)


def test_dependent_columns_count_once():
    covariance = np.array([[2.0, 2.0], [2.0, 2.0]])
    statistic, degrees, p = wald(np.array([3.0, 3.0]), covariance)
    assert (statistic, degrees) == (pytest.approx(9.0 / 2.0), 1)
    assert p == pytest.approx(chi2.sf(4.5, 1))
