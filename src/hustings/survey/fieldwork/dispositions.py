"""Final and temporary disposition codes of AAPOR's Standard Definitions, from what happened to a case."""

from __future__ import annotations

from hustings.errors import InputError
from hustings.survey.fieldwork.interview import Attempt, CaseState
from hustings.survey.interviews import COMPLETE, PARTIAL

REFUSAL, HANG_UP, BREAK_OFF = "2.11", "2.111", "2.12"
BLOCKED = "2.36"
NOT_ATTEMPTED, BUSY, NO_ANSWER, MACHINE, NOTHING_RETURNED = "3.11", "3.12", "3.13", "3.14", "3.19"
NON_WORKING, FAX, SCREENED_OUT = "4.31", "4.2", "4.7"

CODES = {
    COMPLETE: "complete interview",
    PARTIAL: "partial interview",
    "2.1": "refusal or break-off",
    REFUSAL: "refusal",
    HANG_UP: "refusal: hung up before the first question",
    "2.112": "refusal by the voter",
    BREAK_OFF: "break-off",
    "2.121": "break-off before the first answer",
    "2.2": "non-contact",
    "2.20": "non-contact",
    "2.21": "voter never available",
    "2.22": "answering device of the voter's household",
    "2.27": "away during the whole field period",
    "2.3": "other, eligible",
    "2.31": "dead",
    "2.32": "physically or mentally unable",
    "2.33": "language",
    "2.34": "answers of no use",
    "2.35": "could not be reached for technical reasons",
    BLOCKED: "other: on the do-not-call list after the draw",
    "3.1": "unknown whether there is a household",
    NOT_ATTEMPTED: "not attempted",
    BUSY: "always busy",
    NO_ANSWER: "no answer",
    MACHINE: "answering device, unknown whose",
    "3.15": "technical phone problems",
    "3.16": "ambiguous ring or message",
    NOTHING_RETURNED: "nothing returned",
    "3.2": "household, unknown whether eligible",
    "3.21": "screener not completed",
    "3.9": "unknown, other",
    "4.1": "out of sample",
    FAX: "fax or data line",
    "4.3": "number not in service",
    NON_WORKING: "number does not work",
    "4.32": "number disconnected",
    "4.4": "special technical circumstances",
    "4.5": "not a household",
    SCREENED_OUT: "not eligible by the screening questions",
    "4.8": "quota filled",
    "4.9": "other, not eligible",
}
"""Codes that are known, and what they mean here."""

PARTIAL_SHARE = 0.5
"""An interview that was left counts as partial when the vote question and this share of all questions were answered."""

_BAD_NUMBER = frozenset({"21211", "21214", "21217", "21401", "21407", "21421", "21614", "30005", "30006", "13224"})
"""The provider's codes for a number that does not exist, or takes no texts or calls."""


def category(code: str) -> str:
    """Give the class a code counts in: I, P, R, NC, O, UH, UO or NE.

    Raises
    ------
    InputError
        The code is not known: it is never taken for a respondent, or for anything else.
    """
    if code not in CODES:
        raise InputError(
            f"disposition {code!r} is not known",
            hint="expected a code of AAPOR's Standard Definitions, such as 1.1 or 2.11",
        )
    if code in {COMPLETE, PARTIAL}:
        return "I" if code == COMPLETE else "P"
    classes = {"2.1": "R", "2.2": "NC", "2.3": "O", "3.1": "UH"}
    return classes.get(code[:3]) or {"3": "UO", "4": "NE"}[code[0]]


def disposition(state: CaseState, *, vote: str, questions: int, blocked: bool = False, has_number: bool = True) -> str:
    """Give the disposition of a case as things stand.

    Parameters
    ----------
    state : CaseState
        What happened.
    vote : str
        Name of the vote question; empty when there is none.
    questions : int
        How many questions the questionnaire has.
    blocked : bool
        Whether the voter came on the do-not-call list by another way.
    has_number : bool
        Whether the file has a number that can be dialled.
    """
    found = {
        COMPLETE: state.finished == "complete",
        SCREENED_OUT: bool(state.finished),
        PARTIAL: bool(state.started_at) and _is_partial(state, vote, questions),
        REFUSAL: state.stopped or state.refused,
        BREAK_OFF: bool(state.started_at),
    }
    known = next((code for code, holds in found.items() if holds), "")
    if known:
        return known
    told = [attempt_disposition(one) for one in state.attempts]
    if told:
        return max(told, key=_TELLS.index)
    if blocked:
        return BLOCKED
    return NOT_ATTEMPTED if has_number else NON_WORKING


def attempt_disposition(attempt: Attempt) -> str:
    """Give the disposition of one attempt that led to no interview."""
    if attempt.reason in _BAD_NUMBER:
        return NON_WORKING
    if attempt.outcome.startswith("machine"):
        return MACHINE
    known = {
        "busy": BUSY,
        "no-answer": NO_ANSWER,
        "canceled": NOT_ATTEMPTED,
        "fax": FAX,
        "in-progress": HANG_UP,
        "completed": HANG_UP,
    }
    if attempt.mode == "ivr":
        return known.get(attempt.outcome, NO_ANSWER if attempt.outcome != "failed" else "3.15")
    return NOTHING_RETURNED


_TELLS = (NOT_ATTEMPTED, NON_WORKING, "3.15", NOTHING_RETURNED, NO_ANSWER, BUSY, FAX, MACHINE, HANG_UP)
"""What tells more of a case comes later."""


def _is_partial(state: CaseState, vote: str, questions: int) -> bool:
    answered = [name for name, answer in state.answers.items() if answer is not None and name not in state.skipped]
    return vote in answered and len(answered) >= PARTIAL_SHARE * max(1, questions - len(state.skipped))
