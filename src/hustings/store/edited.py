"""Tables that people edit: read as text, and held to their contract cell by cell.

A table with a mistake is refused as a whole: a plan without the row that its maker thinks is in it would be another plan.
"""

from __future__ import annotations

import difflib
import math
import re
from collections.abc import Collection, Sequence
from pathlib import Path

import polars as pl

from hustings.errors import InputError
from hustings.store.textfile import read_text_file
from hustings.tables.contract import Column, Table

HEADER_ROWS = 2
"""Row 1 is the header, the first row of data is row 2, as a spreadsheet counts."""
_KINDS = {"int": pl.Int64, "float": pl.Float64}
_WORDS = {"int": "a whole number", "float": "a number"}
_AMOUNTS = ("dollars", "any")
"""Units of columns whose numbers may be written as people write sums."""
_RANGE = re.compile(r"(-?[\d.]+)-(-?[\d.]+)?")


def read_edited(
    path: Path, table: Table, optional: Collection[str] = (), *, others: bool = False, hint: str = ""
) -> pl.DataFrame:
    """Read a table that people may have edited, in any usual encoding and with any usual delimiter.

    Parameters
    ----------
    path : Path
        A CSV file with a header. Of a column in dollars the header may leave ``_dollars`` out; its amounts may be
        written 1,000 or $1_000.
    table : Table
        A column's unit says its range: ``0-1``, ``-90-90``, ``1-``; ``logit`` is any number, others are at least 0.
        Without a key rows may repeat.
    optional : collection of str
        Columns that may be left out or empty here, whatever the contract says: the caller fills them, or refuses.
    others : bool
        Whether columns that the contract does not name may stand beside.
    hint : str
        Where such a file comes from, for who has none.

    Returns
    -------
    pl.DataFrame
        In the types of the contract, rows in the file's order: the first is row 2 of the file.

    Raises
    ------
    InputError
        The file cannot be read, a column is unknown or missing, a cell is empty, no number, or out of its range, or two rows
        have one key. Says where.
    """
    raw = _read(path, table)
    _check_columns(path, raw, table, optional, others=others)
    if raw.is_empty():
        raise InputError("has no rows", file=path, hint=hint or f"expected: {', '.join(table.column_names)}")
    found = pl.DataFrame([_typed(path, raw, column, optional) for column in table.columns])
    twice = found.select(table.key).is_duplicated() if table.key else pl.Series([], dtype=pl.Boolean)
    if twice.any():
        last = int(twice.arg_true()[1])
        said = ", ".join(f"{name} {found[name][last]}" for name in table.key)
        raise InputError(f"a second row of {said}", file=path, row=last + HEADER_ROWS, hint="keep one of them")
    return found


def _read(path: Path, table: Table) -> pl.DataFrame:
    """All cells as text, None where empty."""
    file = read_text_file(path)
    if file.ragged:
        row, cells = file.ragged[0]
        raise InputError(
            f"has {cells} cells, the header {len(file.header)}", file=path, row=row, hint="a comma too many?"
        )
    for row, number in enumerate(file.row_numbers, start=HEADER_ROWS):
        if row != number:
            raise InputError("is an empty row", file=path, row=row, hint="take it out")
    # What is written in dollars need not say so.
    names = [f"{name}_dollars" if f"{name}_dollars" in table.column_names else name for name in file.header]
    texts = [file.column(name).replace("", None).alias(to) for name, to in zip(file.header, names, strict=True) if name]
    return pl.DataFrame(texts)


def _check_columns(path: Path, raw: pl.DataFrame, table: Table, optional: Collection[str], *, others: bool) -> None:
    missing = [c.name for c in table.columns if not (c.nullable or c.name in optional or c.name in raw.columns)]
    for name in raw.columns:
        if name not in table.column_names and not others:
            hint = nearest(name, missing) or nearest(name, table.column_names)
            raise InputError(f"there is no column {name!r} in {table.name}", file=path, column=name, hint=hint)
    if missing:
        raise InputError(
            f"lacks the column {missing[0]!r} in its first line: {', '.join(raw.columns)[:60]}",
            file=path,
            row=1,
            hint=f"{_of(table, missing[0]).meaning} All of it: {', '.join(table.column_names)}",
        )


def _of(table: Table, name: str) -> Column:
    return next(column for column in table.columns if column.name == name)


def nearest(word: str, known: Sequence[str]) -> str:
    """A hint: the nearest of the known words, or all of them."""
    for spelled in (word, word.lower(), word.upper()):
        near = difflib.get_close_matches(spelled, known, n=1)
        if near:
            return f"did you mean {near[0]}?"
    return f"one of: {', '.join(known[:60])}" if known else ""


def _typed(path: Path, raw: pl.DataFrame, column: Column, optional: Collection[str]) -> pl.Series:
    """One column in its type."""
    if column.name not in raw.columns:
        kind = {"text": pl.String, "bool": pl.Boolean, **_KINDS}[column.dtype]
        return pl.Series(column.name, [None] * len(raw), dtype=kind)
    texts = raw[column.name]
    if not column.nullable and column.name not in optional and texts.null_count():
        row = int(texts.is_null().arg_true()[0])
        raise InputError(
            "is empty", file=path, row=row + HEADER_ROWS, column=column.name, hint=f"expected: {column.meaning}"
        )
    if column.dtype == "text":
        return texts
    if column.dtype == "bool":
        words = texts.str.to_lowercase()
        _refuse(path, texts, ~words.is_in(["true", "false"]), column, "neither true nor false")
        return (words == "true").alias(column.name)
    # A comma parts thousands: 1,000 is read, 1,5 is not taken for 15.
    bare = texts.str.replace_all(r"[_ $]|,(\d{3})", "$1") if column.unit in _AMOUNTS else texts
    values = bare.cast(_KINDS[column.dtype], strict=False)
    no_number = values.is_null() & texts.is_not_null()
    if column.dtype == "float":
        no_number |= ~values.is_finite()
    no_percent = texts.str.ends_with("%") & no_number
    _refuse(
        path, texts, no_percent, column, f"not {_WORDS[column.dtype]}", "without a percent sign; shares are .05 for 5 %"
    )
    _refuse(path, texts, no_number, column, f"not {_WORDS[column.dtype]}")
    low, high = _range(column)
    _refuse(path, texts, values < low, column, f"below {low:g}")
    _refuse(
        path, texts, values > high, column, f"above {high:g}", "shares, not percent: .05 for 5 %" if high == 1 else ""
    )
    return values


def _range(column: Column) -> tuple[float, float]:
    """Least and most that a number may be."""
    if column.unit == "logit":
        return -math.inf, math.inf
    said = _RANGE.fullmatch(column.unit)
    return (float(said[1]), float(said[2] or math.inf)) if said else (0.0, math.inf)


def _refuse(path: Path, texts: pl.Series, bad: pl.Series, column: Column, what: str, hint: str = "") -> None:
    at = bad.fill_null(value=False).arg_true()
    if len(at):
        row = int(at[0])
        raise InputError(
            f"found {texts[row]!r}, {what}",
            file=path,
            row=row + HEADER_ROWS,
            column=column.name,
            hint=hint or f"expected: {column.meaning}",
        )


def refuse_row(path: Path | None, table: pl.DataFrame, bad: pl.Expr, column: str, message: str, hint: str) -> None:
    """Refuse the first row for which a condition holds.

    Parameters
    ----------
    path : Path or None
        None for a table that is no file.
    table : pl.DataFrame
    bad : pl.Expr
    column : str
        Where the mistake is.
    message, hint : str
        ``{name}`` stands for the row's cell of that name.

    Raises
    ------
    InputError
        There is one.
    """
    at = table.select(bad.fill_null(value=False).alias("bad")).to_series().arg_true()
    if len(at):
        row = int(at[0])
        cells = table.row(row, named=True)
        raise InputError(
            message.format(**cells),
            file=path,
            row=None if path is None else row + HEADER_ROWS,
            column=column,
            hint=hint.format(**cells),
        )
