"""What breaks, on arrays small enough to see."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace

import numpy as np
import pytest

from hustings.electorate.synthetic import ElectorateSpec
from hustings.electorate.synthetic.worlds import World, broken_truth, new_factor
from hustings.errors import ConfigError

DAY, EVE = dt.date(2016, 10, 11), dt.date(2016, 11, 7)
PLAN = SimpleNamespace(spec=ElectorateSpec(1_000, seed=2))
WHITE, BLACK, DEM, REP, SCHOOL, DEGREE = 0, 1, 0, 1, 0, 2


def people(n=4_000):
    """Own party and white without a degree; the same with one; the same but black; and of the other party."""
    kinds = [(DEM, WHITE, SCHOOL), (DEM, WHITE, DEGREE), (DEM, BLACK, SCHOOL), (REP, WHITE, SCHOOL)]
    party, race, education = (np.repeat(np.array(column), n // 4) for column in zip(*kinds, strict=True))
    return {
        "person": np.arange(n),
        "party": party,
        "race": race,
        "education": education,
        "first_seen": np.full(n, 17_000),
    }


def hidden(n=4_000):
    return {
        "support_prob": np.full(n, 0.8),
        "turnout_prob": np.linspace(0.05, 0.95, n),
        "supports_first": np.ones(n, bool),
        "will_vote": np.zeros(n, bool),
    }


def test_the_base_erodes_in_its_class_alone_and_not_before_the_day():
    world = World("base-erosion", DAY, 0.25)
    before = broken_truth(world, PLAN, people(), hidden(), DAY - dt.timedelta(days=1))
    assert before["supports_first"].all()
    after = broken_truth(world, PLAN, people(), hidden(), DAY)
    loyal = after["supports_first"].reshape(4, -1).mean(axis=1)
    assert loyal[1:].tolist() == [1.0, 1.0, 1.0]
    assert loyal[0] == pytest.approx(0.75, abs=0.04)
    assert after["support_prob"].reshape(4, -1)[:, 0] == pytest.approx([0.6, 0.8, 0.8, 0.8])


def test_turnout_rises_by_five_points_and_only_of_the_unlikely():
    found = broken_truth(World("turnout", DAY), PLAN, people(), hidden(), EVE)["turnout_prob"]
    usual = hidden()["turnout_prob"]
    assert found.mean() - usual.mean() == pytest.approx(0.05, abs=1e-4)
    assert np.array_equal(found[usual >= 0.6], usual[usual >= 0.6])
    assert (found[usual < 0.6] > usual[usual < 0.6]).all()


def test_a_surge_is_spread_evenly_until_the_election():
    # 28 days are four weeks: 6 % of the roll are 1.5 % a week, five times the model's 0.3 %.
    world, election = World("new-registrants", DAY, 0.06), dt.date(2016, 11, 8)
    assert new_factor(world, 1.5, DAY, election) == pytest.approx(6.5)
    assert new_factor(world, 1.5, DAY - dt.timedelta(days=1), election) == 1.5


@pytest.mark.parametrize(
    ("name", "size", "words"),
    [("loud", None, "unknown world 'loud'"), ("quiet", 0.1, "nothing breaks"), ("turnout", 1.5, "1 at most")],
)
def test_worlds_that_cannot_be_are_refused(name, size, words):
    with pytest.raises(ConfigError, match=words):
        World(name, DAY, size)
