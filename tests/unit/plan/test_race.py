"""A projection seen from one option."""

from __future__ import annotations

import numpy as np
import pytest

from hustings.errors import ConfigError
from hustings.plan.goals import goal_of
from hustings.plan.race import nation_race, own_shares, race_of
from made_projections import made_projection, make_contest, steady_polls


@pytest.fixture(scope="module", params=[("x", "y"), ("x", "y", "z")], ids=["two options", "three options"])
def projection(request):
    contest = make_contest(4, request.param)
    return made_projection(contest, steady_polls(contest, range(40, 1, -3), np.random.default_rng(3)))


def test_every_option_sees_the_same_shares(projection):
    contest = projection.contest
    order = np.argsort(projection.drawn.node, kind="stable")
    for place, option in enumerate(contest.option_ids):
        race = race_of(projection, option)
        shares = own_shares(race.draws)
        drawn = projection.drawn.shares[order]
        np.testing.assert_allclose(shares[:, :, 0], drawn[:, :, place], atol=1e-6)
        np.testing.assert_allclose(shares[:, :, 1:], np.delete(drawn, place, axis=2), atol=1e-6)
        assert goal_of(race).base == pytest.approx(projection.verdict["options"][option]["win_prob"], abs=1e-9)
        # The Gaussians are those that the draws come from.
        mean = np.einsum("n,nur->ur", race.weights, race.means)
        np.testing.assert_allclose(race.draws.mean(axis=0), mean, atol=0.03)
        spread = np.einsum("n,nii->i", race.weights, race.covariances)
        spread = spread + race.weights @ (race.means - mean).reshape(len(race.weights), -1) ** 2
        np.testing.assert_allclose(race.draws.reshape(len(order), -1).var(axis=0), spread, rtol=0.15)


def test_the_nation_is_that_of_the_projection(projection):
    contest = projection.contest
    race = race_of(projection, contest.option_ids[0])
    nation = own_shares(nation_race(race).draws)[:, 0, 0]
    there = projection.units.filter(unit=contest.nation, option=contest.option_ids[0])
    assert nation.mean() == pytest.approx(there["share_mean"][0], abs=2e-3)
    assert nation.std() == pytest.approx(there["share_sd"][0], rel=0.1)


def test_moving_and_thinning(projection):
    race = race_of(projection, projection.contest.option_ids[0])
    step = np.array([0.1, 0.0, -0.2, 0.0])
    moved = race.moved(step)
    np.testing.assert_allclose(moved.draws - race.draws, np.broadcast_to(step[:, None], race.draws.shape), atol=1e-6)
    thin = race.thinned(500)
    assert len(thin.draws) == 500
    assert (np.diff(thin.node) >= 0).all()


def test_an_option_that_is_not(projection):
    with pytest.raises(ConfigError, match="has no option 'nobody'"):
        race_of(projection, "nobody")
