from __future__ import annotations

import datetime as dt

import numpy as np
import polars as pl
import pytest

from hustings.scores.fitted import read_fitted, write_fitted
from hustings.scores.support.model import _held_out, fit_support_model
from hustings.scores.support.spec import SupportSpec
from unit.scores.support.making import make_rows

DAY = dt.date(2016, 11, 1)
SPEC = SupportSpec(terms=(("race",), ("age",)))


def test_model_and_card_through_their_folder(tmp_path):
    rows = make_rows(2000)
    fitted, fit = fit_support_model(rows, ("yes", "no"), SPEC, DAY, np.random.default_rng(1))
    assert fit.interviews == 2000
    write_fitted(fitted, tmp_path / "support" / "2016-11-01", made_by={"seed": 1})
    read = read_fitted(tmp_path / "support" / "2016-11-01")
    assert read.models[0].predict(rows).equals(fitted.models[0].predict(rows))
    assert read.card.measures["calibration_slope"] == pytest.approx(1.0, abs=0.45)
    assert read.card.measures["auc"] > 0.58
    assert read.card.deciles["voters"].sum() == pytest.approx(400, abs=60)
    assert set(read.card.calibration["group"]) == {"state", "race", "state x race"}
    assert read.card.importance["term"].to_list()[0] == "state"
    assert read.extra["interviews"] == 2000
    assert "2000 interviews" in read.card.data[0]


def test_three_options_have_measures_each():
    rows = make_rows(900, options=("a", "b", "c"))
    card = fit_support_model(rows, ("a", "b", "c"), SPEC, DAY, np.random.default_rng(1))[0].card
    assert "support_b_prob: log_loss" in card.measures
    assert card.deciles["score"].n_unique() == 3


def test_a_respondent_is_held_out_whole():
    held = _held_out(300, pl.Series([f"r{i // 3}" for i in range(300)]), np.random.default_rng(2)).reshape(100, 3)
    assert (held.all(axis=1) | ~held.any(axis=1)).all()
    assert 8 <= held.all(axis=1).sum() <= 35
