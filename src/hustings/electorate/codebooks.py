"""Codebooks: small signed numbers for values of few kinds, the same number for the same value in every load."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from hustings.errors import StoreError
from hustings.store.columns import polars_schema
from hustings.tables import CODEBOOKS

OF_A_STATE = frozenset(
    {
        "county",
        "precinct",
        "congressional_district",
        "state_senate_district",
        "state_house_district",
        "municipality",
    }
)
"""Books whose values mean something within their state only."""
_LARGEST = {"int8": 127, "int16": 32_767, "int32": 2**31 - 1}


class Codebooks:
    """All codes of a campaign. Codes count from 0 in the order in which values were first met, never reused."""

    def __init__(self, frame: pl.DataFrame | None = None) -> None:
        self._codes: dict[tuple[str, str | None], dict[str, int]] = {}
        self._next: dict[str, int] = {}
        self._frame: pl.DataFrame | None = None
        self._rows: list[tuple[str, int, str | None, str | None, str]] = []
        if frame is not None:
            for row in frame.select(CODEBOOKS.column_names).iter_rows():
                self._add(*row)
        self.n_saved = len(self._rows)

    @property
    def changed(self) -> bool:
        """Whether there are codes that were not saved yet."""
        return len(self._rows) > self.n_saved

    def _add(self, book: str, code: int, state: str | None, county: str | None, value: str) -> None:
        key = f"{county}\x1f{value}" if county is not None else value
        self._codes.setdefault((book, state), {})[key] = code
        self._next[book] = max(self._next.get(book, 0), code + 1)
        self._rows.append((book, code, state, county, value))

    def encode(self, values: pl.Series, book: str, *, state: str | None = None, storage: str = "int32") -> pl.Series:
        r"""Codes of values, new ones added in alphabetical order.

        Parameters
        ----------
        values : pl.Series
            Text; for precincts ``county + "\x1f" + precinct``.
        book : str
            Name of the book.
        state : str, optional
            The state, for a book that belongs to one.
        storage : str
            Type the code must fit.

        Returns
        -------
        pl.Series
            Int32 codes, null where the value is null.

        Raises
        ------
        StoreError
            More kinds of values than the type can number: the column holds something else than it should.
        """
        scope = state if book in OF_A_STATE else None
        known = self._codes.setdefault((book, scope), {})
        distinct = values.drop_nulls().unique()
        new = sorted(value for value in distinct.to_list() if value not in known)
        if self._next.get(book, 0) + len(new) > _LARGEST[storage]:
            raise StoreError(
                f"{book} has more than {_LARGEST[storage]:,} different values, for example {new[0]!r}",
                hint="is the right column read as this one? see the layout",
            )
        for value in new:
            county, mark, own = value.rpartition("\x1f")
            self._add(book, self._next.get(book, 0), scope, county if mark else None, own)
        if distinct.len() == 0:
            return pl.Series(values.name, [None] * len(values), dtype=pl.Int32)
        return values.replace_strict(
            distinct, pl.Series([known[value] for value in distinct.to_list()], dtype=pl.Int32), default=None
        ).cast(pl.Int32)

    def frame(self, book: str | None = None, state: str | None = None) -> pl.DataFrame:
        """Codes as a table; of one book, of one state."""
        frame = self._frame
        if frame is None or frame.height < len(self._rows):
            frame = pl.DataFrame(self._rows, schema=polars_schema(CODEBOOKS.columns), orient="row")
            self._frame = frame
        if book is not None:
            frame = frame.filter(pl.col("book") == book)
        if state is not None:
            frame = frame.filter((pl.col("state") == state) | pl.col("state").is_null())
        return frame

    def codes(self, book: str, value: str) -> list[int]:
        """Every code of a value: a county's name may stand in several states."""
        return [row[1] for row in self._rows if row[0] == book and row[4] == value]

    def values(self, book: str) -> list[str]:
        """Distinct values of a book, in order of their codes."""
        return list(dict.fromkeys(row[4] for row in self._rows if row[0] == book))


def read_codebooks(path: Path | None) -> Codebooks:
    """Read codebooks; empty ones where there are none yet."""
    return Codebooks(pl.read_parquet(path) if path is not None else None)
