"""A run of voters as arrays, texts by their codes: what a kernel reads without making a frame of it.

Making a polars enum of codes looks at each of them, which for twenty columns costs as much as reading the voters.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import polars as pl
from numpy.typing import NDArray


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
class Piece:
    """Voters in columns.

    Parameters
    ----------
    columns : mapping
        Name -> values, all of one length: numbers as a series, texts as :class:`Coded`.
    height : int
        Voters.
    """

    columns: Mapping[str, pl.Series | Coded]
    height: int

    def __getitem__(self, name: str) -> pl.Series | Coded:
        """A column."""
        return self.columns[name]

    @property
    def schema(self) -> dict[str, pl.DataType]:
        """Types of the columns, as the frame has them."""
        return {
            name: values.kind if isinstance(values, Coded) else values.dtype for name, values in self.columns.items()
        }

    def frame(self) -> pl.DataFrame:
        """The same as a frame."""
        return pl.DataFrame(
            [
                values.series(name) if isinstance(values, Coded) else values.alias(name)
                for name, values in self.columns.items()
            ]
        )


def is_level(column: pl.Series | Coded, level: str) -> NDArray[np.bool_]:
    """Who has a level of a text, shape (n,); nobody where it is not known or not a level of it."""
    if isinstance(column, Coded):
        return column.is_level(level)
    if isinstance(column.dtype, pl.Enum) and level not in column.dtype.categories:
        return np.zeros(len(column), dtype=np.bool_)
    return np.asarray((column == level).fill_null(value=False).to_numpy(), dtype=np.bool_)
