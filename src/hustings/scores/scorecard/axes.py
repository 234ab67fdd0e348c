"""From columns to places in tables, at the speed of reading them: texts by their codes, numbers by a grid.

A feature that several models cut differently gets all their cuts: :meth:`Axis.bins_of` says which bin of a model's own a place
is. Places are exactly those that :meth:`Feature.bins` would lead to.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import polars as pl
from numpy.typing import NDArray

from hustings.errors import InputError
from hustings.scores.scorecard.feature import MISSING, Feature
from hustings.scores.scorecard.piece import Coded, Indexed, Values

GRID = 4096
"""Cells of the grid over a number's cuts."""
WIDEST = 65_536
"""Whole numbers in so small a range are looked up as they are."""


@dataclass(frozen=True)
class Axis:
    """Places of one feature.

    Parameters
    ----------
    name : str
    kind : polars data type
        Of the column.
    cuts : tuple of float
        Of all models together; for a number.
    levels : tuple of str
        The column's own categories; for a text. Place k is category k, the last one for those not known.
    """

    name: str
    kind: pl.DataType
    cuts: tuple[float, ...] = ()
    levels: tuple[str, ...] | None = None

    @property
    def size(self) -> int:
        """Places."""
        return len(self.cuts) + 2 if self.levels is None else len(self.levels) + 1

    def bins_of(self, feature: Feature) -> NDArray[np.int64]:
        """A model's own bin for each place, shape (size,)."""
        if self.levels is not None:
            return feature.bins(pl.Series([*self.levels, None], dtype=pl.Enum(list(self.levels))))
        # Place k + 1 starts at cut k - 1: its values lie where that cut lies.
        inside = np.searchsorted(np.asarray(feature.cuts), np.asarray(self.cuts), side="right") + 1
        return np.concatenate([[MISSING, 1], inside]).astype(np.int64)

    def places(self, column: Values) -> NDArray[np.unsignedinteger]:
        """Place of each value, shape (n,), small unsigned numbers."""
        if isinstance(column, Coded):
            return column.codes
        if isinstance(column, Indexed):
            return column.take(self.places(column.values))
        if self.levels is not None:
            codes = column.to_physical()
            narrow = pl.UInt8 if self.size <= 256 else pl.UInt16 if self.size <= WIDEST else pl.UInt32
            codes = codes.cast(narrow, strict=False)
            return np.asarray((codes.fill_null(len(self.levels)) if codes.null_count() else codes).to_numpy())
        if self.kind.is_integer() or self.kind == pl.Boolean:
            return self._whole(column)
        return self._number(column)

    @cached_property
    def _narrow(self) -> type[np.unsignedinteger]:
        return np.uint8 if self.size <= 256 else np.uint16

    def _whole(self, column: pl.Series) -> NDArray[np.unsignedinteger]:
        """Whole numbers: shifted to start at 1, 0 for missing, then one look-up."""
        low = int(np.floor(self.cuts[0])) - 1 if self.cuts else 0
        high = int(np.ceil(self.cuts[-1])) + 1 if self.cuts else 0
        if high - low + 2 > WIDEST:
            return self._number(column.cast(pl.Float64))
        values = (
            column if column.dtype == pl.Int64 else column.cast(pl.Int64 if column.dtype == pl.UInt64 else pl.Int32)
        )
        missing = values.null_count() > 0
        numbers = (values.fill_null(0) if missing else values).to_numpy()
        table = (np.searchsorted(np.asarray(self.cuts), np.arange(low, high + 1), side="right") + 1).astype(
            self._narrow
        )
        # Beyond the ends all values are in the outer bins.
        place = np.clip(numbers, low, high) - low
        found: NDArray[np.unsignedinteger] = np.take(table, place.astype(np.uint16), mode="clip")
        if missing:
            found[values.is_null().to_numpy()] = MISSING
        return found

    def _number(self, column: pl.Series) -> NDArray[np.unsignedinteger]:
        """Numbers: the grid's cell says how many cuts lie below it, one comparison does the rest."""
        wide = column.dtype == pl.Float64
        x = column.cast(pl.Float64 if wide else pl.Float32).fill_null(float("nan")).to_numpy()
        grid = self._grids[wide]
        if grid is None:
            found = (np.searchsorted(np.asarray(self.cuts), x.astype(float), side="right") + 1).astype(self._narrow)
        else:
            low, scale, below, cut = grid
            cell = _cells(x, low, scale)
            found = np.take(below, cell, mode="clip") + (x >= np.take(cut, cell, mode="clip"))
        empty = np.isnan(x)
        if empty.any():
            found[empty] = MISSING
        return found

    @cached_property
    def _grids(
        self,
    ) -> dict[bool, tuple[np.floating, np.floating, NDArray[np.unsignedinteger], NDArray[np.floating]] | None]:
        return {wide: self._grid(np.float64 if wide else np.float32) for wide in (False, True)}

    def _grid(
        self, kind: type[np.floating]
    ) -> tuple[np.floating, np.floating, NDArray[np.unsignedinteger], NDArray[np.floating]] | None:
        """None where two cuts share a cell."""
        exact = np.asarray(self.cuts, dtype=np.float64)
        cuts = exact.astype(kind)
        # x >= cut holds for the same x when the cut is the next number of the type that is not below it.
        cuts = np.where(cuts.astype(np.float64) < exact, np.nextafter(cuts, kind(np.inf)), cuts)
        if len(cuts) < 2 or not cuts[-1] > cuts[0]:
            return None
        low, scale = cuts[0], kind((GRID - 2) / (cuts[-1] - cuts[0]))
        cells = _cells(cuts, low, scale).astype(np.int64)
        if len(np.unique(cells)) < len(cells):
            return None
        below = (np.searchsorted(cells, np.arange(GRID), side="left") + 1).astype(self._narrow)
        cut = np.full(GRID, np.inf, dtype=kind)
        cut[cells] = cuts
        return low, scale, below, cut


def _cells(x: NDArray[np.floating], low: np.floating, scale: np.floating) -> NDArray[np.uint16]:
    """Cell of each number: it never falls as the number rises, whatever the rounding."""
    place = x - low
    place *= scale
    place += 1
    np.clip(place, 0, GRID - 1, out=place)
    with np.errstate(invalid="ignore"):
        return place.astype(np.uint16)


def axis_of(name: str, kind: pl.DataType, features: Sequence[Feature]) -> Axis:
    """The places of a column that some models cut in their own ways.

    Raises
    ------
    InputError
        Texts are no enums, or numbers were expected.
    """
    if isinstance(kind, pl.Enum):
        if not all(feature.is_text for feature in features):
            raise InputError(f"the feature {name} holds texts, and the model was fitted to numbers")
        return Axis(name, kind, levels=tuple(kind.categories.to_list()))
    if not (kind.is_numeric() or kind == pl.Boolean) or any(feature.is_text for feature in features):
        raise InputError(f"the feature {name} is {kind}, expected an enum for texts and a number for numbers")
    return Axis(name, kind, cuts=tuple(sorted({cut for feature in features for cut in feature.cuts})))
