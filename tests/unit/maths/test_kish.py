from __future__ import annotations

import math

import numpy as np
import pytest

from hustings.maths.kish import kish
from reference.survey_loops import kish_loop


def test_by_hand():
    assert kish(np.array([1.0, 1, 1, 1])) == (4.0, 1.0)
    n_effective, effect = kish(np.array([1.0, 3.0]))
    assert n_effective == pytest.approx(16 / 10)
    assert effect == pytest.approx(1 + 0.5**2), "1 + cv^2"


def test_the_twin():
    weights = np.random.default_rng(3).uniform(0, 4, 50)
    assert kish(weights)[0] == pytest.approx(kish_loop(weights))


def test_nobody():
    n_effective, effect = kish(np.zeros(3))
    assert n_effective == 0.0
    assert math.isnan(effect)
