"""Voters as arrays stand for the frame that one would write down."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from hustings.errors import InputError
from hustings.scores.scorecard import Coded, Feature, Indexed, Piece, Scorecard, ScoreModel, Term, compile_kernel
from hustings.scores.scorecard.piece import is_level

PARTY = pl.Enum(["DEM", "GRE", "REP"])


@pytest.fixture
def piece():
    years = pl.Series([None, 0.5, 12.0], dtype=pl.Float32)
    return Piece(
        {
            "party": Coded(np.array([0, 2, 3, 1], dtype=np.uint8), PARTY),
            "years": Indexed(np.array([1, 0, 2, 77], dtype=np.int32), years),
            "age": pl.Series([30, None, 70, 18], dtype=pl.Int16),
        },
        4,
    )


def test_a_piece_as_a_frame(piece):
    expected = pl.DataFrame(
        {"party": ["DEM", "REP", None, "GRE"], "years": [0.5, None, 12.0, 12.0], "age": [30, None, 70, 18]},
        schema={"party": PARTY, "years": pl.Float32, "age": pl.Int16},
    )
    assert piece.frame().equals(expected)
    assert piece.schema == dict(expected.schema)


def test_who_has_a_level(piece):
    for column in (piece["party"], piece.frame()["party"]):
        assert is_level(column, "REP").tolist() == [False, True, False, False]
        assert not is_level(column, "LIB").any()
    for column in (piece["years"], piece["age"]):
        with pytest.raises(InputError, match="the level 'yes' of a column of numbers"):
            is_level(column, "yes")


def test_a_piece_scores_as_its_frame(piece):
    rng = np.random.default_rng(1)
    features = (
        Feature("party", levels=("REP", "DEM")),
        Feature("years", cuts=(0.5, 3.0)),
        Feature("age", cuts=(25.0, 65.0)),
    )
    terms = tuple(Term((one.name,), rng.normal(size=one.n_bins)) for one in features)
    model = ScoreModel("t", "logit", ("turnout_prob",), (Scorecard("t", features, terms),))
    kernel = compile_kernel([model], piece.schema)
    np.testing.assert_array_equal(kernel.scores(piece)["turnout_prob"], kernel.scores(piece.frame())["turnout_prob"])
    np.testing.assert_allclose(
        kernel.scores(piece)["turnout_prob"], model.predict(piece.frame())["turnout_prob"], atol=1e-4
    )
