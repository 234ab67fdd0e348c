"""Offices and costs of beginning, against every combination."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from hustings.errors import ConfigError
from hustings.maths.waterfill import waterfill
from hustings.plan.money import money_plan
from hustings.plan.money.lumps import Lumps, lumped
from made_races import made_race
from unit.plan.money.test_planning import levers


def best_of_all(found, worth, budget, lumps):
    """Every set of levers begun and every number of pieces; the rest poured."""
    choices = []
    for j in range(len(worth)):
        piece, start = lumps.piece_dollars[j], lumps.start_dollars[j]
        if piece > 0:
            choices.append([(n * piece, n * piece, start if n else 0.0) for n in range(int(budget // piece) + 1)])
        else:
            choices.append([(0.0, budget, start), (0.0, 0.0, 0.0)])
    best = 0.0
    for chosen in product(*choices):
        low, high, paid = (np.array(column) for column in zip(*chosen, strict=True))
        rest = budget - paid.sum()
        if rest >= low.sum():
            dollars = waterfill(worth, found.scale_dollars, low, high, rest)
            if dollars.sum() <= rest + 1e-6:
                best = max(best, float(found.reached(dollars) @ worth))
    return best


@pytest.mark.parametrize("seed", range(4))
def test_the_program_finds_the_best_of_every_combination(seed):
    rng = np.random.default_rng(seed)
    found = levers(5, margin=rng.uniform(0.01, 0.05, 5), scale=rng.uniform(300, 2000, 5))
    worth = rng.uniform(0.5, 2.0, 5)
    lumps = Lumps(np.array([0.0, 300.0, 0.0, 150.0, 0.0]), np.array([0.0, 0.0, 250.0, 0.0, 400.0]))
    dollars, bound = lumped(found, worth, 1500.0, lumps)
    made = float(found.reached(dollars) @ worth)
    best = best_of_all(found, worth, 1500.0, lumps)
    assert made == pytest.approx(best, rel=3e-4)
    assert bound >= best - 1e-6
    assert dollars.sum() + lumps.begun(dollars) <= 1500.0 + 1e-6
    assert dollars[2] / 250.0 == pytest.approx(round(dollars[2] / 250.0))


def test_a_plan_with_lumps_keeps_to_its_budget_and_pays_no_start_for_nothing():
    race = made_race([0.0, 0.02, 0.4], [0.06] * 3, seats=(3, 2, 4), n_draws=10_000)
    lumps = Lumps(np.array([200.0, 200.0, 200.0]), np.zeros(3))
    plan = money_plan(race, levers(), 1000.0, lumps=lumps)
    assert plan.spent_dollars == pytest.approx(1000.0, rel=1e-6)
    assert plan.begun_dollars == 200.0 * np.count_nonzero(plan.dollars)
    # C is nearly safe and not worth beginning.
    assert plan.dollars[2] == 0.0


def test_a_floor_that_is_no_whole_piece_cannot_be():
    found = levers(2, floor_dollars=np.array([100.0, 0.0]), cap_dollars=np.array([120.0, np.inf]))
    with pytest.raises(ConfigError, match="cannot be met together"):
        lumped(found, np.ones(2), 500.0, Lumps(np.zeros(2), np.array([90.0, 0.0])))
