from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from scipy.special import softmax

from hustings.errors import InputError
from hustings.scores.scorecard import read_models, write_models
from hustings.scores.support.compile import compile_support
from hustings.scores.support.fit import Design, fit_support
from hustings.scores.support.spec import SupportSpec
from unit.scores.support.making import make_cells_frame, make_rows

SPEC = SupportSpec(terms=(("race",), ("age",), ("race", "state")), predictors=("lean",))
LEAN = pl.DataFrame({"state": ["AA", "BB", "CC", "DD", "EE", "FF", "ZZ"], "lean": [1.0, 2, 3, 4, 5, 6, 7]})
STRANGERS = pl.DataFrame({"state": ["ZZ", "??", None], "race": ["new", None, "one"], "age": [None, 30, 200]})


def fitted(options=("yes", "no")):
    rows = make_rows(options=options).with_columns(race=pl.when(pl.col("age") > 20).then("race"))
    return fit_support(rows, options, SPEC, LEAN)


def test_cards_say_what_the_fit_says_of_everybody():
    fit = fitted()
    people = pl.concat([make_cells_frame().select("state", "race", "age"), STRANGERS], how="vertical_relaxed")
    model = compile_support(fit)
    eta = Design(fit, people).mean()[:, 0]
    np.testing.assert_allclose(model.cards[0].predict(people), eta, atol=1e-12)
    np.testing.assert_allclose(model.predict(people)["support_prob"], 1.0 / (1.0 + np.exp(-eta)))


def test_tables_are_centred_where_the_model_was_fitted():
    fit = fitted()
    card = compile_support(fit).cards[0]
    rows = make_rows().with_columns(race=pl.when(pl.col("age") > 20).then("race"))
    np.testing.assert_allclose(card.contributions(rows).mean(axis=0), 0.0, atol=1e-12)


def test_shifts_move_a_unit_and_nobody_else():
    fit, people = fitted(), make_cells_frame()
    moved = compile_support(fit, {"BB": np.array([0.25])}).cards[0].predict(people)
    expected = np.where((people["state"] == "BB").to_numpy(), 0.25, 0.0)
    np.testing.assert_allclose(moved - compile_support(fit).cards[0].predict(people), expected, atol=1e-12)
    with pytest.raises(InputError, match="'QQ'"):
        compile_support(fit, {"QQ": np.array([0.25])})


def test_three_options_and_the_way_through_a_file(tmp_path):
    fit = fitted(("a", "b", "c"))
    model = compile_support(fit)
    assert model.outputs == ("support_a_prob", "support_b_prob", "support_c_prob")
    eta = np.column_stack([Design(fit, STRANGERS).mean(), np.zeros(3)])
    np.testing.assert_allclose(model.predict(STRANGERS).to_numpy(), softmax(eta, axis=1))
    write_models([model], tmp_path)
    assert read_models(tmp_path)[0].predict(STRANGERS).equals(model.predict(STRANGERS))
