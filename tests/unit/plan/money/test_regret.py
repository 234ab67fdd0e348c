"""Least regret, against a grid of all plans in all worlds."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import norm

from hustings.plan.money import money_plan
from hustings.plan.money.regret import least_regret
from hustings.projection.worlds import World
from made_races import made_race
from unit.plan.money.test_planning import levers

MEANS, SDS, BUDGET = np.array([0.0, 0.08]), np.array([0.06, 0.06]), 1500.0
WORLDS = [World("B is off", np.array([0.0, -0.12]), 0.12, "made"), World("A is off", np.array([0.1, 0.0]), 0.1, "made")]


def test_where_nothing_can_be_wrong_it_is_the_plan_itself():
    race = made_race(MEANS, SDS, seats=(3, 2), n_draws=20_000)
    plan = money_plan(race, levers(2), BUDGET, "seats")
    found = least_regret(race, levers(2), BUDGET, "seats", [], [plan.dollars])
    np.testing.assert_allclose(found.dollars, plan.dollars, atol=0.02 * BUDGET)
    assert found.regret.max() == pytest.approx(0.0, abs=1e-3)
    assert found.weight.tolist() == [1.0]


def test_no_plan_of_a_grid_has_a_smaller_largest_regret():
    race = made_race(MEANS, SDS, seats=(3, 2), n_draws=20_000)
    tools = levers(2)
    plan = money_plan(race, tools, BUDGET, "seats")
    found = least_regret(race, tools, BUDGET, "seats", WORLDS, [plan.dollars])
    leads = [np.zeros(2), *(world.lead for world in WORLDS)]

    def seats(dollars, lead):
        return norm.cdf((MEANS + lead + 2 * tools.made(dollars)) / SDS) @ np.array([3, 2])

    grid = [BUDGET * np.array([p, 1 - p]) for p in np.linspace(0, 1, 151)]
    best = np.array([max(seats(one, lead) for one in grid) for lead in leads])
    regrets = {
        tuple(one): max(best[w] - seats(one, lead) for w, lead in enumerate(leads)) for one in [*grid, found.dollars]
    }
    least = min(regrets.values())
    assert regrets[tuple(found.dollars)] < least + 0.01
    assert regrets[tuple(found.dollars)] < 0.8 * max(
        best[w] - seats(plan.dollars, lead) for w, lead in enumerate(leads)
    )
    # What it says of itself is what the closed form says.
    exact = [best[w] - seats(found.dollars, lead) for w, lead in enumerate(leads)]
    np.testing.assert_allclose(found.regret, exact, atol=0.02)
    assert found.bound <= least + 0.01
    assert found.regret.max() <= found.others[0].max() + 1e-9


def test_of_many_worlds_those_that_matter_are_planned_for():
    race = made_race(MEANS, SDS, seats=(3, 2), n_draws=2_000)
    nothing = [World(f"small {k}", np.array([1e-4 * k, 0.0]), 0.0, "made") for k in range(5)]
    plan = money_plan(race, levers(2), BUDGET, "seats")
    found = least_regret(race, levers(2), BUDGET, "seats", [*nothing, *WORLDS], [plan.dollars], most_worlds=2)
    assert [world.name for world in found.worlds] == ["as it is thought to be", "B is off", "A is off"]
    assert found.left_out == 5
