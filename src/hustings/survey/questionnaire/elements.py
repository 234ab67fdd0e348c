"""One element of a SurveyJS page: what of it is understood, and what is refused by name."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html.parser import HTMLParser
from typing import Any

from hustings.survey.codebook import NAME
from hustings.survey.questionnaire.choices import (
    check_choices,
    choice_conditions,
    in_order,
    read_choices,
    read_specials,
)
from hustings.survey.questionnaire.expressions import parse
from hustings.survey.questionnaire.model import Condition, Note, Question
from hustings.survey.questionnaire.places import Place

KINDS = {
    "radiogroup": "single",
    "dropdown": "single",
    "checkbox": "multiple",
    "rating": "scale",
    "boolean": "single",
    "text": "open",
    "comment": "open",
}
"""SurveyJS type -> kind of the codebook; ``text`` of inputType number is numeric."""
SUPPORTED = (*KINDS, "html", "panel")

_COMMON = {"type", "name", "title", "description", "visibleIf", "isRequired", "requiredIf", "role", "option"}
_SPECIAL = {"showDontKnowItem", "dontKnowText", "showRefuseItem", "refuseText", "specialChoices"}
_LISTS = {"choices", "choicesOrder", "choicesVisibleIf", "hasOther", "showOtherItem", "otherText", "hasNone"}
_LISTS |= {"showNoneItem", "noneText"}
PROPERTIES = {
    "radiogroup": _COMMON | _SPECIAL | _LISTS,
    "dropdown": _COMMON | _SPECIAL | _LISTS,
    "checkbox": _COMMON | _SPECIAL | _LISTS | {"maxSelectedChoices", "minSelectedChoices"},
    "rating": _COMMON
    | _SPECIAL
    | {"rateMin", "rateMax", "rateStep", "rateCount", "rateValues", "minRateDescription", "maxRateDescription"},
    "boolean": _COMMON | _SPECIAL | {"labelTrue", "labelFalse", "valueTrue", "valueFalse"},
    "text": _COMMON | _SPECIAL | {"inputType", "min", "max", "step", "maxLength"},
    "comment": _COMMON | _SPECIAL | {"maxLength"},
    "html": {"type", "name", "html", "visibleIf"},
    "panel": {"type", "name", "title", "description", "elements", "visibleIf"},
}
_INPUTS = {"text", "number", "range"}


def read_question(found: Mapping[str, Any], place: Place, conditions: tuple[Condition, ...]) -> list[Question]:
    """Read one question; an "other" to be specified gives a second, open one.

    Raises
    ------
    InputError
        Something in it is wrong or not supported; says where and what is.
    """
    widget = str(found["type"])
    name = place.word(found, "name")
    place.only(found, PROPERTIES[widget], f"a {widget}")
    if not NAME.match(name) or name.startswith("split."):
        raise place.error(f"the name {name!r} is none", "use letters, digits, _ and ., a letter first")
    conditions = (*conditions, *place.conditions(found))
    choices = [*read_choices(found, widget, place), *read_specials(found, place)]
    check_choices(choices, widget, place)
    kind = "numeric" if _is_number(found, widget, place) else KINDS[widget]
    order = str(found.get("choicesOrder") or "none")
    question = Question(
        name=name,
        kind=kind,
        widget=widget,
        wording=place.text(found.get("title")) or name,
        help=place.text(found.get("description")),
        choices=tuple(in_order(choices, order, place)),
        required=place.flag(found, "isRequired"),
        conditions=conditions,
        required_if=place.conditions(found, "requiredIf"),
        choice_conditions=choice_conditions(found, place),
        order="random" if order == "random" else "none",
        exclusive=frozenset(c.code for c in choices if c.meaning in {"none", "dont_know", "refused"}),
        ends=(place.text(found.get("minRateDescription")), place.text(found.get("maxRateDescription"))),
        role=place.word(found, "role"),
        option=place.word(found, "option"),
        **_limits(found, kind, place),
    )
    _check_question(question, place)
    if not (found.get("hasOther") or found.get("showOtherItem")):
        return [question]
    when = f"{{{name}}} contains 'other'" if kind == "multiple" else f"{{{name}}} = 'other'"
    follow = Question(
        name=f"{name}_other",
        kind="open",
        widget="text",
        wording=f"{question.by_code['other'].label}: what is it?",
        conditions=(*conditions, Condition(when, parse(when))),
        max_length=1000,
    )
    return [question, follow]


def _is_number(found: Mapping[str, Any], widget: str, place: Place) -> bool:
    if widget != "text":
        return False
    given = str(found.get("inputType") or "text")
    if given not in _INPUTS:
        raise place.error(f"inputType {given!r} is not supported", f"supported: {', '.join(sorted(_INPUTS))}")
    return given != "text"


def _limits(found: Mapping[str, Any], kind: str, place: Place) -> dict[str, Any]:
    """Bounds of numbers, of how many are chosen, of how much is written."""
    limits: dict[str, Any] = {
        "min_selected": int(place.number(found, "minSelectedChoices", 0) or 0),
        "max_selected": int(place.number(found, "maxSelectedChoices", 0) or 0),
        "max_length": max(int(place.number(found, "maxLength", 0) or 0), 0),
    }
    if kind == "numeric":
        step = place.number(found, "step", 1.0)
        limits |= {"low": place.number(found, "min"), "high": place.number(found, "max")}
        limits |= {"whole": step is not None and step == int(step), "input_type": "number"}
    elif found.get("min") is not None or found.get("max") is not None:
        raise place.error("min and max are for numbers", 'say "inputType": "number"')
    return limits


def _check_question(question: Question, place: Place) -> None:
    """Refuse what could never be answered."""
    low, high, n = question.low, question.high, len(question.choices)
    if low is not None and high is not None and low > high:
        raise place.error(f"numbers from {low:g} to {high:g}: there is none", "min must not be above max")
    if question.min_selected > n:
        raise place.error(f"at least {question.min_selected} of {n} answers can never be chosen")
    if question.max_selected and question.max_selected < question.min_selected:
        raise place.error(f"at least {question.min_selected} and at most {question.max_selected} answers: impossible")


class _Words(HTMLParser):
    """Words of a piece of HTML; marks that do more than lay out words are refused."""

    LAYOUT = frozenset("p br b i em strong u small span div h1 h2 h3 h4 h5 h6 ul ol li hr sub sup".split())  # noqa: SIM905
    BREAKS = frozenset("p br div h1 h2 h3 h4 h5 h6 li ul ol hr".split())  # noqa: SIM905

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self.refused = ""

    def handle_starttag(self, tag: str, attrs: object) -> None:  # noqa: ARG002 - given by the library
        self.refused = self.refused or ("" if tag in self.LAYOUT else tag)
        if tag in self.BREAKS:
            self.words.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in self.BREAKS:
            self.words.append("\n")

    def handle_data(self, data: str) -> None:
        self.words.append(re.sub(r"\s+", " ", data))


def plain_text(html: str, place: Place) -> str:
    """Words of a piece of HTML, a line for each paragraph.

    Raises
    ------
    InputError
        It holds more than words: pictures, links, scripts.
    """
    reader = _Words()
    reader.feed(html)
    reader.close()
    if reader.refused:
        raise place.error(f"html holds <{reader.refused}>", "only words are shown: no pictures, links or scripts")
    lines = [line.strip() for line in "".join(reader.words).split("\n")]
    return "\n".join(line for line in lines if line)


def read_note(found: Mapping[str, Any], place: Place, conditions: tuple[Condition, ...]) -> Note:
    """Read an ``html`` element as a note."""
    place.only(found, PROPERTIES["html"], "an html")
    text = plain_text(place.text(found.get("html")), place)
    if not text:
        raise place.error("html has no words", "write some, or leave it out")
    return Note(text, (*conditions, *place.conditions(found)))
