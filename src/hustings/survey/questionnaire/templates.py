"""Questionnaires with a question for each option of a contest, and the daily tracker that is shipped as one.

A template is SurveyJS JSON with two marks more: an element with ``"for_each_option": true`` is repeated for every
option, with ``{option_id}`` and ``{option_name}`` filled in; one with ``"choices_from": "options"`` gets a choice for
every option before its own. ``{option_codes}`` in a condition is the list of all options.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from importlib import resources
from typing import Any

from hustings.errors import InputError

_ID = re.compile(r"[A-Za-z0-9_.-]+\Z")


def fill_template(template: Mapping[str, Any], options: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """Make a questionnaire for a contest out of a template.

    Parameters
    ----------
    template : mapping
        As in the module's description.
    options : sequence of (id, name)
        Options of the contest.

    Returns
    -------
    dict
        Plain SurveyJS JSON; the template is not changed.

    Raises
    ------
    InputError
        There is no option, an id that makes no name, or a mark with another value.
    """
    ids = [option for option, _ in options]
    odd = [option for option in ids if not _ID.match(option)]
    if not ids or odd or len(set(ids)) < len(ids):
        raise InputError(
            f"the options are {ids}, expected at least one, each with an id of its own of letters, digits, _ . -"
        )
    filled: dict[str, Any] = _filled(dict(template), options)
    return filled


def daily_tracker(options: Sequence[tuple[str, str]]) -> str:
    """Give the shipped daily tracker for a contest's options, as the text of a SurveyJS JSON file.

    Raises
    ------
    InputError
        The options do not make a questionnaire.
    """
    shipped = resources.files("hustings.survey.questionnaire") / "shipped" / "daily-tracker.json"
    template = json.loads(shipped.read_text(encoding="utf-8"))
    return json.dumps(fill_template(template, options), ensure_ascii=False, indent=2) + "\n"


def _filled(found: Any, options: Sequence[tuple[str, str]]) -> Any:  # noqa: ANN401 - JSON in, JSON out
    if isinstance(found, list):
        return [one for item in found for one in _each(item, options)]
    if isinstance(found, Mapping):
        filled = {key: _filled(value, options) for key, value in found.items() if key != "choices_from"}
        if "choices_from" in found:
            if found["choices_from"] != "options":
                raise InputError(f"choices_from is {found['choices_from']!r}, expected 'options'")
            own = [{"value": option, "text": name, "option": option} for option, name in options]
            filled["choices"] = [*own, *filled.get("choices", [])]
        return filled
    if isinstance(found, str):
        return found.replace("{option_codes}", ", ".join(f"'{option}'" for option, _ in options))
    return found


def _each(item: Any, options: Sequence[tuple[str, str]]) -> list[Any]:  # noqa: ANN401 - JSON in, JSON out
    """An element, or one for each option."""
    if not isinstance(item, Mapping) or "for_each_option" not in item:
        return [_filled(item, options)]
    if item["for_each_option"] is not True:
        raise InputError(f"for_each_option is {item['for_each_option']!r}, expected true")
    plain = {key: value for key, value in item.items() if key != "for_each_option"}
    return [_named(_filled(plain, options), option, name) for option, name in options]


def _named(found: Any, option: str, name: str) -> Any:  # noqa: ANN401 - JSON in, JSON out
    if isinstance(found, list):
        return [_named(one, option, name) for one in found]
    if isinstance(found, Mapping):
        return {key: _named(value, option, name) for key, value in found.items()}
    if not isinstance(found, str):
        return found
    # Behind an underscore the id is part of a question's name, and names have no hyphens.
    joined = found.replace("_{option_id}", "_" + re.sub(r"\W", "_", option))
    return joined.replace("{option_id}", option).replace("{option_name}", name)
