"""Power of a hold-out against simulated tests, households and all."""

from __future__ import annotations

import numpy as np
import pytest

from hustings.plan.lists.power import design_effect, power_of, share_needed, smallest_effect


def test_the_smallest_effect_is_found_in_four_of_five_tests():
    rng, homes, alike = np.random.default_rng(4), 1200, 0.5
    design = design_effect(np.full(homes, 2.0), alike)
    held = homes // 4
    effect = smallest_effect(0.25, 2 * held, 2 * (homes - held), design)
    tests = 800
    # Of two housemates one does what the other does, with the chance that makes them correlate so.
    base = rng.random((tests, homes, 2)) < 0.5
    same = rng.random((tests, homes)) < alike
    base[..., 1] = np.where(same, base[..., 0], base[..., 1])
    moved = base.copy()
    moved[:, held:] |= rng.random((tests, homes - held, 2)) < 2 * effect
    sums = moved.mean(axis=2)
    means = sums[:, held:].mean(axis=1) - sums[:, :held].mean(axis=1)
    se = np.sqrt(sums[:, held:].var(axis=1) / (homes - held) + sums[:, :held].var(axis=1) / held)
    found = (np.abs(means / se) > 1.96).mean()
    assert found == pytest.approx(0.8, abs=0.045)


def test_a_share_that_is_asked_for_sees_what_was_asked():
    share = share_needed(0.03, 0.24, 20_000, 1.3)
    assert share < 0.5
    assert smallest_effect(0.24, share * 20_000, (1 - share) * 20_000, 1.3) == pytest.approx(0.03)
    assert share_needed(0.001, 0.24, 2_000, 1.0) is None


def test_households_enlarge_the_variance():
    assert design_effect(np.ones(5)) == 1.0
    # Two of one, one of four: (1 + 1 + 16) / 6 = 3.
    assert design_effect(np.array([1.0, 1.0, 4.0]), alike=0.5) == pytest.approx(2.0)


def test_too_small_is_said():
    prob, effect = np.full(1000, 0.5), np.full(1000, 0.01)
    found = power_of(prob, effect, np.ones(1000), 100, wanted_effect=0.2)
    assert found.smallest_effect == pytest.approx(2.80 * np.sqrt(0.25 * (1 / 100 + 1 / 900)), rel=2e-3)
    assert not found.sees
    assert found.of_expected == pytest.approx(found.smallest_effect / 0.01)
    assert found.share_needed == pytest.approx(share_needed(0.2, 0.25, 1000, 1.0))
    assert power_of(prob, 0 * effect, np.ones(1000), 100).of_expected == float("inf")
