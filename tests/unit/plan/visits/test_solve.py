"""Stops in integers: against every possible plan, and a bound that no itinerary beats."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from hustings.plan.visits import Asked, VisitEffects
from hustings.plan.visits.places import great_circle_km
from hustings.plan.visits.route import cut_in_days
from hustings.plan.visits.solve import least_travel, solve, total

UNITS = ("A", "B", "C")


def effects(*first, repeat=0.7):
    names = tuple(f"c{k}" for k in range(len(first)))
    return VisitEffects(names, np.array(first), np.array(first), repeat, names)


def every_plan(worth, made, asked, hours):
    """Best plan of all: all stops of all candidates, all orders, cut into days."""
    per = []
    for many in itertools.product(range(asked.stops() + 1), repeat=len(worth)):
        stops = np.array(many)
        ways = itertools.permutations(np.flatnonzero(stops).tolist())
        if any(not w or cut_in_days(list(w), stops, hours, asked)[-1].day < asked.working_days for w in ways):
            per.append(stops)
    return max(total(worth, made, np.array(plan)) for plan in itertools.product(per, repeat=len(made.candidates)))


@pytest.mark.parametrize("seed", range(4))
def test_the_best_of_all_plans_is_found_where_hops_are_free(seed):
    rng = np.random.default_rng(seed)
    worth, made, asked = rng.uniform(0.1, 1.0, 3), effects(0.02, 0.01), Asked(2, 2)
    none = np.zeros((3, 3))
    found = solve(worth, made, asked, UNITS, none, none)
    best = every_plan(worth, made, asked, none)
    assert total(worth, made, found.stops) == pytest.approx(best, rel=2e-3)
    assert best <= found.bound * (1 + 1e-9)


@pytest.mark.parametrize("seed", range(4))
def test_no_itinerary_beats_the_bound(seed):
    rng = np.random.default_rng(seed)
    km = great_circle_km(rng.uniform(30, 45, 3), rng.uniform(-110, -75, 3))
    hours = np.where(np.eye(3) > 0, 0.0, 1.0 + km / 300.0)
    worth, made, asked = rng.uniform(0.3, 1.0, 3), effects(0.02), Asked(2, 3, day_hours=9.0)
    found = solve(worth, made, asked, UNITS, hours, km)
    best = every_plan(worth, made, asked, hours)
    assert best <= found.bound * (1 + 1e-9)
    # The bound counts travel from below; here it is seldom far.
    assert found.bound < 1.35 * best


def test_a_stop_of_half_the_worth_is_half_a_stop():
    # By hand: two candidates of weights 1 and 1/2, one unit: E = 3, m (1 - r^3) / (1 - r) with r = .5 is 1.75 m.
    found = solve(np.ones(1), effects(0.02, 0.01, repeat=0.5), Asked(1, 2), ("A",), np.zeros((1, 1)), np.zeros((1, 1)))
    assert found.bound == pytest.approx(0.02 * 1.75)
    assert found.stops.tolist() == [[2], [2]]


def test_travel_from_below_is_never_above_the_shortest_way():
    rng = np.random.default_rng(5)
    for _ in range(20):
        km = great_circle_km(rng.uniform(30, 45, 5), rng.uniform(-110, -75, 5))
        hours = np.where(np.eye(5) > 0, 0.0, 1.0 + km / 600.0)
        least = least_travel(hours, km)
        begun = least.near + least.enter[least.region]
        shortest = min(hours[list(w[:-1]), list(w[1:])].sum() for w in itertools.permutations(range(5)))
        assert least.near.sum() + least.enter.sum() - begun.max() <= shortest + 1e-9
