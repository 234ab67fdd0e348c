"""First pass over a voter file: code each block and lay it aside by county, names sealed under a key of this moment.

A state's file comes in any order and is larger than memory; what is laid aside can be fetched county by county. The
names' key is made for this load and forgotten with it: a load that is killed leaves nothing that can be read.
"""

from __future__ import annotations

import io
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import polars as pl

from hustings.store.sealed import table_bytes

BUCKET_ROWS = 400_000
"""Voters sorted together; memory of the second pass is a few times this."""


class SealedHeap:
    """Pieces of tables on disk, sealed under a key that is never written."""

    def __init__(self, path: Path) -> None:
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        self._key = AESGCM(AESGCM.generate_key(256))
        self._path = path
        self._stream = path.open("wb")
        self._pieces: list[tuple[int, int]] = []

    def put(self, rows: pl.DataFrame) -> int:
        """Lay a piece aside; returns its number."""
        number = len(self._pieces)
        sealed = self._key.encrypt(number.to_bytes(12, "big"), table_bytes(rows, compressed=False), None)
        self._pieces.append((self._stream.tell(), len(sealed)))
        self._stream.write(sealed)
        return number

    def get(self, number: int) -> pl.DataFrame:
        """Fetch a piece."""
        first, size = self._pieces[number]
        with self._path.open("rb") as stream:
            data = os.pread(stream.fileno(), size, first)
        return pl.read_ipc(io.BytesIO(self._key.decrypt(number.to_bytes(12, "big"), data, None)))

    def close(self) -> None:
        """No more pieces are put."""
        self._stream.close()


@dataclass
class Spill:
    """What was laid aside of one state."""

    folder: Path
    heap: SealedHeap
    pieces: list[tuple[int, int, int, int, int]] = field(default_factory=list)
    """(county, file of coded rows, first row in it, rows, piece of identities), in the order of the source."""
    ids: list[np.ndarray] = field(default_factory=list)
    precinct_rows: dict[tuple[int, int], int] = field(default_factory=dict)
    n_files: int = 0
    rows: int = 0

    def put(self, coded: pl.DataFrame, identities: pl.DataFrame) -> None:
        """Lay a block aside: coded rows (with `county`, `precinct`, `voter_id`), identities in the same order."""
        if not coded["county"].is_sorted():
            order = coded["county"].arg_sort()
            coded, identities = coded[order], identities[order]
        path = self.folder / f"{self.n_files:06d}.arrow"
        coded.rechunk().write_ipc(path, compression="uncompressed")
        for county, first, rows in runs(coded["county"]):
            piece = self.heap.put(identities.slice(first, rows))
            self.pieces.append((county, self.n_files, first, rows, piece))
        counts = coded.group_by("county", "precinct").len()
        for county, precinct, rows in counts.iter_rows():
            self.precinct_rows[county, precinct] = self.precinct_rows.get((county, precinct), 0) + rows
        self.ids.append(coded["voter_id"].to_numpy())
        self.n_files += 1
        self.rows += coded.height

    def duplicated(self) -> np.ndarray:
        """Ids that occur more than once, sorted."""
        ids = np.sort(np.concatenate(self.ids)) if self.ids else np.zeros(0, np.int64)
        self.ids = []
        return np.unique(ids[1:][ids[1:] == ids[:-1]])

    def fetch(self, counties: Sequence[int]) -> Iterator[tuple[pl.DataFrame, pl.DataFrame]]:
        """Coded rows and identities of some counties, in the order of the source."""
        wanted = set(counties)
        for county, file, first, rows, piece in self.pieces:
            if county in wanted:
                coded = pl.scan_ipc(self.folder / f"{file:06d}.arrow").slice(first, rows).collect()
                yield coded, self.heap.get(piece)


def runs(values: pl.Series) -> list[tuple[int, int, int]]:
    """Runs of equal neighbours: (value, first row, rows)."""
    if values.len() == 0:
        return []
    numbers = values.to_numpy()
    starts = np.concatenate([[0], np.flatnonzero(numbers[1:] != numbers[:-1]) + 1])
    rows = np.diff(np.concatenate([starts, [len(numbers)]]))
    return [(int(numbers[s]), int(s), int(n)) for s, n in zip(starts, rows, strict=True)]


@dataclass(frozen=True)
class Bucket:
    """Precincts that are sorted together; `counties` they lie in."""

    counties: tuple[int, ...]
    precincts: tuple[int, ...]
    whole: bool
    """Whether the bucket holds its counties whole."""


def buckets(rows: dict[tuple[int, int], int], rank: dict[int, int]) -> list[Bucket]:
    """Cut precincts, in the order of their rank, into buckets of some `BUCKET_ROWS` voters.

    Parameters
    ----------
    rows : dict
        (county, precinct) -> voters.
    rank : dict
        Precinct -> place in the order of the file.
    """
    ordered = sorted(rows, key=lambda pair: (rank[pair[1]], pair))
    groups: list[list[tuple[int, int]]] = []
    size = BUCKET_ROWS + 1
    for pair in ordered:
        if size + rows[pair] > BUCKET_ROWS:
            groups.append([])
            size = 0
        groups[-1].append(pair)
        size += rows[pair]
    of_county: dict[int, int] = {}
    for county, _ in rows:
        of_county[county] = of_county.get(county, 0) + 1
    found = []
    for group in groups:
        counties = tuple(dict.fromkeys(county for county, _ in group))
        whole = len(group) == sum(of_county[county] for county in counties)
        found.append(Bucket(counties, tuple(precinct for _, precinct in group), whole))
    return found
