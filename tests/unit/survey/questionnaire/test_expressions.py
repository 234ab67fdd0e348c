"""Conditions: what SurveyJS's documentation says of each operator, and errors that say where."""

from __future__ import annotations

import pytest

from hustings.survey.questionnaire.expressions import ExpressionError, evaluate, in_words, names, parse

ANSWERS = {"n": 5.0, "code": "5", "word": "Yes", "many": ("a", "b"), "split.m": "x", "blank": "", "none": ()}


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("{word} = 'yes'", True),  # case says nothing
        ('{word} == "Yes"', True),
        ("{word} equal 'no'", False),
        ("{word} <> 'no'", True),
        ("{word} != 'yes'", False),
        ("{code} = 5", True),  # a number in quotes is a number
        ("{n} = '5'", True),
        ("{n} > 4.5 and {n} < 6", True),
        ("{n} >= 5 and {n} <= 5", True),
        ("{n} > 5 or {n} less 5", False),
        ("5 < {n}", False),
        ("{missing} = 'a'", False),
        ("{missing} <> 'a'", True),
        ("{missing} < 5", False),
        ("{missing} >= 0", False),
        ("{missing} empty and {blank} empty and {none} empty", True),
        ("{n} notempty", True),
        ("{none} notempty", False),
        ("{many} contains 'a'", True),
        ("{many} contains 'ab'", False),
        ("{many} contains ['a', 'b']", True),
        ("{many} *= ['a', 'c']", False),
        ("{many} notcontains 'c'", True),
        ("{word} contains 'es'", True),
        ("{many} anyof ['c', 'b']", True),
        ("{many} anyof ['c']", False),
        ("{word} anyof ['no', 'yes']", True),
        ("{missing} anyof ['a']", False),
        ("{many} allof ['a', 'b']", True),
        ("{many} allof ['a', 'c']", False),
        ("{many} = ['b', 'a']", True),
        ("{split.m} = 'x'", True),
        ("{n} = 1 or {n} = 5 and {word} = 'no'", False),  # and binds tighter
        ("({n} = 5 or {n} = 1) and {word} = 'yes'", True),
        ("{n} = 5 || {n} = 1 && {word} = 'no'", True),
        ("not ({n} = 5)", False),
        ("!({n} = 4 or {word} = 'no')", True),
        ("{ n } = 5", True),
        ("{word} = 'it\\'s'", False),
        ("{n} = -5", False),
        ("{word} > 3", False),  # words are not sized against numbers
    ],
)
def test_what_holds(condition, expected):
    assert evaluate(parse(condition), ANSWERS.get) is expected


def test_yes_and_no_are_words():
    assert evaluate(parse("{agree} = true"), {"agree": "true"}.get)
    assert not evaluate(parse("{agree} = false"), {"agree": "true"}.get)


@pytest.mark.parametrize(
    ("condition", "at", "expected"),
    [
        ("{a} = ", 7, "a {question} or a value"),
        ("{a} 'x'", 5, "a comparison"),
        ("({a} = 1", 9, "a closing bracket"),
        ("{a} = 1 {b} = 2", 9, "'and', 'or' or the end"),
        ("{a} = 1 + 2", 9, "a name, a value or a comparison"),
        ("age({a}) > 3", 1, "a {question} or a value"),
        ("not {a} = 1", 5, "a bracket after 'not'"),
        ("{a} anyof ['x' 'y']", 16, "a comma or a closing square bracket"),
        ("{a} = 'x", 7, "a name, a value or a comparison"),
        ("{} = 1", 1, "a {question} or a value"),
        ("", 1, "a {question} or a value"),
    ],
)
def test_errors_say_where_and_what(condition, at, expected):
    with pytest.raises(ExpressionError, match=f"character {at} ") as found:
        parse(condition)
    assert f"expected {expected}" in found.value.message


def test_names_and_words():
    tree = parse("({vote} = 'x' or {age} >= 65) and not ({split.m} anyof ['a', 'b']) and {heard} notempty")
    assert names(tree) == {"vote", "age", "split.m", "heard"}
    said = in_words(tree, lambda name, value: f"<{name}:{value}>")
    assert said == (
        "(vote is <vote:x> or age is at least <age:65.0>) and not (split.m is one of <split.m:a>, <split.m:b>)"
        " and heard was answered"
    )
