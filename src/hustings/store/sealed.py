"""Sealed files: a table in chunks, each opened on its own.

::

    HUSTVLT1 | chunk 0 | chunk 1 | ... | end of each chunk | number of chunks | rows
"""

from __future__ import annotations

import io
import struct
from itertools import pairwise
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np
import polars as pl

from hustings.errors import StoreError
from hustings.store.vault import Vault

CHUNK_ROWS = 16_384
"""Rows sealed together: one voter is found by opening one chunk."""
_MAGIC = b"HUSTVLT1"


class VaultWriter:
    """Seals a table chunk by chunk as it comes.

    Parameters
    ----------
    vault : Vault
        The opened vault.
    name : str
        Path of the file within the store; part of what is sealed.
    path : Path
        Where to write.
    """

    def __init__(self, vault: Vault, name: str, path: Path) -> None:
        self._vault, self._name = vault, name
        path.parent.mkdir(parents=True, exist_ok=True)
        self._stream = path.open("wb")
        self._stream.write(_MAGIC)
        self._ends: list[int] = []
        self._waiting: list[pl.DataFrame] = []
        self._n_waiting = 0
        self.rows = 0

    def append(self, rows: pl.DataFrame) -> None:
        """Add rows; a chunk is sealed when it is full."""
        self.rows += rows.height
        self._waiting.append(rows)
        self._n_waiting += rows.height
        if self._n_waiting >= CHUNK_ROWS:
            together = pl.concat(self._waiting)
            full = self._n_waiting // CHUNK_ROWS * CHUNK_ROWS
            for first in range(0, full, CHUNK_ROWS):
                self._seal(together.slice(first, CHUNK_ROWS))
            self._waiting, self._n_waiting = [together.slice(full)], self._n_waiting - full

    def _seal(self, rows: pl.DataFrame) -> None:
        sealed = self._vault.seal(self._name, len(self._ends), table_bytes(rows, compressed=True))
        self._stream.write(sealed)
        self._ends.append(self._stream.tell())

    def close(self) -> None:
        """Seal what waits and write the index."""
        if self._n_waiting:
            self._seal(pl.concat(self._waiting))
            self._waiting, self._n_waiting = [], 0
        index = struct.pack(f"<{len(self._ends)}q", *self._ends)
        self._stream.write(index + struct.pack("<qq", len(self._ends), self.rows))
        self._stream.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, err: BaseException | None, tb: TracebackType | None) -> None:
        if kind is None:
            self.close()
        else:
            self._stream.close()


class VaultReader:
    """Opens chunks of a sealed file.

    Raises
    ------
    StoreError
        When the file is missing, cut off or not a vault file.
    """

    def __init__(self, vault: Vault, name: str, path: Path) -> None:
        self._vault, self._name, self._path = vault, name, path
        try:
            with path.open("rb") as stream:
                magic = stream.read(len(_MAGIC))
                stream.seek(-16, 2)
                size = stream.tell()
                count, self.rows = struct.unpack("<qq", stream.read(16))
                if magic != _MAGIC or not 0 <= count * 8 <= size:
                    raise StoreError(f"{path} is no vault file, or is cut off", hint="run `hustings verify`")
                stream.seek(-16 - 8 * count, 2)
                ends = struct.unpack(f"<{count}q", stream.read(8 * count))
                starts = (len(_MAGIC), *ends)
                rising = all(first < end for first, end in pairwise(starts))
                full = (count - 1) * CHUNK_ROWS < self.rows <= count * CHUNK_ROWS
                if not rising or starts[-1] != size - 8 * count or not full:
                    raise StoreError(f"the index of vault file {path} is damaged", hint="run `hustings verify`")
        except OSError as err:
            raise StoreError(f"vault file {path} cannot be read: {err.strerror}", hint="run `hustings verify`") from err
        self._bounds = starts

    def chunk(self, index: int) -> pl.DataFrame:
        """Open one chunk of rows."""
        first, end = self._bounds[index], self._bounds[index + 1]
        with self._path.open("rb") as stream:
            stream.seek(first)
            data = stream.read(end - first)
        return pl.read_ipc(io.BytesIO(self._vault.open(self._name, index, data)))

    def take(self, rows: np.ndarray) -> pl.DataFrame:
        """Rows by their numbers in the file, in the order asked for."""
        if not len(rows):
            return self.chunk(0).clear() if len(self._bounds) > 1 else pl.DataFrame()
        chunks = rows // CHUNK_ROWS
        needed = np.unique(chunks)
        first_at = {int(chunk): k for k, chunk in enumerate(needed)}
        opened = [self.chunk(int(chunk)) for chunk in needed]
        starts = np.concatenate([[0], np.cumsum([df.height for df in opened])])
        places = starts[[first_at[int(c)] for c in chunks]] if len(needed) > 1 else np.zeros(len(rows), np.int64)
        found: pl.DataFrame = pl.concat(opened)[(places + rows % CHUNK_ROWS).tolist()]
        return found


def table_bytes(rows: pl.DataFrame, *, compressed: bool) -> bytes:
    """Give a table as Arrow IPC bytes."""
    sink = io.BytesIO()
    # Texts one after another, not as views: the bytes then depend on the rows alone, not on how they were put together.
    plain = pl.CompatLevel.oldest()
    rows.rechunk().write_ipc(sink, compression="zstd" if compressed else "uncompressed", compat_level=plain)
    return sink.getvalue()
