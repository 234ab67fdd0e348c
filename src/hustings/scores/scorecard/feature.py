"""From a voter's value to a bin: cut points for numbers, a list of levels for texts."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np
import polars as pl

from hustings.errors import InputError

MISSING = 0
"""Bin of a voter whose value is not known."""


@dataclass(frozen=True)
class Feature:
    """How one column of a feature frame is binned.

    Bin 0 holds missing values. Numbers: bin ``i + 1`` holds values from cut ``i - 1`` (inclusive) to cut ``i``
    (exclusive). Texts: bin ``i + 1`` holds level ``i``; the last bin holds levels that were not there when the model was
    fitted.

    Parameters
    ----------
    name : str
        Column of the feature frame.
    cuts : tuple of float
        Ascending cut points of a number; empty for a text.
    levels : tuple of str
        Levels of a text; empty for a number.
    meaning : str
        What the feature is, for people; the name where empty.
    unit : str
        Unit of a number.
    """

    name: str
    cuts: tuple[float, ...] = ()
    levels: tuple[str, ...] = ()
    meaning: str = ""
    unit: str = ""

    @property
    def is_text(self) -> bool:
        """Whether the column holds texts."""
        return bool(self.levels)

    @property
    def n_bins(self) -> int:
        """Bins, the one for missing values (and a text's for unseen levels) among them."""
        return len(self.levels) + 2 if self.is_text else len(self.cuts) + 2

    def bin_names(self) -> list[str]:
        """What each bin holds, for people."""
        if self.is_text:
            return ["not known", *self.levels, "other"]
        if not self.cuts:
            return ["not known", "any"]
        edges = [f"{cut:g}" for cut in self.cuts]
        inner = [f"{low} to under {high}" for low, high in itertools.pairwise(edges)]
        return ["not known", f"under {edges[0]}", *inner, f"{edges[-1]} and over"]

    def bins(self, column: pl.Series) -> np.ndarray:
        """Bin of each value, shape (n,), int64.

        Raises
        ------
        InputError
            A number was expected and the column holds texts, or the other way round.
        """
        if self.is_text:
            if column.dtype.is_numeric():
                raise InputError(f"the feature {self.name} holds numbers, and the model was fitted to texts")
            return self._text_bins(column)
        if not (column.dtype.is_numeric() or column.dtype in {pl.Boolean, pl.Null}):
            raise InputError(f"the feature {self.name} holds texts, and the model was fitted to numbers")
        values = column.cast(pl.Float64).fill_null(float("nan")).to_numpy()
        found = np.searchsorted(np.asarray(self.cuts, dtype=float), values, side="right") + 1
        return np.where(np.isnan(values), MISSING, found)

    def _text_bins(self, column: pl.Series) -> np.ndarray:
        place = {level: i + 1 for i, level in enumerate(self.levels)}
        other = len(self.levels) + 1
        # Each distinct text is looked up once.
        if not isinstance(column.dtype, pl.Enum):
            column = column.cast(pl.String)
            column = column.cast(pl.Enum(column.drop_nulls().unique().sort()))
        assert isinstance(column.dtype, pl.Enum)
        names = column.dtype.categories.to_list()
        codes = column.to_physical().cast(pl.Int64).fill_null(len(names)).to_numpy()
        table = np.array([*(place.get(name, other) for name in names), MISSING], dtype=np.int64)
        return np.asarray(table[codes])
