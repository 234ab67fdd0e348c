from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from hustings.scores.cards import importance_table
from hustings.scores.scorecard import Feature, Scorecard, Term
from hustings.store import check_table
from hustings.tables import IMPORTANCE


def test_by_hand():
    card = Scorecard(
        "turnout",
        (Feature("age", cuts=(40.0,)), Feature("sex", levels=("F", "M"))),
        (Term(("age",), np.array([0.0, -0.1, 0.1])), Term(("sex",), np.array([0.0, 1.0, -2.0, 0.0]))),
    )
    frame = pl.DataFrame({"age": [30, 50, None, 60], "sex": ["F", "M", "M", "F"]})
    table = check_table(importance_table("turnout_prob", card, frame), IMPORTANCE)
    assert table.rows() == [("turnout_prob", "sex", 1.5), ("turnout_prob", "age", pytest.approx(0.3 / 4))]


def test_a_constant_has_no_terms():
    table = importance_table("persuasion_effect", Scorecard("c", (), (), 0.02), pl.DataFrame({"age": [1]}))
    assert check_table(table, IMPORTANCE).height == 0
