"""A boosting machine as a scorecard says what the machine says."""

from __future__ import annotations

import sys

import numpy as np
import polars as pl
import pytest
from scipy.special import expit

from hustings.errors import ConfigError, InputError
from hustings.scores.scorecard import Feature, Scorecard, Term
from hustings.scores.scorecard.boosted import Boosting, fit_boosted, fit_machine, joined, lay_bins, machine_input

QUICK = Boosting(pairs=2, bins=24, pair_bins=8, bags=1, learning_rate=0.2)


def made(n=3000):
    """A number that matters for one level of a text only; some of both missing."""
    rng = np.random.default_rng(1)
    x, party = rng.normal(size=n).round(3), rng.choice(["DEM", "REP", "UNA"], n)
    voted = rng.random(n) < expit(0.4 + 1.5 * x * (party == "UNA"))
    rows = pl.DataFrame({"x": x, "party": pl.Series(party, dtype=pl.Enum(["DEM", "GRE", "REP", "UNA"]))})
    keep = pl.Series(rng.random(n) > 0.1)
    return rows.with_columns(pl.when(keep).then(pl.col(name)).name.keep() for name in rows.columns), voted


@pytest.fixture(scope="module")
def fitted():
    rows, voted = made()
    weight = np.random.default_rng(2).uniform(0.5, 2, rows.height)
    card, machine = fit_machine(
        rows, voted, ["x", "party"], name="voted", rng=np.random.default_rng(3), weight=weight, settings=QUICK
    )
    return card, machine, rows


def test_predictions_are_the_machines(fitted):
    card, machine, rows = fitted
    assert {len(term.features) for term in card.terms} == {1, 2}
    strange = pl.DataFrame(
        {"x": [None, 99.0, -99.0], "party": ["GRE", None, "UNA"]}, schema_overrides=dict(rows.schema)
    )
    for frame in (rows, strange):
        said = machine.decision_function(machine_input(card.features, frame))
        np.testing.assert_allclose(card.predict(frame), said, atol=1e-9)
        np.testing.assert_allclose(joined(card).predict(frame), said, atol=1e-9)


def test_bins_that_no_term_tells_apart_are_joined():
    features = (Feature("x", cuts=(1.0, 2.0, 3.0)), Feature("party", levels=("DEM",)))
    # Bins: missing, under 1, 1-2, 2-3, 3 and over. The pair tells 2-3 from 3 and over, for one party.
    pair = np.zeros((3, 5))
    pair[1, 4] = 7.0
    card = Scorecard("v", features, (Term(("x",), np.array([9.0, 1, 1, 1, 1])), Term(("party", "x"), pair)))
    small = joined(card)
    assert small.by_name["x"].cuts == (3.0,)
    assert small.terms[0].table.tolist() == [9, 1, 1]
    assert small.terms[1].table.tolist() == [[0, 0, 0], [0, 0, 7], [0, 0, 0]]


def test_it_learns_what_acts_together(fitted):
    card, _, rows = fitted
    at = pl.DataFrame(
        {"x": [1.5, -1.5, 1.5, -1.5], "party": ["UNA", "UNA", "DEM", "DEM"]}, schema_overrides=dict(rows.schema)
    )
    una_high, una_low, dem_high, dem_low = card.predict(at)
    assert una_high - una_low > 2.5  # planted: 4.5, drawn together by few rounds
    assert abs(dem_high - dem_low) < 1.0  # planted: 0


def test_weights_count():
    rows = pl.DataFrame({"x": np.zeros(600)})
    voted = np.arange(600) % 2 == 0
    weight = np.where(voted, 3.0, 1.0)
    card = fit_boosted(rows, voted, ["x"], name="voted", rng=np.random.default_rng(1), weight=weight, settings=QUICK)
    np.testing.assert_allclose(card.predict(rows[:1]), np.log(3), atol=0.1)


def test_cuts_lie_between_values_and_at_quantiles():
    assert lay_bins(pl.Series("k", [1, 1, 2, 4, None]), 10).cuts == (1.5, 3.0)
    many = lay_bins(pl.Series("x", np.arange(1000)), 4)
    np.testing.assert_allclose(many.cuts, [249.5, 499.5, 749.5], atol=1)
    assert lay_bins(pl.Series("t", ["b", "a", None]), 4).levels == ("a", "b")


def test_a_feature_without_values_is_left_out():
    rows, voted = made(400)
    card = fit_boosted(
        rows.with_columns(none=pl.lit(None, pl.Float32)),
        voted,
        ["x", "none"],
        name="v",
        rng=np.random.default_rng(1),
        settings=QUICK,
    )
    assert [feature.name for feature in card.features] == ["x"]


@pytest.mark.parametrize(
    ("outcome", "says"),
    [
        ([1, 1, 1], "every one of 3 rows says yes to voted"),
        ([0, 0, 0], "says no to voted"),
        ([0, 1, 2], "has the outcomes 0, 1, 2, expected 0 and 1"),
    ],
)
def test_outcomes_that_teach_nothing_are_refused(outcome, says):
    with pytest.raises(InputError, match=says):
        fit_boosted(
            pl.DataFrame({"x": [1.0, 2, 3]}), np.array(outcome), ["x"], name="voted", rng=np.random.default_rng(1)
        )


def test_no_rows_are_refused():
    with pytest.raises(InputError, match="no rows"):
        fit_boosted(pl.DataFrame({"x": []}), np.array([]), ["x"], name="voted", rng=np.random.default_rng(1))


def test_without_the_library_it_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "interpret.glassbox", None)
    with pytest.raises(ConfigError, match=r"pip install 'hustings\[scores\]'"):
        fit_boosted(pl.DataFrame({"x": [1.0, 2]}), np.array([0, 1]), ["x"], name="voted", rng=np.random.default_rng(1))
