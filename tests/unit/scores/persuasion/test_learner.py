"""Real tests: the 2006 Michigan mailings, and two near-null letters of 2012; and a world with a known truth."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from hustings.maths.doubly_robust import arm_signals, clustered_mean
from hustings.scores.persuasion import Experiment, check_experiment, fit_effects

REAL = Path(__file__).parents[5] / "shared" / "data"
here = pytest.mark.skipif(not REAL.is_dir(), reason="the shared real data are not here")
PUBLISHED = {"Civic Duty": 0.3145, "Hawthorne": 0.3224, "Self": 0.3452, "Neighbors": 0.3795}
"""Turnout of each mailing (Gerber, Green & Larimer, APSR 102(1), 2008, table 2); control .2966."""


def michigan():
    return Experiment(
        name="michigan",
        kind="mobilisation",
        rows=pl.read_parquet(REAL / "gotv_ggl2006_michigan.parquet"),
        treatment="treatment",
        control="Control",
        outcome="voted_aug2006",
        features=("sex", "age", "primary_00", "general_00", "primary_02", "general_02", "primary_04", "hh_size"),
        probs={"Control": 5 / 9, **dict.fromkeys(PUBLISHED, 1 / 9)},
        cluster="randomization_cluster",
    )


@pytest.mark.slow
@here
def test_michigan_s_published_turnout():
    """The household's id is not in this copy: errors count its block, in which every arm was drawn."""
    checked = check_experiment(michigan())
    means = np.array([checked.outcome[checked.arm == k].mean() for k in range(5)])
    assert means[0] == pytest.approx(0.2966, abs=5e-5)
    signals = arm_signals(checked.outcome, checked.arm, checked.prob, np.tile(means, (len(checked.arm), 1)))
    mean, covariance = clustered_mean(signals - signals[:, :1], checked.clusters)
    error = np.sqrt(np.diag(covariance))
    for k, arm in enumerate(checked.arms[1:], start=1):
        assert abs(mean[k] - (PUBLISHED[arm] - 0.2966)) < 1.645 * error[k], arm
        assert means[k] == pytest.approx(PUBLISHED[arm], abs=1.6e-3), arm
    assert error[checked.arms.index("Neighbors")] == pytest.approx(0.003, abs=0.0007), "published: .003"


@pytest.mark.slow
@here
@pytest.mark.parametrize("test", ["secrecy", "competition"])
def test_near_null_letters(test):
    rows = pl.read_parquet(REAL / f"gotv_{test}_wi_2012.parquet")
    rows = rows.with_columns(arm=pl.when(pl.col("treat") == 1).then(pl.lit("letter")).otherwise(pl.lit("none")))
    features = ("yearssincereg", "hhinc", "age", "female", "black", "latino", "asian")
    experiment = Experiment(
        test, "mobilisation", rows, "arm", "none", "vg_12_update", features, probs={"none": 0.5, "letter": 0.5}
    )
    (effects,) = fit_effects(check_experiment(experiment), np.random.default_rng(1), nuisance="additive")
    raw = rows.group_by("arm").agg(pl.col("vg_12_update").mean()).sort("arm")["vg_12_update"]
    assert abs(effects.average.value - (raw[0] - raw[1])) < effects.average.se
    assert not effects.differs
    assert effects.card.terms == ()
    low, high = effects.interval(rows.head(2))
    assert low[0] == low[1] < effects.average.value < high[0]


@pytest.fixture(scope="module")
def known():
    """Contact helps those who vote at times, and harms those who never do."""
    rng = np.random.default_rng(3)
    votes, age = rng.integers(0, 3, 6000), rng.integers(18, 90, 6000)
    arm, effect = rng.integers(0, 2, 6000), np.array([-0.10, 0.15, 0.0])[votes]
    voted = rng.random(6000) < 0.3 + 0.2 * votes + arm * effect
    rows = pl.DataFrame(
        {
            "arm": np.array(["none", "call"])[arm],
            "voted": voted,
            "votes": votes,
            "age": age,
            "home": np.arange(6000) // 2,
        }
    )
    experiment = Experiment(
        "calls",
        "mobilisation",
        rows,
        "arm",
        "none",
        "voted",
        ("votes", "age"),
        probs={"none": 0.5, "call": 0.5},
        cluster="home",
    )
    return experiment, fit_effects(check_experiment(experiment), np.random.default_rng(4))[0], effect


def test_known_effects_are_found(known):
    _, effects, truth = known
    assert effects.differs
    frame = pl.DataFrame({"votes": [0, 1, 2], "age": [50, 50, 50]})
    low, high = effects.interval(frame)
    np.testing.assert_allclose(effects.card.predict(frame), (low + high) / 2.0, atol=1e-9)
    assert ((low < [-0.10, 0.15, 0.0]) & (high > [-0.10, 0.15, 0.0])).all()
    assert high[0] < 0.0 < low[1], "signs are sure"
    assert abs(effects.average.value - truth.mean()) < 2 * effects.average.se


def test_held_out_judgement(known):
    _, effects, truth = known
    judged = effects.held_out
    assert abs(judged.slope.value - 1.0) < 2 * judged.slope.se
    assert judged.slope_p < 0.001
    value, over = judged.tops[0.3]
    assert value.value == pytest.approx(0.3 * 0.15, abs=3 * value.se), "the best three in ten gain fifteen points each"
    assert over.value == pytest.approx(0.3 * (0.15 - truth.mean()), abs=3 * over.se)
    assert np.corrcoef(effects.predicted, truth)[0, 1] > 0.9


def test_the_same_seed_gives_the_same_card(known):
    experiment, effects, _ = known
    again = fit_effects(check_experiment(experiment), np.random.default_rng(4))[0]
    np.testing.assert_array_equal(again.card.terms[0].table, effects.card.terms[0].table)
