"""Which option an answer means: by name first, by party or column name next."""

from __future__ import annotations

import datetime as dt
import functools
import re
import unicodedata
from collections.abc import Mapping
from typing import NamedTuple

from hustings.contests.contest import Candidate, Contest, Option
from hustings.errors import InputError
from hustings.store.textfile import TextFile, nearest

UNDECIDED = frozenset(
    [
        "undecided",
        "unsure",
        "dontknow",
        "dk",
        "notsure",
        "noopinion",
        "refused",
        "refuse",
        "dkrefused",
        "noanswer",
        "unknown",
        "wouldnotvote",
        "wontvote",
        "notvote",
        "notvoting",
        "wouldntvote",
    ]
)
"""Answers of people who chose nobody (yet)."""

NOBODY = UNDECIDED | frozenset(
    [
        "other",
        "others",
        "someoneelse",
        "anotherparty",
        "anothercandidate",
        "none",
        "nobody",
        "noneofthese",
        "neither",
        "otherundecided",
        "total",
    ]
)
"""Answers that name nobody: they count in the sum of the shares and never among the answers offered."""

_SUFFIXES = frozenset(("jr", "sr", "ii", "iii", "iv"))


class Meaning(NamedTuple):
    """What an answer means in a contest, on a day.

    Attributes
    ----------
    option : str | None
        Id of the option it is an answer for.
    named : bool
        Whether it names somebody or something (``other`` and ``undecided`` do not).
    by_name : bool
        Whether the option was recognised by a name, not by the party alone.
    asks_about : str | None
        "X, not Y" when somebody else stands there for the option.
    """

    option: str | None
    named: bool
    by_name: bool = False
    asks_about: str | None = None


@functools.lru_cache(maxsize=65536)
def key(text: str) -> str:
    """Letters and digits only, without accents or case: what names are compared by."""
    plain = unicodedata.normalize("NFKD", text).casefold()
    return "".join(c for c in plain if c.isalnum())


def _name_keys(candidate: Candidate) -> set[str]:
    """Every way to write the candidate: full name, without middle initials, aliases."""
    keys = {key(candidate.name), key(_without_initials(candidate.name))}
    keys |= {key(alias) for alias in candidate.aliases}
    return keys - {""}


def _without_initials(name: str) -> str:
    return re.sub(r"(?<=\s)\w\.?\s+", "", name.strip())


def _surname_key(candidate: Candidate) -> str:
    words = [w for w in re.split(r"\s+", candidate.name.strip()) if key(w) not in _SUFFIXES]
    return key(words[-1]) if words else ""


class Matcher:
    """Recognises the contest's options in the words of a poll file.

    Parameters
    ----------
    contest : Contest
        The contest.
    as_of : dt.date | None
        The day whose candidates count; None accepts every candidate an option ever had.
    """

    def __init__(self, contest: Contest, as_of: dt.date | None = None) -> None:
        self._options = {option.id: option for option in contest.options}
        self._names: dict[str, str] = {}
        self._former: dict[str, tuple[str, str]] = {}
        self._codes: dict[str, str] = {}
        self._standing: dict[str, Candidate | None] = {}
        for option in contest.options:
            self._codes |= {key(text): option.id for text in (option.id, *option.aliases) if key(text)}
            current = option.candidate_on(as_of) if as_of is not None else None
            self._standing[option.id] = current
            for candidate in option.candidates:
                keys = _name_keys(candidate)
                if as_of is None or candidate == current:
                    self._names |= dict.fromkeys(keys, option.id)
                else:
                    self._former |= dict.fromkeys(keys, (option.id, candidate.name))
        self._add_surnames(contest, as_of)

    def _add_surnames(self, contest: Contest, as_of: dt.date | None) -> None:
        owners: dict[str, set[tuple[str, str]]] = {}
        for option in contest.options:
            for candidate in option.candidates:
                owners.setdefault(_surname_key(candidate), set()).add((option.id, candidate.name))
        for surname, who in owners.items():
            # A surname that two people share says nothing.
            if surname and len(who) == 1:
                option_id, name = next(iter(who))
                current = self._standing[option_id]
                if as_of is None or (current is not None and current.name == name):
                    self._names.setdefault(surname, option_id)
                else:
                    self._former.setdefault(surname, (option_id, name))

    def code(self, text: str, *, by_prefix: bool = False) -> str | None:
        """Option whose id or alias this is (``by_prefix``: or begins so, when only one does: "D")."""
        wanted = key(text)
        if wanted in self._codes or not wanted or not by_prefix:
            return self._codes.get(wanted)
        found = {option_id for name, option_id in self._codes.items() if name.startswith(wanted)}
        return next(iter(found)) if len(found) == 1 else None

    def could_be_option(self, text: str) -> bool:
        """Whether a column of this name can hold the shares of an option."""
        return self.meaning(text).option is not None or key(text) in self._former

    def meaning(self, answer: str, candidate: str = "", party: str = "") -> Meaning:
        """Work out what an answer of a poll file means (see `Meaning`)."""
        texts = [text for text in (candidate, answer) if key(text)]
        for text in texts:
            for written in (key(text), key(_without_initials(text))):
                if written in self._names:
                    return Meaning(self._names[written], named=True, by_name=True)
        for text in texts:
            if key(text) in self._former:
                option_id, name = self._former[key(text)]
                return Meaning(option_id, named=True, asks_about=f"{name}, not {self._stands(option_id)}")
        # A column or an answer that is the option's own id or alias ("dem", "Yes").
        for text in texts:
            if key(text) in self._codes:
                return Meaning(self._codes[key(text)], named=True, by_name=True)
        named = not texts or key(texts[0]) not in NOBODY
        option_of_party = self._codes.get(key(party)) if named else None
        if option_of_party is None:
            return Meaning(None, named=named)
        if not texts or not self._options[option_of_party].candidates:
            return Meaning(option_of_party, named=True)
        return Meaning(option_of_party, named=True, asks_about=f"{texts[0]}, not {self._stands(option_of_party)}")

    def _stands(self, option_id: str) -> str:
        option: Option = self._options[option_id]
        current = self._standing[option_id]
        return current.name if current is not None else option.label


def require_two_options(
    table: TextFile, contest: Contest, layout: str, stems: Mapping[str, str], *, prefix: str = "", suffix: str = ""
) -> None:
    """Fail unless the columns hold at least two of the contest's options: less observes nothing."""
    matcher = Matcher(contest)
    found = {matcher.meaning(stem).option for stem in stems.values()} - {None}
    if len(found) >= 2:
        return
    wanted = next(option for option in contest.options if option.id not in found)
    column = f"{prefix}{wanted.id}{suffix}"
    near = nearest(
        column, [name for name in table.header if name not in stems or matcher.meaning(stems[name]).option is None]
    )
    hint = f"nearest is {near!r}; " if near else ""
    raise InputError(
        f"no column for the option {wanted.id!r} ({wanted.label}); the file was taken for the layout {layout!r}",
        file=table.path,
        row=1,
        column=column,
        hint=hint + "name the column by the option's id or alias, or describe the file in a mapping (docs/polls.md)",
    )
