"""The same voter, and the same answers from one device."""

from __future__ import annotations

from hustings.survey.quality.duplicates import find
from made_interviews import made

EIGHT = {**{f"fav{k}": "2" for k in range(6)}, "vote": "a", "age": 40.0}


def ids(people):
    return sorted(find(made(people))["respondent_id"].to_list())


def test_the_first_complete_interview_of_a_voter_counts():
    again = {"voter_id": 7}
    assert ids([again, again, {"voter_id": 8}]) == ["r1"]
    # A partial one gives way to the complete one that came later.
    assert ids([again | {"disposition": "1.2"}, again]) == ["r0"]
    # Earlier by the clock, later in the table.
    assert ids([again | {"started_at": "2016-10-01T12:00:00"}, again | {"started_at": "2016-10-01T08:00:00"}]) == ["r0"]


def test_a_doubtful_link_makes_no_duplicate():
    assert ids([{"voter_id": 7}, {"voter_id": 7, "match_prob": 0.8}]) == []
    assert ids([{"voter_id": None, "match_prob": None}] * 2) == []


def test_the_same_answers_from_one_device():
    one = EIGHT | {"device": "d"}
    found = find(made([one, one, one | {"device": "other"}, one | {"age": 41.0}, EIGHT, EIGHT]))
    assert found.rows() == [("r1", "the same 8 answers from the same device as r0")]
    # Seven answers may agree by chance.
    seven = {name: value for name, value in one.items() if name != "vote"}
    assert ids([seven, seven]) == []
