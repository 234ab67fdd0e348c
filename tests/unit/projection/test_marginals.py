"""Shares without simulation against brute-force simulation of the same mixture."""

from __future__ import annotations

import numpy as np
import pytest

from hustings.projection.marginals import LEVELS, marginals
from hustings.projection.turnout import Turnout
from made_projections import made_outlook

N = 200_000
VOTES = np.array([3.0, 1.0, 0.0, 2.0])
"""The third unit is a district: it counts in no whole."""


def turnout(sd_log=0.0):
    return Turnout(np.array([3.0, 1.0, 1.2, 2.0]), VOTES, sd_log)


def simulated(found, sd_log=0.0, seed=1):
    """(draw, place, option) shares, written from the definition: a node, its Gaussian, softmax, votes."""
    rng = np.random.default_rng(seed)
    n_units, n_contrasts = found.means.shape[1:]
    parts = []
    for node, count in enumerate(rng.multinomial(N, found.weights)):
        flat = rng.multivariate_normal(found.means[node].ravel(), found.covariances[node], count)
        powers = np.exp(flat.reshape(count, n_units, n_contrasts))
        total = 1.0 + powers.sum(axis=2, keepdims=True)
        parts.append(np.concatenate([powers, np.ones((count, n_units, 1))], axis=2) / total)
    shares = np.concatenate(parts)
    votes = VOTES * np.exp(sd_log * rng.standard_normal((N, n_units)))
    whole = (shares * votes[:, :, None]).sum(axis=1) / votes.sum(axis=1)[:, None]
    return np.concatenate([shares, whole[:, None]], axis=1)


@pytest.fixture(scope="module", params=[1, 2], ids=["two options", "three options"])
def compared(request):
    found = made_outlook(5, 4, request.param, seed=request.param)
    return marginals(found, turnout()), simulated(found)


def test_means_and_sds_are_those_of_the_mixture(compared):
    exact, draws = compared
    error = draws.std(axis=0) / np.sqrt(N)
    # Three options stand on 512 fixed points a node: their own error is below 5e-4.
    slack = 1e-9 if draws.shape[2] == 2 else 5e-4
    assert np.all(np.abs(exact.mean - draws.mean(axis=0))[:-1] < 4.5 * error[:-1] + slack)
    np.testing.assert_allclose(exact.sd[:-1], draws.std(axis=0)[:-1], rtol=0.01)


def test_quantiles_are_those_of_the_mixture(compared):
    exact, draws = compared
    below = (draws[None, :, :-1] <= exact.quantiles[:, None, :-1]).mean(axis=1)
    # 4.5 standard errors of a simulated quantile are at most 0.005 of probability; 512 points a node add 0.015.
    assert np.abs(below - LEVELS[:, None, None]).max() < (0.005 if draws.shape[2] == 2 else 0.02)


def test_chances_to_lead_are_those_of_the_mixture(compared):
    exact, draws = compared
    leads = (draws == draws.max(axis=2, keepdims=True)).mean(axis=0)
    np.testing.assert_allclose(exact.win_prob[:-1], leads[:-1], atol=0.005 if draws.shape[2] == 2 else 0.009)


def test_chances_and_means_sum_to_one(compared):
    exact, _ = compared
    np.testing.assert_allclose(exact.win_prob.sum(axis=1), 1.0, atol=1e-12)
    np.testing.assert_allclose(exact.mean.sum(axis=1), 1.0, atol=1e-12)


def test_quantiles_rise_with_their_level(compared):
    exact, _ = compared
    assert np.all(np.diff(exact.quantiles, axis=0) > 0)


def test_the_nations_mean_is_the_vote_weighted_mean_of_the_units(compared):
    exact, draws = compared
    np.testing.assert_allclose(exact.mean[-1], VOTES @ exact.mean[:-1] / VOTES.sum(), rtol=0, atol=1e-14)
    np.testing.assert_allclose(exact.mean[-1], draws.mean(axis=0)[-1], atol=1e-3)


@pytest.mark.parametrize("n_contrasts", [1, 2])
def test_the_linearised_nation_is_close_to_simulation(n_contrasts):
    found = made_outlook(5, 4, n_contrasts, seed=8 + n_contrasts)
    exact, draws = marginals(found, turnout(0.1)), simulated(found, 0.1)[:, -1]
    np.testing.assert_allclose(exact.sd[-1], draws.std(axis=0), rtol=0.03)
    np.testing.assert_allclose(exact.quantiles[:, -1], np.quantile(draws, LEVELS, axis=0), atol=4e-3)
    leads = (draws == draws.max(axis=1, keepdims=True)).mean(axis=0)
    np.testing.assert_allclose(exact.win_prob[-1], leads, atol=0.01)


def test_uncertain_turnout_widens_the_nation_and_no_unit():
    found = made_outlook(5, 4, 1, seed=3)
    sure, unsure = marginals(found, turnout()), marginals(found, turnout(0.5))
    assert np.all(unsure.sd[-1] > sure.sd[-1] + 1e-4)
    np.testing.assert_array_equal(unsure.sd[:-1], sure.sd[:-1])


def test_two_options_mirror_each_other():
    exact = marginals(made_outlook(5, 4, 1, seed=4), turnout())
    np.testing.assert_allclose(exact.quantiles[:, :, 0] + exact.quantiles[::-1, :, 1], 1.0, atol=1e-12)
    np.testing.assert_array_equal(exact.sd[:, 0], exact.sd[:, 1])
