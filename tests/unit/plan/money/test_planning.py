"""The money plan, against a grid of all plans, an independent solver, and closed forms."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from scipy.optimize import minimize
from scipy.stats import norm

from hustings.errors import ConfigError
from hustings.plan.goals import goal_of
from hustings.plan.levers import Levers
from hustings.plan.money import money_plan
from hustings.plan.money.planning import behind, starved
from made_races import made_race

SEATS, VOTES = (5, 3, 4), (1000.0, 400.0, 3000.0)


def levers(n_units=3, margin=0.06, scale=1000.0, **fields):
    """One lever a unit, its price in proportion to its votes; ``margin`` and ``scale`` may be arrays."""
    names = tuple("ABCDEFGH"[:n_units])
    ones = np.ones(n_units)
    made = {
        "places": names,
        "channels": ("door",) * n_units,
        "margin": np.diag(margin * ones),
        "scale_dollars": scale * ones,
        "floor_dollars": 0.0 * ones,
        "cap_dollars": np.inf * ones,
        "effect": np.zeros(n_units, dtype=np.int64),
        "effect_names": ("door",),
        "effect_sd": np.array([0.3]),
    }
    return Levers(**(made | fields))


def exact_win(means, sds, seats, needed):
    """Chance to win of independent units, over all outcomes."""
    up = norm.cdf(np.asarray(means) / sds)
    chance = 0.0
    for won in product((0, 1), repeat=len(seats)):
        if np.dot(won, seats) >= needed:
            chance += np.prod(np.where(won, up, 1 - up))
    return chance


class TestThreeUnits:
    means, sds = np.array([-0.02, 0.05, -0.06]), np.array([0.08, 0.06, 0.1])
    budget = 2500.0

    def race(self):
        return made_race(self.means, self.sds, seats=SEATS, votes=VOTES, n_draws=40_000)

    def value(self, dollars, found):
        # Two options: a net vote is half a point of share, two of lead at a tie.
        return exact_win(self.means + 2 * found.made(np.asarray(dollars)), self.sds, SEATS, 7)

    def test_no_plan_of_a_fine_grid_is_better(self):
        found = levers(scale=np.array([900.0, 500.0, 2000.0]))
        plan = money_plan(self.race(), found, self.budget)
        parts = np.linspace(0, 1, 61)
        grid = [self.budget * np.array([a, b, 1 - a - b]) for a, b in product(parts, parts) if a + b <= 1 + 1e-9]
        best = max(self.value(np.maximum(one, 0), found) for one in grid)
        assert plan.dollars.sum() == pytest.approx(self.budget)
        # Slopes are counted in 40,000 draws.
        assert self.value(plan.dollars, found) > best - 2e-4

    def test_an_independent_solver_finds_the_same(self):
        found = levers(scale=np.array([900.0, 500.0, 2000.0]))
        plan = money_plan(self.race(), found, self.budget)
        solved = minimize(
            lambda x: -self.value(self.budget * x, found),
            np.full(3, 1 / 3),
            bounds=[(0, 1)] * 3,
            constraints={"type": "eq", "fun": lambda x: x.sum() - 1},
            method="SLSQP",
        )
        assert solved.success
        assert self.value(plan.dollars, found) == pytest.approx(-solved.fun, abs=2e-4)
        np.testing.assert_allclose(plan.dollars / self.budget, solved.x, atol=0.06)

    def test_what_it_says_it_adds_is_what_it_adds(self):
        found = levers(scale=np.array([900.0, 500.0, 2000.0]))
        plan = money_plan(self.race(), found, self.budget)
        added = self.value(plan.dollars, found) - self.value(np.zeros(3), found)
        assert plan.gain == pytest.approx(added, rel=0.03)
        assert plan.gain <= plan.certificate.ceiling
        assert 0 <= plan.certificate.gap < 0.01 * plan.gain

    @pytest.mark.parametrize("goal", ["win", "seats", "popular"])
    def test_no_budget_passes_its_ceiling(self, goal):
        """One dollar adds too little to be counted in draws; all that can be bought is the ceiling itself."""
        one = money_plan(self.race(), levers(), 1.0, goal)
        assert 0 < one.gain <= one.certificate.ceiling
        every = money_plan(self.race(), levers(), 1e5, goal, cap_dollars=np.full(3, 5e4))
        assert every.gain <= every.certificate.ceiling * (1 + 1e-9)

    def test_floors_and_caps_hold(self):
        floors, caps = np.array([0.0, 400.0, 0.0]), np.array([600.0, np.inf, np.inf])
        plan = money_plan(self.race(), levers(), self.budget, floor_dollars=floors, cap_dollars=caps)
        assert (plan.dollars >= floors - 1e-6).all()
        assert (plan.dollars <= caps + 1e-6).all()


def test_far_behind_money_is_put_together():
    # Two units alike, each far lost: split it moves neither, so that the whole budget belongs in one; with one seat of three it wins.
    race = made_race([-0.4, -0.4, 1.0], [0.08, 0.08, 0.05], seats=(1, 1, 1), n_draws=40_000)
    plan = money_plan(race, levers(margin=0.3, scale=4000.0), 4000.0)
    assert plan.dollars.max() > 0.9 * plan.spent_dollars
    assert not plan.certificate.is_bound
    assert "the best of them" in plan.certificate.words("points", 100)


def test_cheapest_votes_go_where_they_are_cheap_and_the_plan_to_win_where_they_decide():
    # A is lost and cheap, B decides, C is safe.
    race = made_race([-0.8, 0.0, 0.9], [0.05, 0.05, 0.05], seats=(4, 1, 4), votes=(5000, 1000, 5000))
    found = levers(scale=np.array([500.0, 1000.0, 500.0]))
    win, cheap = money_plan(race, found, 500.0), money_plan(race, found, 500.0, "votes")
    assert win.dollars[1] == pytest.approx(500.0, rel=1e-3)
    assert cheap.dollars[1] == pytest.approx(0.0, abs=1e-6)
    # By hand: 0.06 (1 - e^-1/2) of margin, twice that of lead, over an sd of 0.05.
    added = norm.cdf(2 * 0.06 * (1 - np.exp(-0.5)) / 0.05) - 0.5
    assert behind(win, cheap) == pytest.approx(added, rel=0.03)
    assert [unit for unit, _, _ in starved(win, cheap)] == ["B"]
    assert cheap.net_votes > win.net_votes


def test_goal_of_votes_is_the_pour_itself():
    race = made_race([0.0, 0.0], [0.1, 0.1], seats=(1, 2), votes=(1000, 3000))
    plan = money_plan(race, levers(2), 1500.0, "votes")
    # Equal scales: worth 1 to 3, so that x_B - x_A = s log 3.
    assert plan.dollars[1] - plan.dollars[0] == pytest.approx(1000 * np.log(3), rel=1e-6)
    assert plan.net_votes == pytest.approx(
        60 * (1 - np.exp(-plan.dollars[0] / 1000)) + 180 * (1 - np.exp(-plan.dollars[1] / 1000))
    )


def test_money_that_is_nearly_exhausted_says_so():
    race = made_race([0.0, 0.0], [0.1, 0.1], seats=(1, 2))
    assert money_plan(race, levers(2), 100.0).last_dollar > 0.8
    assert money_plan(race, levers(2), 20_000.0).last_dollar < 0.02


def test_units_are_paid_by_the_votes_a_market_makes_in_them():
    race = made_race([0.0, 0.0], [0.1, 0.1], seats=(1, 2), votes=(1000, 3000))
    market = levers(2, margin=np.array([1.0, 1.0]), places=("M", "N"))
    market = Levers(**{**market.__dict__, "margin": np.array([[0.02, 0.02], [0.0, 0.01]])})
    plan = money_plan(race, market, 1000.0)
    spent = plan.dollars
    np.testing.assert_allclose(plan.unit_dollars(), [0.25 * spent[0], 0.75 * spent[0] + spent[1]])


@pytest.mark.parametrize(
    ("budget", "floors", "caps", "said"),
    [
        (0.0, None, None, "buys nothing"),
        (-5.0, None, None, "buys nothing"),
        (1000.0, None, np.array([300.0, 300.0, 300.0]), "100 above all caps"),
        (1000.0, np.array([700.0, 0.0, 800.0]), None, "500 more than the budget.*C door 800, A door 700"),
        (
            1000.0,
            np.array([700.0, 0.0, 0.0]),
            np.array([500.0, np.inf, np.inf]),
            "A door: the floor.*200 above its cap",
        ),
    ],
)
def test_a_budget_that_cannot_be_is_refused(budget, floors, caps, said):
    race = made_race([0.0] * 3, [0.1] * 3, seats=SEATS, n_draws=100)
    with pytest.raises(ConfigError, match=said):
        money_plan(race, levers(), budget, floor_dollars=floors, cap_dollars=caps)


def test_goals_other_than_win():
    race = made_race([0.0, 0.3, -0.1], [0.1] * 3, seats=SEATS, votes=VOTES, n_draws=20_000)
    for goal in ("seats", "popular"):
        plan = money_plan(race, levers(), 1000.0, goal)
        others = [money_plan(race, levers(), 1000.0, other) for other in ("win", "seats", "popular", "votes")]
        assert plan.gain >= max(goal_of(race, goal).gain(other.margin) for other in others) - 2e-4
