"""The level's shocks: by hand, and against what turnout did."""

from __future__ import annotations

import datetime as dt

import numpy as np
import polars as pl
import pytest
from scipy.special import expit

from hustings.errors import InputError
from hustings.scores.features import Target
from hustings.scores.turnout.shocks import TurnoutShocks, learn_shocks, trend

NOVEMBER = Target(dt.date(2016, 11, 8), "general", dt.date(2016, 10, 1))


def table(logits):
    """Two states of a million eligible voters each: year -> their logits."""
    rows = [
        {"year": year, "state": state, "highest_office_votes": expit(x) * 1e6, "eligible_voters": 1_000_000}
        for year, both in logits.items()
        for state, x in zip(("AA", "BB"), both, strict=True)
    ]
    return pl.DataFrame(rows)


def test_errors_of_the_rule_by_hand():
    # Both states alike: changes +.2, -.1, +.3. With fewer than three changes before, no trend is expected.
    shocks = learn_shocks(NOVEMBER, table({2000: (0, 0), 2004: (0.2, 0.2), 2008: (0.1, 0.1), 2012: (0.4, 0.4)}))
    assert shocks.nation_sd_logit == pytest.approx(np.sqrt((0.04 + 0.01 + 0.09) / 3))
    assert shocks.state_sd_logit == pytest.approx(0, abs=1e-12)
    assert shocks.years == (2004, 2008, 2012)
    # Mean .1333 with a standard error of .1202: .1333 (1 - .8125).
    assert shocks.trend_logit == pytest.approx(0.4 / 3 * (1 - 0.8125))
    assert not shocks.borrowed


def test_states_part_from_the_nation():
    # Up and down by .2 in turn, around a nation that hardly moves.
    shocks = learn_shocks(NOVEMBER, table({2000: (0, 0), 2004: (0.2, -0.2), 2008: (0, 0), 2012: (0.2, -0.2)}))
    assert shocks.state_sd_logit == pytest.approx(0.2, abs=1e-6)
    assert shocks.nation_sd_logit == pytest.approx(0, abs=1e-6)


def test_nothing_of_its_year_or_later_is_looked_at_and_only_its_kind_of_year():
    base = {2000: (0, 0), 2004: (0.2, 0.2), 2008: (0.1, 0.1), 2012: (0.4, 0.4)}
    more = base | {2014: (-3.0, 1.0), 2016: (2.0, 2.0), 2020: (5.0, -5.0)}
    assert learn_shocks(NOVEMBER, table(more)) == learn_shocks(NOVEMBER, table(base))


def test_a_trend_that_cannot_be_told_from_none_is_none():
    assert trend([0.1, -0.1, 0.05]) == 0
    assert trend([0.1, 0.1]) == 0
    assert trend([0.2, 0.2, 0.2]) == pytest.approx(0.2)


def test_real_turnout_of_presidential_elections_before_2016():
    shocks = learn_shocks(NOVEMBER)
    assert shocks.years == (1984, 1988, 1992, 1996, 2000, 2004, 2008, 2012)
    # 54.2 55.2 52.8 58.1 51.7 54.2 60.1 61.6 58.0 %: changes of up to .26 in the logit.
    changes = np.diff(
        np.log(
            [
                54.2 / 45.8,
                55.2 / 44.8,
                52.8 / 47.2,
                58.1 / 41.9,
                51.7 / 48.3,
                54.2 / 45.8,
                60.1 / 39.9,
                61.6 / 38.4,
                58 / 42,
            ]
        )
    )
    assert shocks.nation_sd_logit == pytest.approx(np.sqrt(np.mean(changes**2)), abs=0.01)
    assert 0.05 < shocks.state_sd_logit < 0.2


def test_other_kinds_borrow():
    assert learn_shocks(Target(dt.date(2016, 5, 3), "primary", dt.date(2016, 5, 1))).borrowed
    odd = learn_shocks(Target(dt.date(2015, 11, 3), "municipal", dt.date(2015, 11, 1)))
    assert odd.borrowed
    assert odd.years[-1] == 2014


def test_too_little_is_known_of_old_elections():
    with pytest.raises(InputError, match="only 2 pairs of comparable elections before 1992"):
        learn_shocks(Target(dt.date(1992, 11, 3), "general", dt.date(1992, 10, 1)))


def test_draws_share_the_nation_and_have_their_spread():
    shocks = TurnoutShocks(0.2, 0.1, 0.0, 30)
    drawn = shocks.draws(["NC", "OH"], 40_000, np.random.default_rng(1))
    assert drawn.shape == (40_000, 2)
    # Student's t with 30 degrees of freedom has variance 30/28.
    nation = 0.04 * 30 / 28
    np.testing.assert_allclose(drawn.var(axis=0), nation + 0.01, rtol=0.03)
    assert np.cov(drawn.T)[0, 1] == pytest.approx(nation, rel=0.04)
    assert np.array_equal(drawn[:5], shocks.draws(["NC", "OH"], 40_000, np.random.default_rng(1))[:5])
