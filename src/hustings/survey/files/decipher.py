"""Decipher CSV: ``record uuid date markers status vlist qtime`` and answers named ``Q1``, ``Q5r1``, ``Q1r1c1``."""

from __future__ import annotations

import re
from dataclasses import replace

from hustings.survey.files.raw import RawFile

KIND = "decipher"
_SIGNATURE = {"record", "uuid", "date", "status"}
_PART = re.compile(r"(?P<question>\w+?)r(?P<code>\d+)\Z")


def matches(columns: list[str]) -> bool:
    """Whether a header is Decipher's."""
    return set(columns) >= _SIGNATURE


def read(plain: RawFile) -> RawFile:
    """Understand an export that was read as a CSV: ``Q5r1 Q5r2 ...`` of 0 and 1 alone are one question with several answers."""
    sets: dict[str, dict[str, str]] = {}
    for name in plain.rows.columns:
        part = _PART.match(name)
        if part and set(plain.rows[name].drop_nulls().unique()) <= {"0", "1"}:
            sets.setdefault(part["question"], {})[name] = part["code"]
    sets = {name: parts for name, parts in sets.items() if len(parts) > 1}
    return replace(plain, kind=KIND, sets=sets, chosen=dict.fromkeys(sets, "1"))
