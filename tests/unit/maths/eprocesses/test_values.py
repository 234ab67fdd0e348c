"""Bets on Gaussian forecasts: against densities of the whole series at once."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import multivariate_normal

from hustings.maths.eprocesses.values import VALUE_FROM_START, VALUE_SHIFTS, sided_prior, value_log_bets

SD = np.array([[1.0, 0.5, 2.0, 1.5]])
R = np.array([[0.7, -0.3, 3.0, 1.1]])
TAU = 0.8


def log_density(r, mean):
    """A shared level makes every pair of errors covary by its variance."""
    n = len(r)
    return multivariate_normal.logpdf(r, mean, TAU**2 * np.ones((n, n)) + np.diag(SD[0, :n] ** 2))


def test_a_level_off_from_the_start_is_the_ratio_of_joint_densities():
    found = value_log_bets(R, SD, np.array([TAU]))[0].cumsum(axis=0)
    for k in np.flatnonzero(VALUE_FROM_START):
        off = VALUE_SHIFTS[k] * np.sqrt(TAU**2 + SD[0, 0] ** 2)
        for t in range(1, 5):
            ratio = log_density(R[0, :t], np.full(t, off)) - log_density(R[0, :t], np.zeros(t))
            assert found[t - 1, k] == pytest.approx(ratio)


def test_a_move_is_the_ratio_of_joint_densities_with_the_last_day_moved():
    found = value_log_bets(R, SD, np.array([TAU]))[0]
    for k in np.flatnonzero(~VALUE_FROM_START):
        for t in range(1, 5):
            moved = np.zeros(t)
            moved[-1] = VALUE_SHIFTS[k] * SD[0, t - 1]
            assert found[t - 1, k] == pytest.approx(log_density(R[0, :t], moved) - log_density(R[0, :t], np.zeros(t)))


def test_the_mean_of_every_bet_is_one():
    """Integrated over the second day's error, given the first."""
    second = np.linspace(-30.0, 30.0, 6001)
    r = np.stack([np.full(6001, 0.7), second], axis=1)
    found = value_log_bets(r, np.tile([1.0, 1.5], (6001, 1)), np.full(6001, TAU))[:, 1]
    gain = TAU**2 / (TAU**2 + 1.0)
    spread = np.sqrt(TAU**2 * (1 - gain) + 1.5**2)
    density = np.exp(-0.5 * ((second - 0.7 * gain) / spread) ** 2) / spread / np.sqrt(2 * np.pi)
    assert np.trapezoid(density[:, None] * np.exp(found), second, axis=0) == pytest.approx(np.ones(len(VALUE_SHIFTS)))


def test_a_missing_day_changes_nothing():
    gap = value_log_bets(np.array([[0.7, np.nan, -0.3]]), np.array([[1.0, np.nan, 0.5]]), np.array([TAU]))[0]
    assert not gap[1].any()
    assert gap[[0, 2]] == pytest.approx(value_log_bets(R[:, :2], SD[:, :2], np.array([TAU]))[0])
    assert not value_log_bets(np.full((1, 2), np.nan), np.full((1, 2), np.nan), np.ones(1)).any()


def test_one_side_only():
    assert sided_prior("below")[VALUE_SHIFTS > 0].sum() == 0.0
