"""Guesses of the outcome under each arm, each made without the person it is for: they save noise, and cannot mislead."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Codes = NDArray[np.int64]
Nuisance = Literal["auto", "additive", "boosting"]

ENOUGH_FOR_BOOSTING = 5_000
"""People in the smallest arm from which boosted trees are worth their noise."""
RIDGE = 5.0
"""People's worth of pull to the arm's mean, for each bin, in the additive fit."""


def draw_folds(clusters: Codes, n_folds: int, rng: np.random.Generator) -> Codes:
    """Fold of each person, (n,), whole clusters together, folds of as many clusters as can be."""
    n_clusters = int(clusters.max()) + 1
    return rng.permutation(np.arange(n_clusters) % n_folds)[clusters]


def predict_outcomes(
    X: Array, bins: Codes, outcome: Array, arm: Codes, folds: Codes, *, n_arms: int, nuisance: Nuisance, seed: int
) -> Array:
    """Outcome of each person under each arm, (n, arms), learned in the other folds.

    Parameters
    ----------
    X : (n, columns) array
        Indicators of bins.
    bins : (n, features) int array
    outcome : (n,) array
    arm, folds : (n,) int arrays
    n_arms : int
    nuisance : {"auto", "additive", "boosting"}
        ``additive``: ridge on the bins. ``boosting``: scikit-learn's histogram gradient boosting. ``auto``: boosting
        where every arm has 5,000 people or more.
    seed : int
        Of the boosting.
    """
    if nuisance == "auto":
        smallest = int(np.bincount(arm, minlength=n_arms).min())
        nuisance = "boosting" if smallest >= ENOUGH_FOR_BOOSTING else "additive"
    if nuisance == "additive":
        return _additive(X, outcome, arm, folds, n_arms)
    found = np.empty((len(outcome), n_arms))
    for k in range(n_arms):
        for fold in range(int(folds.max()) + 1):
            held = folds == fold
            found[held, k] = _boosted(bins, outcome, (arm == k) & ~held, held, seed)
    return found


def _additive(X: Array, outcome: Array, arm: Codes, folds: Codes, n_arms: int) -> Array:
    """Ridge by arm, from sums over the other folds."""
    n_folds, columns = int(folds.max()) + 1, X.shape[1]
    design = np.column_stack([np.ones(len(X)), X])
    gram = np.empty((n_folds, n_arms, columns + 1, columns + 1))
    moment = np.empty((n_folds, n_arms, columns + 1))
    for fold in range(n_folds):
        for k in range(n_arms):
            part = design[(folds == fold) & (arm == k)]
            gram[fold, k] = part.T @ part
            moment[fold, k] = part.T @ outcome[(folds == fold) & (arm == k)]
    pull = np.diag(np.r_[1e-6, np.full(columns, RIDGE)])
    others = gram.sum(axis=0) - gram + pull
    weights = np.linalg.solve(others, (moment.sum(axis=0) - moment)[..., None])[..., 0]
    found = np.empty((len(X), n_arms))
    for fold in range(n_folds):
        found[folds == fold] = design[folds == fold] @ weights[fold].T
    return np.clip(found, 0.0, 1.0)


def _boosted(bins: Codes, outcome: Array, train: NDArray[np.bool_], held: NDArray[np.bool_], seed: int) -> Array:
    from sklearn.ensemble import HistGradientBoostingRegressor
    from threadpoolctl import threadpool_limits

    model = HistGradientBoostingRegressor(
        max_iter=60, learning_rate=0.1, max_leaf_nodes=8, min_samples_leaf=100, early_stopping=False, random_state=seed
    )
    # Its threads wait for each other in a loop: beside other work, one is many times faster.
    with threadpool_limits(1, "openmp"):
        model.fit(bins[train], outcome[train])
        return np.asarray(np.clip(model.predict(bins[held]), 0.0, 1.0), dtype=np.float64)
