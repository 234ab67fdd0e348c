"""Any CSV with one header row, or a Parquet file."""

from __future__ import annotations

import csv
import io
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from hustings.errors import InputError
from hustings.survey.files.raw import RawFile, as_text

KIND = "csv"
_MARKS = {b"\xff\xfe", b"\xfe\xff"}
_LONGEST_CHARACTER = 4


@dataclass(frozen=True)
class Sheet:
    """What a CSV holds below its header.

    Parameters
    ----------
    rows : pl.DataFrame
        Every value text, blanks null.
    numbers : pl.Series
        Row of the file that each stands in (1-based, the header is 1).
    damaged : tuple of (int, str)
        Rows that do not fit the header, and why.
    """

    rows: pl.DataFrame
    numbers: pl.Series
    damaged: tuple[tuple[int, str], ...] = ()


def read(path: Path) -> RawFile:
    """Read a CSV with one header row, commas, semicolons or tabs between."""
    sheet = read_sheet(path)
    return RawFile(path, KIND, sheet.rows, numbers=sheet.numbers, damaged=sheet.damaged)


def read_sheet(path: Path) -> Sheet:
    """Read a CSV with every value as text: UTF-8, UTF-16 or Windows' own, parted by comma, semicolon or tab.

    Raises
    ------
    InputError
        It cannot be read, holds nothing or no text, or a column stands there twice.
    """
    text = read_text(path)
    separator = separator_of(text)
    header = _header(path, text, separator)
    # Without an end of line the library takes a lone header for a row.
    data = io.BytesIO((text if text.endswith("\n") else text + "\n").encode())
    try:
        rows = pl.read_csv(data, infer_schema=False, separator=separator, truncate_ragged_lines=False)
    except (pl.exceptions.PolarsError, pl.exceptions.ComputeError):
        return _by_rows(path, text, separator, header)
    if rows.columns != header or rows[header[-1]].null_count():
        # An empty last value, or a row that ends too early: only counting its values tells which.
        return _by_rows(path, text, separator, header)
    return Sheet(as_text(rows), pl.int_range(2, rows.height + 2, dtype=pl.Int64, eager=True))


def _header(path: Path, text: str, separator: str) -> list[str]:
    try:
        header = next(csv.reader(io.StringIO(text, newline=""), delimiter=separator), [])
    except csv.Error as err:
        raise InputError(f"is no CSV: {err}", file=path, row=1, hint="export it again, as CSV UTF-8") from err
    twice = [name for name, n in Counter(header).items() if n > 1]
    if twice:
        raise InputError(f"has the column {twice[0]!r} twice", file=path, row=1, hint="rename one of them")
    if not any(header):
        raise InputError("has no names of columns in its first row", file=path, row=1, hint="export it again")
    return header


def _by_rows(path: Path, text: str, separator: str, header: list[str]) -> Sheet:
    """Read row by row, and set aside those that do not fit."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    numbers, fitting, damaged = [], [], []
    try:
        for number, row in enumerate(reader, 1):
            if number == 1 or not row:
                continue
            if len(row) == len(header):
                numbers.append(number)
                fitting.append(row)
            else:
                damaged.append((number, f"the row has {len(row)} values, the header has {len(header)}"))
    except csv.Error as err:
        raise InputError(f"is no CSV: {err}", file=path, row=reader.line_num, hint="export it again") from err
    rows = pl.DataFrame(fitting, schema=dict.fromkeys(header, pl.String), orient="row")
    return Sheet(as_text(rows), pl.Series(numbers, dtype=pl.Int64), tuple(damaged))


def read_text(path: Path) -> str:
    """Read a text file.

    Raises
    ------
    InputError
        It cannot be read, is empty, or is no text.
    """
    try:
        data = path.read_bytes()
    except OSError as err:
        raise InputError(f"cannot be read: {err.strerror}", file=path) from err
    text = decoded(data)
    if not text.strip():
        raise InputError("is empty", file=path, hint="export it again")
    if "\0" in text:
        row = text[: text.index("\0")].count("\n") + 1
        raise InputError("holds bytes of no text", file=path, row=row, hint="export it again, as CSV UTF-8")
    return text


def decoded(data: bytes) -> str:
    """Text of bytes: UTF-8 with or without its mark, UTF-16 with it, Windows' Western one otherwise.

    A last character that was cut is left out: its row shows that the file was.
    """
    if data[:2] in _MARKS:
        return data.decode("utf-16", errors="replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as err:
        if err.start > len(data) - _LONGEST_CHARACTER and err.reason == "unexpected end of data":
            return data[: err.start].decode("utf-8-sig")
    try:
        return data.decode("cp1252")
    except UnicodeDecodeError:
        return data.decode("latin-1")


def separator_of(text: str) -> str:
    """Give what parts the header's names: the commonest of comma, semicolon and tab outside quotes."""
    first = text.partition("\n")[0]
    outside = "".join(first.split('"')[::2])
    return max(",;\t", key=outside.count)


def read_parquet(path: Path) -> RawFile:
    """Read a Parquet file.

    Raises
    ------
    InputError
        It is none, is damaged, or has a column that holds no plain values.
    """
    try:
        rows = pl.read_parquet(path)
    except (OSError, pl.exceptions.PolarsError) as err:
        said = str(err).splitlines() or [type(err).__name__]
        raise InputError(f"is no whole Parquet file: {said[0]}", file=path, hint="copy it again") from err
    # What a damaged page holds comes to light in the library's own panic, which is no ordinary exception.
    except pl.exceptions.PanicException as err:
        raise InputError("is no whole Parquet file", file=path, hint="copy it again") from err
    nested = [name for name, kind in rows.schema.items() if kind.is_nested() or kind in {pl.Binary, pl.Object}]
    if nested:
        raise InputError(
            f"holds {rows.schema[nested[0]]}, expected text, numbers or days",
            file=path,
            column=nested[0],
            hint="write one column for each value",
        )
    return RawFile(path, "parquet", as_text(rows), first_row=1)
