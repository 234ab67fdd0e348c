"""Targets know which elections compare with them, and what was known."""

from __future__ import annotations

import datetime as dt

import pytest

from hustings.errors import InputError
from hustings.scores.features import Target
from hustings.store.manifest import Election

NOVEMBER = Target(dt.date(2016, 11, 8), "general", dt.date(2016, 10, 15))
ELECTIONS = [
    Election(day, kind, ())
    for day, kind in [
        ("2008-11-04", "general"),
        ("2010-11-02", "general"),
        ("2012-05-08", "primary"),
        ("2012-11-06", "general"),
        ("2014-11-04", "general"),
        ("2015-11-03", "general"),
        ("2016-11-08", "general"),
    ]
]


def test_a_presidential_election_compares_with_presidential_ones():
    assert NOVEMBER.comparable(ELECTIONS) == [dt.date(2012, 11, 6), dt.date(2008, 11, 4)]


def test_regular_ones_are_midterms_too_but_not_local_ones():
    assert [day.year for day in NOVEMBER.regular(ELECTIONS)] == [2014, 2012, 2010, 2008]


def test_where_every_election_compares():
    every = Target(NOVEMBER.election, "general", NOVEMBER.as_of, cycle_years=1)
    assert [day.year for day in every.comparable(ELECTIONS)] == [2015, 2014, 2012, 2010, 2008]


def test_an_earlier_election_is_seen_from_as_many_days_before():
    then = NOVEMBER.earlier(dt.date(2012, 11, 6))
    assert then.as_of == dt.date(2012, 10, 13)
    assert NOVEMBER.days_before == then.days_before == 24
    assert then.comparable(ELECTIONS) == [dt.date(2008, 11, 4)]


def test_an_election_of_the_day_itself_is_not_known():
    assert not Target(NOVEMBER.election, "general", dt.date(2016, 5, 3)).knows(dt.date(2016, 5, 3))


def test_newly_registered_begins_with_the_last_regular_election():
    assert NOVEMBER.newly_since == dt.date(2014, 11, 8)
    assert Target(dt.date(2024, 2, 29), "primary", dt.date(2024, 1, 1), 2).newly_since == dt.date(2023, 2, 28)


def test_what_is_over_is_no_target():
    with pytest.raises(InputError, match="election of 2016-11-08 is over on 2016-11-09"):
        Target(dt.date(2016, 11, 8), "general", dt.date(2016, 11, 9))
    with pytest.raises(InputError, match="cycle of 0 years"):
        Target(dt.date(2016, 11, 8), "general", dt.date(2016, 11, 1), 0)
