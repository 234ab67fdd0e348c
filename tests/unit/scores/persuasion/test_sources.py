from __future__ import annotations

import datetime as dt

import numpy as np
import polars as pl
import pytest

from hustings.errors import InputError
from hustings.scores.persuasion import check_experiment, cut_list, from_list, from_survey
from hustings.scores.persuasion.holdout import HELD_OUT
from hustings.store import empty_table
from hustings.survey.codebook import Choice, Codebook, Item
from hustings.survey.interviews import Interviews
from hustings.tables import ANSWERS, RESPONDENTS, SPLITS

N = 400


def wave(unanswered=0):
    """Every other respondent heard the message; all who did and half of the others say yes."""
    ids = [f"r{i}" for i in range(N)]
    blank = empty_table(RESPONDENTS)
    respondents = pl.DataFrame(
        {"respondent_id": ids, "voter_id": np.arange(N), "file_age": np.arange(N) % 50 // 2, "disposition": ["1.1"] * N}
    )
    respondents = pl.concat([blank, respondents.cast({"file_age": blank.schema["file_age"]})], how="diagonal")
    codes = ["yes" if i % 2 or i % 4 == 0 else "no" for i in range(N)]
    answers = pl.DataFrame({"respondent_id": ids, "question": ["vote"] * N, "code": codes})
    answers = pl.concat([empty_table(ANSWERS), answers.head(N - unanswered)], how="diagonal")
    arms = pl.DataFrame(
        {"respondent_id": ids, "split": ["jobs"] * N, "arm": ["message" if i % 2 else "none" for i in range(N)]}
    )
    item = Item("vote", "Vote?", "single", (Choice("yes", "Yes"), Choice("no", "No")))
    return Interviews(respondents, answers, Codebook("made", (item,)), pl.concat([empty_table(SPLITS), arms]))


def message_test(interviews, **changes):
    said = {"control": "none", "question": "vote", "yes": ["yes"], "shares": {"none": 0.5, "message": 0.5}}
    return from_survey(interviews, "jobs", **{**said, "features": ("file_age",), **changes})


def test_a_split_is_a_test():
    checked = check_experiment(message_test(wave()))
    assert checked.arms == ("none", "message")
    assert [checked.outcome[checked.arm == k].mean() for k in (0, 1)] == [0.5, 1.0]


def test_who_did_not_answer_is_counted():
    checked = check_experiment(message_test(wave(unanswered=8)))
    assert len(checked.outcome) == N - 8
    assert any("the outcome of 8 of 400 people is unknown" in note for note in checked.notes)


def test_bad_splits():
    with pytest.raises(InputError, match=r"no split 'tax' \(at hand: jobs\)"):
        from_survey(wave(), "tax", control="none", question="vote", yes=["yes"], shares={}, features=("file_age",))
    with pytest.raises(InputError, match="respondents have no income"):
        message_test(wave(), features=("income",))
    twice = wave()
    twice = Interviews(
        twice.respondents, twice.answers, twice.codebook, pl.concat([twice.splits, twice.splits.head(1)])
    )
    with pytest.raises(InputError, match="1 respondents stand twice"):
        message_test(twice)
    linked = wave()
    both = linked.respondents.with_columns(voter_id=pl.when(pl.col("voter_id") == 1).then(0).otherwise("voter_id"))
    linked = Interviews(both, linked.answers, linked.codebook, linked.splits)
    with pytest.raises(InputError, match="1 voters twice: 0 in message and none"):
        check_experiment(message_test(linked))


def make_list():
    voters = pl.DataFrame({"voter_id": np.arange(N), "home": np.arange(N) // 2})
    return cut_list(voters, 0.5, np.random.default_rng(1), name="doors", day=dt.date(2016, 10, 1), household="home")


def test_a_list_is_a_test():
    cut = make_list()
    features = pl.DataFrame({"voter_id": np.arange(N)[::-1], "age": np.arange(N)[::-1] % 7})
    outcomes = cut.rows.select("voter_id", voted=(pl.col("arm") != HELD_OUT) | (pl.col("voter_id") % 4 == 0))
    checked = check_experiment(from_list(cut, outcomes.reverse(), features, outcome="voted"))
    assert checked.arms == (HELD_OUT, "contact")
    assert checked.outcome[checked.arm == 1].mean() == 1.0
    assert (checked.frame["age"] == np.arange(N) % 7).all(), "joined by id, not by place"
    assert checked.clusters.max() + 1 == N // 2
    with pytest.raises(InputError, match="10 of 400 voters of the list doors have no features"):
        from_list(cut, outcomes, features.head(N - 10), outcome="voted")
    with pytest.raises(InputError, match="outcomes of the list doors have a voter twice"):
        from_list(cut, pl.concat([outcomes, outcomes.head(1)]), features, outcome="voted")
