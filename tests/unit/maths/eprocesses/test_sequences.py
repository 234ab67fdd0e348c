"""Confidence sequences: the boundary against the mixture it inverts, and how often an interval ever misses."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.integrate import quad

from hustings.maths.eprocesses.sequences import boundary, level_interval, mean_interval, ratio_interval, since


def test_on_the_boundary_the_mixture_is_one_over_alpha():
    variance, alpha, optimal = 7.0, 0.05, 20.0
    two = -2 * np.log(alpha)
    kappa = optimal / (two + np.log(1 + two))
    s = float(boundary(variance, alpha, optimal))

    def mixed(slope):
        normal = np.sqrt(kappa / (2 * np.pi)) * np.exp(-kappa * slope**2 / 2)
        return normal * np.exp(slope * s - slope**2 * variance / 2)

    assert quad(mixed, -10, 10)[0] == pytest.approx(1 / alpha)


def test_narrowest_near_where_it_was_asked_to_be():
    at = [float(boundary(100.0, 0.05, optimal)) for optimal in (5.0, 100.0, 2000.0)]
    assert at[1] < at[0]
    assert at[1] < at[2]


def paths(n_paths, n_days, per_day, rng):
    """Residuals of answers to predicted chances of 0.3, truth 0.36, unequal weights: sums by day."""
    w = rng.choice([0.5, 1.0, 2.0], (n_paths, n_days, per_day))
    r = (rng.random(w.shape) < 0.36) - 0.3
    return np.stack([np.full(w.shape[:2], per_day), w.sum(2), (w * r).sum(2), ((w * r) ** 2).sum(2)], axis=2)


def test_the_mean_is_missed_on_no_day_of_the_campaign():
    sums = paths(400, 100, 20, np.random.default_rng(3)).cumsum(axis=1)
    estimate, low, high = mean_interval(sums[..., 1], sums[..., 2], sums[..., 3], 0.1, 1000.0)
    assert ((low > 0.06) | (high < 0.06)).any(axis=1).mean() <= 0.1
    # And it is of use: at the end a point or two around an estimate that is near.
    assert estimate[:, -1].mean() == pytest.approx(0.06, abs=0.002)
    assert (high - low)[:, -1].mean() < 0.09


def test_without_data_everything_is_possible():
    estimate, low, high = mean_interval(np.zeros(1), np.zeros(1), np.zeros(1), 0.05, 100.0)
    assert np.isnan(estimate).all()
    assert (low[0], high[0]) == (-1.0, 1.0)
    assert level_interval(np.full((1, 2), np.nan), np.ones((1, 2)), 0.05, 1.0)[1] == -np.inf
    _, low, high = ratio_interval(np.zeros(1), np.zeros(1), np.zeros(1), np.ones(1), 0.05, 10.0)
    assert (low[0], high[0]) == (0.0, np.inf)


def test_a_window_uses_its_days_and_its_part_of_alpha():
    sums = paths(3, 40, 20, np.random.default_rng(5))
    start = np.array([0, 10, 39])
    found = since(sums, start, np.full(40, 1 / 40), 0.05, 500.0)
    for s, first in enumerate(start):
        _, w, wr, sq = sums[s, first:].sum(axis=0)
        assert [part[s] for part in found] == pytest.approx(
            list(map(float, mean_interval(w, wr, sq, 0.05 / 40, 500.0)))
        )


def test_the_level_of_a_gaussian_series_by_hand():
    """Errors 1 and 3 with spreads 1 and 2: weights 1 and 1/4, mean 1.4."""
    estimate, low, high = level_interval(np.array([[1.0, 3.0, np.nan]]), np.array([[1.0, 2.0, 1.0]]), 0.05, 1.25)
    assert estimate[0] == pytest.approx(1.4)
    assert high[0] - 1.4 == pytest.approx(float(boundary(1.25, 0.05, 1.25)) / 1.25)
    assert 1.4 - low[0] == pytest.approx(high[0] - 1.4)


def test_the_level_is_missed_on_no_day():
    rng = np.random.default_rng(8)
    r, sd = 0.4 + rng.normal(0, 1.5, (300, 60)), np.full((300, 60), 1.5)
    missed = np.zeros(300, bool)
    for t in range(1, 61):
        _, low, high = level_interval(r[:, :t], sd[:, :t], 0.1, 10.0)
        missed |= (low > 0.4) | (high < 0.4)
    assert missed.mean() <= 0.1


def test_the_ratio_is_missed_on_no_day():
    rng = np.random.default_rng(6)
    x = rng.poisson(120 * rng.gamma(25, 1 / 25, (400, 80))).astype(float)
    days = np.arange(1, 81.0)
    ratio, low, high = ratio_interval(x.cumsum(1), 100 * days, 1e4 * days, np.full((400, 1), 25.0), 0.1, 4000.0)
    assert ((low > 1.2) | (high < 1.2)).any(axis=1).mean() <= 0.1
    assert ratio[:, -1].mean() == pytest.approx(1.2, abs=0.01)
    assert (high - low)[:, -1].mean() < 0.25


def test_the_ends_of_a_ratio_are_on_the_boundary():
    """Poisson, 130 where 100 were expected."""
    _, low, high = (float(one) for one in ratio_interval(*map(np.array, (130.0, 100.0, 1e4, np.inf)), 0.05, 100.0))
    for end in (low, high):
        assert abs(130.0 - 100.0 * end) == pytest.approx(float(boundary(100.0 * end, 0.05, 100.0)))
    assert low < 1.3 < high
    assert ratio_interval(*map(np.array, (0.0, 100.0, 1e4, np.inf)), 0.05, 100.0)[1] == 0.0
