from __future__ import annotations

import numpy as np
import pytest
from scipy.special import expit, logit

from hustings.errors import InputError
from hustings.scores.cards import measures


def test_by_hand():
    found = measures(np.array([0.8, 0.6, 0.5, 0.2]), np.array([1.0, 0.0, 1.0, 0.0]))
    assert found["log_loss"] == pytest.approx(-np.log([0.8, 0.4, 0.5, 0.8]).mean())
    assert found["brier"] == pytest.approx((0.04 + 0.36 + 0.25 + 0.04) / 4)
    assert found["auc"] == 0.75, "three pairs of four in order"
    assert (found["n"], found["outcome_share"]) == (4.0, 0.5)
    assert found["mean_score"] == pytest.approx(0.525)


def test_ties_count_a_half_and_weights_are_voters():
    assert measures(np.array([0.5, 0.5]), np.array([1.0, 0.0]))["auc"] == 0.5
    rng = np.random.default_rng(1)
    score, outcome, weight = rng.random(60), rng.integers(2, size=60).astype(float), rng.integers(1, 4, size=60)
    repeated = measures(np.repeat(score, weight), np.repeat(outcome, weight))
    found = measures(score, outcome, weight.astype(float))
    for name in found.keys() - {"n"}:
        assert found[name] == pytest.approx(repeated[name], rel=1e-6), name


def test_calibration_finds_what_was_planted():
    rng = np.random.default_rng(2)
    true = expit(rng.normal(size=100_000))
    outcome = (rng.random(100_000) < true).astype(float)
    found = measures(expit(2.0 * logit(true) - 0.6), outcome)
    assert found["calibration_slope"] == pytest.approx(0.5, abs=0.02)
    assert found["calibration_intercept"] == pytest.approx(0.3, abs=0.03)
    assert measures(true, outcome)["calibration_slope"] == pytest.approx(1.0, abs=0.03)


def test_sklearn_finds_the_same():
    metrics = pytest.importorskip("sklearn.metrics")
    rng = np.random.default_rng(5)
    score, outcome, weight = rng.integers(1, 20, 300) / 20, rng.integers(2, size=300).astype(float), rng.random(300)
    found = measures(score, outcome, weight)
    assert found["auc"] == pytest.approx(metrics.roc_auc_score(outcome, score, sample_weight=weight))
    assert found["log_loss"] == pytest.approx(metrics.log_loss(outcome, score, sample_weight=weight))


def test_what_cannot_be_known_is_left_out():
    one_class = measures(np.array([0.3, 0.4]), np.ones(2))
    assert "auc" not in one_class
    assert "calibration_slope" not in one_class
    assert "calibration_slope" not in measures(np.full(4, 0.5), np.array([1.0, 0, 1, 0])), "one score"
    split = measures(np.array([0.1, 0.2, 0.8, 0.9]), np.array([0.0, 0.0, 1.0, 1.0]))
    assert split["auc"] == 1.0
    assert "calibration_slope" not in split, "no finite line fits best"


def test_bad_input():
    with pytest.raises(InputError, match="outside 0-1"):
        measures(np.array([1.2]), np.ones(1))
    with pytest.raises(InputError, match="neither 0 nor 1"):
        measures(np.array([0.2]), np.array([0.5]))
    with pytest.raises(InputError, match="a score, an outcome and a weight of each voter"):
        measures(np.array([0.2, 0.3]), np.ones(1))
