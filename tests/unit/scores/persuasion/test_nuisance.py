from __future__ import annotations

import numpy as np
import pytest

from hustings.scores.persuasion.nuisance import RIDGE, draw_folds, predict_outcomes


def test_households_stay_in_a_fold():
    clusters = np.repeat(np.arange(100), 3)
    folds = draw_folds(clusters, 6, np.random.default_rng(1))
    assert all(len(set(folds[clusters == g])) == 1 for g in range(100))
    assert set(np.bincount(folds)) <= {48, 51}


@pytest.fixture
def world():
    rng = np.random.default_rng(2)
    bins = rng.integers(0, 3, (900, 1))
    X, arm = np.eye(3)[bins[:, 0]], rng.integers(0, 2, 900)
    outcome = (rng.random(900) < 0.2 + 0.2 * bins[:, 0] + 0.1 * arm).astype(float)
    return X, bins, outcome, arm, draw_folds(np.arange(900), 6, rng)


def test_additive_is_ridge_on_the_other_folds(world):
    X, bins, outcome, arm, folds = world
    found = predict_outcomes(X, bins, outcome, arm, folds, n_arms=2, nuisance="additive", seed=0)
    train = (folds != 2) & (arm == 1)
    design = np.column_stack([np.ones(train.sum()), X[train]])
    pulled = np.vstack([design, np.sqrt(RIDGE) * np.eye(4)[1:]])
    weights = np.linalg.lstsq(pulled, np.r_[outcome[train], np.zeros(3)], rcond=None)[0]
    np.testing.assert_allclose(found[folds == 2, 1], weights[0] + X[folds == 2] @ weights[1:], atol=1e-4)


@pytest.mark.parametrize("nuisance", ["additive", "boosting"])
def test_nobody_s_own_outcome_counts(world, nuisance):
    X, bins, outcome, arm, folds = world
    held = folds == 0
    changed = np.where(held, 1.0 - outcome, outcome)
    first, second = (
        predict_outcomes(X, bins, y, arm, folds, n_arms=2, nuisance=nuisance, seed=0) for y in (outcome, changed)
    )
    np.testing.assert_array_equal(first[held], second[held])
    assert np.abs(first - second)[~held].max() > 0.01
    np.testing.assert_allclose(first[:, 1].mean() - first[:, 0].mean(), 0.1, atol=0.08)
