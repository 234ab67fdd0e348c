"""Bets on shares: against a loop over people, and by enumeration of every answer."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from hustings.errors import InputError
from hustings.maths.eprocesses.shares import FRACTIONS, SHARE_BETS, share_log_bets, share_sums, sided_prior

CLUSTER = np.array([7, 7, 3, 3, 3])
WEIGHT = np.array([0.5, 2.0, 1.0, 3.0, 0.1])
P = np.array([0.0, 0.3, 0.8, 1.0, 0.5])


def by_loop(y, tolerance, typical):
    """Factors of both sides, cluster after cluster."""
    found = np.ones(len(SHARE_BETS))
    for k, fraction in enumerate(FRACTIONS):
        for side, at in ((1, k), (-1, k + len(FRACTIONS))):
            for c in (3, 7):
                total = sum(w for w, d in zip(WEIGHT, CLUSTER, strict=True) if d == c)
                x = sum(
                    w * (side * (a - p) - tolerance) for w, a, p, d in zip(WEIGHT, y, P, CLUSTER, strict=True) if d == c
                )
                found[at] *= 1 + fraction * min(1 / typical, 1 / total) / (1 + tolerance) * x
    return found


@pytest.mark.parametrize("typical", [0.5, 3.0, 10.0])
def test_as_a_loop_over_people(typical):
    y = np.array([1.0, 0.0, 1.0, 0.0, 0.25])
    found = share_log_bets(y, P, WEIGHT, CLUSTER, np.ones(5, int), 3, tolerance=0.03, typical_weight=typical)
    assert np.exp(found[1]) == pytest.approx(by_loop(y, 0.03, typical))
    assert not found[[0, 2]].any()


def answers(truth):
    """Every set of five answers with its chance."""
    every = np.array(list(product([0.0, 1.0], repeat=5)))
    return every, np.prod(np.where(every == 1, truth, 1 - truth), axis=1)


def mean_factor(truth, **kwargs):
    every, chance = answers(truth)
    found = [share_log_bets(y, P, WEIGHT, CLUSTER, np.zeros(5, int), 1, typical_weight=1.0, **kwargs)[0] for y in every]
    return chance @ np.exp(found)


def test_the_mean_of_every_bet_is_one_when_predictions_are_true():
    assert mean_factor(P, tolerance=0.0) == pytest.approx(np.ones(len(SHARE_BETS)))


def test_within_the_tolerance_no_bet_gains_and_beyond_it_one_does():
    sure = np.array([0.0, 0.0, 0.0, 0.0, 0.0])
    inside = np.clip(P + 0.05, 0.0, 1.0) + sure
    assert (mean_factor(inside, tolerance=0.05) <= 1 + 1e-12).all()
    beyond = mean_factor(np.clip(P + 0.2, 0.0, 1.0), tolerance=0.05)
    assert beyond[: len(FRACTIONS)].max() > 1.0
    assert (beyond[len(FRACTIONS) :] <= 1.0).all()


def test_answers_of_a_cluster_may_be_one_answer():
    """Interviewer 3 got one answer three times: the mean of a bet on the cluster stays 1; bets per interview gain."""
    p, weight = np.full(4, 0.5), np.ones(4)
    together = np.array([[0.0] * 4, [1.0] * 4])

    def mean(cluster):
        one = [
            share_log_bets(y, p, weight, cluster, np.zeros(4, int), 1, tolerance=0.0, typical_weight=1.0)[0]
            for y in together
        ]
        return np.exp(one).mean(axis=0)

    assert mean(np.zeros(4, int)) == pytest.approx(np.ones(len(SHARE_BETS)))
    assert mean(np.arange(4)).max() > 1.3


def test_a_side_that_is_not_watched_stays_at_nothing():
    y = np.array([1.0, 1.0, 1.0, 1.0, 1.0])
    found = share_log_bets(y, P, WEIGHT, CLUSTER, np.zeros(5, int), 1, tolerance=0.0, typical_weight=1.0, sides="below")
    assert not found[0, SHARE_BETS > 0].any()
    assert (found[0, SHARE_BETS < 0] < 0).all()
    assert sided_prior("below")[SHARE_BETS > 0].sum() == 0.0


def test_sums_by_hand():
    """Segment 1: one cluster, 1 * 0.5 + 2 * (-0.25) = 0; segment 0: the same interviewer, and another."""
    y, p = np.array([1.0, 0.0, 1.0, 0.0]), np.array([0.5, 0.25, 0.5, 0.5])
    sums = share_sums(y, p, np.array([1.0, 2.0, 1.0, 4.0]), np.array([5, 5, 5, 9]), np.array([1, 1, 0, 0]), 3)
    assert sums == pytest.approx(np.array([[2, 5, -1.5, 0.25 + 4.0], [1, 3, 0, 0], [0, 0, 0, 0]]))


@pytest.mark.parametrize(
    ("column", "value"), [("y", 1.2), ("y", np.nan), ("p", -0.1), ("weight", -1.0), ("weight", np.inf)]
)
def test_what_voids_the_bets_is_refused(column, value):
    data = {"y": P.copy(), "p": P.copy(), "weight": WEIGHT.copy()}
    data[column][2] = value
    with pytest.raises(InputError, match="2 of the batch"):
        share_log_bets(**data, cluster=CLUSTER, segment=np.zeros(5, int), n_segments=1, tolerance=0.0, typical_weight=1)


def test_a_typical_weight_of_nothing_is_refused():
    with pytest.raises(InputError, match="typical weight"):
        share_log_bets(P, P, WEIGHT, CLUSTER, np.zeros(5, int), 1, tolerance=0.0, typical_weight=0.0)


def test_no_answers_no_growth():
    none, codes = np.zeros(0), np.zeros(0, int)
    assert not share_log_bets(none, none, none, codes, codes, 2, tolerance=0.0, typical_weight=1.0).any()


def test_bets_are_sized_for_the_typical_cluster_of_their_segment():
    one = np.ones(2)
    grown = share_log_bets(
        one, np.full(2, 0.5), one, np.arange(2), np.arange(2), 2, tolerance=0.0, typical_weight=np.array([4.0, 1.0])
    )
    # A fraction g of a quarter, and of the whole, on a residual of one half.
    assert grown == pytest.approx(np.log1p(SHARE_BETS * np.array([[0.125], [0.5]])))
