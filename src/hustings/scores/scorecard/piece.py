"""A run of voters as arrays, texts by their codes: what a kernel reads without making a frame of it.

Making a polars enum of codes looks at each of them, which for twenty columns costs as much as reading the voters.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from hustings.errors import InputError


@dataclass(frozen=True)
class Coded:
    """A text of n voters.

    Parameters
    ----------
    codes : array of unsigned int, shape (n,)
        Place of each text among the levels; their number where it is not known.
    kind : pl.Enum
        The levels.
    """

    codes: NDArray[np.unsignedinteger]
    kind: pl.Enum

    @cached_property
    def levels(self) -> list[str]:
        """What the codes stand for."""
        return [str(level) for level in self.kind.categories]

    def is_level(self, level: str) -> NDArray[np.bool_]:
        """Who has a level, shape (n,)."""
        if level not in self.levels:
            return np.zeros(len(self.codes), dtype=np.bool_)
        return np.asarray(self.codes == self.levels.index(level))

    def series(self, name: str) -> pl.Series:
        """The texts as an enum, null where they are not known."""
        wide = self.codes.astype(np.uint32)
        places = pl.Series([*range(len(self.levels)), None], dtype=pl.UInt32).cat.to(self.kind)
        return places.gather(wide).alias(name)


@dataclass(frozen=True)
class Indexed:
    """A number of n voters that takes few values: what it means for a model is found once for each value.

    Parameters
    ----------
    codes : array of int, shape (n,)
        Place of each voter's value; places beyond the values mean the last one, below them the first.
    values : pl.Series
        Numbers, null where not known.
    """

    codes: NDArray[np.integer]
    values: pl.Series

    def take(self, table: NDArray[np.generic]) -> NDArray[Any]:
        """What a table, a place a value, holds for each voter."""
        return np.asarray(np.take(table, self.codes, mode="clip"))

    def series(self, name: str) -> pl.Series:
        """The numbers."""
        places = np.clip(self.codes, 0, len(self.values) - 1).astype(np.uint32)
        return self.values.gather(places).alias(name)


Values = pl.Series | Coded | Indexed


@dataclass(frozen=True)
class Piece:
    """Voters in columns.

    Parameters
    ----------
    columns : mapping
        Name -> values, all of one length: texts as :class:`Coded`, numbers as :class:`Indexed` or a series.
    height : int
        Voters.
    """

    columns: Mapping[str, Values]
    height: int

    def __getitem__(self, name: str) -> Values:
        """A column."""
        return self.columns[name]

    @property
    def schema(self) -> dict[str, pl.DataType]:
        """Types of the columns, as the frame has them."""
        return {name: _kind(values) for name, values in self.columns.items()}

    def frame(self) -> pl.DataFrame:
        """The same as a frame."""
        return pl.DataFrame(
            [
                values.alias(name) if isinstance(values, pl.Series) else values.series(name)
                for name, values in self.columns.items()
            ]
        )


def _kind(values: Values) -> pl.DataType:
    if isinstance(values, Coded):
        return values.kind
    return values.values.dtype if isinstance(values, Indexed) else values.dtype


def is_level(column: Values, level: str) -> NDArray[np.bool_]:
    """Who has a level of a text, shape (n,); nobody where it is not known or not a level of it.

    Raises
    ------
    InputError
        The column holds numbers.
    """
    if isinstance(column, Coded):
        return column.is_level(level)
    if isinstance(column, Indexed) or column.dtype.is_numeric():
        raise InputError(f"a model holds for the level {level!r} of a column of numbers", hint="levels are of texts")
    if isinstance(column.dtype, pl.Enum) and level not in column.dtype.categories:
        return np.zeros(len(column), dtype=np.bool_)
    return np.asarray((column == level).fill_null(value=False).to_numpy(), dtype=np.bool_)
