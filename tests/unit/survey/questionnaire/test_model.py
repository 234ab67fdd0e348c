"""The codebook of a questionnaire."""

from __future__ import annotations

import pytest

from hustings.errors import InputError
from hustings.survey.codebook import read_codebook, write_codebook
from made_questionnaires import radio, read


def test_the_codebook_says_who_was_asked(tmp_path):
    survey = read(
        radio("vote", {"value": "x", "text": "Ada"}, "y", role="vote"),
        {"type": "text", "name": "age", "inputType": "number", "min": 18, "visibleIf": "{vote} = 'x' or {vote} empty"},
        radio("end", visibleIf="{age} >= 65 and {split.m} = 'b'"),
        splits=[{"name": "m", "arms": ["a", "b"]}],
    )
    book = survey.codebook
    assert [item.base for item in book.items] == [
        "",
        "vote is 'Ada' or vote was not answered",
        "age is at least '65' and split.m is 'b'",
    ]
    assert [item.name for item in book.with_role("vote")] == ["vote"]
    assert (book.item("age").kind, book.item("age").low) == ("numeric", 18.0)
    write_codebook(book, tmp_path / "codebook.json")
    assert read_codebook(tmp_path / "codebook.json") == book


def test_an_unknown_question_is_named():
    with pytest.raises(InputError, match=r"no question 'vot'.*did you mean vote"):
        read(radio("vote")).question("vot")
