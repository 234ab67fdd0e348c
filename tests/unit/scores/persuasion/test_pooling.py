"""One treatment in several tests: averages by hand, differences between people within tests alone."""

from __future__ import annotations

import datetime as dt

import numpy as np
import polars as pl
import pytest

from hustings.errors import InputError
from hustings.maths.uplift import Estimate
from hustings.scores.persuasion import Experiment, fit_persuasion
from hustings.scores.persuasion.pooling import join

DAY = dt.date(2016, 10, 1)


def test_averages_by_hand():
    alike, spread, p = join([Estimate(0.02, 0.01), Estimate(0.03, 0.02)])
    # Weights 10,000 and 2,500: (200 + 75) / 12,500; Q = 10,000 * .002^2 + 2,500 * .008^2 = 0.2 on 1.
    assert (alike.value, alike.se) == pytest.approx((0.022, 12_500**-0.5))
    assert spread == 0.0
    assert p == pytest.approx(0.6547, abs=1e-4)
    apart, spread, p = join([Estimate(0.00, 0.01), Estimate(0.10, 0.01)])
    # Q = 10,000 * 2 * .05^2 = 50; spread^2 = 49 / (20,000 - 10,000) = .0049; se^2 = (.0001 + .0049) / 2.
    assert (apart.value, spread, apart.se) == pytest.approx((0.05, 0.07, 0.05))
    assert p < 1e-10


def make(name, effect, *, teal_share=0.5, by_party=0.0, seed=1, n=2000, base=0.4, features=("party", "age"), **more):
    rng = np.random.default_rng(seed)
    arm, teal = rng.integers(0, 2, n), rng.random(n) < teal_share
    rows = pl.DataFrame(
        {
            "arm": np.array(["none", "call"])[arm],
            "party": np.array(["amber", "teal"])[teal.astype(int)],
            "age": rng.integers(18, 90, n),
            "yes": rng.random(n) < base + arm * (effect + by_party * (2 * teal - 1)),
        }
    )
    probs = {"none": 0.5, "call": 0.5}
    return Experiment(name, "mobilisation", rows, "arm", "none", "yes", features, probs=probs, **more)


def fit(*tests, **more):
    return fit_persuasion(tests, as_of=DAY, rng=np.random.default_rng(2), nuisance="additive", **more)


def test_a_treatment_in_two_tests_is_one_column():
    fitted = fit(
        make("spring", 0.1, by_party=0.15, costs={"call": 1.0}), make("autumn", 0.1, by_party=0.15, seed=5, base=0.3)
    )
    assert fitted.models[0].outputs == ("mobilisation_effect",)
    (kept,) = fitted.extra["effects"]
    assert kept["experiment"] == "spring + autumn"
    assert sum(kept["people"]) == 4000
    assert kept["cost"] == 1.0
    one, two = kept["tests"]
    weights = np.array([one["effect_se"], two["effect_se"]]) ** -2.0
    assert kept["tests_same_p"] > 0.01
    if kept["tests_sd"] == 0.0:
        assert kept["effect"] == pytest.approx(weights @ [one["effect"], two["effect"]] / weights.sum())
    people = pl.DataFrame({"party": ["teal", "amber"], "age": [40, 40]})
    scores = fitted.models[0].predict(people)["mobilisation_effect"]
    assert scores.to_list() == pytest.approx([0.25, -0.05], abs=0.06)


def test_what_parts_the_tests_is_not_laid_to_what_parts_the_people():
    # One test of teal people, where calls help; one of amber people, where they do not. Within each nobody differs.
    fitted = fit(make("a", 0.3, teal_share=0.95), make("b", 0.0, teal_share=0.05, seed=5))
    (kept,) = fitted.extra["effects"]
    assert not kept["differs"]
    assert kept["tests_sd"] == pytest.approx(0.3 / 2**0.5, abs=0.07), "of two numbers 0.3 apart"
    assert kept["effect_se"] > 0.1, "two tests that disagree say little of a third"
    assert "2 tests (" in fitted.card.cannot_see[0]


def test_features_in_common():
    fitted = fit(make("a", 0.1, n=400), make("b", 0.1, n=400, seed=5, features=("age",)))
    assert set(fitted.card.calibration["group"]) == {"age"}
    with pytest.raises(InputError, match=r"a and b have no feature in common"):
        fit(make("a", 0.1, n=400, features=("party",)), make("b", 0.1, n=400, features=("age",)))


def test_a_test_that_is_refused_is_told_and_the_others_are_used():
    good, none = make("good", 0.1, n=400), make("late", 0.1, n=400, seed=5, measured_on=DAY + dt.timedelta(days=1))
    with pytest.raises(InputError, match="late has outcomes on 2016-10-02, and the model is of 2016-10-01"):
        fit(good, none)
    fitted = fit(good, none, skip_refused=True, refused=["list x: gone"], notes=["list y waits."])
    assert "WARNING not used: list x: gone" in fitted.card.data
    assert any(said.startswith("WARNING not used: the test late has outcomes") for said in fitted.card.data)
    assert fitted.card.data[-1] == "list y waits."
    with pytest.raises(InputError, match="late has outcomes"):
        fit(none, skip_refused=True)
