"""Made interviews are as they are said to be."""

from __future__ import annotations

import numpy as np
import pytest

from hustings.maths.eprocesses.simulated import MadeInterviews, make_residuals


def test_answers_of_an_interviewer_hang_together():
    """With one kind of people: correlation inside an interviewer's day of 0.25 squared, and means as predicted."""
    residual, _ = make_residuals(MadeInterviews(kinds=1), (20, 10, 50), np.random.default_rng(1))
    assert residual.mean() == pytest.approx(0.0, abs=0.004)
    within = (residual.sum(-1) ** 2 - (residual**2).sum(-1)).mean() / (8 * 7)
    assert within / (residual**2).mean() == pytest.approx(0.0625, abs=0.015)


def test_weights_go_with_what_people_say_but_not_with_the_error():
    residual, weight = make_residuals(MadeInterviews(), (20, 10, 50), np.random.default_rng(1))
    assert (weight * residual).mean() == pytest.approx(0.0, abs=0.006)
    predicted = np.where(residual > 0, 1 - residual, -residual)
    assert np.corrcoef(predicted.ravel(), weight.ravel())[0, 1] > 0.5
    assert abs(np.corrcoef(residual.ravel(), weight.ravel())[0, 1]) < 0.01


def test_a_shift_moves_the_truth():
    shift = np.array([0.0, 0.1])[None, :, None]
    residual, _ = make_residuals(MadeInterviews(kinds=4), (10, 2, 100), np.random.default_rng(1), shift)
    assert residual[:, 0].mean() == pytest.approx(0.0, abs=0.015)
    assert 0.05 < residual[:, 1].mean() < 0.115
