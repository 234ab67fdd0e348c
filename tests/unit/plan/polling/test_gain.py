"""What a reading adds: a closed form, nested simulation, limits."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from scipy.special import ndtr

from hustings.contests.rules import RULES
from hustings.plan.polling import value
from hustings.plan.polling.candidates import OWN_POLLSTER, candidate_rows
from hustings.plan.polling.costs import read_poll_costs, some_modes
from hustings.plan.polling.gain import first_gain, importance, reading_gain
from hustings.plan.polling.spend import Decision
from hustings.plan.race import race_of
from hustings.polls.tracker.foresee import foresee
from made_polling import hand_levers, nested_gain
from made_projections import made_projection, make_contest, make_spec, steady_polls

BUDGET = 1e6


def all_or_nothing(worth=(1.0, 1.0)):
    """A budget far below the levers' scales goes to the best of them alone: V is the larger worth."""
    n = len(worth)
    return Decision(np.diag(worth), np.full(n, 1e9), np.zeros(n), np.full(n, np.inf), 1.0)


@pytest.mark.parametrize("apart", [0.3, 1.0, 2.5])
def test_two_units_by_hand(apart):
    """Worth alike, readings N(0, 1) and N(apart, 1): the better is known with chance Phi(apart / 2)."""
    plan = all_or_nothing()
    mean, variance = np.array([[0.0, apart]]), np.ones((1, 2))
    exact = 1e-9 * (2.0 * ndtr(apart / 2.0) - 1.0)
    # A plan that jumps is the hardest for a grid; those with diminishing returns are smooth.
    assert reading_gain(plan, np.ones((1, 2)), mean, variance)[0] == pytest.approx(exact, rel=0.03)
    found = first_gain(plan, mean, variance, np.array([apart / 2.0]), np.array([1.0 + apart**2 / 4.0]))
    assert found.win[0] == pytest.approx(exact, rel=0.03)
    # Whatever it reads, all the money goes to one unit: from an even start everything or nothing moves.
    assert 0.3 < found.change[0] <= 1.0


def test_a_reading_that_means_the_same_everywhere_is_worth_nothing():
    found = reading_gain(all_or_nothing((1.0, 0.9)), np.ones((1, 2)), np.zeros((1, 2)), np.ones((1, 2)))
    assert found[0] == pytest.approx(0.0, abs=1e-20)


def test_never_below_nothing_and_more_with_less_noise():
    rng = np.random.default_rng(3)
    plan = Decision(rng.lognormal(0, 1, (5, 4)), np.ones(5), np.zeros(5), np.full(5, np.inf), 2.0)
    mean = np.tile(rng.normal(0, 1, (30, 4)), (3, 1, 1))
    variance = 0.2 + np.array([4.0, 1.0, 0.0])[:, None, None] + np.zeros((3, 30, 4))
    found = reading_gain(plan, np.ones(4), mean, variance)
    assert (found >= 0).all()
    assert (np.diff(found, axis=0) > -1e-9).all()
    assert importance(plan).sum() == pytest.approx(1.0)


@pytest.fixture(scope="module")
def small():
    """Four units near a tie, a season's polls, one mode, and interviews almost without end."""
    contest = make_contest(4)
    polls = steady_polls(contest, np.linspace(90, 21, 24).astype(int), np.random.default_rng(2))
    made = made_projection(contest, polls, days=20, n_draws=100_000, spec=make_spec(n_nodes=8))
    race = race_of(made)
    race = race.moved(np.array([0.03, -0.06, -0.10, 0.0]) - race.weights @ race.means[:, :, 0])
    costs = some_modes(read_poll_costs(), ["live phone"])
    old, value.PIVOT_DRAWS = value.PIVOT_DRAWS, 100_000
    offer = value.market(race, made.fit, hand_levers(4), BUDGET, costs, [100, 600, 5000, 10**9])
    value.PIVOT_DRAWS = old
    return race, made.fit, offer


@pytest.mark.parametrize("candidate", [1, 2, 3])
def test_agrees_with_nested_simulation(small, candidate):
    """For every reading: posterior, draws, gradient and plan anew."""
    race, fit, offer = small
    seen = foresee(fit, candidate_rows(race, fit, offer.places, ["live phone"], OWN_POLLSTER), np.ones((5, 1)))
    rule = RULES[race.contest.rule]
    needed = rule.seats_to_win(int(race.seats.sum()), race.contest.rule_settings)
    mean = offer.polls.mean[:, [candidate]]
    variance = seen.covariance[:, candidate, candidate] + seen.own[:, candidate] + offer.sampling()[candidate, 1]
    centre = race.weights @ mean[:, 0]
    spread = race.weights @ (variance + (mean[:, 0] - centre) ** 2)
    readings = centre + np.sqrt(spread) * np.linspace(-3.8, 3.8, 21)
    prob = np.exp(-0.5 * (readings - mean) ** 2 / variance[:, None]) / np.sqrt(variance[:, None])
    prob = race.weights @ prob / (race.weights @ prob).sum()
    long_way = nested_gain(
        race,
        needed,
        hand_levers(4),
        BUDGET,
        seen.crossed[:, [candidate]],
        mean,
        variance[:, None, None],
        readings[:, None],
        prob,
        n_draws=60_000,
    )
    assert value.gains(offer).win.reshape(-1, 4)[candidate, 1] == pytest.approx(long_way, rel=0.08)


def test_more_interviews_help_less_and_less_and_never_beyond_what_bias_leaves(small):
    race, _, offer = small
    found = value.gains(offer).win.reshape(-1, 4)[1:4]
    assert (np.diff(found, axis=1) > 0).all()
    per_interview = np.diff(found, axis=1) / np.diff([100, 600, 5000, 10**9])
    assert (np.diff(per_interview, axis=1) < 0).all()
    now, after, floor = value.margin_sds(offer)
    assert (after < now[:, None]).all()
    np.testing.assert_allclose(after[:, 3], floor, rtol=1e-4)
    assert (floor > 0.3 * now).all()
    assert now[0] == pytest.approx(offer.places.margin_per_lead[0] * race.draws[:, 0, 0].std(), rel=0.02)


def test_the_table_names_every_poll_once(small):
    _, fit, offer = small
    table = value.values_table(offer, value.gains(offer), fit.polls)
    assert table.height == 5 * 4
    assert (table["win_gain_per_100k"].diff().drop_nulls() <= 0).all()
    one = table.filter((pl.col("unit") == "U2") & (pl.col("interviews") == 600))
    assert one["cost_dollars"].item() == 6000 + 600 * 60
    ads = offer.plan.best(np.ones(4), BUDGET + 42_000).value - offer.plan.still.value
    assert one["ads_gain"].item() == pytest.approx(float(ads))
    assert not table["unwatched"].all()


def test_a_unit_that_could_decide_and_nobody_has_asked_is_unwatched(small):
    _, fit, offer = small
    seen = value.watched(offer, fit.polls.filter(pl.col("unit") != "U2"))
    row = seen.row(1, named=True)
    assert (row["unit"], row["n_polls"], row["days_since_poll"], row["unwatched"]) == ("U2", 0, None, True)
