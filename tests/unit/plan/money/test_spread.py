"""Intervals, against drawing the effects and asking the closed form each time."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import norm

from hustings.plan.money import money_plan
from hustings.plan.money.spread import draw_factors, spread
from made_races import made_race
from unit.plan.money.test_planning import levers

MEANS, SDS, SEATS = np.array([0.0, 0.1]), np.array([0.1, 0.08]), np.array([3, 2])


def test_votes_are_uncertain_as_their_effect_is():
    race = made_race(MEANS, SDS, seats=(3, 2), n_draws=2_000)
    tools = levers(2)
    plan = money_plan(race, tools, 800.0, "votes")
    found = spread(plan, draw_factors(tools, np.random.default_rng(1), 4000))
    low, high = found.all_votes()
    assert low == pytest.approx(plan.net_votes * (1 - 1.645 * 0.3), rel=0.05)
    assert high == pytest.approx(plan.net_votes * (1 + 1.645 * 0.3), rel=0.05)


def test_the_gain_is_spread_as_when_each_draw_of_effects_is_asked():
    race = made_race(MEANS, SDS, seats=(3, 2), n_draws=20_000)
    tools = levers(2, effect=np.array([0, 1]), effect_names=("door", "mail"), effect_sd=np.array([0.4, 0.8]))
    plan = money_plan(race, tools, 1500.0, "seats")
    factors = draw_factors(tools, np.random.default_rng(1), 2000)
    found = spread(plan, factors)
    made = tools.reached(plan.dollars) * np.diag(tools.margin) * factors.effect
    exact = (norm.cdf((MEANS + 2 * made) / SDS) - norm.cdf(MEANS / SDS)) @ SEATS
    np.testing.assert_allclose(found.gain.sum(axis=1).mean(), exact.mean(), rtol=0.06)
    np.testing.assert_allclose(
        np.quantile(found.gain.sum(axis=1), (0.05, 0.95)), np.quantile(exact, (0.05, 0.95)), atol=0.06
    )


def test_the_same_plan_is_no_better_than_itself():
    race = made_race(MEANS, SDS, seats=(3, 2), n_draws=2_000)
    plan = money_plan(race, levers(2), 800.0)
    found = spread(plan, draw_factors(levers(2), np.random.default_rng(1), 100))
    assert found.beyond(found) == (0.0, 0.0)
