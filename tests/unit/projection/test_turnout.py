"""Expected votes and their error, by hand."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from hustings.projection.turnout import CONTESTS, DEFAULT_SD_LOG, expected_turnout
from made_projections import plain_contest


def with_past(contest, votes):
    """``votes``: year -> unit -> votes, all for the first option but one."""
    rows = [
        (dt.date(year, 11, 1), unit, option, float(count))
        for year, units in votes.items()
        for unit, total in units.items()
        for option, count in (("x", total - 1), ("y", 1))
    ]
    return replace(contest, past=pl.DataFrame(rows, schema=contest.past.schema, orient="row"))


def test_the_error_is_the_usual_change_of_a_units_part_of_all_votes():
    contest = with_past(plain_contest(seats=(1, 1)), {2014: {"A": 100, "B": 300}, 2018: {"A": 400, "B": 400}})
    # A: 1/4 -> 1/2, B: 3/4 -> 1/2.
    by_hand = np.sqrt((np.log(2.0) ** 2 + np.log(2.0 / 3.0) ** 2) / 2.0)
    assert expected_turnout(contest).sd_log == pytest.approx(by_hand)


def test_everybody_voting_twice_as_often_is_no_error():
    contest = with_past(plain_contest(seats=(1, 1)), {2014: {"A": 100, "B": 300}, 2018: {"A": 200, "B": 600}})
    assert expected_turnout(contest).sd_log == pytest.approx(0.0, abs=1e-12)


def test_changes_long_ago_are_forgotten():
    steady = {1980 + 4 * i: {"A": 100, "B": 300} for i in range(CONTESTS + 1)}
    contest = with_past(plain_contest(seats=(1, 1)), {1976: {"A": 900, "B": 100}} | steady)
    assert expected_turnout(contest).sd_log == pytest.approx(0.0, abs=1e-12)


def test_districts_are_in_their_parent_and_in_no_sum():
    contest = plain_contest(seats=(5, 1, 4), parents={"B": "A"}, votes=[100.0, 40.0, 300.0])
    past = {2014: {"A": 100, "B": 10, "C": 300}, 2018: {"A": 100, "B": 90, "C": 300}}
    found = expected_turnout(with_past(contest, past))
    assert found.sd_log == pytest.approx(0.0, abs=1e-12)
    assert found.whole.tolist() == [100.0, 0.0, 300.0]
    assert found.own.tolist() == [100.0, 40.0, 300.0]


def test_without_two_earlier_contests_the_error_is_a_default():
    contest = plain_contest(seats=(1, 1))
    assert expected_turnout(contest).sd_log == DEFAULT_SD_LOG
    assert expected_turnout(with_past(contest, {2018: {"A": 100, "B": 300}})).sd_log == DEFAULT_SD_LOG


def test_one_unit_is_the_whole():
    assert expected_turnout(plain_contest(seats=(1,))).sd_log == 0.0
