"""The best spending for many guesses at once: against the bisection, and differences."""

from __future__ import annotations

import numpy as np
import pytest

from hustings.maths.waterfill import waterfill
from hustings.plan.polling.spend import best_spending, decision
from made_polling import hand_levers


@pytest.mark.parametrize("budget", [3.5, 20.0, 300.0])
def test_agrees_with_the_bisection(budget):
    rng = np.random.default_rng(1)
    worth, scale = rng.lognormal(0.0, 1.0, (40, 6)), rng.lognormal(1.0, 0.5, 6)
    worth[:, 5] = 0.0
    low, high = np.array([0.0, 0.5, 0.0, 1.0, 0.0, 0.0]), np.array([np.inf, 8.0, 2.0, np.inf, 5.0, np.inf])
    found = best_spending(worth, scale, low, high, budget)
    exact = waterfill(worth, scale, low, high, budget)
    np.testing.assert_allclose(found.dollars, exact, atol=1e-6)
    np.testing.assert_allclose(found.value, (worth * -np.expm1(-exact / scale)).sum(axis=1), rtol=1e-9)


def test_the_price_is_what_one_dollar_more_earns():
    rng = np.random.default_rng(2)
    worth, scale = rng.lognormal(0.0, 1.0, (5, 4)), rng.lognormal(1.0, 0.5, 4)
    low, high = np.zeros(4), np.full(4, np.inf)
    one, more = (best_spending(worth, scale, low, high, budget) for budget in (10.0, 10.0 + 1e-4))
    np.testing.assert_allclose(one.per_dollar, (more.value - one.value) / 1e-4, rtol=1e-3)


def test_nothing_is_left_to_buy():
    found = best_spending(np.ones(2), np.ones(2), np.zeros(2), np.ones(2), 5.0)
    np.testing.assert_allclose(found.dollars, [1.0, 1.0])
    assert found.per_dollar == 0.0


def test_levers_that_no_poll_could_bring_into_play_are_left_out():
    plan = decision(hand_levers(3), np.array([1.0, 0.5, 1e-7]), np.eye(3), 1e6)
    assert len(plan.scale) == 2
    assert plan.still.value == pytest.approx(
        best_spending(np.array([0.022, 0.01]), np.full(2, 1e6), np.zeros(2), np.full(2, np.inf), 1e6).value
    )


def test_where_nothing_can_be_won_nothing_fails():
    plan = decision(hand_levers(3), np.zeros(3), np.eye(3), 1e6)
    assert plan.still.value == 0.0
