"""Any CSV with one header row, or a Parquet file."""

from __future__ import annotations

import csv
import io
from collections import Counter
from pathlib import Path

import polars as pl

from hustings.errors import InputError
from hustings.survey.files.raw import RawFile, as_text

KIND = "csv"


def read_csv(path: Path, *, separator: str = ",") -> pl.DataFrame:
    """Read a CSV with every value as text; UTF-8, or Latin-1 where it is not.

    Raises
    ------
    InputError
        It cannot be read, a row has more values than the header, or a column stands there twice.
    """
    try:
        data = path.read_bytes()
    except OSError as err:
        raise InputError(f"cannot be read: {err.strerror}", file=path) from err
    if not data.strip():
        raise InputError("is empty", file=path, hint="export it again")
    text = decoded(data)
    header = next(csv.reader(io.StringIO(text), delimiter=separator))
    twice = [name for name, n in Counter(header).items() if n > 1]
    if twice:
        raise InputError(f"has the column {twice[0]!r} twice", file=path, row=1, hint="rename one of them")
    try:
        rows = pl.read_csv(
            io.BytesIO(text.encode()), infer_schema=False, separator=separator, truncate_ragged_lines=False
        )
    except pl.exceptions.PolarsError as err:
        raise InputError(_broken(text, separator, str(err)), file=path, hint="export it again, as CSV UTF-8") from err
    return as_text(rows)


def decoded(data: bytes) -> str:
    """Text of bytes: UTF-8 with or without its mark, UTF-16, Latin-1 otherwise."""
    if data[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        return data.decode("utf-16")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("latin-1")


def _broken(text: str, separator: str, otherwise: str) -> str:
    """Say which row does not fit."""
    reader = csv.reader(io.StringIO(text), delimiter=separator)
    width = len(next(reader))
    for number, row in enumerate(reader, 2):
        if len(row) > width:
            return f"row {number} has {len(row)} values, the header has {width}"
    return otherwise.splitlines()[0]


def read(path: Path) -> RawFile:
    """Read a CSV with one header row, commas, semicolons or tabs between."""
    return RawFile(path, KIND, read_csv(path, separator=separator_of(path)))


def separator_of(path: Path) -> str:
    """Give what parts the header's names: the commonest of comma, semicolon and tab."""
    try:
        with path.open("rb") as stream:
            first = decoded(stream.readline())
    except OSError as err:
        raise InputError(f"cannot be read: {err.strerror}", file=path) from err
    return max(",;\t", key=first.count)


def read_parquet(path: Path) -> RawFile:
    """Read a Parquet file.

    Raises
    ------
    InputError
        It is none, or is damaged.
    """
    try:
        rows = pl.read_parquet(path)
    except (OSError, pl.exceptions.PolarsError) as err:
        raise InputError(f"is no whole Parquet file: {str(err).splitlines()[0]}", file=path) from err
    return RawFile(path, "parquet", as_text(rows), first_row=1)
