"""Files of text in a layout's encoding, in zips whose bytes depend on nothing but their content."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import IO, Any, Self

import polars as pl

from hustings.electorate.synthetic.formats.block import Part

ZIP_LEVEL = 1
_ZIP_DAY = (2016, 1, 1, 0, 0, 0)


class Files:
    """Open files of one folder; rows are added part by part.

    Parameters
    ----------
    folder : Path
        Where they are written.
    separator, quote, header, encoding
        How a table becomes text: `quote` puts every field in double quotes.
    """

    def __init__(self, folder: Path, *, separator: str, quote: bool, header: bool, encoding: str) -> None:
        self.folder = folder
        self.separator, self.quote, self.header, self.encoding = separator, quote, header, encoding
        self._zips: dict[str, zipfile.ZipFile] = {}
        self._streams: dict[tuple[str, str], IO[bytes]] = {}
        self._spools: dict[tuple[str, str], Path] = {}
        folder.mkdir(parents=True, exist_ok=True)

    def add(self, part: Part) -> None:
        """Add rows to a file, with a header when they are its first."""
        key = (part.file, part.member)
        first = key not in self._streams
        if first:
            self._streams[key] = self._open(*key)
        data = encode(
            part.table, self.separator, quote=self.quote, header=self.header and first, encoding=self.encoding
        )
        self._streams[key].write(data)

    def _open(self, file: str, member: str) -> IO[bytes]:
        """Open a plain file, the only member of a zip, or a file beside that becomes one of many members."""
        path = self.folder / file
        if not member:
            return path.open("wb")
        if file not in self._zips:
            self._zips[file] = zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=ZIP_LEVEL)
            return self._zips[file].open(_member(member), "w", force_zip64=True)
        spool = self.folder / f".{file}.{len(self._spools)}.spool"
        self._spools[file, member] = spool
        return spool.open("wb")

    def close(self) -> None:
        """Finish every file; members that were written beside go into their zip."""
        for stream in self._streams.values():
            stream.close()
        for (file, member), spool in self._spools.items():
            with spool.open("rb") as source, self._zips[file].open(_member(member), "w", force_zip64=True) as target:
                while piece := source.read(1 << 20):
                    target.write(piece)
            spool.unlink()
        for archive in self._zips.values():
            archive.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _member(name: str) -> zipfile.ZipInfo:
    """Entry of a zip that carries no clock."""
    info = zipfile.ZipInfo(name, _ZIP_DAY)
    info.compress_type = zipfile.ZIP_DEFLATED
    info._compresslevel = ZIP_LEVEL  # type: ignore[attr-defined]  # noqa: SLF001 (public only from Python 3.13)
    return info


def encode(table: pl.DataFrame, separator: str, *, quote: bool, header: bool, encoding: str) -> bytes:
    """Text of a table; a letter that the encoding lacks becomes a question mark, as it does in the offices."""
    text: Any = table.write_csv(
        None,
        separator=separator,
        include_header=header,
        quote_style="always" if quote else ("never" if separator != "," else "necessary"),
    )
    if encoding == "utf-16":
        # One byte order mark at the head of the file, none between parts.
        mark = b"\xff\xfe" if header else b""
        return mark + str(text).encode("utf-16-le")
    return str(text).encode(encoding, errors="replace")


class ParquetParts:
    """A Parquet file, written part by part."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._writer: Any = None

    def add(self, table: pl.DataFrame) -> None:
        """Add rows; the first part says the columns."""
        from pyarrow import parquet

        arrow = table.to_arrow()
        if self._writer is None:
            self._writer = parquet.ParquetWriter(self.path, arrow.schema, compression="zstd")
        self._writer.write_table(arrow)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._writer is not None:
            self._writer.close()
