from __future__ import annotations

import json

import numpy as np
import polars as pl
import pytest

from hustings.errors import InputError, StoreError
from hustings.survey.waves import Survey
from hustings.survey.weighting import Margin, WeightingSpec, weigh
from hustings.survey.weighting.files import read_choices, read_weighting, weightings, write_weighting
from hustings.survey.weighting.prepare import Prepared

ASKED = pl.DataFrame(
    {
        "case_id": range(400),
        "stratum": ["n", "s"] * 200,
        "file_party": ["teal", "teal", "amber", None] * 100,
        "base_weight": [1.0, 3.0] * 200,
    }
)
TABLE = ASKED.filter(np.random.default_rng(3).random(400) < 0.4).with_columns(respondent_id=pl.format("r{}", "case_id"))
TOTALS = pl.DataFrame({"file_party": ["teal", "amber", None], "total": [0.1 + 0.2, 0.4, 1 / 3]})
SPEC = WeightingSpec(
    name="lv",
    population="lv",
    nonresponse=("file_party", "stratum"),
    margins=(Margin("party", ("file_party",), TOTALS),),
    trim=(0.2, 4.0),
    replicates=4,
)


@pytest.fixture
def stored(tmp_path):
    wave = Survey(tmp_path / "tracker").new_wave("w1", {})
    weighting = weigh(TABLE, SPEC, asked=ASKED, rng=np.random.default_rng(1))
    folder = write_weighting(weighting, wave, {"everybody": False, "merged": {}, "leave_out": {}, "seed": 1})
    return wave, weighting, folder


def test_a_recipe_gives_the_same_weights_and_errors(stored):
    wave, weighting, folder = stored
    assert weightings(wave) == ["lv"]
    assert read_choices(wave, "lv")["seed"] == 1
    again = read_weighting(wave, "lv", Prepared(TABLE, ASKED, None))
    np.testing.assert_array_equal(again.weights["weight"], weighting.weights["weight"])
    influence = np.random.default_rng(2).normal(size=(TABLE.height, 2))
    np.testing.assert_array_equal(
        again.linearisation.covariance(influence), weighting.linearisation.covariance(influence)
    )
    assert again.spec.margins[0].totals.equals(TOTALS)
    assert np.load(folder / "replicates.npy").shape == (TABLE.height, 4)
    assert json.loads((folder / "report.json").read_text())["name"] == "lv"


@pytest.mark.parametrize(
    "change",
    [
        lambda table: table.head(table.height - 1),
        lambda table: table.reverse(),
        lambda table: table.with_columns(file_party=pl.col("file_party").shift(1).fill_null("teal")),
        lambda table: table.with_columns(base_weight=pl.col("base_weight") + pl.col("case_id") % 2),
    ],
    ids=["one fewer", "another order", "other people", "other base weights"],
)
def test_changed_interviews_are_refused(stored, change):
    wave = stored[0]
    with pytest.raises(InputError, match=r"have changed since the weighting 'lv' was made") as caught:
        read_weighting(wave, "lv", Prepared(change(TABLE), ASKED, None))
    assert "--name lv" in str(caught.value)


def test_a_weighting_that_is_not_there(stored):
    with pytest.raises(InputError) as caught:
        read_weighting(stored[0], "rv", Prepared(TABLE, ASKED, None))
    assert "weightings: lv" in str(caught.value)


@pytest.mark.parametrize("text", ["{", "{}", '{"spec": {}, "choices": {}}', '{"spec": {"colour": 1}, "choices": {}}'])
def test_a_damaged_recipe_is_told(stored, text):
    wave, _, folder = stored
    (folder / "recipe.json").write_text(text)
    with pytest.raises(StoreError, match="cannot be read") as caught:
        read_weighting(wave, "lv", Prepared(TABLE, ASKED, None))
    assert "weigh again" in str(caught.value)
