from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from hustings.polls.tracker.history import read_history
from hustings.polls.tracker.kernel import complete_leans, shared_covariance, volatility
from hustings.polls.tracker.spec import KernelWeights
from recovery.seasons import make_contest, make_spec

WEIGHTS = make_spec().kernel
TOP = np.ones(6, dtype=bool)


def kernel(contest, weights=WEIGHTS):
    return shared_covariance(contest, read_history(contest), weights)


@pytest.mark.parametrize("options", [("a", "b"), ("a", "b", "c")])
def test_a_covariance_with_mean_variance_one_that_leaves_the_nation_alone(options):
    contest = make_contest(6, options)
    found = kernel(contest)
    votes = np.array([unit.expected_votes for unit in contest.units])
    np.testing.assert_allclose(found, found.T, atol=1e-14)
    assert np.linalg.eigvalsh(found).min() > -1e-9
    assert np.mean(np.diag(found)) == pytest.approx(1.0)
    np.testing.assert_allclose(found @ votes / votes.sum(), 0.0, atol=1e-7)


@pytest.mark.parametrize("order", [(1, 0, 2), (2, 0, 1)])
def test_no_option_is_special(order):
    contest = make_contest(6, ("a", "b", "c"))
    other = dataclasses.replace(contest, options=tuple(contest.options[k] for k in order))
    np.testing.assert_allclose(kernel(contest), kernel(other), atol=1e-12)
    both = [volatility(read_history(each), TOP, 4.0) for each in (contest, other)]
    np.testing.assert_allclose(both[0], both[1])


def test_two_options_have_one_lean():
    """By hand: for two options the mean over both options is the one lean's own."""
    contest = make_contest(6)
    history = read_history(contest)
    found = kernel(contest, KernelWeights(region=0.0, swings=0.0, history=0.0, lean=1.0, covariates=0.0))
    lean = history.lean[-1, :, 0]
    z = (lean - lean.mean()) / lean.std()
    votes = np.array([unit.expected_votes for unit in contest.units])
    centred = z - votes @ z / votes.sum()
    expected = np.outer(centred, centred)
    np.testing.assert_allclose(found, expected / np.mean(np.diag(expected)), atol=1e-6)


def test_regions_move_together():
    found = kernel(make_contest(6), KernelWeights(region=1.0, swings=0.0, history=0.0, lean=0.0, covariates=0.0))
    assert found[0, 3] > found[0, 1]
    assert found[0, 3] == pytest.approx(found[0, 0], abs=1e-6)


@pytest.mark.parametrize("n_past", [0, 1, 2])
def test_little_history_is_enough(n_past):
    contest = make_contest(6, n_past=n_past)
    assert np.isfinite(kernel(contest)).all()
    factors = volatility(read_history(contest), TOP, 4.0)
    assert (factors > 0.0).all()
    assert np.exp(np.mean(np.log(factors))) == pytest.approx(1.0)
    if n_past < 2:
        np.testing.assert_array_equal(factors, 1.0)


def test_one_unit_shares_with_nobody():
    np.testing.assert_array_equal(kernel(make_contest(1)), [[0.0]])


def test_volatility_shrinks_with_the_weight_of_the_prior():
    history = read_history(make_contest(6))
    spreads = [np.log(volatility(history, TOP, weight)).std() for weight in (0.5, 4.0, 1e6)]
    assert spreads[0] > spreads[1] > spreads[2]
    assert spreads[2] < 1e-4


def test_leans_start_after_the_last_gap():
    leans = np.zeros((4, 2, 1))
    leans[1, 0] = np.nan
    assert len(complete_leans(leans)) == 2
    leans[3, 1] = np.nan
    assert len(complete_leans(leans)) == 0
