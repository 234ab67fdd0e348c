"""Rules by hand, and a unit's money on its cheapest votes."""

from __future__ import annotations

import numpy as np
import pytest

from hustings.plan.compare import RULES, folded, shared_out
from hustings.plan.compare.strategies import to_levers
from hustings.plan.levers import Levers
from made_races import made_race

RACE = made_race([0.0, 0.1, 0.0], [0.2] * 3, seats=(4, 9, 1), votes=[100, 300, 100], n_draws=50)


def make_levers(margin, scale, *, places=("A", "B", "C"), cap=np.inf):
    margin, n = np.asarray(margin, dtype=float), len(places)
    return Levers(
        places,
        ("door",) * n,
        margin,
        np.asarray(scale, dtype=float),
        np.zeros(n),
        np.full(n, cap),
        np.zeros(n, dtype=np.int64),
        ("door",),
        np.array([0.5]),
    )


LEVERS = make_levers(0.01 * np.eye(3), [100.0] * 3)


def test_rules_by_hand():
    amounts = {name: rule(RACE).tolist() for name, rule in RULES.items()}
    assert amounts["equal by unit"] == [1, 1, 1]
    assert amounts["seats^1.5"] == [8, 27, 1]
    assert amounts["by votes cast"] == [100, 300, 100]


def test_proportions_count_not_sizes():
    one, two = (shared_out(RACE, LEVERS, "x", k * np.array([1.0, 3.0, 0.0]), 400.0) for k in (1.0, 50.0))
    assert one.shares == pytest.approx([0.25, 0.75, 0.0])
    assert one.dollars == pytest.approx([100.0, 300.0, 0.0])
    assert two.dollars == pytest.approx(one.dollars)


def test_a_units_money_buys_equal_last_votes():
    # Two levers in A, of 3 and 1 votes in all, scale 100: equal last dollars are log(3) * 100 apart.
    levers = make_levers([[0.03, 0, 0], [0.01, 0, 0]], [100.0, 100.0], places=("A", "A"))
    spent = shared_out(RACE, levers, "x", np.array([1.0, 0.0, 0.0]), 300.0).dollars
    assert spent[0] - spent[1] == pytest.approx(100 * np.log(3), rel=1e-6)
    assert spent.sum() == pytest.approx(300.0)


def test_what_a_unit_cannot_spend_is_left():
    levers = make_levers(0.01 * np.eye(3), [100.0] * 3, cap=50.0)
    spent = shared_out(RACE, levers, "x", np.array([1.0, 0.0, 0.0]), 400.0)
    assert spent.dollars == pytest.approx([50.0, 0.0, 0.0])


def test_a_district_without_levers_counts_to_what_it_lies_in():
    race = made_race([0.0] * 3, [0.2] * 3, seats=(4, 9, 1), n_draws=50, parents={"C": "A"})
    levers = make_levers(0.01 * np.eye(3)[:2], [100.0] * 2, places=("A", "B"))
    assert to_levers(race, levers, np.array([1.0, 1.0, 2.0])) == pytest.approx([0.75, 0.25, 0.0])


def test_a_market_belongs_to_the_unit_where_it_makes_most_votes():
    levers = make_levers([[0.01, 0.005, 0.0]], [100.0], places=("market",))
    # 1 vote of 100 in A, 1.5 of 300 in B.
    assert to_levers(RACE, levers, np.array([1.0, 1.0, 0.0])) == pytest.approx([0.0, 1.0, 0.0])


def test_districts_count_to_what_they_lie_in():
    race = made_race([0.0] * 3, [0.2] * 3, seats=(4, 9, 1), n_draws=50, parents={"C": "A"})
    units, amounts = folded(race, np.array([1.0, 2.0, 4.0]))
    assert units == ["A", "B"]
    assert amounts.tolist() == [5.0, 2.0]
