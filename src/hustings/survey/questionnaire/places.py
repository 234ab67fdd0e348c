"""Where in a file we are: reads texts, numbers and conditions there, and says in errors where it was."""

from __future__ import annotations

import difflib
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from hustings.errors import InputError
from hustings.survey.questionnaire.expressions import ExpressionError, parse
from hustings.survey.questionnaire.model import Condition

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
