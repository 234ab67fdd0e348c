"""A delimited text file as columns of text, whatever program wrote it."""

from __future__ import annotations

import csv
import difflib
import io
import re
from collections.abc import Iterable, Sequence
from operator import itemgetter
from pathlib import Path
from typing import NamedTuple, NoReturn

import polars as pl

from hustings.errors import InputError

_MAGIC = (
    (b"PK\x03\x04", "an Excel workbook or a zip archive", "save the sheet as CSV"),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook", "save the sheet as CSV"),
    (b"PAR1", "a Parquet file", "write it as CSV"),
    (b"\x1f\x8b", "a gzip archive", "unpack it first"),
    (b"%PDF", "a PDF", "copy its table into a CSV"),
    (b"<!DOCTYPE", "a web page", "download the CSV itself, not the page that shows it"),
    (b"<html", "a web page", "download the CSV itself, not the page that shows it"),
)
_DELIMITERS = (",", ";", "\t", "|")
_LONGEST_CELL_LINES = 50
"""A cell with more lines than this is the rest of the file behind a quotation mark nobody closed."""


class TextFile(NamedTuple):
    """A delimited file: header, cells and the rows that did not fit the header."""

    path: Path
    header: tuple[str, ...]
    rows: list[list[str]]
    row_numbers: list[int]
    ragged: list[tuple[int, int]]
    remarks: tuple[str, ...]

    def has(self, name: str) -> bool:
        """Whether the file has the column."""
        return name in self.header

    def column(self, *names: str) -> pl.Series:
        """Texts of the first of these columns that the file has; empty texts when it has none."""
        for name in names:
            if name in self.header:
                at = self.header.index(name)
                return pl.Series(name, list(map(itemgetter(at), self.rows)), dtype=pl.String).str.strip_chars()
        return pl.repeat("", len(self.rows), dtype=pl.String, eager=True)

    def require(self, layout: str, *alternatives: str) -> None:
        """Fail unless the file has one of these columns."""
        if not any(name in self.header for name in alternatives):
            missing_column(self, layout, alternatives)


def missing_column(table: TextFile, layout: str, alternatives: Sequence[str]) -> NoReturn:
    """Say that a needed column is missing, and which one was perhaps meant."""
    wanted = alternatives[0]
    near = nearest(wanted, table.header)
    others = f" (or {', '.join(alternatives[1:])})" if len(alternatives) > 1 else ""
    hint = f"nearest is {near!r}; " if near else ""
    raise InputError(
        f"the column is missing{others}; the file was taken for the layout {layout!r}",
        file=table.path,
        row=1,
        column=wanted,
        hint=hint + "rename the column, or describe the file in a mapping (docs/polls.md)",
    )


def nearest(wanted: str, names: Iterable[str]) -> str | None:
    """Return the name that was perhaps meant."""
    found = difflib.get_close_matches(wanted, [name for name in names if name], n=1, cutoff=0.6)
    return found[0] if found else None


def read_text_file(path: str | Path, *, delimiter: str | None = None) -> TextFile:
    """Read a delimited file of any usual encoding, line end and delimiter, as text.

    Parameters
    ----------
    path : str | Path
        The file.
    delimiter : str | None
        What stands between cells; None takes the one that splits the header best.

    Returns
    -------
    TextFile
        Header names are stripped and lower-cased. Rows without any text are not rows.

    Raises
    ------
    InputError
        When there is no such file, it is empty, or it is not text.
    """
    path = Path(path)
    text, remarks = _decode(path, _bytes_of(path))
    if not text.strip():
        raise InputError("the file is empty", file=path, hint="expected a CSV with one header row")
    first = text.lstrip("\r\n").split("\n", 1)[0].split("\r", 1)[0]
    if delimiter is None:
        delimiter = max(_DELIMITERS, key=lambda mark: len(_split(first, mark)))
    header, rows, numbers = _records(path, text, delimiter)
    width = len(header)
    ragged: list[tuple[int, int]] = []
    if set(map(len, rows)) - {width}:
        ragged = [(number, len(row)) for number, row in zip(numbers, rows, strict=True) if not _fits(row, width)]
        kept = [(number, row) for number, row in zip(numbers, rows, strict=True) if _fits(row, width)]
        numbers = [number for number, _ in kept]
        rows = [row for _, row in kept]
    return TextFile(path, header, rows, numbers, ragged, remarks)


def _fits(row: list[str], width: int) -> bool:
    # A trailing delimiter makes one empty cell too many: that is no harm.
    return len(row) == width or (len(row) > width and not any(cell.strip() for cell in row[width:]))


def _bytes_of(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        near = nearest(path.name, [p.name for p in path.parent.iterdir()]) if path.parent.is_dir() else None
        raise InputError("there is no such file", file=path, hint=f"did you mean {near}?" if near else "") from None
    except IsADirectoryError:
        raise InputError("this is a folder, not a file", file=path) from None
    except (OSError, ValueError) as error:
        # ValueError: a path with a NUL character in it.
        raise InputError(f"the file cannot be read: {error}", file=path) from None


def _decode(path: Path, data: bytes) -> tuple[str, tuple[str, ...]]:
    for magic, what, hint in _MAGIC:
        if data[: len(magic)].lower() == magic.lower():
            raise InputError(f"this is {what}, not a CSV", file=path, hint=hint)
    for marks, encoding in (((b"\xff\xfe", b"\xfe\xff"), "utf-16"), ((b"\xef\xbb\xbf",), "utf-8-sig")):
        if data.startswith(marks):
            try:
                return data.decode(encoding), ()
            except UnicodeDecodeError:
                break
    if b"\x00" in data:
        at = data[: data.index(b"\x00")].count(b"\n") + 1
        raise InputError("this is not a text file", file=path, row=at, hint="expected a CSV")
    try:
        return data.decode("utf-8"), ()
    except UnicodeDecodeError as error:
        at = data[: error.start].count(b"\n") + 1
        remark = f"not UTF-8 (first in row {at}): read as Windows-1252"
    try:
        return data.decode("cp1252"), (remark,)
    except UnicodeDecodeError:
        return data.decode("latin-1"), (remark.replace("Windows-1252", "Latin-1"),)


def _split(line: str, delimiter: str) -> list[str]:
    return next(csv.reader([line], delimiter=delimiter), [])


def _records(path: Path, text: str, delimiter: str) -> tuple[tuple[str, ...], list[list[str]], list[int]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    records: list[list[str]] = []
    numbers: list[int] = []
    number = 0
    try:
        for record in reader:
            number += 1
            # The first cell is nearly always filled: the others are looked at only when it is not.
            if record and (record[0].strip() or any(map(str.strip, record))):
                records.append(record)
                numbers.append(number)
    except csv.Error as error:
        raise InputError(f"the row cannot be split into cells: {error}", file=path, row=number + 1) from None
    if not records:
        raise InputError(
            "the file is empty: it has no cell with text", file=path, hint="expected a CSV with one header row"
        )
    # A quotation mark left open swallows every row after it into one cell of the last record.
    open_quote = text.count('"') % 2 == 1 and any("\n" in cell for cell in records[-1])
    if open_quote or any(cell.count("\n") > _LONGEST_CELL_LINES for cell in records[-1]):
        raise InputError("a quotation mark is opened and never closed", file=path, row=numbers[-1])
    # Rows are counted from the header, so that blank lines above it do not shift them.
    offset = numbers[0] - 1
    header = tuple(re.sub(r"\s+", "_", cell.replace("\ufeff", "").strip().casefold()) for cell in records[0])
    _check_header(path, header)
    return header, records[1:], [n - offset for n in numbers[1:]]


def _check_header(path: Path, header: tuple[str, ...]) -> None:
    seen: set[str] = set()
    for name in header:
        if name and name in seen:
            raise InputError("two columns have the same name", file=path, row=1, column=name)
        seen.add(name)
