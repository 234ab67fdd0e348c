"""Whole lines of text into columns: all at once where every row fits, with care where one does not."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import polars as pl

from hustings.electorate.reading.stream import LONGEST_CELL_LINES, Piece, count

REJECTED_SCHEMA = {
    "file": pl.String,
    "line": pl.Int64,
    "column": pl.String,
    "reason": pl.String,
    "text": pl.String,
}
"""Columns of the rows set aside: where they stood, why, and what was there."""

_MARK = "\x01"
_SMALL = 1 << 20
_LONGEST_TEXT = 4000
"""Characters kept of a row set aside; a stray quotation mark must not drag half the file along."""


class Shape(NamedTuple):
    """How the lines of one file are cut into cells.

    Attributes
    ----------
    label : str
        Name of the file, for the rows set aside.
    names : tuple[str, ...]
        Its columns, all of them, in order.
    use : tuple[str, ...]
        Those that are wanted.
    delimiter, quote : str
        What stands between cells, and around them ("" for nothing).
    """

    label: str
    names: tuple[str, ...]
    use: tuple[str, ...]
    delimiter: str
    quote: str


class Rows(NamedTuple):
    """Rows of one piece: `frame` (text, one column per wanted name), `line` numbers, `rejected` rows."""

    frame: pl.DataFrame
    line: pl.Series
    rejected: pl.DataFrame


def split_rows(piece: Piece, shape: Shape) -> Rows:
    """Cut whole lines into cells. A row with another number of cells than the file has columns is set aside.

    Parameters
    ----------
    piece : Piece
        Lines in UTF-8.
    shape : Shape
        How they are cut.

    Returns
    -------
    Rows
        ``line`` is counted in the file from 1; lines without text are not rows. Empty cells are null.
    """
    frame = _all_at_once(piece.data, shape)
    if frame is not None:
        lines = pl.int_range(piece.line, piece.line + frame.height, dtype=pl.Int64, eager=True)
        return Rows(frame, lines.alias("line"), pl.DataFrame(schema=REJECTED_SCHEMA))
    return _with_care(piece, shape)


def cells_of(line: str, delimiter: str, quote: str) -> list[str]:
    """Cells of one line, as the csv module reads them."""
    if not quote:
        return line.split(delimiter)
    try:
        return next(csv.reader([line], delimiter=delimiter, quotechar=quote), [])
    except csv.Error:
        return line.split(delimiter)


def _all_at_once(data: bytes, shape: Shape) -> pl.DataFrame | None:
    """Columns of the lines, or None when a row among them may not fit."""
    # A delimiter within quotation marks could make up for one that is missing elsewhere. Only where such
    # delimiters do not occur in practice (tabs, bars, in bulk) may the count speak for every row.
    if shape.quote and (shape.delimiter == "," or len(data) < _SMALL):
        return None
    n_lines = count(data, b"\n") + (not data.endswith(b"\n"))
    if count(data, shape.delimiter.encode()) != n_lines * (len(shape.names) - 1):
        return None
    try:
        frame = _read(data, shape, shape.use)
    except pl.exceptions.PolarsError:
        return None
    return frame if frame.height == n_lines else None


def _read(data: bytes, shape: Shape, use: Sequence[str], *, more: Sequence[str] = ()) -> pl.DataFrame:
    names = (*shape.names, *more)
    wanted = set(use)
    return pl.read_csv(
        data,
        has_header=False,
        schema=dict.fromkeys(names, pl.String),
        columns=[at for at, name in enumerate(names) if name in wanted],
        separator=shape.delimiter,
        quote_char=shape.quote or None,
        null_values=[""],  # an empty cell within quotation marks is as empty as any
        truncate_ragged_lines=bool(more),
        raise_if_empty=False,
    )


def _with_care(piece: Piece, shape: Shape) -> Rows:
    """Rows of lines among which some do not fit.

    A mark is set at the end of every line and read as one column more: a row that is short or long does not
    have it there. Lines in which a quotation mark stays open are read one by one.
    """
    lines = _lines_of(piece.data)
    free, apart = _apart(lines, shape)
    frame = _marked(lines, free, shape)
    if frame is None:
        apart = _Apart([], [])
        for at in np.flatnonzero(free | (_quotes_left_open(lines, shape.quote))).tolist():
            _one_record(lines, at, at, shape, apart)
        frame = _frame(apart, shape)
    else:
        fits = frame[_MARK] == _MARK
        for at in frame.filter(~fits.fill_null(value=False))["line"].to_list():
            apart.rejected.append((at, _misfit(lines.text(at), shape), lines.text(at)))
        frame = frame.filter(fits).select("line", *_in_order(shape))
        if apart.records:
            frame = pl.concat([frame, _frame(apart, shape)]).sort("line")
    return Rows(
        frame.select(_in_order(shape)),
        (frame["line"] + piece.line).alias("line"),
        _rejected_frame(apart.rejected, piece.line, shape.label),
    )


class _Lines(NamedTuple):
    """Text and where its lines start; the last entry of `starts` is the end."""

    data: bytes
    starts: np.ndarray

    def text(self, first: int, last: int | None = None) -> str:
        end = self.starts[(first if last is None else last) + 1] - 1
        return self.data[self.starts[first] : end].decode("utf-8", errors="replace")


class _Apart(NamedTuple):
    """Rows that are read one by one: `records` (line, cells) and `rejected` (line, reason, text)."""

    records: list[tuple[int, list[str]]]
    rejected: list[tuple[int, str, str]]


def _lines_of(data: bytes) -> _Lines:
    data = data.replace(b"\r\n", b"\n")
    if not data.endswith(b"\n"):
        data += b"\n"
    ends = np.flatnonzero(np.frombuffer(data, dtype=np.uint8) == 10) + 1
    return _Lines(data, np.concatenate([[0], ends]))


def _quotes_left_open(lines: _Lines, quote: str) -> np.ndarray:
    """Whether each line has an odd number of quotation marks."""
    if not quote:
        return np.zeros(len(lines.starts) - 1, dtype=bool)
    marks = np.flatnonzero(np.frombuffer(lines.data, dtype=np.uint8) == ord(quote))
    odd: np.ndarray = np.diff(np.searchsorted(marks, lines.starts)) % 2 == 1
    return odd


def _apart(lines: _Lines, shape: Shape) -> tuple[np.ndarray, _Apart]:
    """Which lines are rows by themselves, and the records of those that are not; empty lines are neither."""
    free = np.diff(lines.starts) > 1
    apart = _Apart([], [])
    odd = np.flatnonzero(_quotes_left_open(lines, shape.quote)).tolist()
    k = 0
    while k < len(odd):
        first = odd[k]
        last = odd[k + 1] if k + 1 < len(odd) and odd[k + 1] - first <= LONGEST_CELL_LINES else first
        last = _one_record(lines, first, last, shape, apart)
        free[first : last + 1] = False
        k += 1 if last == first else 2
    return free, apart


def _one_record(lines: _Lines, first: int, last: int, shape: Shape, apart: _Apart) -> int:
    """Read a line, or it and those up to the one that closes its quotation mark; returns the last line used."""
    for end in dict.fromkeys((first, last)):
        text = lines.text(first, end)
        cells = _strict_cells(text, shape)
        if cells is not None and len(cells) == len(shape.names):
            apart.records.append((first, cells))
            return end
    text = lines.text(first)
    apart.rejected.append((first, _misfit(text, shape), text))
    return first


def _strict_cells(text: str, shape: Shape) -> list[str] | None:
    """Cells of a record; None when a quotation mark is still open at its end."""
    if shape.quote:
        try:
            return next(
                csv.reader(io.StringIO(text), delimiter=shape.delimiter, quotechar=shape.quote, strict=True), []
            )
        except csv.Error as error:
            if "unexpected end" in str(error):
                return None
    return cells_of(text, shape.delimiter, shape.quote)


def _misfit(text: str, shape: Shape) -> str:
    if _strict_cells(text, shape) is None:
        return "a quotation mark is opened and never closed"
    found, expected = len(cells_of(text, shape.delimiter, shape.quote)), len(shape.names)
    if found == expected:
        return "the row cannot be split into cells: a quotation mark within a cell"
    return f"found {found} fields, expected {expected}"


def _marked(lines: _Lines, free: np.ndarray, shape: Shape) -> pl.DataFrame | None:
    """Free lines as columns, with ``line`` and the mark; None when the reader counts rows differently."""
    data = lines.data if bool(free.all()) else _joined(lines, free)
    marked = data.replace(b"\n", (shape.delimiter + _MARK + "\n").encode())
    try:
        frame = _read(marked, shape, (*shape.use, _MARK), more=(_MARK,))
    except pl.exceptions.PolarsError:
        return None
    at = np.flatnonzero(free)
    return frame.with_columns(pl.Series("line", at)) if frame.height == at.size else None


def _joined(lines: _Lines, free: np.ndarray) -> bytes:
    """Text of the free lines alone, run by run."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], free, [False]]).astype(np.int8)))
    runs = zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True)
    return b"".join(lines.data[lines.starts[first] : lines.starts[end]] for first, end in runs)


def _in_order(shape: Shape) -> list[str]:
    """Wanted columns in the order of the file."""
    wanted = set(shape.use)
    return [name for name in shape.names if name in wanted]


def _frame(apart: _Apart, shape: Shape) -> pl.DataFrame:
    places = {name: shape.names.index(name) for name in _in_order(shape)}
    columns = {name: [cells[at] or None for _, cells in apart.records] for name, at in places.items()}
    schema = {"line": pl.Int64} | dict.fromkeys(places, pl.String)
    return pl.DataFrame({"line": [line for line, _ in apart.records]} | columns, schema=schema)


def _rejected_frame(rejected: list[tuple[int, str, str]], first_line: int, label: str) -> pl.DataFrame:
    rows = [(label, first_line + at, None, reason, text[:_LONGEST_TEXT]) for at, reason, text in rejected]
    return pl.DataFrame(rows, schema=REJECTED_SCHEMA, orient="row").sort("line")
