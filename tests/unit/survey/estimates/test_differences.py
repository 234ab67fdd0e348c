from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import norm

from hustings.maths.linearised import linearise
from hustings.survey.estimates import Measure, change, difference, replicate_ratio


def test_lead_among_the_same_people_by_hand():
    """Var of the lead a - b of one multinomial question: (a + b - (a - b)^2) / (n - 1)."""
    n = 100
    first, second, ones = np.arange(n) < 45, np.arange(n) >= 60, np.ones(n)
    lin = linearise(ones, np.zeros(n, dtype=np.int64))
    found = difference(Measure(first * 1.0, ones), Measure(second * 1.0, ones), lin)
    assert found.estimate == pytest.approx(0.05)
    assert found.se == pytest.approx(np.sqrt((0.85 - 0.05**2) / (n - 1)))
    assert found.high - found.low == pytest.approx(2 * norm.ppf(0.975) * found.se)
    assert found.p == pytest.approx(2 * norm.sf(0.05 / found.se))


def test_a_measure_against_itself():
    ones = np.ones(10)
    same = Measure(np.arange(10) % 2 * 1.0, ones)
    found = difference(same, same, linearise(ones, np.zeros(10, dtype=np.int64)))
    assert (found.estimate, found.se, found.p) == (0.0, 0.0, 1.0)


def test_two_waves():
    found = change((0.48, 0.03), (0.44, 0.04))
    assert (found.estimate, found.se) == (pytest.approx(0.04), pytest.approx(0.05))


def test_replicates_by_hand():
    """Three replicates of two people; the last has nobody of the base and says nothing."""
    measure = Measure(np.array([1.0, 0.0]), np.array([1.0, 1.0]))
    replicates = np.array([[1.0, 3.0, 0.0], [1.0, 1.0, 0.0]])
    estimate, se = replicate_ratio(measure, np.ones(2), replicates)
    assert estimate == 0.5
    assert se == pytest.approx(np.sqrt(0.25**2 / 2))
