"""The engine: against its definition as a double loop, and by enumeration of every path."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from hustings.maths.eprocesses.detector import likely_start, log_evidence, uniform_starts


def by_definition(log_bets, prior, start_mass):
    """One segment: half on every bet from the first step, half on every (bet, start), what has not started lies idle."""
    n_steps, n_bets = log_bets.shape
    found = []
    for t in range(n_steps):
        value = 0.0
        for k in range(n_bets):
            value += 0.5 * prior[k] * np.exp(log_bets[: t + 1, k].sum())
            for s in range(t + 1):
                value += 0.5 * prior[k] * start_mass[s] * np.exp(log_bets[s : t + 1, k].sum())
            value += 0.5 * prior[k] * (1.0 - start_mass[: t + 1].sum())
        found.append(value)
    return np.log(found)


def test_the_recursion_is_the_double_sum():
    rng = np.random.default_rng(1)
    log_bets, prior, start = rng.normal(0, 0.7, (3, 20, 4)), rng.dirichlet(np.ones(4)), rng.dirichlet(np.ones(25))[:20]
    found = log_evidence(log_bets, prior, start)
    for s in range(3):
        assert found[s] == pytest.approx(by_definition(log_bets[s], prior, start), abs=1e-12)


def test_fair_coins_make_a_martingale_of_mean_one():
    """All 64 paths of six fair tosses; a bet of 0.9 on heads, one of 0.5 on tails."""
    tosses = np.array(list(product([1, -1], repeat=6)))
    log_bets = np.log1p(tosses[..., None] * np.array([0.9, -0.5]))
    evidence = np.exp(log_evidence(log_bets, np.array([0.3, 0.7]), uniform_starts(6)))
    assert evidence.mean(axis=0) == pytest.approx(np.ones(6))


def test_nothing_seen_leaves_the_stake():
    assert log_evidence(np.zeros((2, 5, 3)), np.full(3, 1 / 3), uniform_starts(5, 100)) == pytest.approx(
        np.zeros((2, 5))
    )


def test_a_lost_bet_stays_lost_and_a_huge_one_stays_finite():
    log_bets = np.zeros((2, 3, 1))
    log_bets[0, 0], log_bets[1] = -np.inf, 2000.0
    found = log_evidence(log_bets, np.ones(1), np.full(3, 1 / 3))
    # What had started is gone; the third and the second that came later are still there: half of 2/3.
    assert found[0, -1] == pytest.approx(np.log(1 / 3))
    assert found[1, -1] == pytest.approx(6000 + np.log(0.5 + 0.5 / 3))


def test_the_change_is_found_where_it_was():
    log_bets = np.full((2, 30, 2), -0.1)
    log_bets[0, 12:, 1] = 0.3
    log_bets[1, 20:, 0] = 0.3
    prior = np.full(2, 0.5)
    assert likely_start(log_bets, prior).tolist() == [12, 20]


def test_starts_of_a_campaign_sum_to_at_most_one():
    assert uniform_starts(50, 200).sum() == pytest.approx(0.25)
    assert uniform_starts(50).sum() == pytest.approx(1.0)
    # A campaign that lasts longer than was planned: nothing of what was said changes.
    assert uniform_starts(50, 20)[:20] == pytest.approx(uniform_starts(20, 20))
    assert uniform_starts(50, 20).sum() == pytest.approx(1.0)
