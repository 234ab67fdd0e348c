"""How a voter finds an answer in what they are shown: a page, a text, a sentence on the phone."""

from __future__ import annotations

import re
from html import unescape
from typing import Literal

from hustings.survey.codebook import Codebook, Item

_HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)"')
_FIELD = re.compile(r'name="q_([^"]+)"')
_OFFERED = re.compile(r'(?:name="q_([^"]+)" value="([^"]*)"|<option value="([^"]*)")')
_LINE = re.compile(r"^(\d+) (.+)$", re.MULTILINE)
_PRESS = re.compile(r"Press (\d+) for (.+?)\.(?= |$)")


class Reader:
    """Reads what voters are shown.

    Parameters
    ----------
    book : Codebook
        What is asked.
    """

    def __init__(self, book: Codebook) -> None:
        self._items = book.by_name
        # The longest wording first: one may stand within another.
        ordered = sorted(book.items, key=lambda item: -len(item.wording))
        self._patterns = [(re.compile(_pattern(item.wording)), item) for item in ordered]

    def form(self, page: str, opinions: dict[str, str]) -> dict[str, str] | None:
        """Fill a page; None when it asks nothing."""
        names = list(dict.fromkeys(_FIELD.findall(page)))
        if not names:
            return None
        filled = {name: unescape(value) for name, value in _HIDDEN.findall(page)}
        for name in names:
            item = self._items.get(unescape(name))
            if item is not None:
                filled[f"q_{item.name}"] = self._offered(item, page, opinions[item.name])
        return filled | {"go": "next"}

    def reply(self, text: str, opinions: dict[str, str], way: Literal["sms", "ivr"]) -> str | None:
        """Answer a text or a spoken question; None when it asks nothing."""
        flat = re.sub(r"\s+", " ", text)
        item = next((item for pattern, item in self._patterns if pattern.search(flat)), None)
        if item is None:
            return None
        opinion = opinions[item.name]
        if item.kind in {"open", "numeric"}:
            return opinion
        choice = item.by_code.get(opinion)
        label = choice.label if choice else opinion
        offered = _LINE.findall(text) if way == "sms" else _PRESS.findall(flat)
        keys = {words.rstrip(".").casefold(): key for key, words in offered}
        found = keys.get(label.rstrip(".").casefold())
        if found is None and item.kind == "scale" and opinion.isdigit():
            # A scale tells its ends alone; its points are their own numbers.
            return opinion
        if found is None:
            found = opinion if any(key == opinion for key, _ in offered) else next((key for key, _ in offered), "0")
        return found

    @staticmethod
    def _offered(item: Item, page: str, opinion: str) -> str:
        if item.kind in {"open", "numeric"}:
            return opinion
        offered = [unescape(b or c) for a, b, c in _OFFERED.findall(page) if unescape(a) in {item.name, ""}]
        return opinion if opinion in offered else next((code for code in offered if code in item.by_code), "")


def _pattern(wording: str) -> str:
    """Match the wording with its placeholders filled, whatever its blanks."""
    parts = re.split(r"\{[^}]*\}", re.sub(r"\s+", " ", wording.strip()))
    return ".*?".join(re.escape(part) for part in parts)
