"""An interview by keypad, key by key."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET

import pytest

from hustings.survey.fieldwork import ivr
from hustings.survey.fieldwork.interview import CaseState, apply
from hustings.survey.fieldwork.journal import Event
from hustings.survey.questionnaire import Assignment, parse_questionnaire
from made_field import ASKER, QUESTIONS

ASKED = parse_questionnaire(json.dumps(QUESTIONS))
DRAWN = Assignment({"message": "a"}, {"vote": ("bob", "ann", "dk")})


class Call:
    """A voter's side of it."""

    def __init__(self):
        self.state, self.begun = CaseState(1), False

    def press(self, digits):
        turn = ivr.keyed(ASKED, self.state, DRAWN, digits, begun=self.begun)
        self.begun = self.begun or any(kind == "begun" for kind, _ in turn.events)
        for i, (kind, body) in enumerate(turn.events):
            self.state = apply(
                self.state, Event(f"{self.state.step}{i}", 1, "2016-10-01T15:00:00+00:00", "ivr", kind, body)
            )
        return turn


@pytest.fixture
def call():
    return Call()


def test_a_whole_interview(call):
    assert "press 9" in ivr.pick_up(call.state, ASKER).said[1]
    turn = call.press("1")
    assert "Press 1 for Bob Brown. Press 2 for Ann Adams." in turn.said[0]
    assert (turn.step, turn.digits) == (1, 1)
    assert "Is that certain" in call.press("2").said[0]
    # The open question cannot be keyed: it is left out, and counts as not asked.
    turn = call.press("1")
    assert "How old" in turn.said[0]
    assert turn.digits == 3
    turn = call.press("44")
    assert turn.step == -1
    assert call.state.finished == "complete"
    assert call.state.skipped == {"heard"}
    assert call.state.answers == {"vote": "ann", "why_ann": "yes", "heard": None, "age": 44.0}


def test_nine_at_the_door_is_off_the_list_and_later_a_key(call):
    assert call.press("9").opt_out
    other = Call()
    other.press("1")
    assert not other.press("9").opt_out
    assert not other.state.stopped


def test_a_wrong_key_is_explained_once_then_left(call):
    call.press("1")
    assert "not one of the keys" in call.press("8").said[0]
    assert "How old" in call.press("7").said[0]
    assert call.state.answers["vote"] is None


def test_who_presses_nothing_useful_at_the_door_is_let_go(call):
    assert call.press("5").step == 1
    assert call.press("5").step == -1
    assert call.state.started_at == ""


def test_what_is_said_is_the_providers_language():
    turn = ivr.Turn(("A & B <say> \x07x", "Press 1."), step=3, digits=2)
    tree = ET.fromstring(ivr.twiml(turn, "https://s.example/k?step=3&begun=1", "https://s.example/k?silent=1"))
    gather = tree.find("Gather")
    assert gather.attrib["numDigits"] == "2"
    assert gather.attrib["action"] == "https://s.example/k?step=3&begun=1"
    assert [say.text for say in gather] == ["A & B <say> x", "Press 1."]
    assert tree.find("Redirect").text == "https://s.example/k?silent=1"
    assert ET.fromstring(ivr.twiml(ivr.Turn(("Bye",)), "a", "b")).find("Hangup") is not None
