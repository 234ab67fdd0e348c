from __future__ import annotations

import datetime as dt

import numpy as np
import polars as pl
import pytest

from hustings.scores.cards import calibration_table, card_text, decile_table, importance_table, measures
from hustings.scores.cards import text as text_module
from hustings.scores.fitted import Fitted, ModelCard, read_fitted, write_fitted
from hustings.scores.scorecard import Feature, Scorecard, ScoreModel, Term

CARD = Scorecard("turnout", (Feature("age", cuts=(40.0,)),), (Term(("age",), np.array([0.0, -0.5, 0.5])),))
SEEN = pl.DataFrame({"age": [30, 50, 30, 60]})


def model_card():
    score, outcome = np.array([0.2, 0.8, 0.3, 0.7]), np.array([0.0, 1.0, 1.0, 1.0])
    groups = pl.DataFrame({"state": ["NC", "NC", "OH", "OH"], "county": [f"a|county {i}" * 4 for i in range(4)]})
    return ModelCard(
        model="turnout",
        as_of=dt.date(2016, 11, 1),
        data=(
            "Four voters of one past election, who were asked nothing and told nothing, and of whom little is known.",
        ),
        measures=measures(score, outcome),
        deciles=decile_table("turnout_prob", score, outcome),
        calibration=calibration_table("turnout_prob", score, outcome, None, groups),
        importance=importance_table("turnout_prob", CARD, SEEN),
        assumptions=("The next election is like the last.",),
        cannot_see=("The weather.",),
    )


@pytest.fixture(autouse=True)
def four_are_enough(monkeypatch):
    monkeypatch.setattr(text_module, "FEWEST_VOTERS", 1)


def test_groups_of_a_handful_are_left_to_the_table(monkeypatch):
    monkeypatch.setattr(text_module, "FEWEST_VOTERS", 2)
    lines = card_text(model_card()).splitlines()
    assert any(line.startswith("| NC ") for line in lines)
    assert not any("county" in line and line.startswith("|") for line in lines)


def test_what_it_says():
    text = card_text(model_card())
    for line in (
        "# The turnout model as of 2016-11-01",
        "| auc           | 1.0000 |",
        "|      2 |      1 |       80.0 |     100.0 | 0.00 |  33.3 | 1.33 |",
        "| NC    |      2 |       50.0 |      50.0 |  +0.0 | 35.36 |",
        "| turnout_prob | age  |    0.5000 |",
        "- The weather.",
    ):
        assert line in text.splitlines(), line
    assert "a/county" in text, "a bar would end the cell"


def test_it_fits_a_terminal():
    assert max(len(line) for line in card_text(model_card()).splitlines()) <= 80


def test_no_terms():
    card = model_card()
    empty = importance_table("persuasion_effect", Scorecard("c", (), (), 0.01), SEEN)
    text = card_text(ModelCard(**{**vars(card), "importance": empty, "assumptions": ()}))
    assert "None: everybody has the same score." in text
    assert "## Assumptions\n\nNothing is said of this." in text


def test_it_stands_in_the_model_s_folder(tmp_path):
    fitted = Fitted((ScoreModel("turnout", "logit", ("turnout_prob",), (CARD,)),), model_card())
    write_fitted(fitted, tmp_path / "model", made_by={"hustings": "0"})
    assert (tmp_path / "model" / "card.md").read_text(encoding="utf-8") == card_text(fitted.card)
    assert card_text(read_fitted(tmp_path / "model").card) == card_text(fitted.card)
