"""One element of a SurveyJS page: what of it is understood, and what is refused by name."""

from __future__ import annotations

import difflib
import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from html.parser import HTMLParser
from typing import Any

from hustings.errors import InputError
from hustings.survey.codebook import NAME, Choice
from hustings.survey.questionnaire.expressions import ExpressionError, parse
from hustings.survey.questionnaire.model import LAST, Condition, Note, Question

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
LOOKS = {
    *(
        "titleLocation",
        "descriptionLocation",
        "hideNumber",
        "indent",
        "width",
        "minWidth",
        "maxWidth",
        "startWithNewLine",
    ),
    *(
        "colCount",
        "size",
        "placeholder",
        "placeHolder",
        "autocomplete",
        "rows",
        "autoGrow",
        "cols",
        "renderAs",
        "state",
    ),
    *("displayMode", "rateDisplayMode", "rateType", "rateColorMode", "scaleColorMode", "allowClear", "showClearButton"),
    *(
        "correctAnswer",
        "questionTitleLocation",
        "showNumber",
        "showQuestionNumbers",
        "innerIndent",
        "requiredErrorText",
    ),
    *("minErrorText", "maxErrorText", "otherPlaceholder", "textUpdateMode", "searchEnabled", "page", "visible_comment"),
}
"""Properties that only change how SurveyJS's own pages look; they are read over."""
_CHOICE = {"value", "text", "meaning", "option", "net", "score", "visibleIf"}
_INPUTS = {"text", "number", "range"}


@dataclass(frozen=True)
class Place:
    """Where in the file we are, and the language its texts are read in."""

    file: str | None
    locale: str
    path: str = ""

    def at(self, step: str) -> Place:
        """One step further in."""
        return replace(self, path=f"{self.path}, {step}" if self.path else step)

    def error(self, message: str, hint: str = "") -> InputError:
        """An error that says where."""
        return InputError(f"{self.path}: {message}" if self.path else message, file=self.file, hint=hint)

    def text(self, value: Any) -> str:  # noqa: ANN401 - whatever the JSON has
        """Words of a text that may be given in several languages."""
        if isinstance(value, Mapping):
            value = value.get(self.locale) or value.get("default") or next(iter(value.values()), "")
        if value is None or isinstance(value, bool | list):
            if value:
                raise self.error(f"has {value!r} where words are expected")
            return ""
        return f"{value:g}" if isinstance(value, float) else str(value).strip()

    def only(self, found: Mapping[str, Any], known: Iterable[str], what: str) -> None:
        """Refuse properties that change what is asked and are not supported."""
        known = set(known)
        for name, value in found.items():
            if name in known or name in LOOKS or _says_nothing(name, value):
                continue
            near = difflib.get_close_matches(name, known, n=1)
            hint = f"did you mean {near[0]}?" if near else f"supported: {', '.join(sorted(known))}"
            raise self.error(f"{what} has the property {name!r}, which is not supported", hint)

    def condition(self, found: Mapping[str, Any], key: str = "visibleIf") -> Condition | None:
        """Read a condition, if there is one."""
        source = found.get(key)
        if source is None or source == "":
            return None
        if not isinstance(source, str):
            raise self.error(f"{key} is {source!r}, expected a condition in quotes")
        try:
            return Condition(source, parse(source))
        except ExpressionError as err:
            raise self.error(f"{key}: {err.message}", err.hint) from err

    def conditions(self, found: Mapping[str, Any], key: str = "visibleIf") -> tuple[Condition, ...]:
        """Read a condition as a tuple of none or one."""
        one = self.condition(found, key)
        return () if one is None else (one,)

    def number(self, found: Mapping[str, Any], key: str, default: float | None = None) -> float | None:
        """Read a number, if there is one."""
        value = found.get(key)
        if value is None or value == "":
            return default
        try:
            number = float(value)
        except (TypeError, ValueError):
            number = math.nan
        if not math.isfinite(number) or isinstance(value, bool):
            raise self.error(f"{key} is {value!r}, expected a number")
        return number

    def items(self, found: Mapping[str, Any], key: str) -> list[Any]:
        """Read a list, empty where there is none."""
        value = found.get(key) or []
        if not isinstance(value, list):
            raise self.error(f"{key} is {value!r}, expected a list in square brackets")
        return value

    def flag(self, found: Mapping[str, Any], key: str) -> bool:
        """Read yes or no, no where there is neither."""
        value = found.get(key)
        if value not in (None, True, False):
            raise self.error(f"{key} is {value!r}, expected true or false")
        return value is True

    def word(self, found: Mapping[str, Any], key: str) -> str:
        """Read an id or code word, empty where there is none."""
        value = found.get(key)
        if value is not None and not isinstance(value, str | int):
            raise self.error(f"{key} is {value!r}, expected a word")
        return "" if value is None else str(value)


def _says_nothing(name: str, value: object) -> bool:
    """Whether a property only states SurveyJS's default."""
    return (value is False and name != "visible") or value in (None, [], "") or (name == "visible" and value is True)


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
    choices = [*_choices(found, widget, place), *_specials(found, place)]
    _check_choices(choices, widget, place)
    kind = "numeric" if _is_number(found, widget, place) else KINDS[widget]
    order = str(found.get("choicesOrder") or "none")
    question = Question(
        name=name,
        kind=kind,
        widget=widget,
        wording=place.text(found.get("title")) or name,
        help=place.text(found.get("description")),
        choices=tuple(_sorted(choices, order, place)),
        required=place.flag(found, "isRequired"),
        conditions=conditions,
        required_if=place.conditions(found, "requiredIf"),
        choice_conditions=_choice_conditions(found, place),
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


def _choices(found: Mapping[str, Any], widget: str, place: Place) -> list[Choice]:
    """Answers proper, in the order of the file."""
    if widget == "rating":
        return _points(found, place)
    if widget == "boolean":
        yes, no = place.text(found.get("labelTrue")) or "Yes", place.text(found.get("labelFalse")) or "No"
        codes = (str(found.get("valueTrue", "true")), str(found.get("valueFalse", "false")))
        return [Choice(codes[0], yes), Choice(codes[1], no)]
    choices = [_choice(one, place, i) for i, one in enumerate(place.items(found, "choices"), start=1)]
    if found.get("hasOther") or found.get("showOtherItem"):
        choices.append(Choice("other", place.text(found.get("otherText")) or "Something else", "other"))
    if found.get("hasNone") or found.get("showNoneItem"):
        choices.append(Choice("none", place.text(found.get("noneText")) or "None of these", "none"))
    return choices


def _specials(found: Mapping[str, Any], place: Place) -> list[Choice]:
    """Answers that are no opinion: "don't know", "prefer not to say"."""
    choices = [_choice(one, place, i) for i, one in enumerate(place.items(found, "specialChoices"), start=1)]
    for i, choice in enumerate(choices, start=1):
        if choice.meaning not in LAST:
            raise place.error(
                f"special choice {i} ({choice.label!r}) has no meaning", 'give it "meaning": "dont_know" or "refused"'
            )
    if found.get("showDontKnowItem"):
        choices.append(Choice("dontknow", place.text(found.get("dontKnowText")) or "Don't know", "dont_know"))
    if found.get("showRefuseItem"):
        choices.append(Choice("refused", place.text(found.get("refuseText")) or "Prefer not to say", "refused"))
    return choices


def _choice(one: Any, place: Place, number: int) -> Choice:  # noqa: ANN401 - whatever the JSON has
    """Read a choice: a word or number that is code and label in one, or an object."""
    if not isinstance(one, Mapping):
        if one is None or isinstance(one, list) or str(one).strip() == "":
            raise place.error(f"choice {number} is {one!r}, expected a text or an object with value and text")
        return Choice(_code(one), place.text(one) if not isinstance(one, bool) else _code(one))
    where = place.at(f"choice {number}")
    where.only(one, _CHOICE, "a choice")
    if one.get("value") in {None, ""} if not isinstance(one.get("value"), list | dict) else True:
        raise where.error(f"{where.text(one.get('text'))!r} has no code", 'give it a "value"')
    return Choice(
        code=_code(one["value"]),
        label=where.text(one.get("text")) or _code(one["value"]),
        meaning=where.word(one, "meaning"),
        option=where.word(one, "option"),
        net=where.word(one, "net"),
        score=where.number(one, "score"),
    )


def _code(value: str | float | bool) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"{value:g}" if isinstance(value, float) else str(value).strip()


def _points(found: Mapping[str, Any], place: Place) -> list[Choice]:
    """Points of a scale; each scores its number."""
    values = place.items(found, "rateValues")
    if values:
        points = [_choice(one, place, i) for i, one in enumerate(values, start=1)]
        return [
            replace(one, score=float(one.code))
            if one.score is None and not one.meaning and re.fullmatch(r"-?\d+(\.\d+)?", one.code)
            else one
            for one in points
        ]
    low = place.number(found, "rateMin", 1.0)
    step = place.number(found, "rateStep", 1.0) or 1.0
    count = place.number(found, "rateCount", 5.0) or 5.0
    assert low is not None
    high = place.number(found, "rateMax", low + step * (count - 1))
    assert high is not None
    if step <= 0 or high <= low or (high - low) / step > 20:
        raise place.error(f"a rating from {low:g} to {high:g} by {step:g} has no points, or more than 21")
    codes = [f"{low + i * step:g}" for i in range(int((high - low) / step) + 1)]
    ends = {
        codes[0]: place.text(found.get("minRateDescription")),
        codes[-1]: place.text(found.get("maxRateDescription")),
    }
    return [Choice(code, f"{code} ({ends[code]})" if ends.get(code) else code, score=float(code)) for code in codes]


def _check_choices(choices: list[Choice], widget: str, place: Place) -> None:
    seen: dict[str, Choice] = {}
    for choice in choices:
        first = seen.setdefault(choice.code.casefold(), choice)
        if first is not choice:
            raise place.error(
                f"{first.label!r} and {choice.label!r} have the same code {choice.code!r}",
                "conditions do not tell upper from lower case: give each a code of its own",
            )
    proper = [choice for choice in choices if not choice.meaning]
    if widget in {"radiogroup", "dropdown", "checkbox"} and not choices:
        raise place.error(f"a {widget} offers no answers", 'give it "choices"')
    if widget == "rating" and len(proper) < 2:
        raise place.error("a rating needs at least two points")


def _choice_conditions(found: Mapping[str, Any], place: Place) -> dict[str, Condition]:
    """Conditions of single choices, and ``choicesVisibleIf`` spelt out for each ``{item}``."""
    conditions: dict[str, Condition] = {}
    whole = str(found.get("choicesVisibleIf") or "")
    for i, one in enumerate(place.items(found, "choices"), start=1):
        own = place.at(f"choice {i}").condition(one) if isinstance(one, Mapping) else None
        code = _code(one["value"] if isinstance(one, Mapping) else one)
        special = isinstance(one, Mapping) and one.get("meaning")
        if own is not None:
            conditions[code] = own
        elif whole and not special:
            quoted = "'" + code.replace("'", r"\'") + "'"
            spelt = whole.replace("{item}", quoted)
            condition = place.condition({"choicesVisibleIf": spelt}, "choicesVisibleIf")
            assert condition is not None
            conditions[code] = condition
    return conditions


def _sorted(choices: list[Choice], order: str, place: Place) -> list[Choice]:
    if order not in {"none", "initial", "random", "asc", "desc"}:
        raise place.error(f"choicesOrder is {order!r}, expected none, random, asc or desc")
    last = [choice for choice in choices if choice.meaning in LAST]
    free = [choice for choice in choices if choice.meaning not in LAST]
    if order in {"asc", "desc"}:
        free.sort(key=lambda choice: choice.label.casefold(), reverse=order == "desc")
    return [*free, *last] if order not in {"none", "initial"} else choices


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
