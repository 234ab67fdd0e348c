"""An interview by text, message by message."""

from __future__ import annotations

import json

import pytest

from hustings.survey.fieldwork.field import Asker
from hustings.survey.fieldwork.interview import CaseState, apply
from hustings.survey.fieldwork.journal import Event
from hustings.survey.fieldwork.sms import reply_to
from hustings.survey.questionnaire import Assignment, parse_questionnaire
from made_field import ASKER, QUESTIONS

ASKED = parse_questionnaire(json.dumps(QUESTIONS))
DRAWN = Assignment({"message": "a"}, {"vote": ("bob", "ann", "dk")})


class Chat:
    """A voter's side of it."""

    def __init__(self, asker=ASKER):
        self.state, self.minute, self.asker = CaseState(1), 0, asker

    def say(self, text, *, seconds=60):
        self.minute += seconds / 60
        at = f"2016-10-01T15:{int(self.minute):02d}:{round(self.minute % 1 * 60):02d}+00:00"
        reply = reply_to(ASKED, self.state, DRAWN, text, at, self.asker)
        for i, (kind, body) in enumerate(reply.events):
            self.state = apply(self.state, Event(f"{at}{i}", 1, at, "sms", kind, body))
        return reply


@pytest.fixture
def chat():
    return Chat()


def test_a_whole_interview_by_numbers_and_words(chat):
    first = chat.say("yes").text
    assert first.splitlines()[:3] == [
        "If the election were today, for whom would you vote?",
        "1 Bob Brown",
        "2 Ann Adams",
    ]
    assert "Is that certain?" in chat.say("2").text
    assert "What have you heard" in chat.say("yes").text
    assert "How old" in chat.say("Stop the ads 🙄 he's a f*** liar").text
    done = chat.say("44")
    assert chat.state.answers == {
        "vote": "ann",
        "why_ann": "yes",
        "heard": "Stop the ads 🙄 he's a f*** liar",
        "age": 44.0,
    }
    assert [kind for kind, _ in done.events] == ["answer", "finished"]
    assert chat.state.finished == "complete"
    assert chat.say("bye").text
    assert chat.say("hello?").text == ""


@pytest.mark.parametrize("before", [(), ("yes",), ("yes", "2", "yes"), ("yes", "1", "ads", "44")])
def test_stop_is_honoured_wherever_it_comes(chat, before):
    for text in before:
        chat.say(text)
    reply = chat.say("🛑 Stop!!")
    assert reply.opt_out
    assert chat.state.stopped
    assert chat.say("1").text == ""


def test_an_unclear_reply_is_explained_once_then_left(chat):
    chat.say("ok")
    explained = chat.say("whoever").text
    assert "1 Bob Brown" in explained
    assert chat.state.unclear == 1
    assert "What have you heard" in chat.say("🤷").text
    assert chat.state.answers == {"vote": None}


def test_no_is_no(chat):
    assert chat.say("No thanks").events[0][0] == "refused"
    assert chat.state.refused


def test_help_says_who_and_changes_nothing(chat):
    chat.say("yes")
    assert "Example Research" in chat.say("HELP").text
    assert chat.state.answers == {}
    assert "Is that certain?" in chat.say("ann adams").text


def test_a_text_written_before_the_question_was_read_is_kept_and_not_applied():
    chat = Chat(Asker("A", "b", "c", quickest_reply_seconds=2.0))
    chat.say("yes")
    assert chat.say("2", seconds=1).events == (("late", {"said": "2"}),)
    assert chat.state.answers == {}
    assert chat.say("2", seconds=5).events[0][0] == "answer"
