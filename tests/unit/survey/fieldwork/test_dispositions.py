"""From what happened to a case to its code."""

from __future__ import annotations

import pytest

from hustings.survey.fieldwork.dispositions import CODES, category, disposition
from hustings.survey.fieldwork.interview import Attempt, CaseState

ON = "2016-10-01T15:00:00+00:00"


def attempts(*told):
    return tuple(Attempt(i, ON, mode, outcome, reason) for i, (mode, outcome, reason) in enumerate(told, start=1))


@pytest.mark.parametrize(
    ("state", "code"),
    [
        ({"finished": "complete", "started_at": ON}, "1.1"),
        # Who answered it all and asks to be left alone afterwards was still interviewed.
        ({"finished": "complete", "started_at": ON, "stopped": True}, "1.1"),
        ({"finished": "screened_out", "started_at": ON}, "4.7"),
        # Four questions: the vote and another one are half.
        ({"started_at": ON, "answers": {"vote": "ann", "b": "x"}}, "1.2"),
        ({"started_at": ON, "answers": {"vote": "ann", "b": None}}, "2.12"),
        ({"started_at": ON, "answers": {"a": "x", "b": "x", "c": "x"}}, "2.12"),
        # What the call could not ask is not held against the voter: one of two.
        ({"started_at": ON, "answers": {"vote": "ann", "b": None, "c": None}, "skipped": frozenset("bc")}, "1.2"),
        ({"started_at": ON, "stopped": True, "answers": {"a": "x"}}, "2.11"),
        ({"refused": True}, "2.11"),
        ({"stopped": True}, "2.11"),
        ({"attempts": attempts(("ivr", "busy", ""))}, "3.12"),
        ({"attempts": attempts(("ivr", "no-answer", ""))}, "3.13"),
        ({"attempts": attempts(("ivr", "machine", ""))}, "3.14"),
        ({"attempts": attempts(("ivr", "completed", ""))}, "2.111"),
        ({"attempts": attempts(("sms", "delivered", ""))}, "3.19"),
        ({"attempts": attempts(("sms", "failed", "21211"))}, "4.31"),
        ({"attempts": attempts(("sms", "sending", ""))}, "3.19"),
        ({"attempts": attempts(("ivr", "fax", ""))}, "4.2"),
        # The attempt that tells most counts.
        ({"attempts": attempts(("ivr", "machine", ""), ("sms", "delivered", ""), ("ivr", "busy", ""))}, "3.14"),
        ({}, "3.11"),
    ],
)
def test_a_case_has_its_code(state, code):
    assert disposition(CaseState(1, **state), vote="vote", questions=4) == code
    assert category(code)


def test_untouched_cases():
    assert disposition(CaseState(1), vote="", questions=4, blocked=True) == "2.36"
    assert disposition(CaseState(1), vote="", questions=4, has_number=False) == "4.31"


def test_classes_of_codes():
    classes = {code: category(code) for code in CODES}
    assert classes["2.12"] == classes["2.111"] == classes["2.1"] == "R"
    assert classes["2.22"] == "NC"
    assert classes["2.36"] == "O"
    assert classes["3.14"] == "UH"
    assert classes["3.9"] == classes["3.21"] == "UO"
    assert classes["4.31"] == "NE"
