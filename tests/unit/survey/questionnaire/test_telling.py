"""Questions as text messages and read out."""

from __future__ import annotations

import re
from pathlib import Path

from hustings.survey.codebook import Choice
from hustings.survey.questionnaire import (
    QuestionView,
    from_keys,
    next_question,
    parse_questionnaire,
    sms_text,
    voice_text,
)
from made_questionnaires import NOTHING, radio, read

DK = {"value": "dk", "text": "Don't know", "meaning": "dont_know"}
REFUSED = {"value": "rf", "text": "Prefer not to say", "meaning": "refused"}


def first(element):
    return next_question(read(element), {}, NOTHING)


def test_choices_are_numbered():
    view = first(radio("q", {"value": "r", "text": "Right"}, DK, REFUSED, title="Which way?", isRequired=True))
    assert sms_text(view) == "Which way?\n1 Right\n2 Prefer not to say\n0 Don't know"
    assert voice_text(view) == "Which way? Press 1 for Right. Press 2 for Prefer not to say. Press 0 for Don't know."
    assert (view.digits, view.speakable) == (1, True)


def test_a_scale_is_told_by_its_ends():
    ends = {"minRateDescription": "Never", "maxRateDescription": "Always"}
    view = first({"type": "rating", "name": "q", "title": "How often?", "rateMax": 10, "specialChoices": [DK], **ends})
    assert sms_text(view) == (
        "How often?\nReply with a number from 1 (Never) to 10 (Always).\n0 Don't know\nReply SKIP to leave it out."
    )
    assert voice_text(view) == (
        "How often? Press a number from 1, Never, to 10, Always. Press 0 for Don't know. Then press the pound key."
    )
    assert view.digits == 2


def test_several_numbers_and_words():
    many = first({"type": "checkbox", "name": "q", "title": "Which?", "choices": ["A", "B"], "maxSelectedChoices": 2})
    assert "Reply with all numbers that apply, at most 2, like 1 3." in sms_text(many)
    assert "then the pound key. Press 1 for A." in voice_text(many)
    age = first({"type": "text", "name": "q", "title": "Age", "inputType": "number", "min": 18, "max": 120})
    assert sms_text(age) == "Age\nReply with a number from 18 to 120.\nReply SKIP to leave it out."
    assert voice_text(age).startswith("Age. Enter a number from 18 to 120, then press the pound key.")
    assert age.digits == 3
    words = first({"type": "comment", "name": "q", "title": "Why?", "isRequired": True, "specialChoices": [DK]})
    assert sms_text(words) == "Why?\nReply in your own words, or with a number:\n0 Don't know"
    assert (words.speakable, words.digits, voice_text(words)) == (False, 0, "Why?")
    assert words.note


def test_a_number_below_zero_has_no_key():
    view = QuestionView("q", "numeric", "text", "Change?", low=-5.0, high=5.0, choices=(Choice("x", "X", "refused"),))
    assert not view.speakable


def test_the_page_of_the_manual_is_right():
    page = (Path(__file__).parents[4] / "docs" / "survey" / "questionnaire.md").read_text(encoding="utf-8")
    example = next(found for found in re.findall(r"```json\n(.*?)```", page, re.DOTALL) if '"pages"' in found)
    survey = parse_questionnaire(example)
    answers = {"vote": from_keys(next_question(survey, {}, NOTHING), "1")}
    assert sms_text(next_question(survey, answers, NOTHING)) == re.search(r"```text\n(.*?)\n```", page, re.DOTALL)[1]
