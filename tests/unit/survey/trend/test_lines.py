from __future__ import annotations

import datetime as dt

import numpy as np
import polars as pl
import pytest

from hustings.maths.local_level import step_grid
from hustings.store import check_table
from hustings.survey.trend import trend_table
from hustings.survey.trend.lines import SCHEMA, STEP_SCALE
from hustings.tables import TREND
from reference.dense_level import dense_level

DAY = dt.date(2016, 10, 1)


def waves(*rows, measure="vote:dem", unit="US"):
    """Waves of one line: day, estimate, se, effective interviews."""
    made = [
        ("wave", measure, unit, DAY + dt.timedelta(days=d), e, s, e - 2 * s, e + 2 * s, float(n), 1)
        for d, e, s, n in rows
    ]
    return pl.DataFrame(made, schema=SCHEMA, orient="row")


def of(table, kind):
    return table.filter(pl.col("kind") == kind)


THREE = waves((0, 0.40, 0.03, 100), (1, 0.46, 0.02, 200), (4, 0.50, 0.01, 700))


def test_windows_by_hand():
    found = trend_table(THREE, window_days=3)
    check_table(found, TREND)
    rolling = of(found, "rolling")
    assert rolling["estimate"].to_list() == pytest.approx([0.40, (40 + 92) / 300, 0.50])
    assert rolling["se"].to_list() == pytest.approx([0.03, np.hypot(100 * 0.03, 200 * 0.02) / 300, 0.01])
    assert rolling["n_effective"].to_list() == [100, 300, 700]
    assert rolling["waves"].to_list() == [1, 2, 1]
    assert of(trend_table(THREE, window_days=4), "rolling")["waves"].to_list() == [1, 2, 2]
    assert rolling["low"][1] == pytest.approx(0.44 - 1.959964 * 5 / 300)


def test_change_is_between_windows_that_share_nothing():
    change = of(trend_table(THREE, window_days=3), "change")
    assert change.height == 1
    assert change["estimate"][0] == pytest.approx(0.50 - 0.44)
    assert change["se"][0] == pytest.approx(np.hypot(0.01, 5 / 300))
    assert (change["date"][0], change["waves"][0], change["n_effective"][0]) == (DAY + dt.timedelta(days=4), 3, 300)
    # The window of four days holds the second wave; the one before it ends on the first.
    assert of(trend_table(THREE, window_days=4), "change")["estimate"][0] == pytest.approx((92 + 350) / 900 - 0.40)
    assert of(trend_table(THREE, window_days=5), "change").is_empty()


def test_smooth_line_is_the_slow_twin_s():
    smooth = of(trend_table(THREE), "smooth")
    values, errors = np.full(5, np.nan), np.full(5, np.nan)
    values[[0, 1, 4]], errors[[0, 1, 4]] = [0.40, 0.46, 0.50], [0.03, 0.02, 0.01]
    mean, sd, _ = dense_level(values, errors, STEP_SCALE, step_grid(STEP_SCALE))
    assert smooth["date"].to_list() == [DAY + dt.timedelta(days=k) for k in range(5)]
    np.testing.assert_allclose(smooth["estimate"], mean, atol=1e-6)
    np.testing.assert_allclose(smooth["se"], sd, rtol=1e-4)
    assert of(trend_table(THREE.head(2)), "smooth").is_empty(), "two waves make no line"


def test_a_share_of_nobody_is_no_certainty():
    smooth = of(trend_table(waves(*[(k, 0.0, 0.0, 400) for k in range(4)])), "smooth")
    assert (smooth["se"] > 0).all()
    assert (smooth["low"] >= 0).all()


def test_waves_of_one_day_are_put_together():
    found = of(trend_table(waves((0, 0.40, 0.03, 100), (0, 0.46, 0.02, 200))), "wave")
    assert found.rows() == [("wave", "vote:dem", "US", DAY, *found.row(0)[4:8], 300.0, 2)]
    assert found["estimate"][0] == pytest.approx(0.44)
    assert found["se"][0] == pytest.approx(5 / 300)


def test_gaps_may_be_negative_and_shares_not():
    gap = trend_table(waves((0, -0.10, 0.03, 100), (5, -0.2, 0.05, 100), measure="enthusiasm_gap:dem"))
    assert of(gap, "rolling")["low"][0] == pytest.approx(-0.10 - 1.959964 * 0.03)
    assert of(trend_table(waves((0, 0.01, 0.03, 100))), "rolling")["low"][0] == 0.0


def test_lines_of_other_units_do_not_mix():
    other = waves((2, 0.9, 0.03, 100), (3, 0.8, 0.03, 100), (9, 0.7, 0.03, 100), unit="NC")
    alone, both = trend_table(other), trend_table(pl.concat([THREE, other]))
    apart = both.filter(pl.col("unit") == "NC")
    assert apart.drop("estimate", "se", "low", "high").equals(alone.drop("estimate", "se", "low", "high"))
    np.testing.assert_allclose(apart["estimate"], alone["estimate"], rtol=1e-12)


def test_waves_that_share_interviews_have_points_alone():
    twice = waves((3, 0.9, 0.01, 900), (4, 0.1, 0.01, 900))
    found = trend_table(THREE, overlapping=twice)
    assert of(found, "wave")["estimate"].to_list() == [0.40, 0.46, 0.9, 0.50], "its own day keeps its own wave"
    plain = trend_table(THREE)
    for kind in ("rolling", "smooth", "change"):
        assert of(found, kind).equals(of(plain, kind))
