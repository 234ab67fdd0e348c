"""The corrections are derivatives: each is held against a numerical one of the whole weighting."""

from __future__ import annotations

import numpy as np
import pytest

from hustings.maths.calibration import rake
from hustings.maths.linearised import linearise, pool_lonely
from hustings.maths.propensity import fit_propensity


def test_influence_is_what_one_more_of_a_person_would_move():
    """Everybody asked counts once; counting person j 1 + h times moves the estimate by h times the influence of j."""
    rng = np.random.default_rng(4)
    m = 80
    group, other = rng.integers(3, size=m), rng.integers(2, size=m)
    answers = rng.random(m) < np.array([0.3, 0.5, 0.7])[group]
    y = (rng.random(m) < 0.5).astype(float)
    Z, precision = np.hstack([np.ones((m, 1)), np.eye(3)[group]]), np.array([0.0, 1.0, 1.0, 1.0])
    codes, target = other[answers], np.array([30.0, 50.0])

    def estimate(counts):
        fit = fit_propensity(Z, counts, counts * answers, precision, tolerance=1e-13)
        weights = (counts / fit.chances)[answers]
        weights = rake([codes], [target], weights, tolerance=1e-14).weights
        return weights @ y[answers] / weights.sum(), weights, fit

    share, weights, fit = estimate(np.ones(m))
    lin = linearise(
        weights,
        np.zeros(m, dtype=np.int64),
        rows=np.flatnonzero(answers),
        calibration=(np.eye(2)[codes], weights),
        nonresponse=(Z, answers - fit.chances, fit.information, weights * (1 - fit.chances[answers])),
    )
    influence = lin.influence(((y[answers] - share) / weights.sum())[:, None])[:, 0]
    for j in (0, 5, 11, 40, 79):
        up, down = np.ones(m), np.ones(m)
        up[j], down[j] = 1 + 1e-5, 1 - 1e-5
        slope = (estimate(up)[0] - estimate(down)[0]) / 2e-5
        # Counting somebody twice adds to the ridge's data, not to the ridge: exact.
        assert influence[j] == pytest.approx(slope, rel=1e-4, abs=1e-9)


def test_a_mean_of_a_simple_sample():
    y = np.array([1.0, 2.0, 4.0, 9.0])
    lin = linearise(np.ones(4), np.zeros(4, dtype=np.int64))
    variance = lin.covariance(((y - y.mean()) / 4)[:, None])[0, 0]
    assert variance == pytest.approx(y.var(ddof=1) / 4)


@pytest.mark.parametrize(
    ("strata", "pooled"),
    [
        ([0, 0, 1, 1], [[0, 1], [2, 3]]),
        ([0, 0, 0, 1, 2, 2], [[0, 1, 2], [3, 4, 5]]),
        ([0, 1, 2, 2], [[0, 1], [2, 3]]),
    ],
)
def test_strata_of_one_are_put_together(strata, pooled):
    found = pool_lonely(np.array(strata))
    assert sorted(np.flatnonzero(found == k).tolist() for k in np.unique(found)) == pooled
