"""Worlds in which something does not hold: by the tracker's own scales, there and back through their table."""

from __future__ import annotations

import datetime as dt

import numpy as np
import polars as pl
import pytest

from hustings.errors import InputError
from hustings.polls.tracker.constants import default_spec
from hustings.projection.worlds import both_ways, polling_worlds, read_worlds, worlds_of, worlds_table
from recovery.seasons import make_contest


def test_each_world_is_one_historical_error_against_the_own_option():
    contest = make_contest()
    n = len(contest.units)
    shares = np.linspace(0.3, 0.55, n)
    worlds = polling_worlds(contest, contest.date - dt.timedelta(days=16), shares)
    found = {world.name: world for world in worlds}
    scales = default_spec(contest).scales
    np.testing.assert_allclose(found["all polls off the same way"].lead, -scales["bias_nation"].median)
    walk = found["the nation moves until the election (16 days)"]
    np.testing.assert_allclose(walk.lead, -4 * scales["walk_nation"].median)
    closest = contest.unit_ids[int(np.argmin(np.abs(shares - 0.5)))]
    alone = found[f"polls off in {closest} alone"].lead
    assert np.count_nonzero(alone) == 1
    assert alone.min() == pytest.approx(-np.hypot(scales["bias_own"].median, scales["bias_shared"].median))


def test_both_ways_are_mirrors_and_the_table_gives_them_back(tmp_path):
    contest = make_contest()
    worlds = polling_worlds(contest, contest.date, np.full(len(contest.units), 0.5))
    both = both_ways(worlds, "Us")
    assert len(both) == 2 * len(worlds)
    assert both[0].name.endswith("against Us")
    assert both[1].name.endswith("for Us")
    np.testing.assert_allclose(both[0].lead, -both[1].lead)
    worlds_table(both, contest.unit_ids).write_csv(tmp_path / "worlds.csv")
    back = read_worlds(tmp_path / "worlds.csv", contest.unit_ids)
    assert [world.name for world in back] == [world.name for world in both]
    for one, other in zip(both, back, strict=True):
        np.testing.assert_allclose(one.lead, other.lead)


def test_a_table_of_another_contest_is_refused():
    contest = make_contest()
    table = worlds_table(polling_worlds(contest, contest.date, np.full(len(contest.units), 0.5)), contest.unit_ids)
    with pytest.raises(InputError, match="'elsewhere' is no unit"):
        worlds_of(table.with_columns(unit=pl.lit("elsewhere")), contest.unit_ids)
    with pytest.raises(InputError, match="has no row for"):
        worlds_of(table.head(1), contest.unit_ids)
