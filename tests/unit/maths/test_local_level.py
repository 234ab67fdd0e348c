from __future__ import annotations

import numpy as np
import pytest

from hustings.maths.local_level import local_level, step_grid
from reference.dense_level import dense_level

SCALE = 0.005


def test_the_slow_twin_says_the_same():
    """Days without a measurement, a line that begins later, one of two points."""
    rng = np.random.default_rng(3)
    values = 0.45 + np.cumsum(rng.normal(0, 0.004, (20, 3)), axis=0) + rng.normal(0, 0.02, (20, 3))
    values[rng.random((20, 3)) < 0.4] = np.nan
    values[0] = [0.5, np.nan, np.nan]
    values[1:4, 1], values[:, 2] = np.nan, np.nan
    values[[5, 9], 2] = [0.4, 0.44]
    errors = np.where(np.isnan(values), np.nan, rng.uniform(0.01, 0.03, values.shape))
    found = local_level(values, errors, step_scale=SCALE)
    for line in range(3):
        first = int(np.flatnonzero(~np.isnan(values[:, line]))[0])
        mean, sd, step = dense_level(values[first:, line], errors[first:, line], SCALE, step_grid(SCALE))
        np.testing.assert_allclose(found.mean[first:, line], mean, atol=1e-6)
        np.testing.assert_allclose(found.sd[first:, line], sd, rtol=1e-4)
        assert found.step_sd[line] == pytest.approx(step, rel=1e-4)
        assert np.isnan(found.mean[:first, line]).all()


def test_two_measurements_by_hand():
    """With next to no step both days have the mean of the two, weighted by precision: 3/4 of .40 and 1/4 of .44."""
    found = local_level(np.array([[0.40], [0.44]]), np.array([[0.01], [0.01 * 3**0.5]]), step_scale=1e-9)
    np.testing.assert_allclose(found.mean[:, 0], [0.41, 0.41], atol=1e-9)
    np.testing.assert_allclose(found.sd[:, 0], 0.01 * 0.75**0.5, rtol=1e-9)


def test_bands_cover():
    """Walks with the steps that the prior thinks of, two days of three without a wave: 95 % bands hold 93-97 %."""
    rng = np.random.default_rng(6)
    n_days, n_lines = 60, 400
    steps = np.abs(rng.normal(0, SCALE, n_lines))
    truth = 0.48 + np.cumsum(rng.normal(size=(n_days, n_lines)) * steps, axis=0)
    errors = np.full_like(truth, 0.018)
    values = truth + rng.normal(size=truth.shape) * errors
    values[np.arange(n_days) % 3 > 0] = np.nan
    found = local_level(values, errors, step_scale=SCALE)
    covered = (np.abs(truth - found.mean) < 1.96 * found.sd).mean()
    assert 0.93 < covered < 0.97
    raw = np.nanstd(values - truth)
    assert np.std(found.mean - truth) < 0.7 * raw


def test_lines_do_not_touch_each_other():
    values = np.random.default_rng(1).normal(0.5, 0.02, (10, 450))
    errors = np.full_like(values, 0.02)
    together = local_level(values, errors, step_scale=SCALE)
    alone = local_level(values[:, [449]], errors[:, [449]], step_scale=SCALE)
    np.testing.assert_allclose(together.mean[:, 449], alone.mean[:, 0])
