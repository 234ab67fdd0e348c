"""Calling hours against the wall clock of places whose time is known."""

from __future__ import annotations

import datetime as dt
from zoneinfo import available_timezones

import pytest

from hustings import facts
from hustings.errors import InputError
from hustings.survey.fieldwork.hours import may_contact, next_opening


def utc(text):
    return dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("state", "moment", "may"),
    [
        # North Carolina in summer is UTC-4, in winter UTC-5.
        ("NC", "2016-10-01T12:59", False),
        ("NC", "2016-10-01T13:00", True),
        ("NC", "2016-10-02T00:29", True),
        ("NC", "2016-10-02T00:30", False),
        ("NC", "2016-12-01T13:30", False),
        ("NC", "2016-12-01T14:00", True),
        # The clocks go back on 6 November 2016 at 6:00 UTC: nine in the morning is an hour later.
        ("NC", "2016-11-05T13:00", True),
        ("NC", "2016-11-06T13:00", False),
        ("NC", "2016-11-06T14:00", True),
        # Tennessee: open from nine in the west (UTC-5 in summer) to half past eight in the east.
        ("TN", "2016-10-01T13:30", False),
        ("TN", "2016-10-01T14:00", True),
        ("TN", "2016-10-02T00:31", False),
        # Arizona has no summer time; the Navajo Nation in it has.
        ("AZ", "2016-07-01T15:30", False),
        ("AZ", "2016-07-01T16:00", True),
        ("AZ", "2016-07-02T02:45", False),
        # Florida: until eight, in the east.
        ("FL", "2016-10-01T23:59", True),
        ("FL", "2016-10-02T00:00", False),
        ("HI", "2016-10-01T19:00", True),
        ("HI", "2016-10-01T18:59", False),
    ],
)
def test_whether_it_is_time(state, moment, may):
    assert may_contact(state, utc(moment)) is may


def test_the_next_opening_is_when_it_opens():
    assert next_opening("NC", utc("2016-11-06T03:07")) == utc("2016-11-06T14:00")
    assert next_opening("NC", utc("2016-10-01T15:07")) == utc("2016-10-01T15:07")


def test_nobody_is_contacted_on_a_guess():
    with pytest.raises(InputError, match="no time zone"):
        may_contact("ZZ", utc("2016-10-01T15:00"))


def test_the_tables_are_whole():
    zones = facts.time_zones()
    assert set(zones["zone"]) <= available_timezones()
    assert set(zones["state"]) == set(facts.states()["state"])
    for state in set(zones["state"]):
        # Every day has an opening, the shortest in the states of two zones.
        assert next_opening(state, utc("2016-10-01T08:00")) <= utc("2016-10-01T20:00")
