"""Ballots out of bits, for voters worked by hand."""

from __future__ import annotations

import datetime as dt

import numpy as np
import polars as pl

from hustings.scores.features.ballots import LEVELS, PastElection, feature_name, past_elections, words_of
from hustings.scores.features.history import PATTERNS, history_of
from hustings.scores.features.target import Target
from hustings.store.manifest import Election

TARGET = Target(dt.date(2016, 11, 8), "general", dt.date(2016, 10, 15))
PAST = {
    "primary_0y": PastElection("primary_0y", (70,), (dt.date(2016, 5, 3),)),  # in the second word
    "general_2y": PastElection("general_2y", (9,), (dt.date(2014, 11, 4),)),
    "general_4y": PastElection("general_4y", (0, 62), (dt.date(2012, 11, 6), dt.date(2012, 11, 6))),
}


def voters():
    """Six of them, told in the comments."""
    rows = [
        # registered, born, voted 0, early 0, mail 0, voted 1
        (dt.date(2000, 1, 1), 1960, 1 << 9 | 1, 1 << 9, 1, 1 << 7),  # all three: 2014 early, 2012 by mail
        (dt.date(2000, 1, 1), 1960, 0, 0, 0, 0),  # none
        (dt.date(2014, 11, 4), 1960, 0, 0, 0, 1 << 7),  # registered on the day of 2014
        (dt.date(2014, 11, 5), 1960, 1 << 62, 0, 0, 0),  # a mover: voted in 2012 elsewhere
        (dt.date(2000, 1, 1), 1997, 0, 0, 0, 0),  # 18 in 2015
        (None, None, 0, 0, 0, 0),  # nothing known: entitled
    ]
    names = ["registered_on", "birth_year", "voted_0", "early_0", "mail_0", "voted_1"]
    rows = pl.DataFrame(rows, schema=names, orient="row").cast({"birth_year": pl.Int16})
    return rows.with_columns(early_1=pl.lit(0, pl.Int64), mail_1=pl.lit(0, pl.Int64))


def test_levels():
    history = history_of(voters(), PAST)
    found = {name: [LEVELS[code] for code in history.level(one)] for name, one in PAST.items()}
    assert found["general_2y"] == [
        "voted early", "did not vote", "did not vote", "not registered", "not registered", "did not vote",
    ]  # fmt: skip
    assert found["general_4y"] == [
        "voted by mail", "did not vote", "not registered", "voted on the day", "not registered", "did not vote",
    ]  # fmt: skip
    assert found["primary_0y"] == [
        "voted on the day", "did not vote", "voted on the day", "did not vote", "did not vote", "did not vote",
    ]  # fmt: skip


def test_the_pattern_reads_general_2y_general_4y_primary_0y_primary_2y():
    codes = history_of(voters(), PAST).pattern()
    assert [PATTERNS.categories[int(code)] for code in codes] == ["vvv?", "---?", "-.v?", ".v-?", "..-?", "---?"]


def test_share_voted_of_those_one_could_vote_in():
    # The general of 2012 is two elections of the list: bit 0 and bit 62.
    found = history_of(voters(), PAST).times_voted_share().series("share")
    np.testing.assert_allclose(found, [3 / 4, 0, 1 / 2, 1 / 2, 0, 0])


def test_nobody_had_an_election_before_the_first():
    late = voters()[1:2].with_columns(registered_on=pl.lit(dt.date(2016, 9, 1)))
    assert history_of(late, PAST).times_voted_share().series("share").to_list() == [None]


def test_elections_are_named_by_their_distance_and_none_is_later_than_the_day():
    listed = [
        Election(day, kind, ())
        for day, kind in [
            ("2004-11-02", "general"),
            ("2012-11-06", "general"),
            ("2016-03-15", "primary"),
            ("2016-06-07", "primary"),
            ("2016-10-15", "municipal"),
            ("2016-11-08", "general"),
        ]
    ]
    found = past_elections(listed, TARGET)
    assert {name: one.numbers for name, one in found.items()} == {"primary_0y": (3, 2), "general_4y": (1,)}
    assert feature_name("Special Run-off", 2) == "special_run_off_2y"
    assert words_of([0, 64], ("voted",)) == ["voted_0", "voted_1"]
