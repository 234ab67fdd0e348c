from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hustings.errors import InputError
from hustings.scores.cards import decile_table
from hustings.store import check_table
from hustings.tables import DECILES


def test_by_hand():
    score = np.arange(20)[::-1] / 20.0
    outcome = np.array([1, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0])
    table = check_table(decile_table("turnout_prob", score, outcome), DECILES)
    assert table["voters"].to_list() == [2] * 10
    assert table["score_mean"][0] == pytest.approx((0.95 + 0.90) / 2)
    assert table["outcome_share"].to_list()[:4] == [1.0, 0.5, 0.5, 0.0]
    assert table["gain_share"].to_list()[:4] == pytest.approx([0.5, 0.75, 1.0, 1.0])
    assert table["lift"][0] == pytest.approx(1 / 0.2)
    assert table["outcome_se"][1] == pytest.approx(np.sqrt(0.25 / 2))


def test_equal_scores_stand_in_no_order():
    outcome = np.r_[np.ones(50), np.zeros(50)]
    table = decile_table("support_prob", np.full(100, 0.4), outcome)
    assert table["outcome_share"].to_list() == pytest.approx([0.5] * 10), "not the order of the rows"
    assert table["gain_share"].to_list() == pytest.approx(np.arange(1, 11) / 10)


def test_a_weight_of_two_is_two_voters():
    rng = np.random.default_rng(3)
    score, outcome = rng.random(40), rng.integers(2, size=40).astype(float)
    doubled = decile_table("s", score, outcome, np.full(40, 2.0))
    once = decile_table("s", score, outcome)
    assert doubled.drop("voters").equals(once.drop("voters"))
    heavy = decile_table("s", np.array([0.9, 0.1]), np.array([1.0, 0.0]), np.array([9.0, 1.0]))
    assert heavy["outcome_share"].to_list() == [1.0, 0.0]
    assert heavy["lift"][0] == pytest.approx(1 / 0.9)


def test_nobody_came_true_and_nobody_there():
    table = check_table(decile_table("s", np.arange(10) / 10, np.zeros(10)), DECILES)
    assert table["gain_share"].null_count() == 10
    with pytest.raises(InputError, match="held-out voters, found none"):
        decile_table("s", np.array([]), np.array([]))
    with pytest.raises(InputError, match=r"row 2, column 'score': 1 of 3 values"):
        decile_table("s", np.array([0.1, np.nan, 0.3]), np.zeros(3))


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 1)), min_size=1, max_size=60))
def test_tenths_partition_the_voters_and_gains_never_fall(rows):
    score = np.array([row[0] for row in rows]) / 5.0
    outcome = np.array([row[1] for row in rows], dtype=float)
    table = decile_table("s", score, outcome)
    assert table["voters"].sum() == len(rows)
    assert (table["voters"] * table["outcome_share"]).sum() == pytest.approx(outcome.sum())
    assert (np.diff(table["score_mean"].to_numpy()) <= 1e-12).all()
    if outcome.any():
        assert table["gain_share"][-1] == pytest.approx(1.0)
        assert (np.diff(table["gain_share"].to_numpy()) >= -1e-12).all()
