"""Plans side by side: closed forms, and no rule beats the plan that was made for the goal."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from scipy.stats import norm

from hustings.plan.compare import Done, compare
from hustings.plan.levers import Levers
from made_races import made_race

SD, MARGIN, SCALE = 0.05, 0.02, 100.0


def lever(n, effects=None, sd=(0.5,)):
    return Levers(
        tuple("ABC"[:n]),
        ("door",) * n,
        MARGIN * np.eye(n),
        np.full(n, SCALE),
        np.zeros(n),
        np.full(n, np.inf),
        np.zeros(n, dtype=np.int64) if effects is None else np.array(effects),
        tuple(f"e{k}" for k in range(len(sd))),
        np.array(sd),
    )


def test_one_unit_is_the_normal_distribution():
    race = made_race([-0.01], [SD], seats=(1,), n_draws=2000)
    found = compare(race, lever(1), 100.0, np.random.default_rng(1))
    made = MARGIN * (1 - np.exp(-1.0)) * race.lead_per_margin[0]
    added = norm.cdf((-0.01 + made) / SD) - norm.cdf(-0.01 / SD)
    table = found.table()
    assert found.gains == pytest.approx(added, rel=1e-3)
    # One effect whose sd is half of it: the interval's ends are those of the effect; nothing parts the plans.
    for name, factor in (("gain_low", 1 - 1.6449 / 2), ("gain_high", 1 + 1.6449 / 2)):
        there = norm.cdf((-0.01 + factor * made) / SD) - norm.cdf(-0.01 / SD)
        assert table[name][0] == pytest.approx(there, rel=0.1)
    assert table["behind_high"].to_numpy() == pytest.approx(0.0, abs=1e-9)


def test_no_rule_beats_the_plan_and_safe_places_are_a_waste():
    race = made_race([0.0, 0.01, 0.8], [0.1] * 3, seats=(5, 4, 6), votes=[100, 100, 900], n_draws=4000)
    done = Done("", "file", np.array([0.0, 0.0, 1.0]), dated=False)
    found = compare(race, lever(3), 200.0, np.random.default_rng(1), done=[done])
    table = found.table()
    assert table["plan"][0] == "plan for win"
    assert (table["behind"] >= -1e-4).all()
    assert table.filter(plan="done")["gain"].item() == pytest.approx(0.0, abs=1e-6)
    shares = found.units().group_by("plan").agg(pl.col("budget_share").sum())
    assert shares["budget_share"].to_numpy() == pytest.approx(1.0)


def test_the_difference_is_paired():
    # Both plans rest on the same effect: what parts them is as uncertain as itself, not as both.
    race = made_race([0.0, 0.0], [0.1] * 2, seats=(3, 2), n_draws=4000)
    done = Done("", "file", np.array([0.0, 1.0]), dated=False)
    row = (
        compare(race, lever(2), 100.0, np.random.default_rng(1), done=[done])
        .table()
        .filter(plan="done")
        .row(0, named=True)
    )
    half = (row["behind_high"] - row["behind_low"]) / 2
    assert half == pytest.approx(1.6449 * 0.5 * abs(row["behind"]), rel=0.1)
    # Of two effects apart the errors add by squares.
    apart = compare(race, lever(2, effects=[0, 1], sd=(0.5, 0.5)), 100.0, np.random.default_rng(1), done=[done])
    each = apart.spreads[0].centre - apart.spreads[-1].centre
    row = apart.table().filter(plan="done").row(0, named=True)
    assert (row["behind_high"] - row["behind_low"]) / 2 == pytest.approx(1.6449 * 0.5 * np.hypot(*each), rel=0.1)
