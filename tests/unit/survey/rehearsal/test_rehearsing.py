"""A small wave rehearsed from end to end: through three modes, over HTTP, with mischief on the way."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest

from hustings.survey.fieldwork import DispatchSettings, case_dispositions, collect
from hustings.survey.rehearsal import Manners, Mischief
from hustings.web.forms.rehearsing import RehearsalSettings, rehearse_wave
from made_field import made_phones, made_vault, made_wave

N = 60
LATER = dt.datetime(2030, 1, 1, tzinfo=dt.UTC)


@pytest.fixture(scope="module")
def rehearsed(tmp_path_factory):
    root = tmp_path_factory.mktemp("rehearsal")
    wave = made_wave(root, N)
    truth = pl.DataFrame({"voter_id": range(1001, 1001 + N), "vote": ["ann"] * (N // 2) + ["bob"] * (N // 2)})
    settings = RehearsalSettings(
        start=dt.datetime(2016, 10, 1, 15, tzinfo=dt.UTC),
        dispatch=DispatchSettings(arrangement="split", max_attempts=1),
        manners=Manners(answers=0.8, leaves=0.5, breaks_off=0.0, mistypes=0.1, machine=0.5),
        mischief=Mischief(replayed=0.2, forged=0.1),
        seed=4,
        quiet_seconds=1.5,
    )
    told = rehearse_wave(wave, made_vault(root), made_phones(N), settings, truth=truth)
    return wave, told, truth


def test_everybody_was_tried_once_in_their_mode(rehearsed):
    wave, told, _ = rehearsed
    _, attempts = collect(wave, at=LATER)
    assert attempts.height == N
    assert dict(attempts["mode"].value_counts().iter_rows()) == {"web": 20, "sms": 20, "ivr": 20}
    assert told.provider["text taken"] == 40
    assert told.provider["call taken"] == 20


def test_interviews_came_back_from_each_mode_and_say_what_the_voters_thought(rehearsed):
    wave, told, truth = rehearsed
    interviews, _ = collect(wave, at=LATER)
    complete = interviews.respondents.filter(disposition="1.1")
    done = {mode: told.voters[f"{mode} done"] for mode in ("web", "sms", "ivr")}
    assert dict(complete["mode"].value_counts().iter_rows()) == done
    assert min(done.values()) >= 8
    wide = interviews.only(complete["respondent_id"]).wide("vote").join(truth, on="voter_id", suffix="_true")
    answered = wide.filter(pl.col("vote").is_in(["ann", "bob"]))
    assert answered.height >= 0.8 * wide.height
    assert (answered["vote"] == answered["vote_true"]).all()


def test_mischief_changed_nothing(rehearsed):
    _, told, _ = rehearsed
    # A replay answered otherwise, or a forgery taken, would have ended the rehearsal.
    assert told.provider["replayed"] > 5
    assert told.provider["forged"] > 2


def test_who_said_stop_is_off_and_everybody_has_a_disposition(rehearsed):
    wave, told, _ = rehearsed
    cases = case_dispositions(wave, at=LATER)
    assert cases.height == N
    assert cases["disposition"].null_count() == 0
    assert cases.filter(disposition="2.11").height >= told.voters["leaves"] + told.voters["declines"]
