"""Polls as the model sees them."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from hustings.polls.tracker import ScalePrior
from made_projections import made_projection, make_contest, make_polls, make_spec
from recovery.seasons import SCALES

HOUSE_GAP = 0.05


@pytest.fixture(scope="module")
def leaning():
    """Two houses ask the same place by turns; one finds five points more for blue."""
    contest = make_contest(4, seed=3)
    rows = [
        (
            "ALL",
            60 - 2 * i,
            [0.47 + HOUSE_GAP * (i % 2), 0.47 - HOUSE_GAP * (i % 2)],
            {"pollster": f"House {i % 2}", "sample_size": 3000.0},
        )
        for i in range(28)
    ]
    spec = make_spec(scales=SCALES | {"house": ScalePrior(0.2, 0.2)})
    return made_projection(contest, make_polls(contest, rows), spec=spec)


def test_a_residual_is_what_was_observed_less_what_was_fitted(both_days):
    used = both_days[1].polls_used
    np.testing.assert_allclose(used["residual_share"], used["observed_share"] - used["fitted_share"], atol=1e-15)
    assert used["residual_share"].std() < 0.03


def test_observed_and_fitted_shares_are_of_the_options_a_poll_offered(both_days):
    used = both_days[1].polls_used
    sums = used.group_by("poll_id").agg(pl.col("observed_share", "fitted_share").sum())
    np.testing.assert_allclose(sums["observed_share"], 1.0, atol=1e-12)
    np.testing.assert_allclose(sums["fitted_share"], 1.0, atol=1e-12)


def test_a_poll_that_leaves_an_option_out_has_no_row_for_it():
    contest = make_contest(3, ("blue", "red", "green"), seed=3)
    polls = make_polls(contest, [("ALL", 9, [0.4, 0.3, 0.2]), ("U1", 5, [0.45, 0.45, None])])
    used = made_projection(contest, polls).polls_used
    assert used["option"].to_list() == ["blue", "red", "green", "blue", "red"]
    assert used.filter(poll_id="poll-2")["observed_share"].to_list() == [0.5, 0.5]


def test_a_planted_house_effect_has_the_right_sign_and_size(leaning):
    effects = leaning.polls_used.filter(option="blue").group_by("pollster").agg(pl.col("house_effect_share").first())
    found = dict(effects.iter_rows())
    # Among those who chose, 0.05 of 0.94 more: 5.3 points, of which noise is allowed to take a little.
    assert found["House 1"] - found["House 0"] == pytest.approx(HOUSE_GAP / 0.94, abs=0.008)
    assert abs(found["House 1"] + found["House 0"]) < 0.02


def test_house_effects_of_two_options_are_opposite(leaning):
    blue, red = (leaning.polls_used.filter(option=option)["house_effect_share"] for option in ("blue", "red"))
    np.testing.assert_allclose(blue, -red, atol=1e-12)


def test_an_outlier_loses_weight():
    contest = make_contest(4, seed=3)
    rows = [("ALL", 60 - 2 * i, [0.47, 0.47], {"sample_size": 2000.0}) for i in range(25)]
    rows.append(("ALL", 5, [0.70, 0.24], {"sample_size": 2000.0, "poll_id": "odd"}))
    used = made_projection(contest, make_polls(contest, rows)).polls_used.filter(option="blue")
    odd, rest = used.filter(poll_id="odd")["weight"][0], used.filter(pl.col("poll_id") != "odd")["weight"]
    assert odd < 0.4 * rest.min()
