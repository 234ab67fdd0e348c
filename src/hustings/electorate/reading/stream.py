"""A text file as pieces of bounded size: unpacked, in UTF-8, cut at line ends."""

from __future__ import annotations

import codecs
import gzip
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, NamedTuple

import numpy as np

from hustings.electorate.reading.files import TextFile
from hustings.errors import InputError

LONGEST_CELL_LINES = 50
"""A cell with more lines than this is a quotation mark that nobody closed."""

_LONGEST_ROW = 1 << 20

_MAGIC = (
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook", "save the sheet as CSV"),
    (b"PAR1", "a Parquet file", "write it as CSV"),
    (b"%PDF", "a PDF", "copy its table into a CSV"),
    (b"<!DOCTYPE", "a web page", "download the file itself, not the page that shows it"),
    (b"<html", "a web page", "download the file itself, not the page that shows it"),
)
_DAMAGED = (zipfile.BadZipFile, gzip.BadGzipFile, EOFError, zlib.error)


class Piece(NamedTuple):
    """Some whole lines of a file.

    Attributes
    ----------
    data : bytes
        UTF-8 text; ends with a line end, except perhaps the last piece.
    line : int
        Number of its first line in the file, from 1.
    remark : str
        What people should know about the text; mostly empty.
    """

    data: bytes
    line: int
    remark: str = ""


def pieces(file: TextFile, *, encoding: str, quote: str, block_bytes: int) -> Iterator[Piece]:
    """Pieces of a text file, each of about `block_bytes` bytes.

    Parameters
    ----------
    file : TextFile
        Plain, gzip or a member of a zip.
    encoding : str
        Of a file without a byte order mark whose bytes are not UTF-8: "utf-8" (then Windows-1252 is tried),
        "latin-1" or "windows-1252".
    quote : str
        Quotation mark within which a line end does not end a line; empty for none.
    block_bytes : int
        Size of a piece. Memory in use is a small multiple of it.

    Raises
    ------
    InputError
        The file cannot be read, is damaged, or is no text.
    """
    with _opened(file) as stream:
        first_line = 1
        for data in _cut(_utf16_as_utf8(stream, block_bytes, file), quote, block_bytes):
            text, remark = _as_utf8(data, encoding)
            yield Piece(text, first_line, remark)
            first_line += count(data, b"\n")


def count(data: bytes, byte: bytes, end: int | None = None) -> int:
    """How often a byte is there (before `end`); several times faster than ``bytes.count`` where it is frequent."""
    end = len(data) if end is None else end
    if end < 1 << 12:
        return data.count(byte, 0, end)
    array = np.frombuffer(data, dtype=np.uint8)[:end]
    step = 1 << 18  # stays within the cache
    return sum(int(np.count_nonzero(array[at : at + step] == byte[0])) for at in range(0, end, step))


@contextmanager
def _opened(file: TextFile) -> Iterator[IO[bytes]]:
    """Stream of the unpacked bytes; every way in which unpacking fails is told as a damaged file."""
    try:
        if file.member:
            with zipfile.ZipFile(file.path) as archive, archive.open(file.member) as stream:
                yield stream
            return
        with file.path.open("rb") as raw:
            packed = raw.read(2) == b"\x1f\x8b"
            raw.seek(0)
            if packed:
                with gzip.GzipFile(fileobj=raw) as stream:
                    yield stream  # type: ignore[misc]  # reads as any other stream
            else:
                yield raw
    except _DAMAGED as error:
        hint = "download it again; nothing of it should be used"
        raise InputError(f"the archive is damaged or cut off: {error}", file=file.label, hint=hint) from None
    except NotImplementedError as error:
        raise InputError(f"the archive cannot be unpacked here: {error}", file=file.label, hint="unpack it") from None
    except RuntimeError as error:
        # zipfile's way of saying that a password is needed.
        raise InputError(f"the archive cannot be opened: {error}", file=file.label, hint="unpack it first") from None
    except OSError as error:
        raise InputError(f"the file cannot be read: {error}", file=file.label) from None


def _utf16_as_utf8(stream: IO[bytes], block_bytes: int, file: TextFile) -> Iterator[bytes]:
    """Chunks of the stream, the byte order mark gone and UTF-16 rewritten in UTF-8."""
    chunk = stream.read(block_bytes)
    for magic, what, hint in _MAGIC:
        if chunk[: len(magic)].lower() == magic.lower():
            raise InputError(f"this is {what}, not a text file", file=file.label, hint=hint)
    if not chunk.startswith((b"\xff\xfe", b"\xfe\xff")):
        chunk = chunk.removeprefix(codecs.BOM_UTF8)
        while chunk:
            yield chunk
            chunk = stream.read(block_bytes)
        return
    decoder = codecs.getincrementaldecoder("utf-16")()
    try:
        while chunk:
            yield decoder.decode(chunk).encode()
            chunk = stream.read(block_bytes)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        raise InputError(f"the UTF-16 text is damaged: {error}", file=file.label, hint="export it again") from None


def _cut(chunks: Iterator[bytes], quote: str, block_bytes: int) -> Iterator[bytes]:
    """Chunks regrouped so that each ends where a row ends; only the last may lack its line end."""
    rest = b""
    for chunk in chunks:
        data = rest + chunk if rest else chunk
        end = _row_end(data, quote)
        # A line longer than a piece: go on reading, up to a point.
        if end == 0 and len(data) < max(4 * block_bytes, _LONGEST_ROW):
            rest = data
            continue
        end = end or len(data)
        yield data[:end]
        rest = data[end:]
    if rest:
        yield rest


def _row_end(data: bytes, quote: str) -> int:
    """Where the last whole row ends: after a line end that is not within quotation marks; 0 when there is none."""
    end = data.rfind(b"\n") + 1
    if not quote or end == 0:
        return end
    open_quote = count(data, quote.encode(), end) % 2 == 1
    at = end
    for _ in range(LONGEST_CELL_LINES):
        if not open_quote:
            return at
        before = data.rfind(b"\n", 0, at - 1) + 1
        if before == 0:
            return 0
        open_quote ^= data.count(quote.encode(), before, at) % 2 == 1
        at = before
    # No cell is that long: a stray mark, which the row it stands in answers for.
    return end


def _as_utf8(data: bytes, encoding: str) -> tuple[bytes, str]:
    """Bytes in UTF-8. What is valid UTF-8 is taken for it, whatever the layout says: no accented Latin-1 text is."""
    if data.isascii():
        return data, ""
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        if encoding == "latin-1":
            return _latin1_as_utf8(data), ""
        remark = "" if encoding != "utf-8" else f"not UTF-8 ({error.reason}): read as Windows-1252"
        return data.decode("cp1252", errors="replace").encode(), remark
    return data, ""


def _latin1_as_utf8(data: bytes) -> bytes:
    """Latin-1 in UTF-8; every byte from 128 on becomes two."""
    array = np.frombuffer(data, dtype=np.uint8)
    at = _accented(array)
    if at.size > len(data) // 20:
        return data.decode("latin-1").encode()
    # Few letters have accents: copying what lies between them is five times faster than decoding it all.
    high = array[at]
    lead = (0xC0 | (high >> 6)).tobytes()
    trail = (0x80 | (high & 0x3F)).tobytes()
    parts: list[bytes] = []
    done = 0
    view = memoryview(data)
    for k, position in enumerate(at.tolist()):
        parts += (view[done:position], lead[k : k + 1], trail[k : k + 1])  # type: ignore[arg-type]
        done = position + 1
    parts.append(view[done:])  # type: ignore[arg-type]
    return b"".join(parts)


def _accented(array: np.ndarray) -> np.ndarray:
    """Positions of the bytes from 128 on, looked for eight bytes at a time."""
    whole = len(array) // 8 * 8
    words = array[:whole].view(np.uint64)
    step = 1 << 15  # stays within the cache
    high = np.uint64(0x8080808080808080)
    found = [at + np.flatnonzero(words[at : at + step] & high) for at in range(0, len(words), step)]
    near = (np.concatenate([*found, np.empty(0, dtype=np.int64)])[:, None] * 8 + np.arange(8)).ravel()
    near = np.concatenate([near, np.arange(whole, len(array))]).astype(np.int64)
    return near[array[near] >= 0x80]
