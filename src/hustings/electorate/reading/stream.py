"""A text file as pieces of bounded size: unpacked, in UTF-8, cut at line ends."""

from __future__ import annotations

import codecs
import gzip
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, NamedTuple, Protocol

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


class Readable(Protocol):
    """What text is read from."""

    def readinto(self, buffer: memoryview, /) -> int:
        """Fill the buffer as far as there is text; 0 at the end."""


class Piece(NamedTuple):
    """Some whole lines of a file.

    Attributes
    ----------
    data : bytes
        UTF-8 text; ends with a line end, except perhaps the last piece.
    line : int
        Number of its first line in the file, from 1.
    n_ends : int
        Line ends in it.
    remark : str
        What people should know about the text; mostly empty.
    """

    data: bytes
    line: int
    n_ends: int
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
        for data in _cut(_unmarked(stream, file), quote, block_bytes, file):
            text, remark = _as_utf8(data, encoding)
            n_ends = count(data, b"\n")
            yield Piece(text, first_line, n_ends, remark)
            first_line += n_ends


def count(data: bytes | bytearray, byte: bytes, end: int | None = None) -> int:
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


class _FromUtf16:
    """A UTF-16 stream (with its mark at the front) as UTF-8."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._decoder = codecs.getincrementaldecoder("utf-16")()
        self._rest = b""

    def readinto(self, buffer: memoryview, /) -> int:
        place = buffer
        while not self._rest:
            chunk = self._stream.read(len(place))
            self._rest = self._decoder.decode(chunk, final=not chunk).encode()
            if not chunk:
                break
        n = min(len(place), len(self._rest))
        place[:n] = self._rest[:n]
        self._rest = self._rest[n:]
        return n


def _unmarked(stream: IO[bytes], file: TextFile) -> Readable:
    """Stream behind its byte order mark; one of UTF-16 as UTF-8."""
    front = stream.read(16)
    for magic, what, hint in _MAGIC:
        if front[: len(magic)].lower() == magic.lower():
            raise InputError(f"this is {what}, not a text file", file=file.label, hint=hint)
    wide = front.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    stream.seek(len(codecs.BOM_UTF8) if front.startswith(codecs.BOM_UTF8) else 0)
    return _FromUtf16(stream) if wide else stream  # type: ignore[return-value]  # every stream opened here can


def _cut(stream: Readable, quote: str, block_bytes: int, file: TextFile) -> Iterator[bytes]:
    """Text in parts that end where a row ends; only the last may lack its line end."""
    buffer = bytearray(block_bytes)
    filled = 0
    while True:
        try:
            n = stream.readinto(memoryview(buffer)[filled:])
        except UnicodeDecodeError as error:
            raise InputError(f"the UTF-16 text is damaged: {error}", file=file.label, hint="export it again") from None
        filled += n
        if n and filled < len(buffer):
            continue
        if not n:
            break
        end = _row_end(buffer, quote)
        if end == 0 and len(buffer) < max(4 * block_bytes, _LONGEST_ROW):
            # A row longer than a part: go on reading, up to a point.
            buffer += bytes(len(buffer))
            continue
        end = end or filled
        yield bytes(memoryview(buffer)[:end])
        rest = buffer[end:filled]
        buffer = buffer if len(buffer) == block_bytes else bytearray(max(block_bytes, len(rest) + 1))
        buffer[: len(rest)] = rest
        filled = len(rest)
    if filled:
        yield bytes(memoryview(buffer)[:filled])


def _row_end(data: bytearray, quote: str) -> int:
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
    """Text in UTF-8. What is valid UTF-8 is taken for it, whatever the layout says: no accented Latin-1 text is."""
    if data.isascii():
        return data, ""
    array = np.frombuffer(data, dtype=np.uint8)
    at = _accented(array)
    if _is_utf8(array[at], at):
        return data, ""
    if encoding != "latin-1":
        remark = "not UTF-8: read as Windows-1252" if encoding == "utf-8" else ""
        return data.decode("cp1252", errors="replace").encode(), remark
    if at.size > len(data) // 20:
        return data.decode("latin-1").encode(), ""
    return _latin1_as_utf8(data, array, at), ""


def _is_utf8(high: np.ndarray, at: np.ndarray) -> bool:
    """Whether the bytes from 128 on (and where they stand) make UTF-8; the others always do."""
    apart = np.flatnonzero(np.diff(at) > 1) + 1
    try:
        np.insert(high, apart, ord(" ")).tobytes().decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _latin1_as_utf8(data: bytes, array: np.ndarray, at: np.ndarray) -> bytes:
    """Latin-1 in UTF-8: each byte from 128 on (they are `at`) becomes two.

    Few letters have accents: copying what lies between them is faster than decoding it all.
    """
    high = array[at]
    lead = (0xC0 | (high >> 6)).tobytes()
    trail = (0x80 | (high & 0x3F)).tobytes()
    parts: list[bytes | memoryview] = []
    done = 0
    view = memoryview(data)
    for k, position in enumerate(at.tolist()):
        parts += (view[done:position], lead[k : k + 1], trail[k : k + 1])
        done = position + 1
    parts.append(view[done:])
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
