from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from hustings.errors import InputError
from hustings.scores.cards import calibration_table, crossed
from hustings.store import check_table
from hustings.tables import CALIBRATION

GROUPS = pl.DataFrame({"state": ["NC", "NC", "OH", "OH"], "age": ["18-29", None, "18-29", "18-29"]})
SCORE, OUTCOME = np.array([0.2, 0.4, 0.6, 0.8]), np.array([0.0, 1.0, 1.0, 0.0])


def test_by_hand():
    table = check_table(
        calibration_table("turnout_prob", SCORE, OUTCOME, None, crossed(GROUPS, "state", "age")), CALIBRATION
    )
    assert table.select("group", "value", "voters").rows() == [
        ("state", "NC", 2),
        ("state", "OH", 2),
        ("age", "18-29", 3),
        ("age", "not known", 1),
        ("state x age", "NC x 18-29", 1),
        ("state x age", "NC x not known", 1),
        ("state x age", "OH x 18-29", 2),
    ]
    assert table["score_mean"].to_list()[:3] == pytest.approx([0.3, 0.7, 1.6 / 3])
    assert table["outcome_share"].to_list()[:3] == pytest.approx([0.5, 0.5, 1 / 3])
    assert table["outcome_se"][0] == pytest.approx(np.sqrt(0.25 / 2))


def test_weights():
    table = calibration_table("s", SCORE, OUTCOME, np.array([3.0, 1.0, 1.0, 0.0]), GROUPS.select("state"))
    assert table["score_mean"].to_list() == pytest.approx([0.25, 0.6])
    assert table["outcome_share"].to_list() == pytest.approx([0.25, 1.0])
    assert table["outcome_se"][0] == pytest.approx(np.sqrt((3 * 0.25) ** 2 + 0.75**2) / 4)


def test_other_voters_groups():
    with pytest.raises(InputError, match="groups of 4 voters, expected those of 2"):
        calibration_table("s", SCORE[:2], OUTCOME[:2], None, GROUPS)
