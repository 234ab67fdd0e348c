"""Templates, and the tracker that is shipped as one."""

from __future__ import annotations

import json
import re

import pytest

from hustings.errors import InputError
from hustings.survey.questionnaire import check_options, daily_tracker, fill_template
from made_questionnaires import OPTIONS, tracker

ROLES = [
    "vote",
    "vote_certainty",
    "second_choice",
    "likely_to_vote",
    "early_vote",
    "enthusiasm",
    "people_like_you",
    "issue",
    "track",
    "age",
    "sex",
    "race",
    "education",
]


def test_one_question_for_each_option():
    element = {
        "type": "comment",
        "name": "heard_{option_id}",
        "title": "About {option_name}?",
        "visibleIf": "{vote_{option_id}} = '{option_id}'",
        "for_each_option": True,
    }
    filled = fill_template({"pages": [{"elements": [element]}]}, [("a-1", "Ada"), ("b", "Bo")])
    assert filled["pages"][0]["elements"] == [
        {"type": "comment", "name": "heard_a_1", "title": "About Ada?", "visibleIf": "{vote_a_1} = 'a-1'"},
        {"type": "comment", "name": "heard_b", "title": "About Bo?", "visibleIf": "{vote_b} = 'b'"},
    ]


def test_choices_of_options_come_first():
    element = {"choices_from": "options", "choices": ["none"], "visibleIf": "{v} anyof [{option_codes}]"}
    assert fill_template({"elements": [element]}, [("a", "Ada"), ("b", "Bo")])["elements"] == [
        {
            "choices": [
                {"value": "a", "text": "Ada", "option": "a"},
                {"value": "b", "text": "Bo", "option": "b"},
                "none",
            ],
            "visibleIf": "{v} anyof ['a', 'b']",
        }
    ]


def test_what_makes_no_template():
    for options in ([], [("a b", "A")], [("a", "A"), ("a", "B")]):
        with pytest.raises(InputError, match="expected at least one"):
            fill_template({}, options)
    with pytest.raises(InputError, match="choices_from is 'units'"):
        fill_template({"choices_from": "units"}, OPTIONS)
    with pytest.raises(InputError, match="for_each_option is 'yes'"):
        fill_template({"elements": [{"for_each_option": "yes"}]}, OPTIONS)


def test_the_tracker_asks_what_it_should():
    survey = tracker()
    check_options(survey, [option for option, _ in OPTIONS])
    for role in ROLES:
        assert len(survey.codebook.with_role(role)) == 1, role
    for role in ("favourability", "heard", "stands_for", "recalled_theme"):
        assert [item.option for item in survey.codebook.with_role(role)] == ["a", "b", "c-3"]
    vote = survey.codebook.with_role("vote")[0]
    assert [choice.option for choice in vote.choices][:3] == ["a", "b", "c-3"]
    assert {choice.meaning for choice in vote.choices} == {"", "other", "none", "dont_know", "refused"}


def test_everybody_can_refuse_every_question_of_the_tracker():
    for question in tracker().questions:
        assert not question.required or "refused" in {choice.meaning for choice in question.choices}, question.name


def test_the_tracker_is_plain_surveyjs():
    text = daily_tracker(OPTIONS)
    assert not re.search(r"for_each_option|choices_from|option_id|option_name|option_codes", text)
    assert json.loads(text)["pages"][0]["elements"][0]["type"] == "radiogroup"
    assert daily_tracker([("one", "The measure")])
