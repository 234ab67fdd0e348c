from __future__ import annotations

import numpy as np
import pytest
from scipy.special import logit

from hustings.errors import InputError
from hustings.maths.logratio import softmax
from hustings.scores.support.error import SurveyError
from hustings.scores.support.poststratify import UnitEstimates
from hustings.scores.support.shift import correct, logit_shift, past_vote_bias

TWO = UnitEstimates(("a", "b"), np.array([[0.2], [0.4]]), np.diag([0.04, 0.04]), np.array([3.0, 1.0]))


def test_past_vote_by_hand():
    """Gaps -.1 and -.5, votes 3 to 1: the nation's is -.2; half of the departures carries over."""
    past = TWO.mean_logit - np.array([[0.1], [0.5]])
    bias = past_vote_bias(TWO, past, SurveyError(0.1, 0.2, carry=0.5))
    np.testing.assert_allclose(bias.mean[:, 0], [-0.15, -0.35])
    np.testing.assert_allclose(bias.own, [[0.05, 0.01], [0.01, 0.05]])
    # .04 * ((.5 + .375)^2 + .125^2)
    assert bias.sampling[0, 0] == pytest.approx(0.04 * (0.875**2 + 0.125**2))
    found = correct(TWO, bias)
    np.testing.assert_allclose(found.mean_logit[:, 0], [0.05, 0.05])
    np.testing.assert_allclose(found.covariance, TWO.covariance + bias.sampling + bias.own)


def test_the_same_interviews_err_in_both():
    """All of the departure carried over and answers that are the recall: sampling cancels."""
    bias = past_vote_bias(TWO, TWO.mean_logit, SurveyError(0.0, 0.0, carry=1.0))
    np.testing.assert_allclose(correct(TWO, bias, correlation=1.0).covariance, 0.0, atol=1e-12)


def test_past_results_that_cannot_be():
    with pytest.raises(InputError, match="past result"):
        past_vote_bias(TWO, np.array([[0.1], [np.inf]]), SurveyError(0.1, 0.1))


@pytest.mark.parametrize("n_contrasts", [1, 3])
def test_shifted_cells_sum_to_the_target(n_contrasts):
    rng = np.random.default_rng(2)
    eta, votes, place = 2.0 * rng.standard_normal((60, n_contrasts)), rng.random(60), np.repeat([0, 1, 2], 20)
    target = rng.standard_normal((3, n_contrasts))
    shift = logit_shift(eta, votes, place, target)
    shares = votes[:, None] * softmax(eta + shift[place])
    for u in range(3):
        sums = shares[place == u].sum(axis=0)
        np.testing.assert_allclose(np.log(sums[:-1] / sums[-1]), target[u], atol=1e-8)


def test_one_cell_is_shifted_by_the_difference():
    found = logit_shift(np.array([[logit(0.3)]]), np.ones(1), np.zeros(1, dtype=np.int64), np.array([[logit(0.5)]]))
    assert found[0, 0] == pytest.approx(logit(0.5) - logit(0.3))


def test_no_shift_reaches_a_share_of_nothing():
    with pytest.raises(InputError, match="target share of 0 or 1"):
        logit_shift(np.zeros((1, 1)), np.ones(1), np.zeros(1, dtype=np.int64), np.array([[np.inf]]))
    with pytest.raises(InputError, match="no votes"):
        logit_shift(np.zeros((1, 1)), np.zeros(1), np.zeros(1, dtype=np.int64), np.array([[0.0]]))
