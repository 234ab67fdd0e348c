"""What a unit is worth, against values worked by hand."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import norm

from hustings.plan.levers import Levers
from hustings.plan.worth import tipping_probs, worth_table
from made_projections import made_projection, make_contest, steady_polls
from made_races import made_race

DENSITY = norm.pdf(0.1 / 0.2) / 0.2


@pytest.fixture(scope="module")
def table():
    # One unit alone decides: three seats of four.
    race = made_race([0.1, -0.3], [0.2, 0.2], seats=(3, 1), votes=[50_000.0, 4_000.0], n_draws=50_000)
    levers = Levers(
        places=("A", "A", "B"),
        channels=("door", "tv", "door"),
        margin=np.array([[0.02, 0.0], [0.01, 0.0], [0.0, 0.05]]),
        scale_dollars=np.array([200_000.0, 500_000.0, 10_000.0]),
        floor_dollars=np.zeros(3),
        cap_dollars=np.full(3, np.inf),
        effect=np.zeros(3, dtype=np.int64),
        effect_names=("all",),
        effect_sd=np.array([0.5]),
    )
    return worth_table(race, np.array([1.0, np.nan]), levers, np.array([0.002, 0.002]))


def test_votes_points_and_visits(table):
    first, second = table.row(0, named=True), table.row(1, named=True)
    assert (first["unit"], second["unit"]) == ("A", "B")
    slope = 2 * DENSITY  # a margin moves the logit twice
    assert first["win_per_point"] == pytest.approx(0.01 * slope)
    assert first["win_per_10000_votes"] == pytest.approx(0.2 * slope)
    assert first["vote_decides_prob"] == pytest.approx(2 * slope / 50_000)
    assert first["win_per_visit"] == pytest.approx(0.002 * slope)
    assert first["seats_per_point"] == pytest.approx(0.01 * slope * 3, rel=0.01)
    assert first["win_prob"] == pytest.approx(norm.cdf(0.5), abs=0.01)
    assert second["win_per_point"] == 0.0
    assert second["tipping_prob"] is None


def test_money(table):
    first, second = table.row(0, named=True), table.row(1, named=True)
    # 1,000 net votes for 200,000 dollars at the start: the cheapest lever of the two.
    assert first["dollars_per_vote"] == pytest.approx(200.0)
    assert second["dollars_per_vote"] == pytest.approx(50.0)
    # A million between two levers: x1 / s1 - x2 / s2 = ln((w1/s1) / (w2/s2)) = ln 5, x1 + x2 = 1e6.
    x1 = (1e6 + 5e5 * np.log(5)) / (1 + 5e5 / 2e5)
    x2 = 1e6 - x1
    made = 0.02 * (1 - np.exp(-x1 / 2e5)) + 0.01 * (1 - np.exp(-x2 / 5e5))
    assert first["win_per_million_dollars"] == pytest.approx(2 * DENSITY * made, rel=1e-6)
    assert second["win_per_million_dollars"] == 0.0


def test_without_levers_money_is_left_empty():
    race = made_race([0.1], [0.2], seats=(3,), n_draws=500)
    row = worth_table(race, np.array([1.0])).row(0, named=True)
    assert row["dollars_per_vote"] is None
    assert row["win_per_visit"] is None


def test_tipping_is_summed_over_options():
    contest = make_contest(4)
    found = made_projection(contest, steady_polls(contest, range(40, 1, -3), np.random.default_rng(3)))
    race = made_race([0.0], [0.2], seats=(1,), n_draws=10)
    probs = tipping_probs(type(race)(**{**race.__dict__, "contest": contest}), found.units)
    assert probs.sum() == pytest.approx(1.0 - sum(found.verdict[k] for k in ("tie_prob", "no_majority_prob")), abs=1e-9)
