"""A budget over concave levers against an independent solver, and against conditions worked by hand."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import brentq, minimize

from hustings.maths.waterfill import poured, waterfill

WORTH, SCALE = np.array([3.0, 1.0, 0.2, 2.0]), np.array([10.0, 5.0, 1.0, 40.0])
LOW, HIGH = np.array([0.0, 1.0, 0.0, 0.0]), np.array([12.0, 50.0, 50.0, 8.0])


@pytest.mark.parametrize("budget", [1.5, 10.0, 30.0, 60.0])
def test_as_an_independent_solver(budget):
    found = waterfill(WORTH, SCALE, LOW, HIGH, budget)
    solved = minimize(
        lambda x: -(WORTH * -np.expm1(-x / SCALE)).sum(),
        LOW + (budget - LOW.sum()) * (HIGH - LOW) / (HIGH - LOW).sum(),
        jac=lambda x: -WORTH / SCALE * np.exp(-x / SCALE),
        bounds=list(zip(LOW, HIGH, strict=True)),
        constraints={"type": "eq", "fun": lambda x: x.sum() - budget, "jac": np.ones_like},
        method="SLSQP",
        options={"ftol": 1e-14, "maxiter": 500},
    )
    assert found.sum() == pytest.approx(budget, rel=1e-9)
    np.testing.assert_allclose(found, solved.x, atol=2e-3)


def test_the_last_dollar_earns_the_same_everywhere():
    found = waterfill(WORTH, SCALE, np.zeros(4), np.full(4, np.inf), 30.0)
    earned = WORTH / SCALE * np.exp(-found / SCALE)
    assert earned[found > 0] == pytest.approx(earned[found > 0][0])
    assert (earned[found == 0] <= earned[found > 0].max() + 1e-12).all()


def test_two_levers_by_hand():
    # w/s exp(-x/s) alike: x1 - x2 = ln 2 of scale 1, and they sum to 3.
    found = waterfill(np.array([2.0, 1.0]), np.ones(2), np.zeros(2), np.full(2, 9.0), 3.0)
    np.testing.assert_allclose(found, [(3 + np.log(2)) / 2, (3 - np.log(2)) / 2])


def test_many_worths_at_once_and_levers_that_earn_nothing():
    many = waterfill(np.stack([WORTH, WORTH[::-1]]), SCALE, LOW, HIGH, 20.0)
    np.testing.assert_allclose(many[0], waterfill(WORTH, SCALE, LOW, HIGH, 20.0))
    np.testing.assert_allclose(many[1], waterfill(WORTH[::-1], SCALE, LOW, HIGH, 20.0))
    nothing = waterfill(np.array([-1.0, 0.0, 1.0]), np.ones(3), np.zeros(3), np.array([5.0, 5.0, 2.0]), 4.0)
    np.testing.assert_allclose(nothing, [0.0, 0.0, 2.0])


def by_bisection(worth, scale, low, high, budget):
    """Spending at the price at which the budget is out, found by an independent root finder."""

    def at(log_price):
        free = scale * (np.log(np.maximum(worth, 1e-300) / scale) - log_price)
        return np.where(worth > 0, np.clip(free, low, high), low)

    return at(brentq(lambda log_price: at(log_price).sum() - budget, -700.0, 100.0, xtol=1e-14, rtol=1e-14))


@pytest.mark.parametrize("budget", [3.5, 20.0, 300.0])
def test_agrees_with_bisection_for_the_price(budget):
    rng = np.random.default_rng(1)
    worth, scale = rng.lognormal(0.0, 1.0, (40, 6)), rng.lognormal(1.0, 0.5, 6)
    worth[:, 5] = 0.0
    low, high = np.array([0.0, 0.5, 0.0, 1.0, 0.0, 0.0]), np.array([np.inf, 8.0, 2.0, np.inf, 5.0, np.inf])
    found = poured(worth, scale, low, high, budget)
    exact = np.array([by_bisection(one, scale, low, high, budget) for one in worth])
    np.testing.assert_allclose(found.spent, exact, atol=1e-6)
    np.testing.assert_allclose(found.value, (worth * -np.expm1(-exact / scale)).sum(axis=1), rtol=1e-9)


def test_the_price_is_what_one_dollar_more_earns():
    rng = np.random.default_rng(2)
    worth, scale = rng.lognormal(0.0, 1.0, (5, 4)), rng.lognormal(1.0, 0.5, 4)
    low, high = np.zeros(4), np.full(4, np.inf)
    one, more = (poured(worth, scale, low, high, budget) for budget in (10.0, 10.0 + 1e-4))
    np.testing.assert_allclose(one.per_dollar, (more.value - one.value) / 1e-4, rtol=1e-3)


def test_nothing_is_left_to_buy():
    found = poured(np.ones(2), np.ones(2), np.zeros(2), np.ones(2), 5.0)
    np.testing.assert_allclose(found.spent, [1.0, 1.0])
    assert found.per_dollar == 0.0
