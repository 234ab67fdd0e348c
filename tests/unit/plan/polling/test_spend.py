"""The money plan that polls are to inform, by hand."""

from __future__ import annotations

import numpy as np
import pytest

from hustings.plan.polling.spend import decision
from made_polling import hand_levers


def test_levers_that_no_poll_could_bring_into_play_are_left_out():
    plan = decision(hand_levers(3), np.array([1.0, 0.5, 1e-7]), np.eye(3), 1e6)
    assert len(plan.scale) == 2
    # Two levers of one scale: log 2.2 of it apart, and they sum to the budget.
    spent = 5e5 * (1.0 + np.array([1.0, -1.0]) * np.log(2.2))
    assert plan.still.value == pytest.approx(np.array([0.022, 0.01]) @ -np.expm1(-spent / 1e6))


def test_where_nothing_can_be_won_nothing_fails():
    plan = decision(hand_levers(3), np.zeros(3), np.eye(3), 1e6)
    assert plan.still.value == 0.0
