"""Weights, estimates and errors against R's `survey` on its own api data (``survey_r/make_fixture.R``): 7 digits."""

from __future__ import annotations

import json
import warnings
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from hustings.maths.calibration import calibrate, rake
from hustings.maths.linearised import linearise
from hustings.survey.estimates import Measure, column_tests, crosstab, difference, make_rows, prepare, ratio
from hustings.survey.estimates.svy_adapter import estimate_with_svy
from hustings.survey.weighting import Margin, WeightingSpec, weigh

R = json.loads((Path(__file__).parent / "survey_r" / "fixture.json").read_text(encoding="utf-8"))
STRAT, CLUS, TWO = (pl.DataFrame(R["data"][name]) for name in ("strat", "clus", "two"))
REPS = np.array(list(R["data"]["reps"].values()))
DIGITS = {"rtol": 1e-7, "atol": 1e-12}
BASE = STRAT["pw"].to_numpy()
STRATA = STRAT["stype"].rank("dense").to_numpy().astype(np.int64) - 1
WIDE = (STRAT["wide"] == "Yes").to_numpy().astype(np.int64)
AWARDS = (STRAT["awards"] == "Yes").to_numpy()
HOT = np.eye(3)[STRATA]
X_MARGINS = np.column_stack([HOT, WIDE == 0, WIDE == 1])
TOTALS = np.array([4421.0, 755.0, 1018.0, 1072.0, 5122.0])
X_NUMBERS = np.column_stack([HOT, STRAT["api99"]])
NUMBERS = np.array([4421.0, 755.0, 1018.0, 3914069.0])
HIGH = (STRAT["api00"] > 650).to_numpy().astype(float)


def raked():
    return rake([STRATA, WIDE], [TOTALS[:3], TOTALS[3:]], BASE, tolerance=1e-12).weights


DESIGNS = {
    "plain": lambda: (BASE, None),
    "raking": lambda: (raked(), (X_MARGINS, BASE)),
    "raked": lambda: (raked(), (X_MARGINS, np.ones_like(BASE))),
    "poststratified": lambda: (rake([WIDE], [TOTALS[3:] * 1.0], BASE).weights * 6194 / 6194, (X_MARGINS[:, 3:], BASE)),
    "linear": lambda: (calibrate(X_MARGINS, TOTALS, BASE).weights, (X_MARGINS, BASE)),
    "greg": lambda: (calibrate(X_NUMBERS, NUMBERS, BASE).weights, (X_NUMBERS, BASE)),
    "logit": lambda: (calibrate(X_MARGINS, TOTALS, BASE, bounds=(0.8, 1.4)).weights, (X_MARGINS, BASE)),
}


@pytest.mark.parametrize("name", DESIGNS)
def test_calibrated_weights_estimates_and_errors(name):
    """The residuals are those of the regression with base weights, as R takes them; R's `rake` takes unweighted ones."""
    weights, calibration = DESIGNS[name]()
    np.testing.assert_allclose(weights, R[name]["weights"], **DIGITS)
    lin = linearise(weights, STRATA, calibration=calibration)
    numbers = STRAT.select("api00", "enroll").cast(pl.Float64).to_numpy()
    everybody = np.ones((200, 1), dtype=bool)
    mean = crosstab(make_rows(numbers), everybody, prepare(lin))
    np.testing.assert_allclose(mean.shares[:, 0], R[name]["mean"]["est"], **DIGITS)
    np.testing.assert_allclose(mean.se[:, 0], R[name]["mean"]["se"], **DIGITS)
    share = crosstab(make_rows(np.column_stack([~AWARDS, AWARDS]).astype(float)), everybody, prepare(lin))
    np.testing.assert_allclose(share.shares[:, 0], R[name]["share"]["est"], **DIGITS)
    np.testing.assert_allclose(share.se[:, 0], R[name]["share"]["se"], **DIGITS)
    domain = crosstab(make_rows(numbers[:, :1]), np.column_stack([~AWARDS, AWARDS]), prepare(lin))
    np.testing.assert_allclose(domain.shares[0], R[name]["domain"]["est"], **DIGITS)
    np.testing.assert_allclose(domain.se[0], R[name]["domain"]["se"], **DIGITS)


@pytest.mark.parametrize("name", DESIGNS)
def test_differences_of_two_columns(name):
    weights, calibration = DESIGNS[name]()
    lin = linearise(weights, STRATA, calibration=calibration)
    apart, se = R[name]["apart"]
    found = difference(Measure(HIGH * AWARDS, AWARDS * 1.0), Measure(HIGH * ~AWARDS, ~AWARDS * 1.0), lin)
    np.testing.assert_allclose([found.estimate, found.se], [apart, se], **DIGITS)
    z, _ = column_tests(crosstab(make_rows(HIGH[:, None]), np.column_stack([AWARDS, ~AWARDS]), prepare(lin)))
    np.testing.assert_allclose([z[0, 0, 1], z[0, 1, 0]], [apart / se, -apart / se], **DIGITS)


def test_the_whole_way_to_raked_weights():
    margins = [
        Margin(name, (name,), pl.DataFrame(R["margins"][name]).rename({"Freq": "total"})) for name in ("stype", "wide")
    ]
    table = STRAT.select("stype", "wide", pl.col("pw").alias("base_weight"), pl.col("stype").alias("stratum"))
    table = table.with_row_index("respondent_id").cast({"respondent_id": pl.String})
    for method, bounds, name in (
        ("raking", None, "raked"),
        ("calibration", None, "linear"),
        ("calibration", (0.8, 1.4), "logit"),
    ):
        spec = WeightingSpec(margins=tuple(margins), method=method, bounds=bounds, tolerance=1e-11)
        weights = weigh(table, spec).weights["weight"].to_numpy()
        theirs = np.array(R[name]["weights"])
        np.testing.assert_allclose(weights, theirs / theirs.mean(), rtol=1e-7)


def test_raking_is_the_library_s_too():
    import svy

    whole = 6194.0
    controls = {"stype": dict(zip("EHM", TOTALS[:3], strict=True)), "wide": {"No": TOTALS[3], "Yes": TOTALS[4]}}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = svy.Sample(STRAT, svy.Design(wgt="pw")).weighting.rake(controls=controls, tol=1e-12, max_iter=500)
    theirs = found.data["rk_wgt"].to_numpy()
    np.testing.assert_allclose(raked() / whole, theirs / whole, rtol=1e-7)


def test_ratio_of_our_own():
    lin = linearise(BASE, STRATA)
    stu, enroll = (STRAT[name].cast(pl.Float64).to_numpy() for name in ("stu", "enroll"))
    found = ratio(Measure(stu, enroll), lin)
    np.testing.assert_allclose(found, [R["strat"]["ratio"]["est"], R["strat"]["ratio"]["se"]], **DIGITS)


def same(found, theirs, *, ends=False):
    np.testing.assert_allclose(found["estimate"], np.atleast_1d(theirs["est"]), **DIGITS)
    np.testing.assert_allclose(found["se"], np.atleast_1d(theirs["se"]), **DIGITS)
    if ends:
        np.testing.assert_allclose(found["low"], np.atleast_1d(theirs["low"]), rtol=1e-2)


@pytest.mark.parametrize(
    ("frame", "name", "design"),
    [(STRAT, "strat", {"stratum": "stype"}), (CLUS, "clus", {"cluster": "dnum"})],
    ids=["stratified", "clustered"],
)
def test_the_library_behind_the_door(frame, name, design):
    theirs, options = R[name], {"weight": "pw", **design}
    same(pl.concat([estimate_with_svy(frame, "mean", y, **options) for y in ("api00", "enroll")]), theirs["mean"])
    same(pl.concat([estimate_with_svy(frame, "total", y, **options) for y in ("enroll", "stu")]), theirs["total"])
    same(estimate_with_svy(frame, "ratio", "stu", x="enroll", **options), theirs["ratio"])
    if name == "clus":
        same(estimate_with_svy(frame, "share", "stype", **options), theirs["share"])
    same(estimate_with_svy(frame, "mean", "api00", by="stype", **options).sort("column"), theirs["domain"])


def test_two_stages_by_the_first():
    design = {"weight": "pw", "cluster": "dnum"}
    found = pl.concat([estimate_with_svy(TWO, "mean", y, **design) for y in ("api00", "enroll")])
    same(found, R["two"]["mean"])
    same(estimate_with_svy(TWO, "mean", "api00", by="stype", **design).sort("column"), R["two"]["domain"])


def jackknife():
    """Leave one out, within strata (JKn): weights (row, replicate) and what each replicate counts."""
    size = np.bincount(STRATA)[STRATA].astype(float)
    same_stratum = STRATA[:, None] == STRATA[None, :]
    factor = np.where(same_stratum, (size / (size - 1.0))[None, :], 1.0)
    np.fill_diagonal(factor, 0.0)
    return BASE[:, None] * factor, (size - 1.0) / size


@pytest.mark.parametrize("kind", ["jkn", "bootstrap"])
def test_replicate_weights(kind):
    weights, counts = jackknife() if kind == "jkn" else (REPS, None)
    names = tuple(f"rep{k + 1}" for k in range(weights.shape[1]))
    frame = STRAT.hstack([pl.Series(name, column) for name, column in zip(names, weights.T, strict=True)])
    options = {"weight": "pw", "replicates": names, "coefficients": None if counts is None else tuple(counts)}
    found = pl.concat([estimate_with_svy(frame, "mean", y, **options) for y in ("api00", "enroll")])
    same(found, R[kind]["mean"])
    same(estimate_with_svy(frame, "ratio", "stu", x="enroll", **options), R[kind]["ratio"])
