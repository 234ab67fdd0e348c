"""Answers that exclude each other."""

from __future__ import annotations

from hustings.survey.quality.impossible import find
from made_interviews import made


def test_offenders_and_innocents():
    found = find(
        made(
            [
                {"age": 17.0},
                {"age": 18.0},
                {"age": 110.0},
                {"age": 111.0},
                {"age": None},
                {"vote": "a", "second": "a"},
                {"vote": "a", "second": "b"},
                {"vote": "dk", "second": "dk"},
                {"early": "yes", "likely": "0"},
                {"early": "yes", "likely": "2"},
                {"early": "no", "likely": "0"},
            ]
        )
    )
    assert dict(found.iter_rows()) == {
        "r0": "age is 17.0",
        "r3": "age is 111.0",
        "r5": "a is first and second choice",
        "r8": "has voted already, and will not vote",
    }
