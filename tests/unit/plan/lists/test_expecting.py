"""Expected votes and their intervals against closed forms."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from scipy.stats import norm

from hustings.plan.lists.expecting import SUMS, Errors, draw_errors, drawn_votes, expectation


def contacted():
    return pl.DataFrame(
        {
            "unit": ["NC", "NC", "OH"],
            "net_votes": [2.0, 3.0, 4.0],
            "per_effect_sd": [1.0, 1.5, 2.0],
            "per_turnout_logit": [0.0, 0.0, 0.0],
            "per_margin": [0.0, 0.0, 0.0],
        }
    )


def test_without_errors_it_is_the_sum():
    none = Errors(np.zeros(5), np.zeros((5, 3)), np.zeros((5, 3)))
    table, whole = expectation(contacted(), ["NC", "OH", "PA"], none, {"NC": 0.1, "OH": 0.2, "PA": 9.0})
    assert table["net_votes"].to_list() == [5.0, 4.0, 0.0]
    assert table["net_votes_low"].to_list() == table["net_votes_high"].to_list() == [5.0, 4.0, 0.0]
    assert table["contacted"].to_list() == [2, 1, 0]
    assert whole["gain"] == pytest.approx(0.5 + 0.8)


def test_an_effect_that_is_wrong_is_wrong_everywhere():
    errors = draw_errors(np.zeros((10, 2)), 0.0, 0.0, np.random.default_rng(1), 200_000)
    _, whole = expectation(contacted(), ["NC", "OH"], errors, {"NC": 1.0, "OH": 1.0})
    # Half of 9 votes is one sd, in both units together.
    assert whole["net_votes_high"] == pytest.approx(9.0 + 4.5 * norm.ppf(0.9), rel=0.01)
    assert whole["net_votes_low"] == pytest.approx(9.0 + 4.5 * norm.ppf(0.1), rel=0.02)


def test_errors_multiply():
    rng = np.random.default_rng(2)
    margins = rng.normal(0.3, 0.05, (50_000, 1))
    errors = draw_errors(margins, 0.2, 0.1, rng, 400_000)
    base, per_effect, per_turnout, per_margin = 10.0, 4.0, 6.0, 40.0
    votes = drawn_votes(np.array([[base, per_effect, per_turnout, per_margin]]), errors)[:, 0]
    level = per_turnout**2 * (0.2**2 + 0.1**2) + per_margin**2 * 0.05**2
    # Of a product of independent factors of mean m and 1: (m^2 + v)(1 + e) - m^2.
    expected = (base**2 + level) * (1 + (per_effect / base) ** 2) - base**2
    assert votes.mean() == pytest.approx(base, abs=0.05)
    assert votes.var() == pytest.approx(expected, rel=0.02)


def test_nothing_expected_may_still_be_wrong():
    errors = draw_errors(np.zeros((10, 1)), 0.1, 0.1, np.random.default_rng(3), 50_000)
    votes = drawn_votes(np.array([[0.0, 3.0, 0.0, 0.0]]), errors)
    assert votes.std() == pytest.approx(3.0, rel=0.02)
    assert len(SUMS) == 4
