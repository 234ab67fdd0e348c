from __future__ import annotations

import datetime as dt

import pytest

from hustings.electorate.codebooks import read_codebooks
from hustings.electorate.query.ballots import Ballot, read_ballot
from hustings.electorate.query.vocabulary import Vocabulary
from hustings.errors import InputError
from hustings.store.snapshots import Snapshots


@pytest.fixture(scope="module")
def words(first_week):
    snapshots = Snapshots(first_week.store)
    return Vocabulary(snapshots, snapshots.latest(), read_codebooks(None))


def test_a_day_and_a_kind(words):
    assert read_ballot("voted('2012-11-06')", words) == Ballot("voted", day=dt.date(2012, 11, 6))
    assert read_ballot(" VOTED_by_mail( '2012-11-06' ) ", words).label == "voted_by_mail('2012-11-06')"
    assert read_ballot("times_voted('general', 4)", words) == Ballot("times_voted", kind="general", last=4)
    assert read_ballot("times_voted('general',4)", words).label == "times_voted('general', 4)"


def test_two_ballots_never_share_a_column():
    ballots = [Ballot("voted", day=dt.date(2012, 11, 6)), Ballot("voted_early", day=dt.date(2012, 11, 6))]
    ballots += [
        Ballot("times_voted", kind=kind, last=n) for kind in ("primary", "presidential primary") for n in (1, 11)
    ]
    assert len({ballot.column for ballot in ballots}) == len({ballot.label for ballot in ballots}) == len(ballots)


@pytest.mark.parametrize(
    ("text", "words_said"),
    [
        ("party", "neither a column nor a ballot"),
        ("voted('2012-11-06') and age < 30", "neither a column nor a ballot"),
        ("voted('2012-11-06", "neither a column nor a ballot"),
        ("voted('6.11.2012')", "expected one day, YYYY-MM-DD"),
        ("voted()", "expected one day"),
        ("times_voted('general', 0)", "a kind of election and a number"),
        ("times_voted('general')", "a kind of election and a number"),
    ],
)
def test_what_is_no_ballot_is_said(words, text, words_said):
    with pytest.raises(InputError, match=words_said):
        read_ballot(text, words)
