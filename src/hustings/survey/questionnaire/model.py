"""A questionnaire as read: pages of questions and notes, splits, endings, and one person's assignment to them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from hustings.errors import HustingsError, InputError
from hustings.survey.codebook import Choice, Codebook, Item
from hustings.survey.questionnaire.expressions import Expression, Value, in_words, names

Answer = str | float | tuple[str, ...]
"""Code or words; number; codes of several answers."""
LAST = ("other", "none", "dont_know", "refused")
"""Meanings of choices that no shuffling moves from the end."""


class AnswerError(HustingsError):
    """An answer that does not fit its question; the message is for the respondent."""


@dataclass(frozen=True)
class Condition:
    """A ``visibleIf``: the text as written and what it means."""

    text: str
    tree: Expression

    @cached_property
    def names(self) -> frozenset[str]:
        """Questions and splits it depends on."""
        return frozenset(names(self.tree))


def _names(conditions: Iterable[Condition]) -> frozenset[str]:
    return frozenset(name for condition in conditions for name in condition.names)


@dataclass(frozen=True)
class Note:
    """Words that are shown and not answered."""

    text: str
    conditions: tuple[Condition, ...] = ()

    @cached_property
    def depends_on(self) -> frozenset[str]:
        """Names that decide whether it is shown."""
        return _names(self.conditions)


@dataclass(frozen=True)
class Question:
    """One question.

    Parameters
    ----------
    name : str
        Its name, unique.
    kind : str
        As in the codebook: single, multiple, scale, numeric, open.
    widget : str
        SurveyJS type: radiogroup, dropdown, checkbox, rating, boolean, text, comment.
    wording, help : str
        Title and description, placeholders ``{name}`` not filled.
    choices : tuple of Choice
        In the order of the file; of numbers and open questions the special ones only.
    required : bool
        Whether something has to be answered.
    conditions : tuple of Condition
        All must hold for it to be asked: its own, its panels', its page's.
    required_if : tuple of Condition
        Where all hold it is required too; empty for never.
    choice_conditions : mapping of str to Condition
        Code -> when that choice is offered.
    order : str
        ``none`` or ``random``; choices of :data:`LAST` meanings stay at the end.
    exclusive : frozenset of str
        Codes that go with no other.
    """

    name: str
    kind: str
    widget: str
    wording: str
    help: str = ""
    choices: tuple[Choice, ...] = ()
    required: bool = False
    conditions: tuple[Condition, ...] = ()
    required_if: tuple[Condition, ...] = ()
    choice_conditions: Mapping[str, Condition] = field(default_factory=dict)
    order: str = "none"
    exclusive: frozenset[str] = frozenset()
    low: float | None = None
    high: float | None = None
    whole: bool = False
    ends: tuple[str, str] = ("", "")
    input_type: str = "text"
    min_selected: int = 0
    max_selected: int = 0
    max_length: int = 0
    role: str = ""
    option: str = ""

    @cached_property
    def by_code(self) -> dict[str, Choice]:
        """Its choices by code."""
        return {choice.code: choice for choice in self.choices}

    @cached_property
    def depends_on(self) -> frozenset[str]:
        """Names that decide whether it is asked, or what it offers."""
        return _names((*self.conditions, *self.required_if, *self.choice_conditions.values()))


@dataclass(frozen=True)
class Page:
    """Questions that are asked together; ``shuffled`` ones in an order drawn for each respondent."""

    name: str
    title: str
    elements: tuple[Question | Note, ...]
    shuffled: bool = False

    @cached_property
    def questions(self) -> tuple[Question, ...]:
        """Its questions."""
        return tuple(one for one in self.elements if isinstance(one, Question))

    @cached_property
    def notes(self) -> tuple[Note, ...]:
        """Its notes."""
        return tuple(one for one in self.elements if isinstance(one, Note))


@dataclass(frozen=True)
class Split:
    """A split sample: each respondent is assigned one of its arms; shares sum to 1."""

    name: str
    arms: tuple[str, ...]
    shares: tuple[float, ...]


@dataclass(frozen=True)
class Ending:
    """A ``complete`` trigger: where it holds, nothing more is asked."""

    condition: Condition
    kind: str = "screened_out"
    message: str = ""


@dataclass(frozen=True)
class Assignment:
    """What chance decided for one respondent, before anything was shown.

    Parameters
    ----------
    splits : mapping of str to str
        Split -> arm.
    orders : mapping of str to tuple of str
        Question -> codes as shown.
    pages : mapping of str to tuple of str
        Shuffled page -> questions as shown.
    """

    splits: Mapping[str, str] = field(default_factory=dict)
    orders: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    pages: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values."""
        return {
            "splits": dict(self.splits),
            "orders": {name: list(codes) for name, codes in self.orders.items()},
            "pages": {name: list(shown) for name, shown in self.pages.items()},
        }

    @staticmethod
    def from_json(found: Mapping[str, Any]) -> Assignment:
        """Read what :meth:`to_json` gave.

        Raises
        ------
        InputError
            It is something else.
        """
        try:
            return Assignment(
                {str(name): str(arm) for name, arm in found["splits"].items()},
                {str(name): tuple(map(str, codes)) for name, codes in found["orders"].items()},
                {str(name): tuple(map(str, shown)) for name, shown in found.get("pages", {}).items()},
            )
        except (KeyError, TypeError, AttributeError) as err:
            raise InputError(f"is no assignment of splits and orders: {err!r}") from err


@dataclass(frozen=True)
class Questionnaire:
    """A questionnaire that was read and found sound.

    Parameters
    ----------
    title : str
        Its title.
    pages : tuple of Page
        In the order they are asked.
    splits : tuple of Split
        Split samples.
    locale : str
        Language of the texts, as in HTML's ``lang``.
    digest : str
        SHA-256 of the file, in hex: answers belong to one version of the wording.
    endings : tuple of Ending
        Where it ends early.
    description, thanks : str
        What is said before and after.
    """

    title: str
    pages: tuple[Page, ...]
    splits: tuple[Split, ...]
    locale: str
    digest: str
    endings: tuple[Ending, ...] = ()
    description: str = ""
    thanks: str = ""

    @cached_property
    def questions(self) -> tuple[Question, ...]:
        """Every question, in order."""
        return tuple(question for page in self.pages for question in page.questions)

    @cached_property
    def by_name(self) -> dict[str, Question]:
        """Questions by name."""
        return {question.name: question for question in self.questions}

    @cached_property
    def endings_after(self) -> dict[str, tuple[Ending, ...]]:
        """Question -> endings that are decided once it was passed; ``""`` for those decided at the start."""
        place = {question.name: i for i, question in enumerate(self.questions)}
        found: dict[str, tuple[Ending, ...]] = {}
        for ending in self.endings:
            last = max((place[name] for name in ending.condition.names if name in place), default=-1)
            after = self.questions[last].name if last >= 0 else ""
            found[after] = (*found.get(after, ()), ending)
        return found

    def question(self, name: str) -> Question:
        """Give a question by name.

        Raises
        ------
        InputError
            There is none; says which is nearest.
        """
        if name not in self.by_name:
            self.codebook.item(name)
        return self.by_name[name]

    @cached_property
    def codebook(self) -> Codebook:
        """What is asked, for whoever reads the answers."""
        items = tuple(
            Item(
                name=q.name,
                kind=q.kind,
                wording=q.wording,
                choices=q.choices,
                role=q.role,
                option=q.option,
                base=self._base(q),
                low=q.low,
                high=q.high,
            )
            for q in self.questions
        )
        return Codebook(self.title, items)

    def _base(self, question: Question) -> str:
        """Who is asked, in words."""

        def label(name: str, value: Value) -> str:
            about = self.by_name.get(name)
            shown = f"{value:g}" if isinstance(value, float) else str(value).lower() if value is True else str(value)
            return f"'{about.by_code[shown].label}'" if about and shown in about.by_code else f"'{shown}'"

        said = [in_words(condition.tree, label) for condition in question.conditions]
        return " and ".join(f"({one})" if len(said) > 1 and " or " in one else one for one in said)
