"""Qualtrics CSV: three header rows (name, question, ImportId), choices as values or as labels.

Several answers come as one column each (``Q5_1``, ``Q5_2``; ``Q5_7_TEXT`` is the words of "other"), or, in an export with the
answers in one column, as codes with commas between.
"""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

from hustings.survey.files.plain import decoded, read_csv
from hustings.survey.files.raw import RawFile

KIND = "qualtrics"
_PART = re.compile(r"(?P<question>Q\w*?)_(?P<code>\d+)\Z")


def matches(path: Path) -> bool:
    """Whether the third row of a CSV holds Qualtrics' import ids."""
    try:
        text = decoded(path.read_bytes()[:200_000])
    except (OSError, UnicodeDecodeError):
        return False
    rows = [row for row, _ in zip(csv.reader(io.StringIO(text)), range(3), strict=False)]
    return len(rows) == 3 and bool(rows[2]) and all(cell.startswith('{"ImportId"') for cell in rows[2] if cell)


def read(path: Path) -> RawFile:
    """Read an export; its second row gives the questions."""
    rows = read_csv(path)
    wordings = {name: text for name, text in zip(rows.columns, rows.row(0), strict=True) if text}
    return RawFile(path, KIND, rows[2:], first_row=4, wordings=wordings, sets=_sets(rows.columns, wordings))


def _sets(columns: list[str], wordings: dict[str, str]) -> dict[str, dict[str, str]]:
    """Find questions with several answers: columns ``Q5_1 ...`` whose questions share their beginning."""
    found: dict[str, dict[str, str]] = {}
    for name in columns:
        part = _PART.match(name)
        # In such a column the question stands before " - " and the choice after it.
        if part and " - " in wordings.get(name, ""):
            found.setdefault(part["question"], {})[name] = part["code"]
    return {name: parts for name, parts in found.items() if len(parts) > 1}
