"""Codes in their order, and what their labels say of them."""

from __future__ import annotations

import re
from collections.abc import Iterable

_NUMBER = re.compile(r"[-+]?\d+(\.\d+)?\Z")
_MEANINGS = {
    "dont_know": re.compile(
        r"(i )?(do not|don'?t|dont) know\b|unsure\b|not sure\b|i'?m not sure\b|undecided\b|dk\b|can'?t say\b|no opinion\b",
        re.IGNORECASE,
    ),
    "refused": re.compile(r"refused\b|refuse\b|prefer not\b|rather not\b|no answer\b|decline", re.IGNORECASE),
    "other": re.compile(
        r"others?\b|somebody else\b|someone else\b|something else\b|another (candidate|party)\b", re.IGNORECASE
    ),
    "none": re.compile(r"none\b|no one\b|nobody\b", re.IGNORECASE),
}


def in_order(codes: Iterable[str]) -> list[str]:
    """Sort codes: numbers by size, then words by the alphabet."""
    return sorted(codes, key=lambda code: (0, float(code), code) if _NUMBER.match(code) else (1, 0.0, code))


def meaning_of(label: str) -> str:
    """Guess what an answer is beside an answer proper from how its label begins; empty for an answer."""
    plain = label.replace("\u2019", "'").strip()
    return next((name for name, pattern in _MEANINGS.items() if pattern.match(plain)), "")
