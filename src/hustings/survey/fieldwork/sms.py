"""An interview by text messages: a pure step from what was written to what is stored and answered."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from hustings.survey.fieldwork import words
from hustings.survey.fieldwork.field import Asker
from hustings.survey.fieldwork.interview import CaseState, plain_answers
from hustings.survey.questionnaire import (
    Answer,
    AnswerError,
    Assignment,
    Finished,
    Questionnaire,
    QuestionView,
    from_keys,
    next_question,
    sms_text,
)

PATIENCE = 1
"""Unclear replies to a question that are asked again; the next one leaves it empty."""


@dataclass(frozen=True)
class Reply:
    """What to store and what to say.

    Parameters
    ----------
    text : str
        The answer; empty for none.
    events : tuple
        Kind and body of each event, the first one with what was written.
    opt_out : bool
        Whether the voter is to be taken off every list, before anything else.
    """

    text: str
    events: tuple[tuple[str, dict[str, Any]], ...]
    opt_out: bool = False


def reply_to(
    questionnaire: Questionnaire, state: CaseState, assignment: Assignment, said: str, at: str, asker: Asker
) -> Reply:
    """Answer a text.

    Parameters
    ----------
    questionnaire : Questionnaire
        What is asked.
    state : CaseState
        Where the interview stands.
    assignment : Assignment
        What chance decided for the case.
    said : str
        The text as it came.
    at : str
        When, ISO 8601 in UTC.
    asker : Asker
        Who asks.
    """
    kept = {"said": said}
    view = None if state.over else next_question(questionnaire, state.answers, assignment)
    asked = None if isinstance(view, Finished) else view
    if _leaves(said, asked if state.started_at else None):
        return Reply(words.STOPPED, (("stopped", kept),), opt_out=True)
    if words.wants_help(said):
        return Reply(words.about(asker.name, asker.contact), (("help", kept),))
    if asked is None:
        return Reply("" if state.after or state.stopped else words.AFTER, (("after", kept),))
    if not state.started_at and words.says_no(said):
        return Reply(words.REFUSED, (("refused", kept),))
    if not state.started_at or _too_soon(state, at, asker.quickest_reply_seconds):
        return Reply(sms_text(asked), (("late" if state.started_at else "begun", kept),))
    return _take(questionnaire, state, assignment, asked, kept)


def _take(
    questionnaire: Questionnaire, state: CaseState, assignment: Assignment, asked: QuestionView, kept: dict[str, Any]
) -> Reply:
    """Take a text as the answer to the question that stands."""
    said = kept["said"]
    try:
        answer = from_keys(asked, said)
    except AnswerError as err:
        if state.unclear < PATIENCE:
            return Reply(f"{err.message}\n{sms_text(asked)}", (("unclear", {**kept, "question": asked.name}),))
        answer = None
    return _next(questionnaire, state, assignment, {asked.name: answer}, kept)


def _leaves(said: str, asked: QuestionView | None) -> bool:
    """Whether a text asks to be left alone; the answer to a question may begin with such a word."""
    if asked is None or words.wants_out(said, strict=True):
        return words.wants_out(said, strict=False)
    if asked.kind == "open" or not words.wants_out(said, strict=False):
        return False
    try:
        from_keys(asked, said)
    except AnswerError:
        return True
    return False


def _next(
    questionnaire: Questionnaire,
    state: CaseState,
    assignment: Assignment,
    given: Mapping[str, Answer | None],
    kept: dict[str, Any],
) -> Reply:
    """Store an answer and ask the next question."""
    following = next_question(questionnaire, {**state.answers, **given}, assignment)
    event = ("answer", {**kept, "answers": plain_answers(given)})
    if isinstance(following, Finished):
        return Reply(following.message or words.THANKS, (event, ("finished", {"outcome": following.kind})))
    return Reply(sms_text(following), (event,))


def _too_soon(state: CaseState, at: str, quickest_seconds: float) -> bool:
    """Whether a text was written before the question that stands could be read."""
    if quickest_seconds <= 0 or not state.last_at or state.mode != "sms":
        return False
    passed = dt.datetime.fromisoformat(at) - dt.datetime.fromisoformat(state.last_at)
    return passed.total_seconds() < quickest_seconds
