"""A rival who spends too: symmetric equilibria, best answers by a grid, the 3/2 rule."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from scipy.optimize import minimize
from scipy.stats import norm

from hustings.errors import InputError
from hustings.plan.goals import goal_of
from hustings.plan.levers import Levers
from hustings.plan.money import money_plan
from hustings.plan.money.contest import proportional
from hustings.plan.money.rivals import equilibrium, faced, observed_spending
from made_races import made_race
from unit.plan.money.test_planning import levers


def test_alike_in_an_even_race_both_spend_alike_and_nothing_changes():
    race = made_race([0.0, 0.0, 0.0], [0.08] * 3, seats=(1, 1, 1), n_draws=20_000)
    found = equilibrium(race, levers(), 1500.0, 1500.0)
    np.testing.assert_allclose(found.own_dollars, found.rival_dollars)
    np.testing.assert_allclose(found.own_dollars, 500.0, rtol=0.05)
    assert found.change == pytest.approx(0.0, abs=1e-9)
    assert found.exploitable < 1e-4


def test_with_unlike_budgets_neither_can_do_better_by_a_grid():
    race = made_race([0.03, -0.02], [0.08, 0.06], seats=(3, 2), n_draws=40_000)
    tools = levers(2, scale=np.array([800.0, 1200.0]))
    found = equilibrium(race, tools, 2000.0, 1000.0, "seats")

    def seats(own, rival):
        lead = np.array([0.03, -0.02]) + 2 * (tools.made(own) - tools.made(rival))
        return norm.cdf(lead / np.array([0.08, 0.06])) @ np.array([3, 2])

    here = seats(found.own_dollars, found.rival_dollars)
    parts = np.linspace(0, 1, 201)
    mine = max(seats(2000 * np.array([p, 1 - p]), found.rival_dollars) for p in parts)
    theirs = min(seats(found.own_dollars, 1000 * np.array([p, 1 - p])) for p in parts)
    assert mine - here < 2e-3
    assert here - theirs < 2e-3
    assert found.exploitable < 2e-3


def test_facing_a_rival_is_facing_lower_leads():
    race = made_race([0.1, 0.0], [0.1, 0.1], seats=(3, 2), n_draws=1000)
    after = faced(race, levers(2), np.array([1000.0, 0.0]))
    np.testing.assert_allclose(after.means[0, :, 0], [0.1 - race.lead_per_margin[0] * 0.06 * (1 - np.exp(-1)), 0.0])


def test_observed_money_of_a_unit_goes_to_its_best_channels_and_all_of_it_is_spent():
    two = Levers(
        places=("A", "A", "B"),
        channels=("door", "mail", "door"),
        margin=np.array([[0.05, 0], [0.01, 0], [0, 0.05]]),
        scale_dollars=np.array([1000.0, 1000.0, 1000.0]),
        floor_dollars=np.zeros(3),
        cap_dollars=np.full(3, np.inf),
        effect=np.zeros(3, dtype=np.int64),
        effect_names=("x",),
        effect_sd=np.zeros(1),
    )
    rows = pl.DataFrame({"unit": ["A", "B"], "channel": [None, "door"], "dollars": [2000.0, 70.0]})
    found = observed_spending(two, rows)
    # 0.05 e^-x = 0.01 e^-(2 - x): x = (2 + log 5) / 2.
    np.testing.assert_allclose(found, [1000 + 500 * np.log(5), 1000 - 500 * np.log(5), 70.0], rtol=1e-6)
    with pytest.raises(InputError, match=r"row 2.*'Z'"):
        observed_spending(two, rows.with_columns(unit=pl.lit("Z")))


class TestThreeHalves:
    """Brams and Davis: votes by the proportion of money, independent voters, expected electors, an even race."""

    n = np.array([3.0, 8.0, 20.0, 55.0])

    def test_spending_is_in_proportion_to_electors_to_the_three_halves(self):
        race = made_race(np.zeros(4), 1 / np.sqrt(self.n), seats=tuple(self.n.astype(int)), n_draws=1000)
        spent = proportional(race, 1000.0, 1000.0, "seats")
        np.testing.assert_allclose(spent, 1000 * self.n**1.5 / (self.n**1.5).sum(), rtol=1e-6)

    def test_it_is_the_best_answer_to_itself_by_an_independent_solver(self):
        rival = self.n**1.5 / (self.n**1.5).sum()

        def lost(logs, noise):
            own = np.exp(logs) / np.exp(logs).sum()
            return -norm.cdf(np.log(own / rival) * np.sqrt(self.n) / noise) @ self.n

        solved = minimize(lost, np.log(self.n / self.n.sum()), args=(6.0,), method="BFGS", tol=1e-10)
        own = np.exp(solved.x) / np.exp(solved.x).sum()
        np.testing.assert_allclose(own, rival, rtol=2e-3)
        # Where little noise is left, all on the largest unit is a better answer: Brams and Davis' own caveat.
        assert lost(np.array([-9.0, -9.0, -9.0, 0.0]), 1.0) < lost(np.log(rival), 1.0)

    def test_with_shared_errors_of_one_size_it_is_electors_alone(self):
        race = made_race(np.zeros(4), np.full(4, 0.1), seats=tuple(self.n.astype(int)), n_draws=1000)
        np.testing.assert_allclose(proportional(race, 1.0, 1.0, "seats"), self.n / self.n.sum(), rtol=1e-6)

    def test_more_money_than_the_rival_moves_every_unit_alike(self):
        race = made_race(np.zeros(2), np.array([0.5, 1.0]), seats=(5, 5), n_draws=1000)
        density = norm.pdf(np.log(2) / np.array([0.5, 1.0])) / np.array([0.5, 1.0])
        np.testing.assert_allclose(proportional(race, 2.0, 1.0, "seats"), 2 * density / density.sum(), rtol=1e-6)


def test_against_what_a_rival_does_the_plan_answers():
    race = made_race([0.05, 0.05, 0.05], [0.06] * 3, seats=(1, 1, 1), n_draws=20_000)
    after = faced(race, levers(), np.array([900.0, 0.0, 0.0]))
    plan = money_plan(after, levers(), 500.0)
    assert goal_of(after).base < goal_of(race).base
    # A is behind now: B and C win without it.
    assert plan.dollars[0] < plan.dollars[1]


def test_in_equilibrium_no_other_split_of_visits_is_better():
    # With a log response a split d of one visit makes sum_u slope_u log(d_u / r_u): best where d is in proportion to the slope.
    race = made_race([0.0, 0.05, -0.2], [0.1] * 3, seats=(3, 2, 2), n_draws=20_000)
    slope = goal_of(race).slope(np.zeros(3))
    parts = np.linspace(0.01, 0.98, 98)
    splits = np.array([(a, b, 1 - a - b) for a in parts for b in parts if a + b < 0.995])
    best = splits[(slope * np.log(splits)).sum(axis=1).argmax()]
    assert proportional(race, 1.0, 1.0) == pytest.approx(best, abs=0.015)
