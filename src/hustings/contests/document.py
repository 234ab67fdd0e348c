"""Reading a TOML table key by key, so that every mistake is met at the door and explained."""

from __future__ import annotations

import datetime as dt
import difflib
from typing import TYPE_CHECKING, Any, TypeVar

from hustings.errors import ContestError

if TYPE_CHECKING:
    from collections.abc import Iterable

T = TypeVar("T")

LARGEST = 10**12
"""No count in an election is larger; numbers beyond it are slips that would overflow later, out of context."""

_KIND_NAMES: dict[type, str] = {
    str: "text in quotes",
    int: "a whole number",
    float: "a number",
    bool: "true or false",
    dict: "a table",
    list: "a list",
    dt.date: "a date such as 2026-11-03, without quotes",
}


def nearest(word: str, known: Iterable[str]) -> str:
    """Hint that names the known word most like ``word``, or all of them when none is."""
    known = list(known)
    close = difflib.get_close_matches(word, known, n=1, cutoff=0.6)
    return f"did you mean {close[0]!r}?" if close else "known: " + ", ".join(known)


def kind_name(value: object) -> str:
    """What a TOML value is, in words."""
    kind = dt.date if isinstance(value, dt.date) else type(value)
    return _KIND_NAMES.get(kind, type(value).__name__)


class Section:
    """One table of a TOML document while it is read.

    Parameters
    ----------
    values : dict
        The table.
    file : str
        File it stands in, for messages.
    path : str
        Where in the file, for messages (``[[option]] number 2``); empty for the top.

    Notes
    -----
    Every ``take_*`` notes the key as known; :meth:`close` then refuses keys that nobody took.
    """

    def __init__(self, values: dict[str, Any], file: str, path: str = "") -> None:
        self._values = values
        self._known: list[str] = []
        self.file = file
        self.path = path

    def error(self, message: str, hint: str = "") -> ContestError:
        """Build the error for something wrong in this table."""
        where = f"{self.file}, {self.path}" if self.path else self.file
        return ContestError(f"{where}: {message}", hint=hint)

    def has(self, key: str) -> bool:
        """Whether the key is there (and note it as known)."""
        self._known.append(key)
        return key in self._values

    def take(self, key: str, kind: type[T], default: T | None = None, *, required: bool = False) -> T | None:
        """Value of a key, of the right type.

        Parameters
        ----------
        key : str
            Name of the key.
        kind : type
            ``str``, ``int``, ``float`` (whole numbers are accepted), ``bool``, ``datetime.date``, ``list``, ``dict``.
        default : object
            Returned when the key is absent and not required.
        required : bool
            Whether absence is an error.

        Raises
        ------
        ContestError
            Absent though required, or of another type.
        """
        if not self.has(key):
            if required:
                spelled = difflib.get_close_matches(key, self._values, n=1, cutoff=0.6)
                hint = f"is {spelled[0]!r} meant to be {key!r}?" if spelled else f"add: {key} = ..."
                raise self.error(f"the key {key!r} is missing; expected {_KIND_NAMES[kind]}", hint)
            return default
        return self._typed(key, self._values[key], kind)

    def text(self, key: str) -> str:
        """Required text that is not blank."""
        value = self.take(key, str, required=True) or ""
        if not value.strip():
            raise self.error(f"{key!r} is empty; expected text")
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        """List of texts; empty when the key is absent."""
        values = self.take(key, list, []) or []
        return tuple(self._typed(f"{key}[{k}]", value, str) for k, value in enumerate(values))

    def tables(self, key: str) -> list[Section]:
        """Array of tables (``[[key]]``); empty when absent."""
        values = self.take(key, list, []) or []
        path = f"{self.path}, " if self.path else ""
        return [
            Section(self._typed(key, value, dict), self.file, f"{path}[[{key}]] number {k}")
            for k, value in enumerate(values, start=1)
        ]

    def close(self) -> None:
        """Refuse any key that nobody asked for."""
        for key in self._values:
            if key not in self._known:
                raise self.error(f"unknown key {key!r}", nearest(key, dict.fromkeys(self._known)))

    def _typed(self, key: str, value: object, kind: type[T]) -> T:
        number = kind is float and isinstance(value, int) and not isinstance(value, bool)
        # In Python true is an int and a time stamp is a date; neither is meant here.
        odd = (isinstance(value, bool) and kind is not bool) or isinstance(value, dt.datetime)
        if isinstance(value, int) and abs(value) > LARGEST:
            raise self.error(f"{key!r} is out of all proportion; expected at most {LARGEST:,}")
        if odd or not (number or isinstance(value, kind)):
            message = f"{key!r} is {value!r} ({kind_name(value)}); expected {_KIND_NAMES[kind]}"
            raise self.error(message)
        return value  # type: ignore[return-value]  # a whole number where a number is expected stays whole
