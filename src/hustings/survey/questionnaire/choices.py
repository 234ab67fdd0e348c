"""The choices of a question: lists, points of a scale, "don't know", and what is said of each."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from hustings.survey.codebook import Choice
from hustings.survey.questionnaire.model import LAST, Condition
from hustings.survey.questionnaire.places import Place

_CHOICE = {"value", "text", "meaning", "option", "net", "score", "visibleIf"}


def read_choices(found: Mapping[str, Any], widget: str, place: Place) -> list[Choice]:
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


def read_specials(found: Mapping[str, Any], place: Place) -> list[Choice]:
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


def check_choices(choices: list[Choice], widget: str, place: Place) -> None:
    """Refuse two choices of one code, and lists and scales that offer nothing."""
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


def choice_conditions(found: Mapping[str, Any], place: Place) -> dict[str, Condition]:
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


def in_order(choices: list[Choice], order: str, place: Place) -> list[Choice]:
    """Sort choices as ``choicesOrder`` says; those of special meaning come last where there is an order."""
    if order not in {"none", "initial", "random", "asc", "desc"}:
        raise place.error(f"choicesOrder is {order!r}, expected none, random, asc or desc")
    last = [choice for choice in choices if choice.meaning in LAST]
    free = [choice for choice in choices if choice.meaning not in LAST]
    if order in {"asc", "desc"}:
        free.sort(key=lambda choice: choice.label.casefold(), reverse=order == "desc")
    return [*free, *last] if order not in {"none", "initial"} else choices
