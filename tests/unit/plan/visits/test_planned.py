"""Whole plans: what they add, what they hold to."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np
import polars as pl
import pytest
from scipy.stats import norm

from hustings.plan.visits import Asked, read_visit_effects, visit_margin, visit_plan
from made_races import made_race


def early(race, days=20):
    return replace(race, as_of=race.contest.date - dt.timedelta(days=days))


RACE = early(made_race([0.02, -0.01, 0.6], [0.1, 0.1, 0.1], seats=(5, 4, 6), votes=[1e5, 1e5, 1e7], n_draws=4000))


def test_one_unit_wins_what_the_normal_says():
    race = early(made_race([-0.01], [0.05], seats=(1,), n_draws=4000))
    plan = visit_plan(race, Asked(3), candidates=1)
    margin = 0.002 * (1 - 0.8**6) / 0.2
    # Two options: a margin moves the lead, a log-ratio, by twice as much at a tie.
    added = norm.cdf((-0.01 + race.lead_per_margin[0] * margin) / 0.05) - norm.cdf(-0.2)
    assert plan.stops.tolist() == [[6]]
    assert plan.gain == pytest.approx(added, rel=1e-3)
    assert plan.gap < 1e-3


def test_must_win_goes_where_it_is_decided_and_cheapest_votes_where_voters_are():
    win, votes = (visit_plan(RACE, Asked(6), goal=goal) for goal in ("win", "votes"))
    assert win.stops[:, 2].sum() == 0
    assert votes.stops[:, 2].sum() > 20
    assert win.gap < 0.01
    assert win.gain > 0
    assert win.table(votes)["cheapest_votes"].sum() == votes.stops.sum()


def test_musts_nots_and_rest_are_kept():
    plan = visit_plan(RACE, Asked(6, rest_days=2, must={"C": 3}, never=("A",)))
    assert plan.stops[:, 2].sum() >= 3
    assert plan.stops[:, 0].sum() == 0
    days = plan.itinerary()
    assert days["date"].min() > RACE.as_of
    assert days["date"].max() <= RACE.as_of + dt.timedelta(days=6)
    by_day = days.group_by("candidate", "date").agg(pl.col("stops").sum())
    assert by_day.height <= 2 * 4
    assert by_day["stops"].max() <= 2


def test_the_next_visit_makes_the_first_stops_margin_where_somebody_votes():
    assert visit_margin(RACE).tolist() == [0.002] * 3


def test_twice_the_effect_adds_twice_as_long_as_it_is_small():
    small = read_visit_effects()
    small = replace(small, first_margin=small.first_margin / 100, margin_se=small.margin_se / 100)
    double = replace(small, first_margin=small.first_margin * 2, margin_se=small.margin_se * 2)
    one, two = (visit_plan(RACE, Asked(4), effects=e) for e in (small, double))
    assert two.gain == pytest.approx(2 * one.gain, rel=0.05)
    assert np.isclose(one.gain_se, one.gain)
