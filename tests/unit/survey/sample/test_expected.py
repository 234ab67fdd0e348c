"""Votes expected, against a count over the raw files by the csv module."""

from __future__ import annotations

import datetime as dt
import math
from collections import defaultdict

import pytest

from hustings.electorate.query import open_electorate
from hustings.engines import connect
from hustings.scores.features import Target
from hustings.scores.scorecard import Scorecard, ScoreModel
from hustings.scores.scoring import score_voters
from hustings.survey.sample.frame import read_frame
from made_electorate import DAYS, HISTORY, csv_rows, raw_voters

ELECTION = dt.date(2016, 11, 8)


def day_of(text):
    month, day, year = map(int, text.split("/"))
    return dt.date(year, month, day)


def born(row, otherwise):
    """Year of birth; 1900 stands for one that the county does not know."""
    return otherwise if row["birth_year"] in {"", "1900"} else int(row["birth_year"])


def cell(row, ballots, before, day):
    """Generals voted in, age at the election, registered in the year before it: by the raw row."""
    age = day.year - born(row, day.year - 9999)
    ends = ((30, "18-29"), (45, "30-44"), (65, "45-64"), (999, "65+"), (10**6, "unknown"))
    band = next(label for end, label in ends if age < end)
    new = day_of(row["registr_dt"]) > day - dt.timedelta(days=365)
    return sum((row["ncid"], one) in ballots for one in before), band, new


def test_the_frame_expects_what_like_voters_did_four_years_ago(first_week):
    raw = raw_voters(first_week.raw, 0)
    ballots = {
        (row["ncid"], day_of(row["election_lbl"]))
        for row in csv_rows(first_week.raw / DAYS[0].isoformat() / HISTORY)
        if row["election_desc"].endswith("GENERAL") and row["voting_method"] != "ELIGIBLE DID NOT VOTE"
    }
    days = [dt.date(2014, 11, 4), dt.date(2012, 11, 6), dt.date(2010, 11, 2), dt.date(2008, 11, 4)]
    then = [row for row in raw.values() if day_of(row["registr_dt"]) <= days[1]]
    counts = defaultdict(lambda: [0, 0])
    for row in then:
        found = counts[cell(row, ballots, days[2:], days[1])]
        found[0] += (row["ncid"], days[1]) in ballots
        found[1] += 1
    mean = sum(voted for voted, _ in counts.values()) / len(then)
    rates = {key: (voted + 50 * mean) / (n + 50) for key, (voted, n) in counts.items()}
    unknown = sum(rates.values()) / len(rates)
    population = [
        row
        for row in raw.values()
        if row["voter_status_desc"] not in {"REMOVED", "DENIED"} and 2016 - born(row, 0) > 18
    ]
    by_party = defaultdict(float)
    for row in population:
        by_party[row["party_cd"]] += rates.get(cell(row, ballots, days[:2], ELECTION), unknown)
    electorate = open_electorate(first_week.store, connect("duckdb"), DAYS[0])
    frame = read_frame(electorate, "NC", election=ELECTION)
    assert frame.expected == "as voters like them voted on 2012-11-06"
    assert frame.cells["voters"].sum() == len(population)
    found = dict(
        frame.cells.group_by("file_party")
        .agg(votes="expected_votes")
        .explode("votes")
        .group_by("file_party")
        .sum()
        .iter_rows()
    )
    assert found == {party: pytest.approx(votes, rel=1e-9) for party, votes in by_party.items()}


def test_without_a_comparable_election_every_voter_counts_the_same(first_week):
    electorate = open_electorate(first_week.store, connect("duckdb"), DAYS[0])
    frame = read_frame(electorate, "NC", election=dt.date(2007, 11, 6))
    assert "every voter counts the same" in frame.expected
    assert frame.cells["expected_votes"].sum() == frame.cells["voters"].sum()


def test_where_voters_are_scored_their_chance_to_vote_is_expected(own_store):
    engine = connect("duckdb", memory="1GB")
    thirty = Scorecard("voted", (), (), math.log(0.3 / 0.7))
    target = Target(ELECTION, "general", DAYS[0])
    score_voters(
        open_electorate(own_store, engine, None),
        [ScoreModel("t", "logit", ("turnout_prob",), (thirty,))],
        target,
        about={},
    )
    frame = read_frame(open_electorate(own_store, engine, None), "NC", election=ELECTION)
    assert frame.expected == "as scored in snapshot 3"
    # 17-year-olds and those who are gone have no score: nothing is expected of them.
    ratio = frame.cells["expected_votes"].sum() / frame.cells["voters"].sum()
    assert 0.29 < ratio <= 0.3 + 1e-6
