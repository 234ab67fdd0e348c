"""Pages of the web form: finished HTML that needs no script, and the answers in a form that was posted.

A page is one file: its style is inside, nothing else is fetched. Whoever sends it says in its security policy that this
one style is meant: :func:`style_source`.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from hustings.survey.questionnaire import (
    Answer,
    AnswerError,
    Ask,
    Finished,
    PageView,
    Questionnaire,
    QuestionView,
    check_answer,
)

FIELD = "q_"
"""Stands before a question's name in a form: hidden fields and buttons cannot be mistaken for questions."""
GO, BACK = "go", "back"
"""Name of the buttons, and what they say."""

Raw = str | float | Sequence[str] | None
"""What a field shows again: as it was posted, or as the answer is stored."""


@dataclass(frozen=True)
class _Choice:
    code: str
    label: str
    id: str
    chosen: bool
    quiet: bool = False


@dataclass(frozen=True)
class _Field:
    """A question as the template needs it."""

    view: QuestionView
    id: str
    name: str
    hint: str
    error: str
    typed: str = ""
    choices: tuple[_Choice, ...] = ()
    points: tuple[_Choice, ...] = ()
    intro: tuple[str, ...] = field(default=())

    @property
    def writes(self) -> bool:
        """Whether something is typed."""
        return self.view.kind in {"numeric", "open"}

    @property
    def grouped(self) -> bool:
        """Whether it is more than one input."""
        return self.view.widget != "dropdown" and (not self.writes or bool(self.choices))

    @property
    def input(self) -> str:
        """Type of its boxes: what is typed can be given up for a box, and the box for what is typed."""
        return "checkbox" if self.view.kind == "multiple" or self.writes else "radio"

    @property
    def ends(self) -> tuple[str, ...]:
        """What the ends of a scale mean."""
        points = (self.view.points[0], self.view.points[-1])
        return tuple(f"{one.code} = {end}" for one, end in zip(points, self.view.ends, strict=True) if end)

    @property
    def described(self) -> Markup:
        """Attributes that tie hint and error to the input."""
        ids = [f"{self.id}-{what}" for what, said in (("hint", self.hint), ("error", self.error)) if said]
        by = Markup(' aria-describedby="{}"').format(" ".join(ids)) if ids else Markup("")
        wrong = self.error and (self.writes or not self.grouped)
        return by + (Markup(' aria-invalid="true"') if wrong else "")

    @property
    def role(self) -> Markup:
        """A group of radio buttons may say that it is required, or wrong; a group of boxes may not."""
        if self.input != "radio":
            return Markup("")
        required = Markup(' aria-required="true"') if self.view.required else Markup("")
        wrong = Markup(' aria-invalid="true"') if self.error else Markup("")
        return Markup(' role="radiogroup"') + required + wrong

    @property
    def labelled(self) -> Markup:
        """Attribute that gives an input the wording of its group."""
        return Markup(' aria-labelledby="{}-wording"').format(self.id)


def page_html(
    questionnaire: Questionnaire,
    step: Ask,
    *,
    action: str,
    values: Mapping[str, Raw],
    errors: Mapping[str, str],
    progress: float,
    hidden: Mapping[str, str],
    sponsor: str = "",
    stop_url: str = "",
    back: bool = True,
) -> str:
    """Make a page of questions.

    Parameters
    ----------
    questionnaire : Questionnaire
        For title and language.
    step : Ask
        The page.
    action : str
        Where the form is posted to.
    values : mapping of str to raw or answer
        Question -> what its field shows: as posted, or as stored.
    errors : mapping of str to str
        Question -> what is wrong with what was posted.
    progress : float
        Share (0-1) done so far.
    hidden : mapping of str to str
        Hidden fields.
    sponsor : str
        Who asks, for the foot of the page.
    stop_url : str
        Where to say "never ask me again".
    back : bool
        Whether there is a page to go back to.
    """
    fields = [_field(view, values, errors.get(view.name, "")) for view in step.page.questions]
    return _render(
        "page.html.jinja",
        lang=questionnaire.locale,
        title=questionnaire.title,
        page=step.page,
        fields=fields,
        problems=[one for one in fields if one.error],
        action=action,
        hidden=hidden,
        percent=round(100 * min(max(progress, 0.0), 1.0)),
        back=back,
        sponsor=sponsor,
        stop_url=stop_url,
    )


def finished_html(questionnaire: Questionnaire, finished: Finished, *, sponsor: str = "", stop_url: str = "") -> str:
    """Make the page that says thank you."""
    said = finished.message or "Your answers have been recorded. You can close this page."
    return message_html("Thank you", said, lang=questionnaire.locale, sponsor=sponsor, stop_url=stop_url)


def message_html(
    title: str,
    text: str,
    *,
    lang: str = "en",
    sponsor: str = "",
    stop_url: str = "",
    button: str = "",
    action: str = "",
    hidden: Mapping[str, str] | None = None,
) -> str:
    """Make a page of words: link unknown, poll over, already answered; `button` asks to confirm by posting."""
    return _render(
        "message.html.jinja",
        lang=lang,
        title=title,
        lines=[line for line in text.splitlines() if line.strip()],
        sponsor=sponsor,
        stop_url=stop_url,
        button=button,
        action=action,
        hidden=hidden or {},
    )


def read_form(page: PageView, form: Mapping[str, Sequence[str]]) -> tuple[dict[str, Answer | None], dict[str, str]]:
    """Read a posted page.

    Parameters
    ----------
    page : PageView
        The page that was shown.
    form : mapping of str to sequence of str
        Field -> its values, in order.

    Returns
    -------
    answers : dict of str to Answer or None
        Questions answered well, or left empty where that may be.
    errors : dict of str to str
        Question -> what is expected, for the rest.
    """
    answers: dict[str, Answer | None] = {}
    errors: dict[str, str] = {}
    for view in page.questions:
        try:
            answers[view.name] = check_answer(view, list(form.get(FIELD + view.name, ())))
        except AnswerError as err:
            errors[view.name] = err.message
    return answers, errors


def posted(page: PageView, form: Mapping[str, Sequence[str]]) -> dict[str, Raw]:
    """Give the fields of a posted page as they were, to be shown again beside what is wrong."""
    return {view.name: list(form[FIELD + view.name]) for view in page.questions if FIELD + view.name in form}


def _field(view: QuestionView, values: Mapping[str, Raw], error: str) -> _Field:
    shown = _shown(values.get(view.name))
    name = f"q-{view.name}"
    specials = tuple(
        _Choice(one.code, one.label, f"{name}-{i}", one.code in shown, quiet=one.meaning in {"dont_know", "refused"})
        for i, one in enumerate(view.choices, start=1)
        if one not in view.points
    )
    points = tuple(
        _Choice(one.code, one.label, f"{name}-p{i}", one.code in shown) for i, one in enumerate(view.points, start=1)
    )
    choices = _with_empty(view, specials, empty=view.name in values and not shown, name=name)
    first = (points or choices)[0].id if (points or choices) and view.kind not in {"numeric", "open"} else name
    return _Field(
        view=view,
        # The error summary leads to the first input.
        id=name if view.widget == "dropdown" else first,
        name=FIELD + view.name,
        hint=_hint(view),
        error=error,
        typed=next((one for one in shown if one not in view.by_code), ""),
        choices=choices,
        points=points,
        intro=tuple(line for line in view.intro.splitlines() if line),
    )


def _with_empty(view: QuestionView, choices: tuple[_Choice, ...], *, empty: bool, name: str) -> tuple[_Choice, ...]:
    """Offer no answer where nothing is required: a radio button once chosen cannot be given back."""
    refusable = any(one.meaning == "refused" for one in view.choices)
    if view.widget == "dropdown":
        label = "Choose one" if view.required or refusable else "Choose one, or leave it at this"
        return (_Choice("", label, f"{name}-0", empty), *choices)
    if view.required or refusable or view.kind not in {"single", "scale"}:
        return choices
    return (*choices, _Choice("", "Prefer not to answer", f"{name}-0", empty, quiet=True))


def _shown(value: Raw) -> list[str]:
    if value is None:
        return []
    if isinstance(value, str):
        return [value] if value else []
    return [f"{value:g}"] if isinstance(value, float | int) else [one for one in value if one]


def _hint(view: QuestionView) -> str:
    hints = [view.help] if view.help else []
    if view.kind == "multiple":
        hints.append(f"Choose up to {view.max_selected}." if view.max_selected else "Choose all that apply.")
    refusable = any(one.meaning == "refused" for one in view.choices)
    if not view.required and not refusable and view.kind not in {"single", "scale"}:
        hints.append("Leave it empty if you prefer not to answer.")
    return " ".join(hints)


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("hustings.web.forms"),
        autoescape=True,
        undefined=StrictUndefined,
        auto_reload=False,
        trim_blocks=True,
        lstrip_blocks=True,
    )


@cache
def _style() -> str:
    found = _environment().loader
    assert found is not None
    # Line ends and blanks are for us: every page carries the style.
    lines = re.sub(r"\s*\n\s*", "", found.get_source(_environment(), "form.css")[0].strip())
    return re.sub(r"\s*([{};,]|: )\s*", lambda mark: mark[1].strip(), lines)


@cache
def style_source() -> str:
    """Source of the pages' style for a Content-Security-Policy: ``style-src 'sha256-...'``."""
    digest = hashlib.sha256(_style().encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


def _render(template: str, **values: object) -> str:
    # The style is ours and holds no words of others.
    return _environment().get_template(template).render(css=Markup(_style()), **values)  # noqa: S704
