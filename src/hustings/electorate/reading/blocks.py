"""Any file of a layout as blocks of text columns under the layout's names, bad rows apart."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from hustings.electorate.layouts import HeaderError, Layout, match_header
from hustings.electorate.layouts.header import looks_like_header
from hustings.electorate.layouts.parameters import check_parameters
from hustings.electorate.reading.files import TextFile, text_files
from hustings.electorate.reading.rows import Shape, cells_of, split_rows
from hustings.electorate.reading.stream import Piece, pieces
from hustings.errors import InputError

BLOCK_BYTES = 24 << 20
"""Text read at a time: some 45,000 rows of a wide voter file; larger blocks only cost memory."""


@dataclass(frozen=True)
class RawBlock:
    """Some rows of a file, as text.

    Attributes
    ----------
    frame : pl.DataFrame
        Columns that the layout uses, under the layout's names, and those of its wide history; all text, an
        empty cell null. Optional columns that the file lacks are there and null.
    line : pl.Series
        Number of each row's line in the file, from 1 (Int64).
    file : str
        Name of the file.
    rejected : pl.DataFrame
        Rows that could not be split into cells: ``file, line, column, reason, text``.
    remarks : tuple[str, ...]
        What people should know about the file.
    """

    frame: pl.DataFrame
    line: pl.Series
    file: str
    rejected: pl.DataFrame
    remarks: tuple[str, ...] = ()


def read_blocks(
    files: str | Path | Iterable[str | Path],
    layout: Layout,
    *,
    block_bytes: int = BLOCK_BYTES,
    parameters: Mapping[str, str] | None = None,
) -> Iterator[RawBlock]:
    """Read files block by block, in bounded memory.

    Plain, gzip and zip files are read as they come, folders by the layout's file names; with or without byte
    order mark, UTF-16, CRLF. Files are looked at when this is called, their text as the blocks are taken.

    Parameters
    ----------
    files : path or several
        Files or folders of one load.
    layout : Layout
        How they are laid out.
    block_bytes : int
        Text read at a time; memory in use is a small multiple of it.
    parameters : Mapping[str, str] or None
        What the layout needs to be told.

    Returns
    -------
    Iterator[RawBlock]
        At least one block per file that has any row.

    Raises
    ------
    InputError
        No such file, a damaged archive (perhaps only while iterating), files of different dates, a header that
        is not the layout's (`HeaderError`), an empty file.
    ConfigError
        A parameter is missing or unknown.
    """
    check_parameters(layout, parameters or {})
    found = text_files(files, layout)
    return _all_blocks(found, layout, block_bytes)


def _all_blocks(found: Iterable[TextFile], layout: Layout, block_bytes: int) -> Iterator[RawBlock]:
    for file in found:
        yield from _blocks(file, layout, block_bytes)


def _blocks(file: TextFile, layout: Layout, block_bytes: int) -> Iterator[RawBlock]:
    shape: Shape | None = None
    for piece in pieces(file, encoding=layout.encoding, quote=layout.quote, block_bytes=block_bytes):
        body = piece
        if shape is None:
            found = _begin(piece, layout, file.label)
            if found is None:
                continue
            shape, body = found
        rows = split_rows(body, shape)
        if rows.line.is_empty() and rows.rejected.is_empty():
            continue
        remarks = (piece.remark,) if piece.remark else ()
        yield RawBlock(_completed(rows.frame, layout), rows.line, file.label, rows.rejected, remarks)
    if shape is None:
        raise InputError("the file is empty", file=file.label, hint=f"expected {layout.title}")


def _begin(piece: Piece, layout: Layout, label: str) -> tuple[Shape, Piece] | None:
    """Shape of a file by its first line with text in it, and the piece from its first row on."""
    data, skipped = piece.data, 0
    while data:
        end = data.find(b"\n") + 1 or len(data)
        first = data[:end].decode("utf-8", errors="replace").rstrip("\r\n")
        if first.strip():
            break
        data, skipped = data[end:], skipped + 1
    else:
        return None
    delimiter = max(layout.delimiters, key=first.count)
    cells = cells_of(first, delimiter, layout.quote)
    named = layout.header == "yes" or (layout.header == "maybe" and looks_like_header(cells, layout))
    names = match_header(cells, layout, file=label) if named else _unnamed(cells, layout, label)
    if named:
        data, skipped = data[end:], skipped + 1
    used = set(layout.used_columns) | set(layout.election_columns(names))
    use = tuple(name for name in names if name in used)
    return Shape(label, names, use, delimiter, layout.quote), Piece(data, piece.line + skipped, data.count(b"\n"))


def _unnamed(cells: list[str], layout: Layout, label: str) -> tuple[str, ...]:
    """Names of the columns of a file without a header; its first row must have all of them."""
    if len(cells) != len(layout.columns):
        message = f"the first row has {len(cells)} fields; the layout {layout.name!r} has {len(layout.columns)}"
        raise InputError(message, file=label, row=1, hint="another layout is meant, or the source changed its columns")
    if looks_like_header(cells, layout):
        raise InputError("the file has a header; expected none", file=label, row=1, hint='set: header = "maybe"')
    return layout.columns


def _completed(frame: pl.DataFrame, layout: Layout) -> pl.DataFrame:
    lacking = [name for name in layout.used_columns if name not in frame.columns]
    return frame.with_columns(pl.lit(None, dtype=pl.String).alias(name) for name in lacking) if lacking else frame


__all__ = ["BLOCK_BYTES", "HeaderError", "RawBlock", "read_blocks"]
