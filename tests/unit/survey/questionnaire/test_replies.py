"""What respondents type and press."""

from __future__ import annotations

import pytest

from hustings.survey.codebook import Choice
from hustings.survey.questionnaire import AnswerError, QuestionView, answer_rows, check_answer, from_keys
from made_questionnaires import read

DK, REFUSED = Choice("dk", "Don't know", "dont_know"), Choice("rf", "Prefer not to say", "refused")


def view(kind="single", *choices, **more):
    made = {"name": "q", "kind": kind, "widget": "radiogroup", "wording": "Q?", "choices": choices, **more}
    return QuestionView(**made)


TRACK = view("single", Choice("r", "Right direction"), Choice("w", "Wrong track"), REFUSED, DK, required=True)
MANY = view(
    "multiple",
    *(Choice(code, label) for code, label in (("h", "Health"), ("t", "Taxes"), ("s", "Schools"))),
    Choice("n", "None of these", "none"),
    exclusive=frozenset({"n"}),
    max_selected=2,
)
AGE = view("numeric", REFUSED, low=18.0, high=120.0, whole=True, required=True)
TEN = view("scale", *(Choice(str(i), str(i)) for i in range(11)), DK)
WORDS = view("open", DK, max_length=40)


@pytest.mark.parametrize(
    ("asked", "raw", "expected"),
    [
        (TRACK, "r", "r"),
        (TRACK, ["dk"], "dk"),
        (MANY, ["t", "h", "t"], ("h", "t")),
        (MANY, ["n"], ("n",)),
        (MANY, [], None),
        (AGE, " 42 ", 42.0),
        (AGE, ["", "rf"], "rf"),
        (WORDS, " so\r\nwhat 🙂 ", "so\nwhat 🙂"),
        (WORDS, "half \ud83d", "half \ufffd"),
        (WORDS, "  ", None),
        (WORDS, ["", "dk"], "dk"),
        (view("numeric"), "1,000", 1000.0),
        (view("numeric"), "1,5", 1.5),
        (view("numeric"), "-3", -3.0),
    ],
)
def test_what_a_form_gives(asked, raw, expected):
    assert check_answer(asked, raw) == expected


@pytest.mark.parametrize(
    ("asked", "raw", "said"),
    [
        (TRACK, None, "Please choose one answer."),
        (TRACK, "x", "one of the answers listed"),
        (TRACK, ["r", "w"], "one answer only"),
        (MANY, ["h", "t", "s"], "at most 2 answers; you chose 3"),
        (MANY, ["h", "n"], "“None of these” cannot be combined"),
        (MANY, ["x"], "from the answers listed"),
        (AGE, "", "a whole number from 18 to 120, or choose one"),
        (AGE, "17", "from 18 to 120"),
        (AGE, "42.5", "a whole number"),
        (AGE, "forty", "a whole number"),
        (AGE, ["42", "rf"], "not both"),
        (AGE, "nan", "a whole number"),
        (view("numeric", low=1.0), "0", "a number, 1 or more"),
        (WORDS, "x" * 41, "shorten your answer to 40 characters; it has 41"),
    ],
)
def test_what_a_form_is_told(asked, raw, said):
    with pytest.raises(AnswerError, match=said):
        check_answer(asked, raw)


@pytest.mark.parametrize(
    ("asked", "text", "expected"),
    [
        (TRACK, "1", "r"),
        (TRACK, " 2. ", "w"),
        (TRACK, "0", "dk"),
        (TRACK, "3", "rf"),
        (TRACK, "Wrong track!", "w"),
        (TRACK, "wrong", "w"),
        (TRACK, "R", "r"),
        (TRACK, "the wrong one", None),
        (TRACK, "1 👍", "r"),
        (TRACK, "2 wrong", "w"),
        (TRACK, "2 right", None),
        (TRACK, "option 2", "w"),
        (TRACK, "idk", "dk"),
        (TRACK, "I don't know", "dk"),
        (TRACK, "Rather not say", "rf"),
        (TRACK, "7", None),
        (TRACK, "", None),
        (TRACK, "1 2", None),
        (MANY, "1 3", ("h", "s")),
        (MANY, "3,1", ("h", "s")),
        (MANY, "1 and 2", ("h", "t")),
        (MANY, "1*2", ("h", "t")),
        (MANY, "12", ("h", "t")),
        (MANY, "taxes, health", ("h", "t")),
        (MANY, "None of these", ("n",)),
        (MANY, "1 9", None),
        (TEN, "10", "10"),
        (TEN, "0", "0"),
        (TEN, "11", "dk"),
        (AGE, "I am 42", 42.0),
        (AGE, "42 years", 42.0),
        (AGE, "42 or 43", None),
        (AGE, "17", None),
        (AGE, "prefer not to say", "rf"),
        (AGE, "*", "rf"),
        (WORDS, "The 2 debates", "The 2 debates"),
        (WORDS, "1", "1"),
        (WORDS, "0", "dk"),
    ],
)
def test_what_is_texted(asked, text, expected):
    """None: it is not clear, and is asked again."""
    if expected is None:
        with pytest.raises(AnswerError, match="Please"):
            from_keys(asked, text)
    else:
        assert from_keys(asked, text) == expected


def test_skipping():
    assert from_keys(WORDS, "SKIP") is None
    assert from_keys(TEN, "skip") is None
    with pytest.raises(AnswerError, match="one number: 1-3, or 0"):
        from_keys(TRACK, "skip")


def test_two_labels_that_begin_alike_are_not_guessed():
    asked = view("single", Choice("a", "Very good"), Choice("b", "Very bad"))
    assert from_keys(asked, "very bad") == "b"
    with pytest.raises(AnswerError):
        from_keys(asked, "very")


def test_rows_of_answers():
    assert answer_rows(TRACK, "r") == [("r", None, None)]
    assert answer_rows(MANY, ("h", "t")) == [("h", None, None), ("t", None, None)]
    assert answer_rows(AGE, 42.0) == [(None, 42.0, None)]
    assert answer_rows(AGE, "rf") == [("rf", None, None)]
    assert answer_rows(WORDS, "well") == [(None, None, "well")]
    assert answer_rows(WORDS, "dk") == [("dk", None, None)]
    assert answer_rows(TRACK, None) == [(None, None, None)]


def test_a_question_as_read_can_be_answered_too():
    question = read({"type": "rating", "name": "q"}).question("q")
    assert check_answer(question, "3") == "3"
