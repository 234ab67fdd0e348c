from __future__ import annotations

import datetime as dt

from hustings.survey.trend import counted_twice, overlap_notes, overlaps
from made_answers import respondents


def days(first, last, ids, **columns):
    """Imported interviews, one a day and id."""
    dates = [dt.date(2016, 10, first + k % (last - first + 1)) for k in range(len(ids))]
    return respondents(ids, field_date=dates, **columns)


def test_a_rolling_poll_s_files_share_interviews():
    """Three-day files of a poll that goes on: each shares two days with the next."""
    ids = {day: [f"{day}-{k}" for k in range(10)] for day in range(1, 7)}
    waves = {
        f"w{last}": respondents(
            [one for day in range(last - 2, last + 1) for one in ids[day]],
            field_date=[dt.date(2016, 10, day) for day in range(last - 2, last + 1) for _ in range(10)],
        )
        for last in (3, 4, 5, 6)
    }
    found = overlaps(waves)
    assert [(one.wave, one.later, one.interviews) for one in found] == [
        ("w3", "w4", 20),
        ("w3", "w5", 10),
        ("w4", "w5", 20),
        ("w4", "w6", 10),
        ("w5", "w6", 20),
    ]
    assert counted_twice(found) == {"w4", "w5"}, "days 1-3 and 4-6 stay"
    assert overlap_notes(found) == [
        "wave w4 shares interviews (20 with w5, 10 with w6): it has a point, and no part in lines",
        "wave w5 shares interviews (20 with w6): it has a point, and no part in lines",
    ]


def test_days_alone_are_said_aloud():
    found = overlaps({"a": days(1, 4, ["1", "2", "3", "4"]), "b": days(3, 6, ["5", "6", "7", "8"])})
    assert counted_twice(found) == set()
    assert ["a and b" in note and "both count" in note for note in overlap_notes(found)] == [True]


def test_the_same_number_at_another_hour_is_another_person():
    first = days(1, 1, ["1", "2"], started_at=["2016-10-01T10:00:00Z"] * 2)
    again = days(1, 1, ["1", "2"], started_at=["2016-10-01T15:00:00Z"] * 2)
    assert [one.interviews for one in overlaps({"a": first, "b": again})] == [0]


def test_own_waves_and_separate_ones_are_let_be():
    own = {name: days(1, 3, ["1", "2", "3"], case_id=[1, 2, 3]) for name in ("a", "b")}
    assert overlaps(own) == []
    assert overlaps({"a": days(1, 3, ["1"] * 3), "b": days(4, 6, ["1"] * 3)}) == []
