"""Numbers as people read them."""

from __future__ import annotations

import datetime as dt

import pytest

from hustings.brief import numbers


@pytest.mark.parametrize(
    ("prob", "said"),
    [(0, "less than 1 in 100"), (1, "more than 99 in 100"), (0.5, "50 in 100"), (0.996, "more than 99 in 100")],
)
def test_no_chance_is_none_or_all(prob, said):
    assert numbers.in_100(prob) == said


def test_points_have_a_sign_or_none():
    assert numbers.points(0.05) == "+5.0"
    assert numbers.points(-0.05) == "−5.0"
    assert numbers.points(-0.0001) == "0.0"


def test_counts_and_lists_and_days():
    assert numbers.count(2, "poll") == "two polls"
    assert numbers.count(1200, "poll") == "1,200 polls"
    assert numbers.listed([]) == ""
    assert numbers.listed(["a"]) == "a"
    assert numbers.day(dt.date(2016, 1, 2)) == "2 January 2016"
