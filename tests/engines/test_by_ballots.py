"""Counts by ballots on both engines, held against the history file read by the standard library."""

from __future__ import annotations

from collections import Counter, defaultdict

import pytest

from hustings.errors import InputError
from made_electorate import DAYS, HISTORY, csv_rows, raw_voters

DAY, LABEL = "2012-11-06", "11/06/2012"


@pytest.fixture(scope="module")
def voters(full_store):
    return raw_voters(full_store.raw, 2)


@pytest.fixture(scope="module")
def days_voted(full_store):
    """Voter -> days of general elections on which they voted."""
    found = defaultdict(set)
    for row in csv_rows(full_store.raw / DAYS[0].isoformat() / HISTORY):
        if row["voting_method"] != "ELIGIBLE DID NOT VOTE" and row["election_desc"].endswith("GENERAL"):
            month, day, year = row["election_lbl"].split("/")
            if month == "11" and int(year) % 2 == 0:
                found[row["ncid"]].add(f"{year}-{month}-{day}")
    return found


def test_a_ballot_is_a_column_of_true_and_false(electorate, voters, days_voted):
    found = electorate.count(["party", f"voted('{DAY}')"], "state = 'NC'")
    assert found.columns == ["party", f"voted('{DAY}')", "voters"]
    expected = Counter((row["party_cd"], DAY in days_voted[name]) for name, row in voters.items())
    assert {row[:2]: row[2] for row in found.rows()} == expected
    assert found.rows() == sorted(found.rows())


def test_how_often_and_with_a_condition_on_the_same_ballot(electorate, voters, days_voted):
    last = sorted({day for days in days_voted.values() for day in days})[-4:]
    expected = Counter(len(days_voted[name].intersection(last)) for name in voters if DAY in days_voted[name])
    found = electorate.count(["Times_Voted( 'general',4 )"], f"state = 'NC' and voted('{DAY}')")
    assert found.columns == ["times_voted('general', 4)", "voters"]
    assert dict(found.rows()) == expected


def test_a_state_without_the_election_did_not_vote_in_it(electorate, voters):
    found = electorate.count(["state", "voted('2013-11-05')"])
    assert found["voters"].sum() == electorate.count()["voters"][0]
    assert sum(row[2] for row in found.rows() if row[0] == "NC") == len(voters)


@pytest.mark.parametrize(
    ("by", "words"),
    [
        (["vote('2012-11-06')"], "no function 'vote'.*voted"),
        (["voted('2012-11-07')"], "no election of 2012-11-07.*did you mean 2012-11-06"),
        (["voted("], "neither a column nor a ballot"),
        (["count(1)"], "neither a column nor a ballot"),
        (["voted('2012-11-06')", "VOTED('2012-11-06')"], "names a column twice"),
        (["times_voted('generals', 2)"], "did you mean general"),
    ],
)
def test_what_is_no_ballot_is_said(electorate, by, words):
    with pytest.raises(InputError, match=words):
        electorate.count(by)
