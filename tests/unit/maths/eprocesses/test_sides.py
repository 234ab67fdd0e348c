"""Sides."""

from __future__ import annotations

import numpy as np
import pytest

from hustings.maths.eprocesses.sides import frozen, side_prior, watched

DIRECTIONS = np.array([0.1, 0.4, -0.1, -0.4])


def test_a_side_takes_the_whole_prior():
    prior = np.array([0.1, 0.3, 0.4, 0.2])
    assert side_prior(prior, DIRECTIONS, "above") == pytest.approx([0.25, 0.75, 0.0, 0.0])
    assert side_prior(prior, DIRECTIONS, "below") == pytest.approx([0.0, 0.0, 2 / 3, 1 / 3])
    assert side_prior(prior, DIRECTIONS, "either") == pytest.approx(prior)


def test_either_watches_all():
    assert watched(DIRECTIONS, "either").all()
    assert watched(DIRECTIONS, "below").tolist() == [False, False, True, True]


def test_frozen_cannot_be_written():
    with pytest.raises(ValueError, match="read-only"):
        frozen([1.0])[0] = 2.0
