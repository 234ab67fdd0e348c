"""Nobody votes before being registered and of age, and turnout is what the model says it is."""

from __future__ import annotations

import collections
import datetime as dt
import functools

import polars as pl
import pytest


@functools.cache
def day(text):
    return dt.datetime.strptime(text, "%m/%d/%Y").replace(tzinfo=dt.UTC).date()


@pytest.fixture(scope="module")
def truth(nc):
    return pl.read_parquet(nc[0] / "truth.parquet")


def test_votes_come_after_registration_and_the_eighteenth_birthday(nc_voters, nc_history, truth):
    registered = {row["ncid"]: day(row["registr_dt"]) for row in nc_voters}
    born = dict(truth.select("source_id", "birth_date").iter_rows())
    assert nc_history
    for row in nc_history:
        when, voter = day(row["election_lbl"]), row["ncid"]
        assert registered[voter] <= when < dt.date(2016, 10, 1)
        birth = born[voter]
        assert (when.year - birth.year) - ((when.month, when.day) < (birth.month, birth.day)) >= 18


def test_elections_are_on_their_days(nc_history):
    days = {row["election_lbl"]: row["election_desc"] for row in nc_history}
    # Real election days: general 2008, 2012, 2014; the month of the primary is the state's usual one.
    assert days["11/04/2008"] == "11/04/2008 GENERAL"
    assert days["11/06/2012"] == "11/06/2012 GENERAL"
    assert days["11/04/2014"] == "11/04/2014 GENERAL"
    assert days["11/03/2015"] == "11/03/2015 MUNICIPAL"
    assert min(map(day, days)) >= dt.date(2006, 10, 1)


def test_presidential_turnout_of_the_entitled(nc_voters, nc_history):
    entitled = {row["ncid"] for row in nc_voters if day(row["registr_dt"]) <= dt.date(2012, 11, 6)}
    voted = {
        row["ncid"]
        for row in nc_history
        if row["election_lbl"] == "11/06/2012" and row["voting_method"] != "ELIGIBLE DID NOT VOTE"
    }
    # 69 % of all on the books; those registered for long vote more, so the level is a little higher.
    assert 0.69 <= len(voted) / len(entitled) <= 0.78
    assert voted <= entitled


def test_primaries_are_held_within_parties(nc_voters, nc_history):
    party = {row["ncid"]: row["party_cd"] for row in nc_voters}
    ballots = collections.defaultdict(collections.Counter)
    for row in nc_history:
        if row["election_desc"].endswith("PRIMARY"):
            ballots[party[row["ncid"]]][row["voted_party_cd"]] += 1
    assert set(ballots["DEM"]) == {"DEM"}
    assert set(ballots["REP"]) == {"REP"}
    assert set(ballots["UNA"]) == {"DEM", "REP"}


def test_one_vote_in_a_thousand_is_twice_in_the_file(nc_history):
    seen = collections.Counter((row["ncid"], row["election_lbl"]) for row in nc_history)
    twice = [key for key, number in seen.items() if number == 2]
    assert 0 < len(twice) < len(seen) / 200
    assert max(seen.values()) == 2
