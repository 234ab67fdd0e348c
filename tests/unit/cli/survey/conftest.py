"""A small campaign with a survey that was drawn, rehearsed and weighed; commands run in it or in a copy."""

from __future__ import annotations

import json
import shutil

import pytest

from hustings.cli import app
from unit.cli.conftest import KEY, Desk, run_here

WAVE, LATER = "2016-10-01", "2016-10-03"


def short_questionnaire():
    """Four questions: a vote, how keen, what a candidate stands for, the age."""
    options = [{"value": "dem", "text": "Clinton", "option": "dem"}, {"value": "rep", "text": "Trump", "option": "rep"}]
    unsure = {"value": "dk", "text": "Not sure", "meaning": "dont_know"}
    keen = [{"value": "very", "text": "Very", "score": 2}, {"value": "not", "text": "Not at all", "score": 1}]
    questions = [
        {
            "type": "radiogroup",
            "name": "vote",
            "title": "Whom would you vote for?",
            "role": "vote",
            "choices": [*options, unsure],
        },
        {
            "type": "radiogroup",
            "name": "keen",
            "title": "How keen are you to vote for {vote}?",
            "role": "enthusiasm",
            "choices": keen,
        },
        {
            "type": "comment",
            "name": "stands",
            "title": "What does she stand for?",
            "role": "stands_for",
            "option": "dem",
        },
        {
            "type": "text",
            "inputType": "number",
            "name": "age",
            "title": "How old are you?",
            "role": "age",
            "min": 18,
            "max": 120,
        },
    ]
    pages = [{"name": f"p{i}", "elements": [one]} for i, one in enumerate(questions)]
    return json.dumps({"title": "Short", "pages": pages})


@pytest.fixture(scope="session")
def polled_campaign(tmp_path_factory):
    """The campaign: 6,000 voters, 200 drawn, rehearsed, checked, weighed; do not write into it."""
    folder = tmp_path_factory.mktemp("polled") / "mine"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HUSTINGS_VAULT_KEY", KEY)
        patch.setattr(app.signal, "signal", lambda *_: None)
        run_here("new", folder, "--contest", "us-president-2016")
        patch.chdir(folder)
        run_here("synth", "voters", "inbox/nc", "--rows", 6000, "--seed", 3)
        files, day = folder / "inbox" / "nc", ("--as-of", WAVE)
        run_here("load", "voters", files / "ncvoter_Statewide.zip", "--layout", "nc-2022", *day)
        run_here("load", "history", files / "ncvhis_Statewide.zip", "--layout", "nc-2022", *day)
        (folder / "q.json").write_text(short_questionnaire(), encoding="utf-8")
        run_here("survey", "new", "tracker", "--from", "q.json")
        run_here("survey", "draw", "tracker", "--wave", WAVE, "--n", 200, "--response-rate", 0.3)
        truth = ("--truth", "inbox/nc/truth.parquet")
        run_here("survey", "rehearse", "tracker", *truth, "--answer", 0.9, "--mode", "web,sms")
        run_here("survey", "quality", "tracker")
        run_here("survey", "weigh", "tracker")
    return folder


@pytest.fixture
def poll(polled_campaign, tmp_path, monkeypatch, capsys):
    """Runs commands in a copy of the campaign, with its key."""
    folder = shutil.copytree(polled_campaign, tmp_path / "mine", ignore=shutil.ignore_patterns("inbox"))
    monkeypatch.chdir(folder)
    monkeypatch.setenv("HUSTINGS_VAULT_KEY", KEY)
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setattr(app.signal, "signal", lambda *_: None)
    return Desk(folder, capsys)


@pytest.fixture
def wave(poll):
    """Folder of the rehearsed wave."""
    return poll.folder / "surveys" / "tracker" / "waves" / WAVE
