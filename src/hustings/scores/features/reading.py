"""A state's voters in slot order, piece by piece: the base with its delta laid over, sidecars beside, codes as texts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import polars as pl
from numpy.typing import NDArray

from hustings.electorate.query.vocabulary import Vocabulary
from hustings.electorate.state import StateReader
from hustings.scores.scorecard import Coded
from hustings.tables import BALLOTS


@dataclass(frozen=True)
class SlotReader:
    """Reads runs of slots of one state.

    Parameters
    ----------
    words : Vocabulary
        The snapshot and its codebooks.
    state : str
    """

    words: Vocabulary
    state: str

    @cached_property
    def reader(self) -> StateReader:
        """What reads the state's files."""
        return StateReader(self.words.snapshots, self.words.manifest.states[self.state])

    @cached_property
    def _delta(self) -> pl.DataFrame | None:
        delta = self.reader.delta()
        return None if delta is None else delta.sort("slot")

    def rows(self, start: int, stop: int, columns: Sequence[str]) -> pl.DataFrame:
        """Stored columns of the slots from `start` to before `stop`, in slot order; gone voters too."""
        wanted = list(columns)
        base = (
            pl.scan_parquet(self.reader.path(self.reader.files.base))
            .slice(start, stop - start)
            .select(wanted)
            .collect()
        )
        delta = self._delta
        if delta is None:
            return base
        slots = delta["slot"]
        first, last = slots.search_sorted(start), slots.search_sorted(stop)
        if last == first:
            return base
        # Row k of the piece is the base's, or the delta's row that stands for its slot.
        place = np.arange(stop - start)
        place[slots[first:last].to_numpy() - start] = base.height + np.arange(last - first)
        return pl.concat([base, delta[first:last].select(wanted)])[place]

    def ballots(self, start: int, stop: int, words: Sequence[str]) -> pl.DataFrame:
        """Words of ballots of the same slots; 0 where none are known."""
        file = self.reader.files.sidecars.get(BALLOTS.name)
        empty = pl.DataFrame({word: np.zeros(stop - start, dtype=np.int64) for word in words})
        if file is None or not words:
            return empty
        found = pl.scan_parquet(self.reader.path(file)).slice(start, stop - start)
        there = [word for word in words if word in found.collect_schema().names()]
        bits = found.select(there).collect()
        bits = bits.with_columns(empty[: bits.height].select(word for word in words if word not in there))
        return pl.concat([bits.select(words), empty[bits.height :]])

    def texts(self, column: str, codes: pl.Series) -> Coded:
        """Codes as texts: the same levels for every state."""
        table, values = self._book(column)
        if codes.null_count():
            codes = codes.cast(pl.Int32).fill_null(len(table))
        return Coded(np.take(table, codes.to_numpy(), mode="clip"), values)

    def _book(self, column: str) -> tuple[NDArray[np.unsignedinteger], pl.Enum]:
        known = self._books.get(column)
        if known is None:
            known = self._books[column] = self._read_book(column)
        return known

    @cached_property
    def _books(self) -> dict[str, tuple[NDArray[np.unsignedinteger], pl.Enum]]:
        return {}

    def _read_book(self, column: str) -> tuple[NDArray[np.unsignedinteger], pl.Enum]:
        """Level of each stored code, and after the last code that of what is not known."""
        book = self.words.books.frame(self.words.book(column)).unique("code", keep="last").sort("code")
        if column == "county":
            book = book.with_columns(value=pl.col("state") + " " + pl.col("value"))
        values = book["value"].unique().sort()
        place = {value: k for k, value in enumerate(values.to_list())}
        largest = book["code"].max()
        places = [len(values)] * ((largest if isinstance(largest, int) else 0) + 2)
        for code, value in book.select("code", "value").iter_rows():
            places[code] = place[value]
        narrow = np.uint8 if len(values) < 256 else np.uint16 if len(values) < 65_536 else np.uint32
        return np.array(places, dtype=narrow), pl.Enum(values)
