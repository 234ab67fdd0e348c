"""Ballots, conversations and attributes that come with the last week's file agree with it and with the truth."""

from __future__ import annotations

import csv

import polars as pl
import pytest

from unit.electorate.synthetic.conftest import rows_of

LAST = "2016-10-15"


@pytest.fixture(scope="module")
def truth(weeks):
    return {row["source_id"]: row for row in pl.read_parquet(weeks / "truth.parquet").iter_rows(named=True)}


def iso(text):
    month, day, year = text.split("/")
    return f"{year}-{month}-{day}"


def test_ballots_are_asked_for_before_the_day_and_by_people_who_vote(weeks, truth):
    rows = rows_of(weeks / LAST / "absentee_20161015.zip", delimiter=",")
    assert len(rows) > 50
    for row in rows:
        assert truth[row["ncid"]]["will_vote"]
        assert iso(row["ballot_req_dt"]) <= LAST
        if row["ballot_rtn_dt"]:
            assert iso(row["ballot_req_dt"]) <= iso(row["ballot_send_dt"]) <= iso(row["ballot_rtn_dt"]) <= LAST
            assert row["ballot_rtn_status"]
        else:
            assert row["ballot_rtn_status"] == ""
    # One-stop voting opens later than 15 October.
    assert {row["ballot_req_type"] for row in rows} == {"MAIL"}
    assert {row["election_dt"] for row in rows} == {"11/08/2016"}


def test_exports_are_utf_16_and_their_people_are_in_the_crosswalk(weeks, truth):
    with (weeks / LAST / "van_contact_history.xls").open(encoding="utf-16", newline="") as stream:
        rows = list(csv.DictReader(stream, delimiter="\t"))
    with (weeks / LAST / "vanid_crosswalk.csv").open(encoding="utf-8") as stream:
        known = {row["vanid"]: row["source_id"] for row in csv.DictReader(stream)}
    assert len(rows) > 300
    found = [row["Voter File VANID"] in known for row in rows]
    assert 0.95 < sum(found) / len(found) < 1
    assert len(set(known.values())) == len(known)
    assert set(known.values()) <= set(truth)
    assert all("2016-09-01" <= iso(row["Date Canvassed"]) < LAST for row in rows)


def test_answers_follow_support(weeks, truth):
    with (weeks / LAST / "van_survey_responses.xls").open(encoding="utf-16", newline="") as stream:
        rows = list(csv.DictReader(stream, delimiter="\t"))
    with (weeks / LAST / "vanid_crosswalk.csv").open(encoding="utf-8") as stream:
        known = {row["vanid"]: row["source_id"] for row in csv.DictReader(stream)}
    by_answer = {}
    for row in rows:
        if row["Voter File VANID"] in known:
            prob = truth[known[row["Voter File VANID"]]]["support_prob"]
            by_answer.setdefault(row["Survey Response"][0], []).append(prob)
    means = [sum(by_answer[k]) / len(by_answer[k]) for k in "12345"]
    assert means == sorted(means, reverse=True)
    assert means[0] > 0.75
    assert means[4] < 0.25


def test_the_vendor_knows_four_in_five_and_is_sometimes_wrong(weeks, truth):
    with (weeks / LAST / "consumer.csv").open(encoding="utf-8") as stream:
        rows = {row["voter_id"]: row for row in csv.DictReader(stream)}
    here = {voter for voter, row in truth.items() if row["in_last_file"]}
    assert set(rows) <= here
    assert len(rows) / len(here) == pytest.approx(0.8, abs=0.03)
    movers = [voter in rows for voter in here if truth[voter]["is_mover"]]
    assert sum(movers) / len(movers) < 0.72
    said = [(row["education"], truth[voter]["education"]) for voter, row in rows.items() if row["education"]]
    assert sum(a == b for a, b in said) / len(said) == pytest.approx(0.88, abs=0.05)
