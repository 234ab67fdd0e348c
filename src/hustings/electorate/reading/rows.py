"""Whole lines of text into columns: all at once where every row fits, with care where one does not."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import polars as pl

from hustings.electorate.reading.stream import LONGEST_CELL_LINES, Piece

REJECTED_SCHEMA = {
    "file": pl.String,
    "line": pl.Int64,
    "column": pl.String,
    "reason": pl.String,
    "text": pl.String,
}
"""Columns of the rows set aside: where they stood, why, and what was there."""

_MARK = "\x01"
_FEW = 64
"""So many lines are read one by one rather than looked into further."""
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
    frame = _all_at_once(piece, shape)
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


def _all_at_once(piece: Piece, shape: Shape) -> pl.DataFrame | None:
    """Columns of the lines, or None when one of them does not fit."""
    data, n_lines = piece.data, piece.n_ends
    if b"\r" in data:
        data = data.replace(b"\r\n", b"\n")
    if not data.endswith(b"\n"):
        data, n_lines = data + b"\n", n_lines + 1
    frame = _read_marked(data, shape)
    if frame is None or frame.height != n_lines or not (frame[_MARK] == _MARK).all(ignore_nulls=False):
        return None
    return frame.drop(_MARK)


def _read_marked(data: bytes, shape: Shape) -> pl.DataFrame | None:
    """Columns of the lines and, last, the mark; None when the reader stumbles.

    The reader fills short rows up and cuts long ones off without a word, so a mark is set at the end of every
    line and read as one column more: a row that is short or long does not have it there.
    """
    marked = data.replace(b"\n", (shape.delimiter + _MARK + "\n").encode())
    names = (*shape.names, _MARK)
    wanted = {*shape.use, _MARK}
    try:
        return pl.read_csv(
            marked,
            has_header=False,
            schema=dict.fromkeys(names, pl.String),
            columns=[at for at, name in enumerate(names) if name in wanted],
            separator=shape.delimiter,
            quote_char=shape.quote or None,
            null_values=[""],  # an empty cell within quotation marks is as empty as any
            truncate_ragged_lines=True,
            raise_if_empty=False,
        )
    except pl.exceptions.PolarsError:
        return None


def _with_care(piece: Piece, shape: Shape) -> Rows:
    """Rows of lines among which some do not fit; those in which a quotation mark stays open are read one by one."""
    lines = _lines_of(piece.data)
    free, apart = _apart(lines, shape)
    frames = [_fitting(found, lines, shape, apart) for found in _marked(lines, np.flatnonzero(free), shape, apart)]
    frame = pl.concat([*frames, _frame(apart, shape)]).sort("line")
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
    width = len(shape.names)
    for end in dict.fromkeys((first, last)):
        text = lines.text(first, end)
        cells = _strict_cells(text, shape)
        if cells is None or (end > first and _swallows_rows(lines, first, end, shape)):
            continue
        if len(cells) == width:
            apart.records.append((first, cells))
        else:
            apart.rejected.append((first, f"found {len(cells)} fields, expected {width}", text))
        return end
    apart.rejected.append((first, "a quotation mark is opened and never closed", lines.text(first)))
    return first


def _swallows_rows(lines: _Lines, first: int, last: int, shape: Shape) -> bool:
    """Whether what lies between an opening and a closing mark are rows: then both are stray."""
    between = [lines.text(at) for at in range(first + 1, last)]
    width = len(shape.names)
    # Two or three cells may stand in a line of a note; five are a row.
    return (
        width >= 5 and bool(between) and all(len(cells_of(t, shape.delimiter, shape.quote)) == width for t in between)
    )


def _strict_cells(text: str, shape: Shape) -> list[str] | None:
    """Cells of a record; None when a quotation mark is still open at its end, or closes in mid-cell."""
    if not shape.quote:
        return text.split(shape.delimiter)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=shape.delimiter, quotechar=shape.quote, strict=True)
    try:
        return next(reader, [])
    except csv.Error as error:
        if "unexpected end" in str(error) or "\n" in text:
            return None
    return cells_of(text, shape.delimiter, shape.quote)


def _marked(lines: _Lines, at: np.ndarray, shape: Shape, apart: _Apart) -> Iterator[pl.DataFrame]:
    """Columns of the lines `at`, with ``line`` and the mark; where the reader stumbles, by ever smaller parts."""
    frame = _read_marked(_joined(lines, at), shape)
    if frame is not None and frame.height == at.size:
        yield frame.with_columns(pl.Series("line", at, dtype=pl.Int64))
    elif at.size <= _FEW:
        for line in at.tolist():
            _one_record(lines, line, line, shape, apart)
    else:
        for part in np.array_split(at, 2):
            yield from _marked(lines, part, shape, apart)


def _fitting(found: pl.DataFrame, lines: _Lines, shape: Shape, apart: _Apart) -> pl.DataFrame:
    """Rows with the mark where it belongs; the others are set aside."""
    fits = (found[_MARK] == _MARK).fill_null(value=False)
    for line in found["line"].filter(~fits).to_list():
        text = lines.text(line)
        cells = cells_of(text, shape.delimiter, shape.quote)
        apart.rejected.append((line, f"found {len(cells)} fields, expected {len(shape.names)}", text))
    return found.filter(fits).select("line", *_in_order(shape))


def _joined(lines: _Lines, at: np.ndarray) -> bytes:
    """Text of some lines, run by run."""
    if at.size == len(lines.starts) - 1:
        return lines.data
    breaks = np.flatnonzero(np.diff(at) > 1) + 1
    runs = (run for run in np.split(at, breaks) if run.size)
    return b"".join(lines.data[lines.starts[run[0]] : lines.starts[run[-1] + 1]] for run in runs)


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
