"""Joint draws: the outlook's moments, every node its part, the same bytes for the same seed."""

from __future__ import annotations

import numpy as np
import pytest

from hustings.projection.draws import joint_draws
from hustings.projection.turnout import Turnout
from made_projections import made_outlook

N = 40_000
TURNOUT = Turnout(np.array([3.0, 1.0, 1.2]), np.array([3.0, 1.0, 0.0]), 0.1)


def draw(found, n=N, seed=1):
    return joint_draws(found, TURNOUT, n, np.random.default_rng(seed))


@pytest.fixture(scope="module", params=[1, 2], ids=["two options", "three options"])
def drawn(request):
    found = made_outlook(6, 3, request.param, seed=2)
    return found, draw(found)


def test_moments_are_those_of_the_outlook(drawn):
    found, draws = drawn
    means = found.means.reshape(len(found.weights), -1)
    mean = found.weights @ means
    gap = means - mean
    covariance = np.einsum("n,nij->ij", found.weights, found.covariances) + np.einsum(
        "n,ni,nj->ij", found.weights, gap, gap
    )
    sd = np.sqrt(np.diag(covariance))
    assert np.all(np.abs(draws.log_ratios.mean(axis=0) - mean) < 4.5 * sd / np.sqrt(N))
    # A covariance's standard error is at most sqrt(2 / N) of the product of the sds, more for heavy tails.
    np.testing.assert_allclose(np.cov(draws.log_ratios.T) / np.outer(sd, sd), covariance / np.outer(sd, sd), atol=0.04)


def test_every_node_has_its_part_of_the_draws_to_within_one(drawn):
    found, draws = drawn
    counts = np.bincount(draws.node, minlength=len(found.weights))
    assert counts.sum() == N
    assert np.abs(counts - N * found.weights).max() < 1.0 + 1e-6


def test_the_first_draws_are_as_good_as_any(drawn):
    found, draws = drawn
    first = np.bincount(draws.node[:2000], minlength=len(found.weights)) / 2000
    np.testing.assert_allclose(first, found.weights, atol=0.05)


def test_draws_of_a_node_come_from_that_node():
    found = made_outlook(4, 3, 1, seed=6)
    apart = found._replace(means=found.means + 10.0 * np.arange(4)[:, None, None])
    draws = draw(apart, 4000)
    assert np.array_equal(np.rint(draws.log_ratios[:, 0] / 10.0).astype(int), draws.node)


def test_shares_and_the_nation_follow_from_log_ratios_and_votes(drawn):
    found, draws = drawn
    n_contrasts = found.means.shape[2]
    powers = np.exp(draws.log_ratios.reshape(N, 3, n_contrasts))
    shares = np.concatenate([powers, np.ones((N, 3, 1))], axis=2) / (1.0 + powers.sum(axis=2, keepdims=True))
    np.testing.assert_allclose(draws.shares, shares, atol=3e-7)
    assert np.all(draws.votes[:, 2] == 0)
    whole = (draws.votes[:, :, None] * shares).sum(axis=1) / draws.votes.sum(axis=1)[:, None]
    np.testing.assert_allclose(draws.nation, whole, atol=3e-7)


def test_votes_scatter_around_what_is_expected(drawn):
    _, draws = drawn
    np.testing.assert_allclose(draws.votes.mean(axis=0), TURNOUT.whole, rtol=0.003)
    np.testing.assert_allclose(np.log(draws.votes[:, :2]).std(axis=0), TURNOUT.sd_log, rtol=0.02)


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others():
    found = made_outlook(6, 3, 2, seed=2)
    one, again, other = draw(found, 500), draw(found, 500), draw(found, 500, seed=2)
    assert [array.tobytes() for array in one] == [array.tobytes() for array in again]
    assert not np.array_equal(one.shares, other.shares)


def test_a_singular_covariance_is_drawn_within_its_subspace():
    found = made_outlook(2, 3, 1, seed=2)
    tied = np.array([[1.0, 0.0, 1.0], [0.0, 1.0, 0.0], [1.0, 0.0, 1.0]]) * 0.04
    draws = draw(found._replace(covariances=np.stack([tied, tied])), 1000)
    gap = draws.log_ratios - found.means[draws.node].reshape(1000, 3)
    np.testing.assert_allclose(gap[:, 0], gap[:, 2], atol=1e-9)
