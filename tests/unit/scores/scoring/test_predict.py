"""The scorer against the readable way, model by model, and against the facts that go before models."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from hustings.errors import ConfigError, InputError
from hustings.scores.features import catalogue, coded_pieces, voter_pieces
from hustings.scores.scoring import Scorer, needed_features
from unit.scores.scoring.making import MODELS, NEWCOMERS, NOW, PERSUASION, SUPPORT, TURNOUT, opened


@pytest.fixture(scope="module")
def electorate(full_store):
    return opened(full_store.store)


@pytest.fixture(scope="module")
def needed(electorate):
    return needed_features(MODELS, list(catalogue(electorate, NOW)))


@pytest.fixture(scope="module")
def piece(electorate, needed):
    return next(coded_pieces(electorate, "NC", NOW, needed))


@pytest.fixture(scope="module")
def frame(piece):
    return piece.frame()


@pytest.fixture(scope="module")
def found(piece):
    return Scorer(MODELS).scores(piece)


def test_scores_are_those_of_the_model_that_holds(frame, found):
    here = ~frame["gone"].to_numpy()
    new = (frame["newly_registered"] == "yes").to_numpy()
    in_already = (frame["early_ballot"] == "returned").fill_null(value=False).to_numpy()
    assert (here & new & ~in_already).sum() > 50
    assert (here & ~new & ~in_already).sum() > 500
    for mine, model in ((~new & ~in_already, TURNOUT), (new & ~in_already, NEWCOMERS)):
        expected = model.predict(frame)["turnout_prob"].to_numpy()
        np.testing.assert_allclose(found["turnout_prob"][here & mine], expected[here & mine], atol=2e-4)
    for model in (SUPPORT, PERSUASION):
        name = model.outputs[0]
        np.testing.assert_allclose(found[name][here], model.predict(frame)[name].to_numpy()[here], atol=2e-4)


def test_a_ballot_that_is_in_is_a_vote(frame, found):
    here = ~frame["gone"].to_numpy()
    returned = (frame["early_ballot"] == "returned").fill_null(value=False).to_numpy()
    assert (here & returned).sum() > 5
    assert (found["turnout_prob"][here & returned] == 1).all()
    assert (found["turnout_prob"][here & ~returned] < 1).all()


def test_who_is_gone_has_no_score(frame, found):
    assert frame["gone"].sum() > 5
    for values in found.values():
        assert np.array_equal(np.isnan(values), frame["gone"].to_numpy())


def test_a_frame_scores_as_its_codes(frame, found):
    again = Scorer(MODELS).scores(frame)
    assert list(again) == ["turnout_prob", "support_prob", "persuasion_effect"]
    for name, values in again.items():
        np.testing.assert_array_equal(values, found[name])


def test_scores_are_rounded_to_steps(piece, found):
    stepped = Scorer(MODELS, {"turnout_prob": 200, "persuasion_effect": 1000}).scores(piece)
    assert np.nanmax(np.abs(stepped["turnout_prob"] - found["turnout_prob"])) <= 0.0025 + 1e-6
    np.testing.assert_array_equal(np.unique(stepped["persuasion_effect"])[:3], np.float32([-0.016, 0.004, 0.035]))


def test_models_are_compiled_once_for_all_states(electorate, needed, piece):
    scorer = Scorer(MODELS)
    kernel = scorer.kernel(piece)
    other = next(coded_pieces(electorate, "OH", NOW, needed))
    assert scorer.kernel(other) is kernel
    expected = SUPPORT.predict(other.frame())["support_prob"].to_numpy()
    here = ~other.frame()["gone"].to_numpy()
    np.testing.assert_allclose(scorer.scores(other)["support_prob"][here], expected[here], atol=2e-4)
    # Other levels are other tables.
    renamed = piece.frame().with_columns(
        pl.col("party").cast(pl.String).cast(pl.Enum(["REP", "DEM", "UNA", "LIB", "GRE"]))
    )
    assert scorer.kernel(renamed) is not kernel
    np.testing.assert_allclose(
        scorer.scores(renamed)["support_prob"], Scorer(MODELS).scores(piece)["support_prob"], atol=1e-6
    )


def test_features_are_asked_for_once_and_early_ballots_always():
    known = ["age", "party", "general_4y", "precinct_turnout", "newly_registered", "early_ballot"]
    assert needed_features(MODELS, known) == [
        "age",
        "general_4y",
        "precinct_turnout",
        "party",
        "newly_registered",
        "early_ballot",
    ]
    assert needed_features([SUPPORT], ["party", "age"]) == ["party", "age"]


def test_a_feature_that_these_voters_lack_is_named(electorate, piece):
    with pytest.raises(ConfigError, match="fitted with general_4y, which these voters do not have"):
        needed_features(MODELS, ["age", "party"])
    with pytest.raises(InputError, match="need general_4y, which these voters do not have"):
        Scorer([TURNOUT]).scores(piece.frame().drop("general_4y"))
    numbers = next(voter_pieces(electorate, "OH", NOW, ["age"])).with_columns(party=pl.lit(3))
    with pytest.raises(InputError, match="party is Int32, expected an enum for texts"):
        Scorer([SUPPORT]).scores(numbers)
