"""What holds for every projection, whatever the numbers."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hustings.projection.draws import joint_draws
from hustings.projection.marginals import LEVELS, marginals
from hustings.projection.turnout import Turnout
from hustings.projection.verdict import decide_draws, make_verdict
from made_projections import ELECTION, made_outlook, plain_contest

mixtures = st.builds(
    made_outlook,
    st.integers(1, 5),
    st.integers(1, 4),
    st.integers(1, 2),
    st.integers(0, 10_000),
    spread=st.floats(0.01, 2.0),
)


def turnout_for(found, seed=0):
    votes = np.random.default_rng(seed).uniform(1.0, 9.0, found.means.shape[1])
    return Turnout(votes, votes, 0.1)


@settings(max_examples=40, deadline=None)
@given(mixtures)
def test_shares_and_chances_are_shares_and_chances(found):
    exact = marginals(found, turnout_for(found))
    np.testing.assert_allclose(exact.mean.sum(axis=1), 1.0, atol=1e-9)
    np.testing.assert_allclose(exact.win_prob.sum(axis=1), 1.0, atol=1e-9)
    assert np.all((exact.quantiles > 0) & (exact.quantiles < 1))
    assert np.all(np.diff(exact.quantiles, axis=0) >= 0)
    assert np.all(exact.quantiles[0] <= exact.mean)
    assert np.all(exact.mean <= exact.quantiles[-1])
    assert exact.quantiles.shape[0] == len(LEVELS)


@settings(max_examples=30, deadline=None)
@given(mixtures, st.randoms(use_true_random=False))
def test_the_order_of_the_nodes_plays_no_part(found, random):
    order = np.array(random.sample(range(len(found.weights)), len(found.weights)))
    shuffled = found._replace(
        weights=found.weights[order], means=found.means[order], covariances=found.covariances[order]
    )
    one, other = marginals(found, turnout_for(found)), marginals(shuffled, turnout_for(found))
    np.testing.assert_allclose(one.mean, other.mean, atol=1e-12)
    np.testing.assert_allclose(one.win_prob, other.win_prob, atol=1e-12)


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 5), st.integers(2, 4), st.integers(0, 10_000))
def test_relabelled_units_have_permuted_numbers(n_nodes, n_units, seed):
    found = made_outlook(n_nodes, n_units, 1, seed)
    order = np.random.default_rng(seed).permutation(n_units)
    turned = found._replace(means=found.means[:, order], covariances=found.covariances[:, order][:, :, order])
    turnout = turnout_for(found)
    moved = Turnout(turnout.own[order], turnout.whole[order], turnout.sd_log)
    one, other = marginals(found, turnout), marginals(turned, moved)
    np.testing.assert_allclose(one.mean[:-1][order], other.mean[:-1], atol=1e-12)
    np.testing.assert_allclose(one.quantiles[:, -1], other.quantiles[:, -1], atol=1e-9)


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 5), st.integers(1, 4), st.integers(0, 10_000))
def test_a_mirrored_electorate_mirrors_the_numbers(n_nodes, n_units, seed):
    found = made_outlook(n_nodes, n_units, 1, seed)
    turnout = turnout_for(found)
    one, other = marginals(found, turnout), marginals(found._replace(means=-found.means), turnout)
    np.testing.assert_allclose(one.mean, other.mean[:, ::-1], atol=1e-12)
    np.testing.assert_allclose(one.win_prob, other.win_prob[:, ::-1], atol=1e-12)
    np.testing.assert_allclose(one.quantiles, other.quantiles[:, :, ::-1], atol=1e-9)


RULES = ["electors", "seats", "plurality", "majority"]


@settings(max_examples=40, deadline=None)
@given(
    st.sampled_from(RULES),
    st.integers(1, 2),
    st.lists(st.integers(1, 6), min_size=2, max_size=4),
    st.integers(0, 10_000),
)
def test_every_verdict_adds_up(rule, n_contrasts, seats, seed):
    contest = plain_contest(rule, tuple(seats), options=("x", "y", "z")[: n_contrasts + 1])
    found = made_outlook(3, len(seats), n_contrasts, seed)
    turnout = turnout_for(found, seed)
    drawn = joint_draws(found, turnout, 200, np.random.default_rng(seed))
    decided = decide_draws(contest, drawn)
    verdict = make_verdict(contest, ELECTION, drawn, decided, marginals(found, turnout))
    options = verdict["options"].values()
    nobody = verdict["tie_prob"] + verdict["no_majority_prob"] + verdict["runoff_prob"]
    won = sum(option["win_prob"] for option in options)
    assert won + nobody == pytest.approx(1.0, abs=1e-12)
    for option in options:
        assert sum(chance for _, chance in option["seats_histogram"]) == pytest.approx(1.0, abs=1e-12)
        mean = sum(number * chance for number, chance in option["seats_histogram"])
        assert option["seats_mean"] == pytest.approx(mean, abs=1e-9)
        assert option["seats_q05"] <= option["seats_q95"]
        assert option["popular_win_but_lose_prob"] <= won - option["win_prob"] + 1e-12
    tipped = sum(tip["prob"] for tip in verdict["tipping_points"])
    assert tipped == pytest.approx(won if rule in ("electors", "seats") else 0.0, abs=1e-12)
