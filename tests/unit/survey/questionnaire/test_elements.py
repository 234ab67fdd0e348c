"""Each element: what is read of it, and what is refused by name."""

from __future__ import annotations

import pytest

from hustings.errors import InputError
from made_questionnaires import radio, read


def choices(question):
    return [(choice.code, choice.label, choice.meaning) for choice in question.choices]


def test_plain_strings_are_codes_and_labels():
    question = read(radio("q", "Yes", 2, {"value": "n", "text": "No", "net": "x", "score": 1})).question("q")
    assert choices(question) == [("Yes", "Yes", ""), ("2", "2", ""), ("n", "No", "")]
    assert (question.choices[2].net, question.choices[2].score) == ("x", 1.0)


def test_what_surveyjs_adds_to_a_list():
    more = {"hasOther": True, "showNoneItem": True, "showDontKnowItem": True, "showRefuseItem": True}
    questionnaire = read({"type": "checkbox", "name": "q", "choices": ["a"], "maxSelectedChoices": 2, **more})
    question = questionnaire.question("q")
    assert [code for code, _, _ in choices(question)] == ["a", "other", "none", "dontknow", "refused"]
    assert [meaning for _, _, meaning in choices(question)] == ["", "other", "none", "dont_know", "refused"]
    assert question.exclusive == {"none", "dontknow", "refused"}
    assert question.max_selected == 2
    assert questionnaire.question("q_other").kind == "open"


def test_a_rating_scores_its_points():
    rating = {"type": "rating", "name": "q", "rateMin": 0, "rateMax": 10, "rateStep": 5, "maxRateDescription": "sure"}
    question = read(rating).question("q")
    assert question.kind == "scale"
    assert [(c.code, c.label, c.score) for c in question.choices] == [
        ("0", "0", 0.0),
        ("5", "5", 5.0),
        ("10", "10 (sure)", 10.0),
    ]
    values = read({"type": "rating", "name": "q", "rateValues": [{"value": "lo", "text": "Low", "score": -1}, 2]})
    assert [(c.code, c.score) for c in values.question("q").choices] == [("lo", -1.0), ("2", 2.0)]


def test_boolean_number_and_words():
    questionnaire = read(
        {"type": "boolean", "name": "b", "labelTrue": "Agree", "valueFalse": "n"},
        {"type": "text", "name": "n", "inputType": "number", "min": 18, "max": 99},
        {"type": "comment", "name": "c", "maxLength": 10},
    )
    assert choices(questionnaire.question("b")) == [("true", "Agree", ""), ("n", "No", "")]
    number = questionnaire.question("n")
    assert (number.kind, number.low, number.high, number.whole) == ("numeric", 18.0, 99.0, True)
    assert questionnaire.question("c").max_length == 10


def test_order_of_choices():
    listed = ({"value": "d", "text": "Don't know", "meaning": "dont_know"}, "B", "a")
    assert [c.code for c in read(radio("q", *listed, choicesOrder="asc")).question("q").choices] == ["a", "B", "d"]
    assert [c.code for c in read(radio("q", *listed)).question("q").choices] == ["d", "B", "a"]


def test_words_in_another_language():
    title = {"default": "Hello", "es": "Hola"}
    assert read(radio("q", title=title), locale="es").question("q").wording == "Hola"
    assert read(radio("q", title=title)).question("q").wording == "Hello"


def test_html_gives_its_words():
    note = read([{"type": "html", "name": "h", "html": "<p>One &amp;\n two</p><b>three</b>"}, radio("q")])
    assert note.pages[0].notes[0].text == "One & two\nthree"


@pytest.mark.parametrize(
    ("element", "said"),
    [
        ({"type": "matrix", "name": "m"}, r"matrix m: the element 'matrix' is not supported.*radiogroup"),
        ({"type": "file", "name": "f"}, "'file' is not supported"),
        ({"type": "signaturepad", "name": "f"}, "'signaturepad' is not supported"),
        ({"type": "paneldynamic", "name": "f"}, "'paneldynamic' is not supported"),
        ({"name": "f"}, "element 1: has no type"),
        (radio("q", validators=[{"type": "regex"}]), "property 'validators', which is not supported"),
        (radio("q", choicesByUrl={"url": "x"}), "'choicesByUrl'"),
        (radio("q", defaultValueExpression="1"), "'defaultValueExpression'"),
        (radio("q", visibleif="{a} = 1"), r"'visibleif'.*did you mean visibleIf"),
        (radio("q", enableIf="{a} = 1"), "'enableIf'"),
        (radio("q", visible=False), "'visible'"),
        (radio("q", {"text": "Yes"}), r"radiogroup q, choice 1: 'Yes' has no code.*value"),
        (radio("q", {"value": "a", "enableIf": "x"}), "'enableIf'"),
        (radio("q", "A", {"value": "a", "text": "B"}), "'A' and 'B' have the same code"),
        (radio("q", {"value": "a", "meaning": "maybe"}), "meaning"),
        (radio("q", role="votes"), "role 'votes'"),
        (radio("q", choices=[]), "offers no answers"),
        (radio("q", choices="abc"), "expected a list"),
        (radio("two words"), "the name 'two words' is none"),
        (radio("split.x"), "the name 'split.x' is none"),
        (radio("q", choicesOrder="rotate"), "choicesOrder is 'rotate'"),
        (radio("q", specialChoices=["x"]), "special choice 1 .* has no meaning"),
        (radio("q", isRequired="yes"), "isRequired is 'yes', expected true or false"),
        (radio("q", visibleIf=["{a}"]), "expected a condition in quotes"),
        (radio("q", option=["a"]), "option is .* expected a word"),
        ({"type": "comment", "name": "t", "maxLength": 1e999}, "expected a number"),
        ({"type": "text", "name": "t", "inputType": "email"}, "inputType 'email'"),
        ({"type": "text", "name": "t", "min": 3}, "min and max are for numbers"),
        ({"type": "text", "name": "t", "inputType": "number", "min": 9, "max": 3}, "from 9 to 3: there is none"),
        ({"type": "text", "name": "t", "inputType": "number", "min": "today()"}, "min is 'today.*expected a number"),
        ({"type": "rating", "name": "r", "rateMin": 5, "rateMax": 5}, "has no points"),
        ({"type": "checkbox", "name": "c", "choices": ["a"], "minSelectedChoices": 2}, "at least 2 of 1"),
        ({"type": "html", "name": "h", "html": "<img src=x>"}, "html holds <img>"),
    ],
)
def test_what_is_refused(element, said):
    with pytest.raises(InputError, match=said) as found:
        read(element)
    assert str(found.value).startswith("q.json")
