"""A small season of ``benchmarks/bench_broken_worlds.py``, whose table is in docs/watch-accuracy.md: heard on the day, and named."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

import numpy as np
import pytest

ROOT = Path(__file__).parents[2]
SURGE = ("new-registrants", 1)


@pytest.fixture(scope="module")
def made():
    """The worlds, the people, one season of them with a third of the interviews, and what the board said of it."""
    sys.path.insert(0, str(ROOT / "benchmarks"))
    try:
        bench, worlds = (importlib.import_module(name) for name in ("bench_broken_worlds", "broken_worlds"))
    finally:
        sys.path.remove(str(ROOT / "benchmarks"))
    with pytest.MonkeyPatch.context() as patch:
        for name, less in (("VOTERS", 12_000), ("FEWEST_A_DAY", 60), ("MOST_A_DAY", 70)):
            patch.setattr(worlds, name, less)
        people = bench._electorate()
        season = worlds.make_season(SURGE[0], people, SURGE[1])
        patch.setattr(bench, "make_season", lambda *_: season)
        yield people, season, bench.run(SURGE), bench


def test_those_who_voted_often_vote_again_and_nobody_voted_more_often_than_was_asked(made):
    people, *_ = made
    past, turnout = people["past"], people["turnout"]
    assert set(np.unique(past)) == {0, 1, 2, 3, 4}
    assert (np.diff([turnout[past == k].mean() for k in range(5)]) > 0.03).all()


def test_a_surge_is_heard_with_its_first_week_and_named(made):
    """Weeks end on days 6, 13, ... and are known a week later: the first that has the break of day 40 ends on 41, and is seen on 48.

    6 % of the roll in 30 days are 1.4 % a week beside .45 % as usual: four times as many.
    """
    *_, found, bench = made
    assert min(found["broken"].values()) == found["broken"]["new-registrants-number"] == 48
    assert bench.named(found) == (True, True)


def test_bets_are_sized_for_the_heavy_days_of_each_segment(made):
    """Interviewers of eight have four or less of a state, one of six, on 99 of 100 days that they have any."""
    _, season, *_ = made
    claims = {one.assumption: one.foreseen for one in season.claims}
    assert claims["response-by-segment"].prediction["typical_weight"] == 8
    weight = dict(zip(claims["engagement"].segments, claims["engagement"].prediction["typical_weight"], strict=True))
    # Weights are 1 on average, and differ: the heaviest day of all weighs more than eight.
    assert 8 < weight["all"] < 16
    assert 4 < np.mean([weight[f"state={name}"] for name in "ABCDEF"]) < 6
