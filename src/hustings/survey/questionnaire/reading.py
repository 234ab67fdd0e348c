"""A SurveyJS JSON file read into a :class:`Questionnaire`, or refused with the place and the reason."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from hustings.errors import InputError
from hustings.survey.codebook import NAME, check_codebook
from hustings.survey.questionnaire.checking import check
from hustings.survey.questionnaire.elements import (
    KINDS,
    PROPERTIES,
    SUPPORTED,
    plain_text,
    read_note,
    read_question,
)
from hustings.survey.questionnaire.model import Condition, Ending, Note, Page, Question, Questionnaire, Split
from hustings.survey.questionnaire.places import Place

_TOP = {"title", "description", "pages", "elements", "splits", "locale", "completedHtml", "triggers", "hustings"}
_TOP_LOOKS = {
    *("logo", "logoPosition", "logoWidth", "logoHeight", "logoFit", "showProgressBar", "progressBarType", "widthMode"),
    *(
        "progressBarLocation",
        "progressBarShowPageTitles",
        "headerView",
        "showTitle",
        "showPageTitles",
        "backgroundImage",
    ),
    *("showPageNumbers", "showCompletedPage", "focusFirstQuestionAutomatic", "checkErrorsMode", "textUpdateMode"),
    *("questionErrorLocation", "requiredText", "requiredMark", "pagePrevText", "pageNextText", "completeText"),
    *("showPrevButton", "showNavigationButtons", "navigationButtonsLocation", "fitToContainer", "themeName", "width"),
    *(
        "questionDescriptionLocation",
        "questionStartIndex",
        "questionTitlePattern",
        "showPreviewBeforeComplete",
        "header",
    ),
    *("clearInvisibleValues", "sendResultOnPageNext", "allowCompleteSurveyAutomatic", "maxOthersLength"),
}
_PAGE = {"name", "title", "description", "elements", "visibleIf", "questionsOrder"}


def read_questionnaire(path: Path | str) -> Questionnaire:
    """Read and check a questionnaire.

    Parameters
    ----------
    path : path or str
        A SurveyJS JSON file.

    Raises
    ------
    InputError
        It cannot be read, holds something that is not supported, or could not be asked as it stands: says which page,
        question or choice, and what to do.
    """
    try:
        text = Path(path).read_bytes()
    except OSError as err:
        raise InputError(f"cannot be read: {err.strerror}", file=path) from err
    return parse_questionnaire(text, file=path)


def parse_questionnaire(text: bytes | str, *, file: Path | str | None = None) -> Questionnaire:
    """Read and check a questionnaire from the text of its file; as :func:`read_questionnaire` otherwise."""
    raw = text.encode() if isinstance(text, str) else text
    try:
        found = json.loads(raw.decode("utf-8-sig"), object_pairs_hook=_no_twins)
    except UnicodeDecodeError as err:
        raise InputError(f"is no UTF-8 text at byte {err.start}", file=file, hint="save it as UTF-8") from err
    except json.JSONDecodeError as err:
        raise InputError(
            f"line {err.lineno}, column {err.colno}: {err.msg}", file=file, hint="it must be one JSON object"
        ) from err
    except _TwinError as err:
        raise InputError(f"an object has the property {err} twice", file=file, hint="keep one of them") from err
    if not isinstance(found, dict):
        raise InputError("is no questionnaire: expected a JSON object with pages", file=file)
    place = Place(str(file) if file is not None else None, str(found.get("locale") or "en"))
    questionnaire = _questionnaire(found, place, hashlib.sha256(raw).hexdigest())
    check(questionnaire, place)
    check_codebook(questionnaire.codebook, file=file)
    return questionnaire


class _TwinError(Exception):
    pass


def _no_twins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise _TwinError(repr(name))
        found[name] = value
    return found


def _questionnaire(found: Mapping[str, Any], place: Place, digest: str) -> Questionnaire:
    place.only({k: v for k, v in found.items() if k not in _TOP_LOOKS}, _TOP, "the questionnaire")
    pages = found.get("pages")
    if pages is None and found.get("elements"):
        pages = [{"name": "page1", "elements": found["elements"]}]
    if not isinstance(pages, list) or not pages:
        raise place.error("has no pages", 'expected "pages": [{"name": ..., "elements": [...]}]')
    return Questionnaire(
        title=place.text(found.get("title")) or "Survey",
        pages=tuple(_page(one, place, i) for i, one in enumerate(pages, start=1)),
        splits=tuple(_split(one, place, i) for i, one in enumerate(place.items(found, "splits"), start=1)),
        locale=place.locale,
        digest=digest,
        endings=tuple(_ending(one, place, i) for i, one in enumerate(place.items(found, "triggers"), start=1)),
        description=place.text(found.get("description")),
        thanks=plain_text(place.text(found.get("completedHtml")), place.at("completedHtml")),
    )


def _page(found: Any, place: Place, number: int) -> Page:  # noqa: ANN401 - whatever the JSON has
    place = place.at(f"page {number}")
    if not isinstance(found, Mapping):
        raise place.error("is no page", 'expected {"name": ..., "elements": [...]}')
    name = str(found.get("name") or f"page{number}")
    place = Place(place.file, place.locale, f"page {name!r}")
    place.only(found, _PAGE, "a page")
    order = str(found.get("questionsOrder") or "initial")
    if order not in {"initial", "default", "random"}:
        raise place.error(f"questionsOrder is {order!r}, expected initial or random")
    elements = list(_elements(found, place, place.conditions(found)))
    if found.get("description"):
        elements.insert(0, Note(place.text(found["description"]), place.conditions(found)))
    if not elements:
        raise place.error("asks nothing", "give it elements, or leave it out")
    shuffled = order == "random"
    if shuffled and any(one.get("type") == "panel" for one in found["elements"]):
        raise place.error("a page in random order holds a panel", "only questions can be shuffled")
    return Page(name, place.text(found.get("title")), tuple(elements), shuffled)


def _elements(found: Mapping[str, Any], place: Place, conditions: tuple[Condition, ...]) -> Iterator[Question | Note]:
    """Questions and notes of a page or panel; panels are flattened, their conditions hold for what is in them."""
    for i, one in enumerate(place.items(found, "elements"), start=1):
        if not isinstance(one, Mapping) or not one.get("type"):
            raise place.at(f"element {i}").error("has no type", f"supported: {', '.join(SUPPORTED)}")
        widget = str(one["type"])
        where = place.at(f"{widget} {one.get('name') or i!s}")
        if widget not in SUPPORTED:
            raise where.error(
                f"the element {widget!r} is not supported",
                f"supported: {', '.join(SUPPORTED)}; a matrix is one question for each of its rows",
            )
        if widget == "panel":
            where.only(one, PROPERTIES["panel"], "a panel")
            inner = (*conditions, *where.conditions(one))
            heads = [where.text(one.get(key)) for key in ("title", "description")]
            yield from (Note(head, inner) for head in heads if head)
            yield from _elements(one, where, inner)
        elif widget == "html":
            yield read_note(one, where, conditions)
        elif widget in KINDS:
            yield from read_question(one, where, conditions)


def _split(found: Any, place: Place, number: int) -> Split:  # noqa: ANN401 - whatever the JSON has
    place = place.at(f"split {number}")
    if not isinstance(found, Mapping) or not NAME.match(str(found.get("name", ""))):
        raise place.error("has no name", 'expected {"name": "message", "arms": ["a", "b", "control"]}')
    place.only(found, {"name", "arms", "weights"}, "a split")
    arms = place.items(found, "arms")
    weights = place.items(found, "weights") or [1] * len(arms)
    codes = tuple(str(arm) for arm in arms)
    if len(set(codes)) < 2 or len(set(codes)) < len(codes):
        raise place.error(f"has the arms {list(codes)}, expected at least two different ones")
    if len(weights) != len(codes) or not all(isinstance(w, int | float) and w > 0 for w in weights):
        raise place.error(f"has the weights {list(weights)}, expected a number above 0 for each of {len(codes)} arms")
    total = float(sum(weights))
    return Split(str(found["name"]), codes, tuple(float(w) / total for w in weights))


def _ending(found: Any, place: Place, number: int) -> Ending:  # noqa: ANN401 - whatever the JSON has
    place = place.at(f"trigger {number}")
    kind = found.get("type") if isinstance(found, Mapping) else None
    if kind != "complete":
        raise place.error(
            f"the trigger {kind!r} is not supported",
            'only {"type": "complete", "expression": ...}; questions are skipped by visibleIf',
        )
    place.only(found, {"type", "expression", "outcome", "message"}, "a trigger")
    condition = place.condition(found, "expression")
    outcome = str(found.get("outcome") or "screened_out")
    if condition is None or outcome not in {"screened_out", "complete"}:
        raise place.error("needs an expression, and screened_out or complete as outcome")
    return Ending(condition, outcome, place.text(found.get("message")))
