"""The way through a questionnaire, worked by hand on small ones, and on the tracker for any answers."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hustings.errors import InputError
from hustings.survey.questionnaire import (
    Ask,
    Assignment,
    Finished,
    answer_rows,
    assign,
    from_keys,
    next_question,
    next_step,
    on_route,
    page_at,
    progress,
    trail,
)
from made_questionnaires import NOTHING, radio, read, tracker

DK = {"value": "dk", "text": "Don't know", "meaning": "dont_know"}


def shown(step):
    return [view.name for view in step.page.questions] if isinstance(step, Ask) else step.kind


def test_pages_in_order_and_branches():
    survey = read(radio("a"), radio("b", visibleIf="{a} = 'yes'"), radio("c"))
    assert shown(next_step(survey, {}, NOTHING)) == ["a"]
    assert shown(next_step(survey, {"a": "yes"}, NOTHING)) == ["b"]
    assert shown(next_step(survey, {"a": "no"}, NOTHING)) == ["c"]
    assert shown(next_step(survey, {"a": None}, NOTHING)) == ["c"]
    assert next_step(survey, {"a": "no", "c": "yes"}, NOTHING) == Finished("complete", "")


def test_a_branch_left_behind_counts_for_nothing():
    survey = read(radio("a"), radio("b", visibleIf="{a} = 'yes'"), radio("c", visibleIf="{b} = 'no'"), radio("d"))
    answers = {"a": "no", "b": "no", "c": "yes"}
    assert shown(next_step(survey, answers, NOTHING)) == ["d"]
    assert on_route(survey, answers, NOTHING) == {"a": "no"}


def test_a_question_waits_for_its_own_page():
    survey = read([radio("a"), radio("b", visibleIf="{a} = 'yes'"), radio("c")], radio("d"))
    assert shown(next_step(survey, {}, NOTHING)) == ["a", "c"]
    assert shown(next_step(survey, {"a": "yes", "c": "no"}, NOTHING)) == ["b"]
    assert shown(next_step(survey, {"a": "no", "c": "no"}, NOTHING)) == ["d"]
    assert next_question(survey, {"a": "yes"}, NOTHING).name == "b"


def test_endings_end():
    out = {"type": "complete", "expression": "{a} = 'no'", "message": "Sorry."}
    survey = read(radio("a"), radio("b"), triggers=[out], completedHtml="Thanks.")
    assert next_step(survey, {"a": "no"}, NOTHING) == Finished("screened_out", "Sorry.")
    assert next_step(survey, {"a": "yes", "b": "no"}, NOTHING) == Finished("complete", "Thanks.")
    assert on_route(survey, {"a": "no", "b": "yes"}, NOTHING) == {"a": "no"}


def test_an_ending_waits_for_what_it_looks_at():
    out = {"type": "complete", "expression": "{b} empty", "outcome": "complete"}
    survey = read(radio("a"), radio("b"), radio("c"), triggers=[out])
    assert shown(next_step(survey, {"a": "yes"}, NOTHING)) == ["b"]
    assert shown(next_step(survey, {"a": "yes", "b": None}, NOTHING)) == "complete"


def test_notes_wait_for_the_next_question():
    note = {"type": "html", "name": "n", "html": "Read this.", "visibleIf": "{split.m} = 'x'"}
    split = [{"name": "m", "arms": ["x", "y"]}]
    survey = read({"name": "intro", "elements": [note]}, radio("a"), radio("b"), splits=split)
    with_note, without = Assignment({"m": "x"}), Assignment({"m": "y"})
    assert next_question(survey, {}, with_note).intro == "Read this."
    assert next_question(survey, {}, without).intro == ""
    assert next_question(survey, {"a": "yes"}, with_note).intro == ""


def test_a_note_is_read_before_what_follows_it():
    note = {"type": "html", "name": "n", "html": "So yes.", "visibleIf": "{a} = 'yes'"}
    survey = read([radio("a"), note, radio("b")])
    assert shown(next_step(survey, {}, NOTHING)) == ["a"]
    assert next_question(survey, {"a": "yes"}, NOTHING).intro == "So yes."


def test_words_of_answers_are_filled_in():
    many = {"type": "checkbox", "name": "m", "choices": [{"value": "x", "text": "Ex"}, {"value": "y", "text": "Why"}]}
    ask = radio("q", {"value": "k", "text": "Like {m}"}, title="{m} and {n} and {o}?")
    survey = read(many, {"type": "text", "name": "n", "inputType": "number"}, {"type": "text", "name": "o"}, ask)
    view = next_question(survey, {"m": ("x", "y"), "n": 3.0, "o": "{m} <b>"}, NOTHING)
    assert view.wording == "Ex, Why and 3 and {m} <b>?"
    assert view.choices[0].label == "Like Ex, Why"


def test_choices_that_are_not_offered():
    second = radio("second", "x", "y", DK, choicesVisibleIf="{first} <> {item}")
    survey = read(radio("first", "x", "y"), second)
    assert [c.code for c in next_question(survey, {"first": "x"}, NOTHING).choices] == ["y", "dk"]
    assert [c.code for c in next_question(survey, {"first": None}, NOTHING).choices] == ["x", "y", "dk"]


def test_required_where_a_condition_says_so():
    survey = read(radio("a"), radio("b", requiredIf="{a} = 'yes'"))
    assert next_question(survey, {"a": "yes"}, NOTHING).required
    assert not next_question(survey, {"a": "no"}, NOTHING).required


def test_chance_is_fair_and_keeps_the_last_in_place():
    survey = read(
        radio("q", "x", "y", DK, choicesOrder="random"), splits=[{"name": "m", "arms": ["a", "b"], "weights": [1, 3]}]
    )
    drawn = [assign(survey, np.random.default_rng(seed)) for seed in range(400)]
    assert {one.orders["q"] for one in drawn} == {("x", "y", "dk"), ("y", "x", "dk")}
    # 400 draws: 3.5 standard deviations either way.
    assert abs(sum(one.orders["q"][0] == "x" for one in drawn) - 200) < 35
    assert abs(sum(one.splits["m"] == "a" for one in drawn) - 100) < 31
    assert drawn[7] == assign(survey, np.random.default_rng(7))


def test_shown_in_the_assigned_order():
    survey = read(
        {"name": "p", "questionsOrder": "random", "elements": [radio("a"), radio("b"), radio("c")]},
        triggers=[{"type": "complete", "expression": "{a} = 'no'"}],
    )
    drawn = Assignment(orders={"a": ("no", "yes")}, pages={"p": ("c", "a", "b")})
    step = next_step(survey, {}, drawn)
    assert shown(step) == ["c", "a", "b"]
    assert [c.code for c in step.page.questions[1].choices] == ["no", "yes"]
    assert shown(next_step(survey, {"c": "yes", "a": "no"}, drawn)) == ["b"]
    assert shown(next_step(survey, {"c": "yes", "a": "no", "b": "no"}, drawn)) == "screened_out"


def test_an_assignment_survives_json():
    drawn = assign(tracker(), np.random.default_rng(1))
    assert Assignment.from_json(drawn.to_json()) == drawn
    with pytest.raises(InputError, match="no assignment"):
        Assignment.from_json({"splits": []})


def test_back_and_how_far():
    survey = read([radio("a"), radio("b")], radio("c", visibleIf="{a} = 'yes'"), radio("d"))
    answers = {"a": "no", "b": "yes"}
    assert trail(survey, answers, NOTHING) == ("p1",)
    assert [view.name for view in page_at(survey, answers, NOTHING, "p1").page.questions] == ["a", "b"]
    with pytest.raises(InputError, match="'p2' is not on the way"):
        page_at(survey, answers, NOTHING, "p2")
    assert progress(survey, {}, NOTHING) == 0
    assert progress(survey, answers, NOTHING) == 0.75
    assert progress(survey, {**answers, "d": "no"}, NOTHING) == 1


TRACKER = tracker()
KEYS = st.text(alphabet="0123456789 ayesnop", max_size=6)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32), st.lists(st.integers(0, 10**6), min_size=80, max_size=80))
def test_any_answers_to_the_tracker_end(seed, picks):
    """Whatever is answered, it ends; each question is asked once; one by one or by page, the same counts."""
    drawn = assign(TRACKER, np.random.default_rng(seed))
    answers, left = {}, iter(picks)
    for _ in range(len(TRACKER.questions) + 1):
        view = next_question(TRACKER, answers, drawn)
        if isinstance(view, Finished):
            break
        assert view.name not in answers
        offered = [None] if view.no_answer else []
        offered += [choice.code for choice in view.choices]
        offered += [40.0] if view.kind == "numeric" else ["words"] if view.kind == "open" else []
        answers[view.name] = offered[next(left) % len(offered)]
        assert answer_rows(view, answers[view.name])
    assert view == Finished("complete", TRACKER.thanks)
    by_page = {}
    while isinstance(step := next_step(TRACKER, by_page, drawn), Ask):
        by_page |= {view.name: answers[view.name] for view in step.page.questions}
    assert by_page == answers == on_route(TRACKER, answers, drawn)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32))
def test_the_shown_number_gives_the_shown_choice(seed):
    drawn = assign(TRACKER, np.random.default_rng(seed))
    for question in TRACKER.questions:
        answers = {one.name: "a" for one in TRACKER.questions if one.name != question.name}
        answers |= {"early_vote": "plan_day", "issue": "other"}
        answers.pop(question.name, None)
        view = next_question(TRACKER, answers, drawn)
        assert view.name == question.name
        for key, choice in view.keys.items():
            assert from_keys(view, key) == choice.code
