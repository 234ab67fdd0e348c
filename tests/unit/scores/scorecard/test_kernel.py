"""The kernel gives the scores of the readable way, within what it declares to lose."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from hustings.errors import InputError
from hustings.scores.scorecard import Feature, Scorecard, ScoreModel, Term, compile_kernel
from hustings.scores.scorecard.kernel import NO_SCORE

PARTY = pl.Enum(["DEM", "GRE", "REP"])
FEATURES = (
    Feature("party", levels=("REP", "DEM")),
    Feature("age", cuts=(24.5, 44.5, 64.5)),
    Feature("years", cuts=(0.5, 2.0, 7.25)),
)


def card(name, rng, *terms):
    by_name = {feature.name: feature for feature in FEATURES}
    return Scorecard(
        name, FEATURES, tuple(Term(t, rng.normal(size=[by_name[n].n_bins for n in t]) * 2) for t in terms), rng.normal()
    )


@pytest.fixture(scope="module")
def voters():
    rng = np.random.default_rng(1)
    n = 50_000  # more than one run
    rows = pl.DataFrame(
        {
            "party": pl.Series(rng.integers(0, 3, n).astype(np.uint8)).cat.to(PARTY),
            "age": rng.integers(18, 100, n).astype(np.int16),
            "years": rng.uniform(0, 30, n).astype(np.float32),
        }
    )
    return rows.with_columns(
        pl.when(pl.Series(rng.random(n) > 0.1)).then(pl.col(name)).name.keep() for name in rows.columns
    )


@pytest.fixture(scope="module")
def models():
    rng = np.random.default_rng(2)
    both = (("party",), ("age",), ("years",), ("age", "party"), ("years", "age"))
    return [
        ScoreModel("turnout", "logit", ("turnout_prob",), (card("t", rng, *both),)),
        ScoreModel(
            "support", "softmax", ("a_prob", "b_prob", "c_prob"), (card("a", rng, *both), card("b", rng, ("age",)))
        ),
        ScoreModel("persuasion", "identity", ("persuasion_effect",), (card("p", rng, ("years", "party")),)),
        ScoreModel("new", "logit", ("turnout_prob",), (card("n", rng, ("age",)),), ("party", "DEM")),
    ]


def test_scores_are_those_of_the_models(voters, models):
    kernel = compile_kernel(models, voters.schema)
    assert len(kernel.packs) == 2
    assert max(kernel.error.values()) < 0.001
    found = kernel.scores(voters)
    new = (voters["party"] == "DEM").fill_null(value=False).to_numpy()
    for model in models:
        expected = model.predict(voters)
        for name in model.outputs:
            mine = {"turnout": ~new, "new": new}.get(model.name, slice(None))
            # A chance moves by at most a quarter of what its logit moves by (two logits: half).
            np.testing.assert_allclose(
                found[name][mine], expected[name].to_numpy()[mine], atol=max(kernel.error.values())
            )


def test_half_percents_and_nobodys_score(voters, models):
    only_new = compile_kernel(models[3:], voters.schema)
    codes = only_new.codes(voters)["turnout_prob"]
    new = (voters["party"] == "DEM").fill_null(value=False).to_numpy()
    assert (codes[~new] == NO_SCORE).all()
    np.testing.assert_allclose(codes[new] / 200, models[3].predict(voters)["turnout_prob"].to_numpy()[new], atol=0.0026)


def test_a_voter_worked_by_hand():
    term = Term(("age",), np.array([0.0, -1.0, 0.0, 1.0, 2.0]))
    model = ScoreModel("t", "logit", ("turnout_prob",), (Scorecard("t", (FEATURES[1],), (term,), -1.0),))
    row = pl.DataFrame({"age": pl.Series([70, 20, None], dtype=pl.Int16)})
    found = compile_kernel([model], row.schema).scores(row)["turnout_prob"]
    # logits 1, -2, -1
    np.testing.assert_allclose(found, [0.7310586, 0.1192029, 0.2689414], atol=1e-4)


def test_what_is_lacking_is_named(models):
    with pytest.raises(InputError, match="need age, years, which these voters do not have"):
        compile_kernel(models, {"party": PARTY})
