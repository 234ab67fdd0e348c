"""What cannot be asked is found before anybody is asked."""

from __future__ import annotations

import pytest

from hustings.errors import ContestError, InputError
from hustings.survey.questionnaire import check_options
from made_questionnaires import radio, read

AGE = {"type": "text", "name": "age", "inputType": "number", "min": 18, "max": 99}


def when(condition, name="x"):
    return radio(name, visibleIf=condition)


@pytest.mark.parametrize(
    ("elements", "said"),
    [
        ([radio("a"), radio("A")], "question 'a' stands there twice"),
        ([when("{b} = 'yes'"), radio("b")], "'b', which is asked later"),
        ([radio("vote"), when("{vot} = 'yes'")], "there is no such question .did you mean vote"),
        ([radio("a", "yes"), when("{a} = 'yess'")], "'yess', which is none of its codes .did you mean yes"),
        ([radio("a"), when("{a} anyof ['yes', 'x']")], "'x', which is none"),
        ([radio("a"), when("{a} = 'yes' and {a} = 'no'")], "question 'x': can never be asked"),
        ([radio("a", isRequired=True), when("{a} empty")], "can never be asked"),
        ([AGE, when("{age} > 99")], "can never be asked"),
        ([AGE, when("{age} < 40 and {age} > 38 and {age} <> 39")], "can never be asked"),
        ([radio("a"), when("{a} = 'yes'", "b"), when("{b} notempty and {a} = 'no'")], "can never be asked"),
        ([radio("a"), radio("b", title="You said {c}?")], "looks at 'c': there is no such question"),
        ([radio("a", title="{a}?")], "asked later"),
        ([radio("a"), [radio("b"), {"type": "html", "name": "h", "html": "Bye"}]], "no question follows"),
        ([when("{split.m} = 'a'")], "looks at 'split.m': there is no such question"),
        ([{"name": "s", "questionsOrder": "random", "elements": [radio("a"), when("{a} = 'yes'")]}], "random order"),
    ],
)
def test_what_is_found(elements, said):
    with pytest.raises(InputError, match=said):
        read(*elements)


@pytest.mark.parametrize(
    "elements",
    [
        [radio("a"), when("{a} empty")],
        [radio("a"), when("{a} <> 'yes'")],
        [AGE, when("{age} >= 99")],
        [radio("a"), when("{a} = 'yes'", "b"), when("{b} empty and {a} = 'no'")],
        [{"type": "checkbox", "name": "a", "choices": list("abcdefghij")}, when("{a} allof ['a', 'j']")],
        [{"type": "rating", "name": "a"}, when("{a} > 3 and {a} < 5")],
        [{"type": "comment", "name": "a"}, when("{a} contains 'tax'")],
        [{"type": "boolean", "name": "a"}, when("{a} = true")],
    ],
)
def test_what_is_sound(elements):
    assert read(*elements).question("x")


def test_endings():
    last = radio("last")
    out = {"type": "complete", "expression": "{a} = 'no'"}
    assert read(radio("a"), last, triggers=[out])
    with pytest.raises(InputError, match="trigger 1: no answers ever fulfil"):
        read(radio("a"), last, triggers=[{**out, "expression": "{a} = 'no' and {a} = 'yes'"}])
    with pytest.raises(InputError, match="question 'last': can never be asked: everybody's interview ends before"):
        read(radio("a"), last, triggers=[{**out, "expression": "{a} = 'no' or {a} = 'yes' or {a} empty"}])
    with pytest.raises(InputError, match="can never be asked: no answers fulfil"):
        read(radio("a"), when("{a} = 'no'"), triggers=[out])


def test_splits_can_be_asked_for():
    split = [{"name": "m", "arms": ["a", "b"]}]
    assert read(when("{split.m} = 'a'"), splits=split)
    with pytest.raises(InputError, match="'c', which is none of its codes"):
        read(when("{split.m} = 'c'"), splits=split)
    with pytest.raises(InputError, match="can never be asked"):
        read(when("{split.m} = 'a' and {split.m} = 'b'"), splits=split)


def test_too_much_to_try_is_let_pass():
    many = [radio(f"q{i}", *(f"c{j}" for j in range(12))) for i in range(6)]
    everything = " and ".join(f"{{q{i}}} > {{q{i + 1}}}" for i in range(5))
    assert read(*many, when(everything))


def test_options_are_the_contests():
    questionnaire = read(radio("vote", {"value": "x", "option": "orang"}), radio("fav", option="violet"))
    check_options(questionnaire, ["orang", "violet"])
    with pytest.raises(ContestError, match=r"'vote' names the option 'orang'.*did you mean orange"):
        check_options(questionnaire, ["orange", "violet"])
