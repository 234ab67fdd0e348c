from __future__ import annotations

import json

import numpy as np
import polars as pl
import pytest

from hustings.errors import ConfigError, InputError
from hustings.survey.weighting import Margin, WeightingSpec, unweighted, weigh
from hustings.tables import WEIGHTS


def made(n=400, seed=5):
    rng = np.random.default_rng(seed)
    return pl.DataFrame(
        {
            "respondent_id": [f"r{i}" for i in range(n)],
            "case_id": np.arange(n) * 3 + 1,
            "base_weight": rng.uniform(1, 4, n),
            "stratum": rng.choice(["a", "b"], n),
            "sex": rng.choice(["F", "M"], n, p=[0.65, 0.35]),
            "age": rng.choice(["1", "2", "3"], n, p=[0.15, 0.3, 0.55]),
            "vote": rng.choice(["x", "y"], n),
        }
    )


def margin(name, **totals):
    return Margin(name, (name,), pl.DataFrame({name: list(totals), "total": list(totals.values())}))


MARGINS = (
    margin("sex", F=52, M=48),
    Margin("age", ("age",), pl.DataFrame({"age": ["1", "2", "3"], "total": [3, 4, 3]})),
)


@pytest.mark.parametrize("options", [{}, {"method": "calibration"}, {"method": "calibration", "bounds": None}])
def test_margins_are_met_and_the_contract_is_kept(options):
    found = weigh(made(), WeightingSpec(margins=MARGINS, **options), outcomes=["vote"])
    assert found.weights.columns == WEIGHTS.column_names
    weight = found.weights["weight"]
    assert weight.mean() == pytest.approx(1.0)
    assert weight.filter(made()["sex"] == "F").sum() / 400 == pytest.approx(0.52, abs=1e-6)
    product = found.weights["base_weight"] * found.weights["nonresponse_factor"] * found.weights["calibration_factor"]
    np.testing.assert_allclose(product / product.mean(), weight)
    told = found.report.to_dict()
    json.dumps(told)
    assert told["matched"] == {"sex": 2, "age": 3}
    assert told["n_effective"] == pytest.approx(400 / told["design_effect"])
    assert told["largest_difference"] < 1e-6
    assert found.report.moved["trimming"].sum() == pytest.approx(1.0)
    assert "margins sum to different wholes" in told["notes"][0]


def test_non_response_by_hand():
    """100 asked of each sex; 50 women and 20 men answered. Nearly their inverse rates, the ridge aside."""
    asked = pl.DataFrame({"case_id": range(200), "sex": ["F"] * 100 + ["M"] * 100, "stratum": ["s"] * 200})
    table = asked.filter(pl.col("case_id").is_in([*range(50), *range(100, 120)])).with_columns(
        respondent_id=pl.col("case_id").cast(pl.String),
        base_weight=1.0,
        vote=pl.when(pl.col("sex") == "F").then(pl.lit("x")),
    )
    found = weigh(table, WeightingSpec(nonresponse=("sex",)), asked=asked, outcomes=["sex"])
    factors = dict(zip(table["sex"], found.weights["nonresponse_factor"], strict=True))
    assert factors["F"] == pytest.approx(2.0, rel=0.03)
    assert factors["M"] == pytest.approx(5.0, rel=0.06)
    assert found.report.moved.filter(pl.col("code") == "F")["base"].item() == pytest.approx(50 / 70)
    assert found.report.moved.filter(pl.col("code") == "F")["nonresponse"].item() == pytest.approx(0.5, abs=0.02)
    assert found.report.response.filter(pl.col("term") == "sex: M")["rate"].item() == 0.2


def test_trimming_keeps_its_limits_and_the_margins():
    found = weigh(made(), WeightingSpec(margins=MARGINS, trim=(0.45, 2.6)))
    weight = found.weights["weight"]
    assert weight.min() >= 0.45 - 1e-9
    assert weight.max() <= 2.6 + 1e-9
    assert found.report.trimmed > 0
    assert found.report.targets["difference"].abs().max() < 1e-6
    tight = weigh(made(), WeightingSpec(margins=MARGINS, trim=(0.8, 1.2)))
    assert tight.weights["weight"].is_between(0.8 - 1e-9, 1.2 + 1e-9).all()
    assert "off its target by up to" in tight.report.notes[-1]


def test_what_cannot_be_met_is_told():
    with pytest.raises(InputError, match=r"within the bounds 0.9 to 1.1 meet all margins.*furthest away is margin age"):
        weigh(made(), WeightingSpec(margins=MARGINS, method="calibration", bounds=(0.9, 1.1)))
    twin = made().with_columns(again=pl.col("sex"))
    with pytest.raises(InputError, match=r"meet all margins after 30 steps; furthest away is margin (sex|again)"):
        weigh(twin, WeightingSpec(margins=(MARGINS[0], margin("again", F=40, M=60)), max_iterations=30))
    rare = made().with_columns(age=pl.when(pl.col("age") == "1").then(pl.lit("2")).otherwise("age"))
    with pytest.raises(InputError, match=r"nobody answered in '1', 30\.00% of the target"):
        weigh(rare, WeightingSpec(margins=MARGINS))


def test_linear_calibration_may_not_turn_a_weight_negative():
    table = pl.DataFrame(
        {"respondent_id": [*"abcd"], "base_weight": [1.0] * 4, "p": [*"1122"], "q": [*"1212"], "r": [*"1221"]}
    )
    far = [Margin(v, (v,), pl.DataFrame({v: ["1", "2"], "total": [0.1, 0.9]})) for v in "pqr"]
    with pytest.raises(InputError, match="linear calibration gives 1 of 4 interviews a weight of 0 or below"):
        weigh(table, WeightingSpec(margins=tuple(far), method="calibration", bounds=None))


@pytest.mark.parametrize("bad", [0.0, -1.0, float("nan"), None])
def test_base_weights_that_cannot_be(bad):
    table = made().with_columns(base_weight=pl.when(pl.col("respondent_id") == "r7").then(bad).otherwise("base_weight"))
    with pytest.raises(InputError, match="1 of 400 interviews have no base weight above 0, the first 'r7'"):
        weigh(table, WeightingSpec())


def test_who_was_never_asked_or_twice():
    table = made()
    asked = table.select("case_id", "sex", "stratum")
    spec = WeightingSpec(nonresponse=("sex",))
    with pytest.raises(InputError, match="1 of 400 interviews are of nobody who was asked, the first of case 1"):
        weigh(table, spec, asked=asked.slice(1))
    with pytest.raises(InputError, match="case 1 twice"):
        weigh(table, spec, asked=pl.concat([asked, asked.head(1)]))
    with pytest.raises(InputError, match="case 1 has an interview but is marked"):
        weigh(table, spec, asked=asked.with_columns(responded=pl.col("case_id") > 1))
    with pytest.raises(InputError, match="respondent 'r0' is there twice"):
        weigh(pl.concat([table, table.head(1)]), WeightingSpec())
    with pytest.raises(ConfigError, match="needs everybody who was asked"):
        weigh(table, spec)
    with pytest.raises(ConfigError, match="no column 'height'"):
        weigh(table, WeightingSpec(nonresponse=("height",)), asked=asked)


def test_everybody_answered_or_nothing_is_asked_of_the_file():
    table = made()
    asked = table.select("case_id", "sex", "stratum")
    found = weigh(
        table,
        WeightingSpec(nonresponse=("sex",), margins=MARGINS, replicates=5),
        asked=asked,
        rng=np.random.default_rng(1),
    )
    assert found.weights["nonresponse_factor"].unique().to_list() == [1.0]
    assert "everybody who was asked answered" in found.report.notes[0]
    half = weigh(table.head(200), WeightingSpec(), asked=asked)
    assert half.report.asked == 400
    np.testing.assert_allclose(half.weights["weight"], half.weights["base_weight"] / half.weights["base_weight"].mean())
    many = asked.with_columns(county=pl.int_range(400).cast(pl.String), place=pl.int_range(400).cast(pl.String) + "x")
    with pytest.raises(ConfigError, match=r"1,\d+ categories, expected at most 1,000"):
        weigh(table.head(200), WeightingSpec(nonresponse=("county*place",)), asked=many)


def test_specifications_that_cannot_be():
    for options in ({"method": "magic"}, {"bounds": (1.2, 3.0)}, {"trim": (0.5, 0.9)}, {"replicates": 1}):
        with pytest.raises(ConfigError, match="weighting main"):
            WeightingSpec(**options)
    with pytest.raises(ConfigError, match="there twice"):
        WeightingSpec(margins=(MARGINS[0], MARGINS[0]))
    with pytest.raises(ConfigError, match="random generator"):
        weigh(made(), WeightingSpec(replicates=20))


def test_everybody_counts_one():
    assert unweighted(made()).weights["weight"].to_list() == [1.0] * 400
