"""Decipher CSV: ``record uuid date markers status vlist qtime`` and answers named ``Q1``, ``Q5r1``, ``Q1r1c1``."""

from __future__ import annotations

import re
from pathlib import Path

from hustings.survey.files.plain import read_csv, separator_of
from hustings.survey.files.raw import RawFile

KIND = "decipher"
_SIGNATURE = {"record", "uuid", "date", "status"}
_PART = re.compile(r"(?P<question>\w+?)r(?P<code>\d+)\Z")


def matches(columns: list[str]) -> bool:
    """Whether a header is Decipher's."""
    return set(columns) >= _SIGNATURE


def read(path: Path) -> RawFile:
    """Read an export; ``Q5r1 Q5r2 ...`` that hold 0 and 1 alone are one question with several answers."""
    rows = read_csv(path, separator=separator_of(path))
    sets: dict[str, dict[str, str]] = {}
    for name in rows.columns:
        part = _PART.match(name)
        if part and set(rows[name].drop_nulls().unique()) <= {"0", "1"}:
            sets.setdefault(part["question"], {})[name] = part["code"]
    return RawFile(path, KIND, rows, sets={name: parts for name, parts in sets.items() if len(parts) > 1})
