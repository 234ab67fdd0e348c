from __future__ import annotations

import numpy as np
import pytest

from hustings.maths.uplift import gain_curve, policy_value, qini, treated_part

OWN = np.arange(4)


def slow_qini(signal, priority):
    """Area over the diagonal, cut by cut: the first k treated, people of one priority in every order at once."""
    n = len(signal)
    level = {p: signal[priority == p].mean() for p in set(priority)}
    ranked = [level[p] for p in sorted(priority, reverse=True)]
    heights = np.concatenate([[0.0], np.cumsum(ranked)]) / n
    area = ((heights[1:] + heights[:-1]) / 2.0).sum() / n
    return area - heights[-1] / 2.0


def test_by_hand():
    signal, priority = np.array([0.4, 0.0, 0.2, -0.2]), np.array([0.9, 0.5, 0.7, 0.1])
    np.testing.assert_allclose(
        [one.value for one in gain_curve(signal, priority, np.array([0.25, 0.5, 0.75, 1.0]), OWN)],
        [0.1, 0.15, 0.15, 0.1],
    )
    assert qini(signal, priority, OWN).value == pytest.approx((0.4 * 3 + 0.2 * 1 - 0.0 + 0.2 * 3) / 8 / 4)
    assert qini(signal, -priority, OWN).value == pytest.approx(-qini(signal, priority, OWN).value)


def test_people_at_the_cut_are_drawn_by_lot():
    np.testing.assert_allclose(treated_part(np.array([1.0, 2.0, 1.0, 1.0]), 0.5), [1 / 3, 1.0, 1 / 3, 1 / 3])
    signal = np.array([0.4, 0.0, 0.2, -0.2])
    assert gain_curve(signal, np.zeros(4), np.array([0.3]), OWN)[0].value == pytest.approx(0.3 * 0.1)
    assert qini(signal, np.zeros(4), OWN).value == pytest.approx(0.0)


def test_a_policy_with_a_cost():
    signal, treated = np.array([0.4, 0.0, 0.2, -0.2]), np.array([1.0, 0.0, 1.0, 0.0])
    found = policy_value(signal, treated, OWN, cost=0.05)
    assert found.value == pytest.approx((0.35 + 0.15) / 4)
    assert found.se == pytest.approx(np.std([0.35, 0.0, 0.15, 0.0], ddof=1) / 2)


def test_the_slow_twin():
    rng = np.random.default_rng(2)
    for n in (3, 10, 57):
        signal, priority = rng.normal(size=n), rng.integers(0, 6, n).astype(float)
        assert qini(signal, priority, np.arange(n)).value == pytest.approx(slow_qini(signal, priority))


def test_errors_are_those_of_repeated_draws():
    rng = np.random.default_rng(3)
    found = []
    for _ in range(600):
        x = np.repeat(rng.normal(size=100), 2)
        found.append(qini(0.5 * x + np.repeat(rng.normal(size=100), 2), x, np.repeat(np.arange(100), 2)))
    assert np.mean([one.se for one in found]) == pytest.approx(np.std([one.value for one in found]), rel=0.08)
    # E[0.5 x (F(x) - 1/2)] for a standard normal x.
    assert np.mean([one.value for one in found]) == pytest.approx(0.5 / (2.0 * np.sqrt(np.pi)), abs=0.008)
