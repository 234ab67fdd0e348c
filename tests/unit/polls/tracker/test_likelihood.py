from __future__ import annotations

import numpy as np
import pytest

from hustings.maths.logratio import contrast_covariance, softmax
from hustings.polls.tracker.design import PollData, Rows
from hustings.polls.tracker.likelihood import observations, robustness_weights, starting_log_ratios


def data(counts):
    n = len(counts)
    none = np.full(n, -1)
    return PollData(
        none, np.zeros(n), np.zeros(n), np.array(counts, dtype=float), np.zeros(n), none, [], none, [], none, [], none
    )


def rows(n_polls, n_contrasts, size=4):
    rng = np.random.default_rng(0)
    n_rows = n_polls * n_contrasts
    return Rows(
        rng.standard_normal((n_rows, size)), rng.standard_normal(n_rows), np.repeat(np.arange(n_polls), n_contrasts)
    )


def log_likelihood(counts, eta):
    offered = ~np.isnan(counts)
    logs = np.append(eta, 0.0)[offered]
    return counts[offered] @ (logs - np.log(np.exp(logs).sum()))


COUNTS = [[300.0, 250.0, 50.0], [20.0, np.nan, 30.0], [np.nan, 400.0, 100.0], [45.0, 5.0, np.nan]]


@pytest.mark.parametrize("counts", [COUNTS, [[40.0, 60.0], [45.0, 5.0]]], ids=["three", "two"])
def test_the_gaussian_has_the_counts_slope_and_curvature(counts):
    """Along every direction of log-ratios: first and second derivative of the multinomial log likelihood."""
    made = data(counts)
    n_contrasts = len(counts[0]) - 1
    design = rows(len(counts), n_contrasts)
    rng = np.random.default_rng(1)
    eta = 0.2 * rng.standard_normal((len(counts), n_contrasts))
    observed = observations(made, design, eta)
    offset = design.offset.reshape(len(counts), n_contrasts)
    for poll in range(len(counts)):
        turn = observed.rotation[poll]
        here = observed.poll == poll
        used = turn[np.abs(turn).sum(axis=1) > 0]

        def gaussian(at, used=used, here=here, poll=poll):
            gap = observed.response[here] + used @ offset[poll] - used @ at
            return -0.5 * np.sum(gap**2 / observed.spread[here])

        for _ in range(3):
            way = rng.standard_normal(n_contrasts)
            h = 1e-3
            exact, close = (
                [f(eta[poll] + s * h * way) for s in (-1, 0, 1)]
                for f in (lambda at, poll=poll: log_likelihood(made.counts[poll], at), gaussian)
            )
            assert (exact[2] - exact[0]) / (2 * h) == pytest.approx((close[2] - close[0]) / (2 * h), rel=1e-3, abs=1e-2)
            curved = [(e[2] - 2 * e[1] + e[0]) / h**2 for e in (exact, close)]
            assert curved[0] == pytest.approx(curved[1], rel=1e-3, abs=1e-2)


def test_rotation_makes_the_common_error_independent():
    made = data(COUNTS)
    observed = observations(made, rows(4, 2), np.zeros((4, 2)))
    np.testing.assert_array_equal(np.bincount(observed.poll), [2, 1, 1, 1])
    for poll in range(4):
        turn = observed.rotation[poll]
        rank = np.bincount(observed.poll)[poll]
        common = turn @ contrast_covariance(2) @ turn.T
        np.testing.assert_allclose(common[:rank, :rank], np.eye(rank), atol=1e-12)
        assert (turn[rank:] == 0.0).all()


def test_expanded_at_the_published_shares_the_response_is_the_published_log_ratio():
    made = data([[300.0, 200.0], [10.0, 90.0]])
    start = starting_log_ratios(made)
    np.testing.assert_allclose(start[:, 0], np.log([1.5, 1 / 9]))
    observed = observations(made, Rows(np.zeros((2, 1)), np.zeros(2), np.arange(2)), start)
    np.testing.assert_allclose(observed.response, start[:, 0])
    np.testing.assert_allclose(observed.spread, [1 / 300 + 1 / 200, 1 / 10 + 1 / 90])


def test_newton_converges_to_the_published_shares():
    made = data([[300.0, 250.0, 50.0]])
    eta = np.zeros((1, 2))
    for _ in range(8):
        observed = observations(made, Rows(np.zeros((2, 1)), np.zeros(2), np.zeros(2, dtype=int)), eta)
        eta = np.linalg.solve(observed.rotation[0], observed.response)[None]
    np.testing.assert_allclose(softmax(eta)[0], [0.5, 250 / 600, 50 / 600])


@pytest.mark.parametrize("n_options", [2, 3])
def test_no_polls_at_all(n_options):
    made = data(np.zeros((0, n_options)))
    observed = observations(made, rows(0, n_options - 1), np.zeros((0, n_options - 1)))
    assert observed.design.shape == (0, 4)
    assert observed.response.shape == observed.spread.shape == (0,)


def weights(residuals, *, fitted=0.0, spread=0.004, noise=0.0025, freedom=5.0):
    residuals = np.atleast_1d(np.asarray(residuals, dtype=float))
    n = len(residuals)
    return robustness_weights(np.arange(n), residuals, np.full(n, fitted), np.full(n, spread), noise, freedom, n)


def test_a_typical_poll_has_weight_one():
    assert weights(np.sqrt(0.0065))[0] == pytest.approx(1.0, abs=1e-6)


def test_weights_fall_with_the_distance_and_mirror():
    found = weights([0.0, 0.1, 0.2, 0.4, 0.8])
    assert (np.diff(found) < 0.0).all()
    assert found[0] < 6.0 / 5.0
    np.testing.assert_allclose(weights([0.3, -0.3]), weights(0.3)[0])


def test_weights_are_the_fixed_point_of_em():
    residual, spread, noise, freedom = 0.5, 0.004, 0.0025, 5.0
    omega = weights(residual)[0]
    own = noise / omega
    error_square = (own / (own + spread) * residual) ** 2 + own * spread / (own + spread)
    assert omega == pytest.approx((freedom + 1) / (freedom + error_square / noise), rel=1e-6)


def test_a_far_outlier_explains_itself():
    """All of the gap is its own error: omega = (nu + 1) / (nu + gap^2 / noise^2)."""
    assert weights(3.0)[0] == pytest.approx(6.0 / (5.0 + 9.0 / 0.0025), rel=0.05)


def test_a_poll_that_bent_the_fit_is_judged_by_the_others():
    assert weights(0.2, fitted=0.004)[0] < weights(0.2, fitted=0.0)[0]


def test_gaussian_errors_have_weight_one():
    np.testing.assert_allclose(weights([0.0, 0.5], freedom=1e9), 1.0, atol=1e-6)
