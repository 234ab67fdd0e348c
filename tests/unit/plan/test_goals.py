"""Goals against closed forms and differences."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import norm

from hustings.errors import ConfigError
from hustings.plan.goals import GOALS, goal_of
from made_races import made_race

STILL = np.zeros(3)


@pytest.fixture(scope="module")
def race():
    return made_race(
        [0.1, -0.1, 0.05],
        [0.2, 0.2, 0.3],
        seats=(5, 3, 4),
        votes=[2000.0, 1000.0, 3000.0],
        correlation=0.5,
        n_draws=200_000,
    )


def test_seats_are_expected_seats(race):
    goal = goal_of(race, "seats")
    ahead = norm.cdf(np.array([0.1, -0.1, 0.05]) / [0.2, 0.2, 0.3])
    assert goal.base == pytest.approx(ahead @ [5, 3, 4], abs=0.03)
    # A margin m moves the logit by 2 m at a tie.
    by_hand = 2 * np.array([5, 3, 4]) * norm.pdf(np.array([0.1, -0.1, 0.05]) / [0.2, 0.2, 0.3]) / [0.2, 0.2, 0.3]
    np.testing.assert_allclose(goal.slope(STILL), by_hand, rtol=0.01)


def test_a_gain_is_the_difference_it_makes(race):
    margin = np.array([0.02, 0.0, 0.03])
    win = goal_of(race, "win")
    moved = goal_of(race.moved(margin * race.lead_per_margin), "win")
    assert win.gain(margin) == pytest.approx(moved.base - win.base, abs=3e-3)
    assert win.gain(margin) > 0.02


def test_popular_is_the_chance_that_the_whole_leads(race):
    goal = goal_of(race, "popular")
    votes = np.array([2000.0, 1000.0, 3000.0])
    leads = race.draws[:, :, 0].astype(float)
    whole = (1 / (1 + np.exp(-leads))) @ votes / votes.sum()
    assert goal.base == pytest.approx((whole > 0.5).mean(), abs=5e-3)
    margin = np.array([0.04, 0.0, 0.0])
    # 80 net votes among 6,000.
    assert goal.gain(margin) == pytest.approx((whole > 0.5 - 40 / 6000).mean() - (whole > 0.5).mean(), rel=0.05)
    # Votes count alike wherever they are: a margin is worth as many as the unit has.
    slope = goal.slope(STILL)
    np.testing.assert_allclose(slope / votes, slope[0] / votes[0])


def test_votes_are_net_votes(race):
    goal = goal_of(race, "votes")
    assert goal.gain(np.array([0.01, 0.02, 0.0])) == pytest.approx(20 + 20)
    margins = np.tanh(race.draws[:, :, 0].astype(float) / 2).mean(axis=0)
    assert goal.base == pytest.approx(margins @ [2000, 1000, 3000], rel=1e-5)


@pytest.mark.parametrize(
    ("rule", "settings", "asked"),
    [("plurality", {}, 0.5), ("threshold", {"threshold": 0.52}, 0.52), ("threshold", {"threshold": 2 / 3}, 2 / 3)],
)
def test_where_votes_decide_winning_is_passing_the_line(rule, settings, asked):
    race = made_race([0.1], [0.2], seats=(1,), votes=[500.0], rule=rule, **settings)
    line = np.log(asked / (1 - asked))
    assert goal_of(race, "win").base == pytest.approx(norm.sf(line, 0.1, 0.2), abs=1e-6)
    assert goal_of(race, "win").slope(np.zeros(1))[0] == pytest.approx(
        # A net vote is half a share, and a share moves the logit by 1 / (p (1 - p)) at the line.
        norm.pdf(line, 0.1, 0.2) / (2 * asked * (1 - asked)),
        rel=1e-3,
    )


def test_a_long_way_is_taken_in_pieces():
    """Five standard deviations at once: three points alone would be off by 7 %."""
    alone = made_race([-0.5], [0.2], seats=(3,), n_draws=500)
    for name in ("win", "seats"):
        added = goal_of(alone, name).gain(np.array([0.5]))
        assert added == pytest.approx((norm.cdf(2.5) - norm.cdf(-2.5)) * (1 if name == "win" else 3), rel=1e-3)
    votes = made_race([-0.5], [0.2], seats=(1,), votes=[500.0], rule="plurality")
    assert goal_of(votes, "win").gain(np.array([0.5])) == pytest.approx(norm.cdf(2.5) - norm.cdf(-2.5), abs=1e-9)


def test_what_is_done_in_a_state_is_done_in_its_districts():
    race = made_race(
        [0.0, 0.0, 0.0], [0.2, 0.2, 0.2], seats=(2, 1, 4), votes=[1000.0, 400.0, 5000.0], parents={"B": "A"}
    )
    np.testing.assert_allclose(race.spill[0], [1.0, 1.0, 0.0])
    np.testing.assert_allclose(race.spill[1], [0.4, 1.0, 0.0])
    slope = goal_of(race, "seats").slope(STILL)
    alone = 2 * norm.pdf(0) / 0.2
    np.testing.assert_allclose(slope, [alone * 3, alone * (0.8 + 1), alone * 4], rtol=0.01)


def test_a_goal_that_is_not(race):
    with pytest.raises(ConfigError, match="no goal 'delegates'"):
        goal_of(race, "delegates")
    votes_decide = made_race([0.1], [0.2], seats=(1,), rule="plurality")
    with pytest.raises(ConfigError, match="awards no seats"):
        goal_of(votes_decide, "seats")
    assert [goal_of(race, name).name for name in GOALS] == list(GOALS)
