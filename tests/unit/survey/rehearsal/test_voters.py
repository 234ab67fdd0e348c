"""Simulated voters: the same seed, the truth they were given, the shares they were asked for; and how they read."""

from __future__ import annotations

import datetime as dt
import json

import polars as pl

from hustings.survey.questionnaire import Assignment, next_question, parse_questionnaire, sms_text, voice_text
from hustings.survey.rehearsal import Manners, SpedClock, draw_voters
from hustings.survey.rehearsal.answers import Reader
from made_field import QUESTIONS, made_sample

ASKED = parse_questionnaire(json.dumps(QUESTIONS))
DRAWN = Assignment({"message": "a"}, {"vote": ("bob", "ann", "dk")})


def test_a_seed_is_a_crowd():
    sample = made_sample(300)
    first, again, other = (draw_voters(sample, ASKED.codebook, Manners(), seed=seed) for seed in (1, 1, 2))
    assert [(v.mood, v.opinions) for v in first.values()] == [(v.mood, v.opinions) for v in again.values()]
    assert [v.mood for v in first.values()] != [v.mood for v in other.values()]


def test_they_answer_by_party_and_vote_as_they_think():
    sample = made_sample(4000)
    truth = pl.DataFrame({"voter_id": sample["voter_id"], "vote": ["ann", "ann", "bob", "bob"] * 1000})
    manners = Manners(answers_of={"X": 0.8, "Y": 0.2}, answers_by_vote={"bob": 0.5})
    voters = draw_voters(sample, ASKED.codebook, manners, seed=3, truth=truth)
    told = sample.select("case_id", "file_party").with_columns(
        vote=truth["vote"], answers=pl.Series([voters[c].mood == "answers" for c in sample["case_id"]])
    )
    shares = {row[:2]: row[2] for row in told.group_by("file_party", "vote").agg(pl.col("answers").mean()).iter_rows()}
    for group, expected in {("X", "ann"): 0.8, ("X", "bob"): 0.4, ("Y", "ann"): 0.2, ("Y", "bob"): 0.1}.items():
        # A thousand in each: four standard errors.
        assert abs(shares[group] - expected) < 4 * (0.25 / 1000) ** 0.5
    assert all(voters[c].opinions["vote"] in {v, "dk"} for c, v in zip(sample["case_id"], truth["vote"], strict=True))


def test_they_find_their_answer_in_a_text_and_in_a_call():
    view = next_question(ASKED, {}, DRAWN)
    reader = Reader(ASKED.codebook)
    assert reader.reply(sms_text(view), {"vote": "ann"}, "sms") == "2"
    assert reader.reply(voice_text(view), {"vote": "bob"}, "ivr") == "1"
    assert reader.reply("Thank you. That was the last question.", {"vote": "bob"}, "sms") is None


def test_a_clock_runs_as_fast_as_told():
    ticks = iter([11.0, 70.0])
    clock = SpedClock(dt.datetime(2016, 10, 1, tzinfo=dt.UTC), 60.0, lambda: next(ticks), 10.0)
    assert clock() == dt.datetime(2016, 10, 1, 0, 1, tzinfo=dt.UTC)
    assert clock() == dt.datetime(2016, 10, 1, 1, 0, tzinfo=dt.UTC)
