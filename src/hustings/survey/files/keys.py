"""Reading the keys of a TOML codebook: each mistake is one line that names the key and what it should have been."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hustings.errors import ConfigError


@dataclass(frozen=True)
class Keys:
    """One table of the codebook.

    Parameters
    ----------
    path : Path
        The codebook, for messages.
    where : str
        Place of the table in it: ``items.vote``; empty for the top.
    found : mapping
        Its keys.
    """

    path: Path
    where: str
    found: Mapping[str, Any]

    def named(self, key: str) -> str:
        """Give a key with its place."""
        return f"{self.where}.{key}" if self.where else key

    def wrong(self, key: str, said: str, hint: str = "") -> ConfigError:
        """Make the error of a key."""
        return ConfigError(f"codebook {self.path}: {self.named(key)} {said}", hint=hint)

    def check(self, known: Collection[str]) -> None:
        """Refuse keys that are not known, naming the nearest."""
        for key in self.found:
            if key not in known:
                near = difflib.get_close_matches(key, known, n=1)
                raise ConfigError(
                    f"codebook {self.path}: unknown key {self.named(key)}",
                    hint=f"did you mean {self.named(near[0])}?" if near else f"known: {', '.join(sorted(known))}",
                )

    def text(self, key: str, otherwise: str = "") -> str:
        """Give a text; a number or a day is taken for its text."""
        value = self.found.get(key, otherwise)
        if isinstance(value, Mapping | list):
            raise self.wrong(key, f"is {value!r}, expected a text")
        return plain(value)

    def one_of(self, key: str, known: Collection[str], otherwise: str = "") -> str:
        """Give a text that is one of a few."""
        value = self.text(key, otherwise)
        if value and value not in known:
            near = difflib.get_close_matches(value, known, n=1)
            choices = ", ".join(one for one in known if one)
            raise self.wrong(key, f"is {value!r}", f"did you mean {near[0]}?" if near else f"one of {choices}")
        return value

    def number(self, key: str) -> float | None:
        """Give a number, or nothing."""
        value = self.found.get(key)
        if value is not None and (isinstance(value, bool) or not isinstance(value, int | float)):
            raise self.wrong(key, f"is {value!r}, expected a number")
        return value

    def table(self, key: str) -> Keys:
        """Give a table; an empty one where there is none."""
        value = self.found.get(key, {})
        if not isinstance(value, Mapping):
            raise self.wrong(key, f"is {value!r}, expected a table: [{self.named(key)}]")
        return Keys(self.path, self.named(key), value)

    def tables(self, key: str) -> list[Keys]:
        """Give a list of tables."""
        value = self.found.get(key, [])
        if not isinstance(value, list) or not all(isinstance(one, Mapping) for one in value):
            raise self.wrong(key, "is no list of tables", '[{ code = "1", label = "Yes" }, ...]')
        return [Keys(self.path, self.named(key), one) for one in value]

    def texts(self, key: str) -> tuple[str, ...]:
        """Give a list of texts; one text is a list of one."""
        value = self.found.get(key, [])
        several = value if isinstance(value, list) else [value]
        if any(isinstance(one, Mapping | list) for one in several):
            raise self.wrong(key, f"is {value!r}, expected a list of values")
        return tuple(plain(one) for one in several)


def plain(value: object) -> str:
    """Text of a value as the raw file has it."""
    if isinstance(value, bool):
        return str(int(value))
    return f"{value:.0f}" if isinstance(value, float) and value.is_integer() else str(value)
