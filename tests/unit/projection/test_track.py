"""The path day by day: its days, its end, and a movement that was planted."""

from __future__ import annotations

import datetime as dt

import numpy as np
import polars as pl
import pytest

from hustings.projection import track
from made_projections import made_projection, make_contest, make_polls, steady_polls

JUMP = 0.04


@pytest.fixture(scope="module")
def jumped():
    """National polls at .50 until 50 days before, at .54 from 44 days on; as seen from the last day but one."""
    contest = make_contest(4, seed=3)
    days = [*range(100, 49, -3), *range(44, 0, -3)]
    shares = [0.5 if day >= 50 else 0.5 + JUMP for day in days]
    rows = [("ALL", d, [s, 1.0 - s], {"sample_size": 3000.0}) for d, s in zip(days, shares, strict=True)]
    return made_projection(contest, make_polls(contest, rows))


def nation(table):
    return table.filter(unit="ALL", option="blue").sort("date")


def test_the_path_follows_a_planted_movement(jumped):
    path = nation(track(jumped.fit))
    days = (jumped.contest.date - path["date"]).dt.total_days()
    mean = path["share_mean"]
    before, after = mean.filter(days.is_between(60, 95)), mean.filter(days.is_between(2, 35))
    moved = after.mean() - before.mean()
    assert JUMP - 0.008 < moved < JUMP + 0.004
    # Most of it lies between the two weeks around the gap.
    around = mean.filter(days == 40)[0] - mean.filter(days == 56)[0]
    assert around > 0.5 * JUMP
    assert before.std() < 0.004


def test_days_run_from_the_first_poll_to_the_as_of_day(jumped):
    dates = track(jumped.fit)["date"].unique().sort()
    first_day_of_fieldwork = jumped.contest.date - dt.timedelta(days=101)
    assert (dates[0], dates[-1]) == (first_day_of_fieldwork, jumped.as_of)
    assert dates.diff().drop_nulls().unique().to_list() == [dt.timedelta(days=1)]


def test_steps_are_counted_back_from_the_as_of_day(jumped):
    dates = track(jumped.fit, every_days=7)["date"].unique().sort()
    assert dates[-1] == jumped.as_of
    assert dates.diff().drop_nulls().unique().to_list() == [dt.timedelta(days=7)]


def test_a_step_gives_the_same_numbers_as_every_day(jumped):
    every, some = track(jumped.fit), track(jumped.fit, every_days=7)
    kept = every.filter(pl.col("date").is_in(some["date"].unique().implode()))
    assert kept.equals(some)


def test_on_election_day_the_path_ends_where_the_projection_is():
    contest = make_contest(4, seed=3)
    polls = steady_polls(contest, np.linspace(60, 1, 16), np.random.default_rng(1))
    found = made_projection(contest, polls, days=0)
    last = track(found.fit).filter(date=contest.date)
    both = found.units.join(last, on=["unit", "option"], suffix="_track")
    assert both.height == 10
    # Two bodies of formulas: means agree to rounding, bands to the approximation of the path's covariances.
    units = both.filter(pl.col("unit") != "ALL")
    np.testing.assert_allclose(units["share_mean_track"], units["share_mean"], atol=1e-9)
    np.testing.assert_allclose(units["share_sd_track"], units["share_sd"], rtol=1e-6)
    np.testing.assert_allclose(both["share_q95_track"], both["share_q95"], atol=2e-3)


def test_before_election_day_the_projection_is_wider_than_the_path(jumped):
    last = track(jumped.fit).filter(date=jumped.as_of, unit="ALL", option="blue")["share_sd"][0]
    assert jumped.units.filter(unit="ALL", option="blue")["share_sd"][0] > last


def test_without_polls_the_path_is_one_day_of_prior():
    contest = make_contest(4, seed=3)
    found = made_projection(contest, make_polls(contest, []), days=30)
    table = track(found.fit)
    assert table["date"].unique().to_list() == [found.as_of]
    assert table["share_mean"].is_finite().all()
    assert found.polls_used.is_empty()
    assert found.notes == ["No poll could be used: every number is the prior, from earlier results alone."]


def test_three_options_sum_to_one_on_every_day(three):
    table = track(three[1].fit, every_days=20)
    sums = table.group_by("date", "unit").agg(pl.col("share_mean").sum())["share_mean"]
    np.testing.assert_allclose(sums, 1.0, atol=1e-9)
