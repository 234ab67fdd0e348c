"""Bets on counts: against scipy's probabilities on a dense grid of levels."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import logsumexp
from scipy.stats import nbinom, poisson

from hustings.maths.eprocesses.counts import COUNT_FROM_START, COUNT_PRIOR, COUNT_SHIFTS, count_log_bets, sided_prior
from hustings.maths.eprocesses.detector import log_evidence, uniform_starts

LEVELS = np.linspace(-2.0, 2.0, 801)


def log_probability(x, mean, r):
    return poisson.logpmf(x, mean) if np.isinf(r) else nbinom.logpmf(x, r, r / (r + mean))


def predictives(x, mu, r, tau, centre=0.0, moved=0.0):
    """Log predictive of every count: level around `centre` at first, the day itself `moved` on top of what is known."""
    log_weight, found = -0.5 * ((LEVELS - centre) / tau) ** 2, []
    for count, expected in zip(x, mu, strict=True):
        log_weight = log_weight - logsumexp(log_weight)
        found.append(logsumexp(log_weight + log_probability(count, expected * np.exp(LEVELS + moved), r)))
        log_weight = log_weight + log_probability(count, expected * np.exp(LEVELS), r)
    return np.array(found)


@pytest.mark.parametrize(("r", "tau"), [(30.0, 0.3), (np.inf, 0.1)])
def test_ratios_of_the_predictives(r, tau):
    rng = np.random.default_rng(2)
    mu = np.linspace(20.0, 60.0, 8)
    x = rng.poisson(1.2 * mu).astype(float)
    found = count_log_bets(x[None], mu[None], np.array([r]), np.array([tau]))[0]
    claim = predictives(x, mu, r, tau)
    for k, shift in enumerate(COUNT_SHIFTS):
        other = {"centre": shift} if COUNT_FROM_START[k] else {"moved": shift}
        exact = predictives(x, mu, r, tau, **other) - claim
        assert found[0, k] == pytest.approx(exact[0], abs=1e-4)
        # After the first day numerators take the knowledge of the level as a Gaussian, whose far tails are not quite right.
        if abs(shift) < 3 * tau:
            assert found[:, k] == pytest.approx(exact, abs=0.03), shift


def test_the_mean_of_every_bet_is_one():
    """Summed over every count of the first day, and over every count of the second given the first."""
    x = np.stack([np.full(300, 23.0), np.arange(0.0, 300.0)], axis=1)
    mu, r, tau = np.full((300, 2), 30.0), np.full(300, 12.0), np.full(300, 0.2)
    for days in ([1], [0, 1]):
        found = count_log_bets(x[:, days], mu[:, days], r, tau)[:, -1]
        chance = np.exp([predictives(past, mu[0, days], 12.0, 0.2)[-1] for past in x[:, days]])
        assert chance.sum() == pytest.approx(1.0, abs=1e-6)
        assert chance @ np.exp(found) == pytest.approx(np.ones(len(COUNT_SHIFTS)), abs=1e-4)


def test_with_a_known_level_it_is_the_plain_ratio():
    x, mu, r = 80.0, 50.0, 9.0
    found = count_log_bets(np.array([[x]]), np.array([[mu]]), np.array([r]), np.zeros(1))[0, 0]
    ratio = log_probability(x, mu * np.exp(COUNT_SHIFTS), r) - log_probability(x, mu, r)
    assert found == pytest.approx(ratio, abs=1e-4)


def test_a_missing_day_changes_nothing():
    x = np.array([[30.0, np.nan, 35.0], [30.0, 35.0, np.nan]])
    mu = np.full((2, 3), 28.0)
    found = count_log_bets(x, mu, np.full(2, 20.0), np.full(2, 0.1))
    assert not found[0, 1].any()
    assert found[0, 2] == pytest.approx(found[1, 1])
    assert np.isfinite(count_log_bets(np.full((1, 2), np.nan), mu[:1, :2], np.ones(1), np.ones(1))).all()


def test_extreme_counts_stay_finite():
    x = np.array([[0.0, 1e6, 0.0, 1e-3 + 5.0]])
    found = count_log_bets(x, np.full((1, 4), 1e3), np.array([np.inf]), np.array([0.05]))
    assert np.isfinite(found).all()


def test_a_level_that_was_announced_is_quiet_and_a_break_is_not():
    rng = np.random.default_rng(4)
    mean = np.full((200, 60), 2000.0) * np.exp(rng.normal(0, 0.1, (200, 1)))
    mean[100:, 30:] *= 1.3
    x = rng.poisson(mean * rng.gamma(100, 1 / 100, mean.shape)).astype(float)
    bets = count_log_bets(x, np.full(mean.shape, 2000.0), np.full(200, 100.0), np.full(200, 0.1))
    ever = log_evidence(bets, COUNT_PRIOR, uniform_starts(60, 250)).max(axis=1) >= np.log(20)
    assert ever[:100].mean() <= 0.05
    assert ever[100:].mean() >= 0.95


def test_one_side_only():
    assert sided_prior("above")[COUNT_SHIFTS < 0].sum() == 0.0
