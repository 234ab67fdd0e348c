"""What a question asked and what its codes mean: the one description that own and imported interviews share."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from hustings.errors import InputError
from hustings.store.writing import write_json
from hustings.tables import RESPONDENTS

KINDS = ("single", "multiple", "scale", "numeric", "open")
"""One answer, several, one of an ordered few, a number, words."""
MEANINGS = ("", "dont_know", "refused", "other", "none")
"""What a choice is beside an answer proper (empty)."""
ROLES = (
    "vote",
    "vote_certainty",
    "second_choice",
    "likely_to_vote",
    "early_vote",
    "favourability",
    "heard",
    "stands_for",
    "enthusiasm",
    "people_like_you",
    "issue",
    "track",
    "recalled_theme",
    "age",
    "sex",
    "race",
    "education",
    "state",
    "party_id",
    "past_vote",
)
"""What the rest of the system looks for by role instead of by name; `heard`, `stands_for`, `favourability` and
`recalled_theme` are about one option of the contest each."""
_PLACEHOLDER = re.compile(r"\{([\w.\-]+)\}")
NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.]*\Z")
ASKED = "asked_"
RESERVED = frozenset(RESPONDENTS.column_names)
"""Columns beside which the answers stand: no question is called so, nor ``asked_...``, which says who was asked."""


@dataclass(frozen=True)
class Choice:
    """One answer that a question offers.

    Parameters
    ----------
    code : str
        How the answer is stored.
    label : str
        How it is shown.
    meaning : str
        One of :data:`MEANINGS`: "don't know" and "refused" are kept in tables, and are no opinion.
    option : str
        Option of the contest it stands for; empty for none.
    net : str
        Choices with the same net are also summed ("favourable").
    score : float, optional
        Number of a scale's point, for its mean.
    """

    code: str
    label: str
    meaning: str = ""
    option: str = ""
    net: str = ""
    score: float | None = None


@dataclass(frozen=True)
class Item:
    """One question.

    Parameters
    ----------
    name : str
        Its column.
    kind : str
        One of :data:`KINDS`.
    wording : str
        The question as it was put.
    choices : tuple of Choice
        What could be answered; of numeric and open questions the special codes only.
    role : str
        One of :data:`ROLES`, or empty.
    option : str
        Option of the contest that the question is about.
    base : str
        Who was asked, in words; empty for everybody.
    low, high : float, optional
        Range of a number.
    """

    name: str
    kind: str
    wording: str
    choices: tuple[Choice, ...] = ()
    role: str = ""
    option: str = ""
    base: str = ""
    low: float | None = None
    high: float | None = None

    @cached_property
    def by_code(self) -> dict[str, Choice]:
        """Its choices by code."""
        return {choice.code: choice for choice in self.choices}

    @property
    def shown(self) -> str:
        """The wording as a table shows it: what was put in for each respondent, ``{vote}``, stands as ``[vote]``."""
        return _PLACEHOLDER.sub(r"[\1]", self.wording)


@dataclass(frozen=True)
class Codebook:
    """The questions of a survey, in the order they are asked."""

    title: str
    items: tuple[Item, ...]
    notes: tuple[str, ...] = field(default=())

    @cached_property
    def by_name(self) -> dict[str, Item]:
        """The questions by name."""
        return {item.name: item for item in self.items}

    def item(self, name: str) -> Item:
        """Give a question by name.

        Raises
        ------
        InputError
            There is none; says which is nearest.
        """
        if name not in self.by_name:
            import difflib

            near = difflib.get_close_matches(name, self.by_name, n=1)
            known = ", ".join(list(self.by_name)[:20])
            raise InputError(
                f"there is no question {name!r}", hint=f"did you mean {near[0]}?" if near else f"known: {known}"
            )
        return self.by_name[name]

    def with_role(self, role: str) -> list[Item]:
        """Questions of a role, in order."""
        return [item for item in self.items if item.role == role]


def check_codebook(book: Codebook, *, file: Path | str | None = None) -> Codebook:
    """Hold a codebook to its rules: names, kinds, roles, codes that are there and differ.

    Raises
    ------
    InputError
        One is broken; names the question and the rule.
    """
    twice = [name for name, n in Counter(item.name for item in book.items).items() if n > 1]
    if twice:
        raise InputError(f"question {twice[0]!r} stands there twice", file=file, hint="give each a name of its own")
    for item in book.items:
        problem = _problem(item)
        if problem:
            raise InputError(f"question {item.name!r} {problem}", file=file)
    return book


def _problem(item: Item) -> str:
    """Say what is wrong with a question; empty when nothing is."""
    codes = Counter(choice.code for choice in item.choices)
    unlabelled = [choice.label for choice in item.choices if not choice.code]
    odd = [choice.meaning for choice in item.choices if choice.meaning not in MEANINGS]
    twice = [code for code, n in codes.items() if n > 1]
    known = ", ".join(MEANINGS[1:])
    broken = {
        "has a name that is no word: letters, digits, _ and . only, a letter first": not NAME.match(item.name),
        "has the name of a column that every respondent has: call it otherwise": item.name in RESERVED,
        "has a name that begins with asked_, which says who was asked: call it otherwise": item.name.startswith(ASKED),
        f"is of kind {item.kind!r}, expected one of {', '.join(KINDS)}": item.kind not in KINDS,
        f"has the role {item.role!r}, expected one of {', '.join(ROLES)}": bool(item.role) and item.role not in ROLES,
        "offers no answers": item.kind in {"single", "multiple", "scale"} and not item.choices,
        f"has an answer without a code: {unlabelled[:1]}": bool(unlabelled),
        f"has an answer of meaning {odd[:1]}, expected one of {known} or none": bool(odd),
        f"has the code {twice[:1]} twice": bool(twice),
    }
    return next((problem for problem, found in broken.items() if found), "")


def write_codebook(book: Codebook, path: Path | str) -> None:
    """Write a codebook as JSON."""
    write_json(asdict(book), path)


def read_codebook(path: Path | str) -> Codebook:
    """Read a codebook that :func:`write_codebook` wrote.

    Raises
    ------
    InputError
        It cannot be read, or breaks a rule.
    """
    try:
        found = json.loads(Path(path).read_text(encoding="utf-8"))
        book = Codebook(
            title=str(found["title"]),
            items=tuple(_item(one) for one in found["items"]),
            notes=tuple(found.get("notes", ())),
        )
        return check_codebook(book, file=path)
    except OSError as err:
        raise InputError(f"cannot be read: {err.strerror}", file=path) from err
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as err:
        raise InputError(f"is no codebook: {type(err).__name__} {err}", file=path) from err


def _item(one: Mapping[str, Any]) -> Item:
    choices: Iterable[Mapping[str, Any]] = one.get("choices", ())
    return Item(**{**one, "choices": tuple(Choice(**choice) for choice in choices)})
