from __future__ import annotations

import datetime as dt

import numpy as np
import polars as pl
import pytest

from hustings.errors import InputError
from hustings.scores.fitted import read_fitted, write_fitted
from hustings.scores.persuasion import Experiment, fit_persuasion
from hustings.store import check_table
from hustings.tables import CALIBRATION, DECILES, IMPORTANCE

DAY = dt.date(2016, 10, 1)


def make(name, kind, effects, *, by_party=0.0, seed=1, costs=None, n=3000):
    """Effects of arms beside the control, on party teal more by ``by_party``."""
    rng = np.random.default_rng(seed)
    arm, teal = rng.integers(0, len(effects) + 1, n), rng.integers(0, 2, n)
    size = np.array([0.0, *effects.values()])[arm] + by_party * (2 * teal - 1) * (arm > 0)
    rows = pl.DataFrame(
        {
            "arm": np.array(["none", *effects])[arm],
            "party": np.array(["amber", "teal"])[teal],
            "age": rng.integers(18, 90, n),
            "yes": rng.random(n) < 0.45 + size,
        }
    )
    probs = dict.fromkeys(["none", *effects], 1.0 / (len(effects) + 1))
    return Experiment(name, kind, rows, "arm", "none", "yes", ("party", "age"), probs=probs, costs=costs or {})


def fit(*experiments):
    return fit_persuasion(experiments, as_of=DAY, rng=np.random.default_rng(2))


@pytest.fixture(scope="module")
def fitted():
    return fit(
        make("words", "persuasion", {"jobs": 0.02}, by_party=0.15),
        make("doors", "mobilisation", {"Call": 0.06, "door": 0.09}, costs={"Call": 1.0, "door": 9.0}),
    )


def test_a_column_each_and_the_best_for_its_cost_first(fitted):
    (model,) = fitted.models
    assert model.link == "identity"
    assert model.outputs == (
        "persuasion_effect",
        "mobilisation_effect",
        "mobilisation_call_effect",
        "mobilisation_door_effect",
    )
    scores = model.predict(pl.DataFrame({"party": ["teal", "amber"], "age": [40, 40]}))
    assert scores["mobilisation_effect"].equals(scores["mobilisation_call_effect"], check_names=False)
    assert scores["persuasion_effect"][0] == pytest.approx(0.17, abs=0.05)
    assert scores["persuasion_effect"][1] == pytest.approx(-0.13, abs=0.05), "the message harms among amber"
    dear = fit(make("doors", "mobilisation", {"call": 0.03, "door": 0.09}))
    assert dear.models[0].cards[0].intercept > 0.06, "costs unknown: the surest effect"


def test_where_nobody_differs_all_have_the_average_and_the_card_says_so(fitted):
    found = {one["treatment"]: one for one in fitted.extra["effects"]}
    assert (found["jobs"]["differs"], found["Call"]["differs"], found["door"]["differs"]) == (True, False, False)
    card = dict(zip(fitted.models[0].outputs, fitted.models[0].cards, strict=True))["mobilisation_door_effect"]
    assert card.terms == ()
    assert card.intercept == found["door"]["effect"]
    assert found["door"]["low"] < 0.09 < found["door"]["high"]
    said = " ".join(fitted.card.cannot_see)
    assert "doors, door: +" in said
    assert said.count("no detectable difference between people") == 2
    assert "words, jobs: " in said


def test_the_folder(fitted, tmp_path):
    write_fitted(fitted, tmp_path / "model", made_by={})
    again = read_fitted(tmp_path / "model")
    people = pl.DataFrame({"party": ["teal", None, "new"], "age": [18, 50, None]})
    assert again.models[0].predict(people).equals(fitted.models[0].predict(people))
    for rows, table in (
        (again.card.deciles, DECILES),
        (again.card.calibration, CALIBRATION),
        (again.card.importance, IMPORTANCE),
    ):
        assert check_table(rows, table).height
    text = (tmp_path / "model" / "card.md").read_text(encoding="utf-8")
    assert "WARNING" not in text
    first = fitted.card.deciles.filter(pl.col("score") == "persuasion_effect")
    assert first["outcome_share"][0] > 0.08 > -0.02 > first["outcome_share"][-1], "held-out effects, tenth by tenth"


def test_no_test_no_model():
    with pytest.raises(InputError, match="no randomised test"):
        fit()
