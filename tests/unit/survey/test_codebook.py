"""The codebook's rules, and its way to disk and back."""

from __future__ import annotations

import pytest

from hustings.errors import InputError
from hustings.survey.codebook import Choice, Codebook, Item, check_codebook, read_codebook, write_codebook

YES = (Choice("1", "Yes"), Choice("2", "No", meaning="none", score=0.0))


def book(*items):
    return Codebook("t", items, ("a note",))


def test_to_disk_and_back(tmp_path):
    given = book(Item("vote", "single", "Größe? 😀", YES, role="vote"), Item("age", "numeric", "?", low=18))
    write_codebook(given, tmp_path / "codebook.json")
    assert read_codebook(tmp_path / "codebook.json") == given


@pytest.mark.parametrize(
    ("items", "said"),
    [
        ([Item("q", "open", "?")] * 2, "'q' stands there twice"),
        ([Item("1q", "open", "?")], "name that is no word"),
        ([Item("mode", "open", "?")], "name of a column that every respondent has"),
        ([Item("asked_q", "open", "?")], "begins with asked_"),
        ([Item("q", "matrix", "?")], "of kind 'matrix'"),
        ([Item("q", "open", "?", role="votes")], "role 'votes'"),
        ([Item("q", "single", "?")], "offers no answers"),
        ([Item("q", "single", "?", (Choice("", "x"),))], "without a code"),
        ([Item("q", "single", "?", (Choice("1", "x", meaning="dk"),))], "meaning"),
        ([Item("q", "single", "?", YES + YES)], "code .* twice"),
    ],
)
def test_rules(items, said):
    with pytest.raises(InputError, match=said):
        check_codebook(book(*items))


def test_questions_by_name_and_role():
    given = book(Item("vote", "single", "?", YES, role="vote"), Item("why", "open", "?"))
    assert [item.name for item in given.with_role("vote")] == ["vote"]
    assert given.item("vote").by_code["2"].label == "No"
    with pytest.raises(InputError, match=r"no question 'vot' \(did you mean vote\?\)"):
        given.item("vot")


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"title": "t", "items": [3]}', '{"title": "t", "items": [{"x": 1}]}']
)
def test_what_is_no_codebook(tmp_path, text):
    path = tmp_path / "codebook.json"
    path.write_text(text)
    with pytest.raises(InputError, match="is no codebook"):
        read_codebook(path)
