"""Qualtrics CSV: three header rows (name, question, ImportId), choices as values or as labels.

Several answers come as one column each (``Q5_1``, ``Q5_2``; ``Q5_7_TEXT`` is the words of "other"), or, in an export with the
answers in one column, as codes with commas between.
"""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

from hustings.errors import InputError
from hustings.survey.files.plain import read_sheet, read_text, separator_of
from hustings.survey.files.raw import RawFile

KIND = "qualtrics"
HEADERS = 3
_PART = re.compile(r"(?P<question>Q\w*?)_(?P<code>\d+)\Z")


def matches(path: Path) -> bool:
    """Whether the third row of a CSV holds Qualtrics' import ids."""
    try:
        text = read_text(path)
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator_of(text))
        rows = [row for row, _ in zip(reader, range(HEADERS), strict=False)]
    except (InputError, csv.Error):
        return False
    return len(rows) == HEADERS and any(rows[2]) and all(cell.startswith('{"ImportId"') for cell in rows[2] if cell)


def read(path: Path) -> RawFile:
    """Read an export; its second row gives the questions.

    Raises
    ------
    InputError
        Its header rows do not fit each other.
    """
    sheet = read_sheet(path)
    if sheet.rows.height < HEADERS - 1 or sheet.numbers[1] != HEADERS:
        raise InputError("its three header rows differ in length", file=path, hint="export it again")
    wordings = {name: text for name, text in zip(sheet.rows.columns, sheet.rows.row(0), strict=True) if text}
    return RawFile(
        path,
        KIND,
        sheet.rows[HEADERS - 1 :],
        wordings=wordings,
        sets=_sets(sheet.rows.columns, wordings),
        numbers=sheet.numbers[HEADERS - 1 :],
        damaged=sheet.damaged,
    )


def _sets(columns: list[str], wordings: dict[str, str]) -> dict[str, dict[str, str]]:
    """Find questions with several answers: columns ``Q5_1 ...`` whose questions share their beginning."""
    found: dict[str, dict[str, str]] = {}
    for name in columns:
        part = _PART.match(name)
        # In such a column the question stands before " - " and the choice after it.
        if part and " - " in wordings.get(name, ""):
            found.setdefault(part["question"], {})[name] = part["code"]
    return {name: parts for name, parts in found.items() if len(parts) > 1}
