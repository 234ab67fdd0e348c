"""Groups come out as they did; small ones are not believed."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from scipy.special import expit, logit

from hustings.scores.scorecard import Feature, Scorecard, Term
from hustings.scores.turnout.calibrate import calibrated, shifts, with_term

STATE = Feature("state", levels=("NC", "OH"))
PARTY = Feature("party", levels=("DEM", "REP"))
AGE = Feature("age", cuts=(24.5, 30.5, 64.5))
FLAT = Scorecard("voted", (STATE, PARTY, AGE), (), 0.0)


def test_large_groups_come_out_as_they_did_and_within_their_state():
    rng = np.random.default_rng(1)
    n = 40_000
    rows = pl.DataFrame(
        {"state": rng.choice(["NC", "OH"], n), "party": rng.choice(["DEM", "REP"], n), "age": np.full(n, 40.0)}
    )
    share = np.where((rows["state"] == "NC") & (rows["party"] == "DEM"), 0.8, 0.5)
    voted = (rng.random(n) < share).astype(float)
    card = calibrated(FLAT, rows, voted, np.ones(n), [("state", "party"), ("state", "race")])
    said = rows.with_columns(p=pl.Series(expit(card.predict(rows))), y=pl.Series(voted))
    groups = said.group_by("state", "party").agg(pl.col("p", "y").mean())
    assert (groups["p"] - groups["y"]).abs().max() < 0.003
    assert len(card.terms) == 1  # a grouping by what the card does not have is left out


def test_a_small_group_is_drawn_to_nothing():
    cell = np.repeat([0, 1, 2], [5000, 5000, 4])
    outcome = np.concatenate([np.tile([1.0, 0.0], 5000), np.ones(4)])
    delta = shifts(cell, 4, np.zeros(len(cell)), outcome, np.ones(len(cell)))
    assert abs(delta[:2]).max() < 0.02
    assert 0 <= delta[2] < 0.3  # four of four voted: the group's own estimate is infinite
    assert delta[3] == 0


def test_one_cell_by_hand():
    # One large cell whose share is .6: the shift is nearly logit(.6), and its condition holds exactly.
    outcome = np.concatenate([np.ones(6000), np.zeros(4000)])
    delta = shifts(np.zeros(10_000, dtype=int), 1, np.zeros(10_000), outcome, np.ones(10_000))
    assert delta[0] == pytest.approx(logit(0.6), rel=0.02)


def test_ages_are_grouped_by_decades():
    rows = pl.DataFrame({"state": ["NC"] * 4000, "party": ["DEM"] * 4000, "age": np.repeat([20.0, 28, 50, 70], 1000)})
    voted = np.concatenate([np.arange(1000) < k for k in (200, 400, 600, 800)]).astype(float)
    card = calibrated(FLAT, rows, voted, np.ones(4000), [("state", "age")])
    np.testing.assert_allclose(expit(card.predict(rows[::1000])), [0.2, 0.4, 0.6, 0.8], atol=0.01)


def test_a_table_is_taken_up_by_one_of_the_same_features():
    pair = Term(("party", "state"), np.arange(16.0).reshape(4, 4))
    card = with_term(Scorecard("v", (STATE, PARTY), (pair,)), Term(("state", "party"), np.eye(4)[::-1]))
    assert len(card.terms) == 1
    assert card.terms[0].table.tolist() == (pair.table + np.eye(4)[::-1].T).tolist()
