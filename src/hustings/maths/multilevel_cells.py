"""Cells of a multilevel regression: their predictor, likelihood and information, with one-hot blocks never written out.

Cell ``i`` has the row ``z_i = (x_i, e_{j_1(i)}, ..., e_{j_T(i)})``: fixed columns and one indicator for each random term.
``Z' D Z`` for a diagonal ``D`` is therefore a table of sums by pairs of levels, and ``z_i' V z_i`` a sum of look-ups.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from hustings.errors import InputError

Array = NDArray[np.float64]
Index = NDArray[np.int64]


@dataclass(frozen=True)
class Cells:
    """People who are alike in every predictor, with how many chose what.

    Parameters
    ----------
    counts : (cell, option) array
        How many chose each option, >= 0; fractions where answers are weighted. The last option is the reference.
    fixed : (cell, column) array
        Columns with coefficients of their own, the intercept's 1 among them.
    index : tuple of (cell,) int arrays
        Level of each random term.
    levels : tuple of int
        Levels of each random term.

    Raises
    ------
    InputError
        Shapes or levels contradict each other, or a count is negative or not finite.
    """

    counts: Array
    fixed: Array
    index: tuple[Index, ...]
    levels: tuple[int, ...]

    def __post_init__(self) -> None:
        n_cells = len(self.counts)
        if self.counts.ndim != 2 or self.counts.shape[1] < 2:
            raise InputError(f"counts are {self.counts.shape}, expected (cells, options) with at least two options")
        if not (np.isfinite(self.counts).all() and (self.counts >= 0.0).all()):
            raise InputError("a count is negative or not a number, expected counts of 0 and more")
        if len(self.index) != len(self.levels) or self.fixed.shape[0] != n_cells:
            raise InputError("cells, fixed columns and random terms differ in length")
        for j, (index, levels) in enumerate(zip(self.index, self.levels, strict=True)):
            if len(index) != n_cells or (n_cells and (index.min() < 0 or index.max() >= levels)):
                raise InputError(f"random term {j} has a level outside 0-{levels - 1}, or not one for each cell")

    @property
    def n_contrasts(self) -> int:
        """Options but the reference."""
        return int(self.counts.shape[1]) - 1

    @property
    def n_columns(self) -> int:
        """Fixed columns and levels of all terms."""
        return int(self.fixed.shape[1]) + sum(self.levels)

    @cached_property
    def totals(self) -> Array:
        """Answers in each cell, (cell,)."""
        return np.asarray(self.counts.sum(axis=1))

    @cached_property
    def starts(self) -> tuple[int, ...]:
        """First column of each random term."""
        return tuple(itertools.accumulate(self.levels, initial=self.fixed.shape[1]))[:-1]

    @cached_property
    def columns(self) -> tuple[Index, ...]:
        """Column of each random term's indicator that is 1, a (cell,) array each."""
        return tuple(start + index for start, index in zip(self.starts, self.index, strict=True))

    @cached_property
    def _pairs(self) -> list[tuple[int, int, Index]]:
        pairs = itertools.combinations(range(len(self.levels)), 2)
        return [(s, t, self.index[s] * self.levels[t] + self.index[t]) for s, t in pairs]

    def predictor(self, coefficients: Array) -> Array:
        """``Z B``: (column, contrast) to (cell, contrast)."""
        eta = self.fixed @ coefficients[: self.fixed.shape[1]]
        for column in self.columns:
            eta += coefficients[column]
        return np.asarray(eta)

    def transposed(self, values: Array) -> Array:
        """``Z' A``: (cell, contrast) to (column, contrast)."""
        sums = np.empty((self.n_columns, values.shape[1]))
        sums[: self.fixed.shape[1]] = self.fixed.T @ values
        for start, index, levels in zip(self.starts, self.index, self.levels, strict=True):
            for k in range(values.shape[1]):
                sums[start : start + levels, k] = np.bincount(index, values[:, k], levels)
        return sums

    def cross(self, weights: Array) -> Array:
        """``Z' diag(w) Z``: (cell,) to (column, column)."""
        n_fixed = self.fixed.shape[1]
        found = np.zeros((self.n_columns, self.n_columns))
        weighted = self.fixed * weights[:, None]
        found[:n_fixed, :n_fixed] = self.fixed.T @ weighted
        for start, index, levels in zip(self.starts, self.index, self.levels, strict=True):
            block = slice(start, start + levels)
            found[block, block][np.diag_indices(levels)] = np.bincount(index, weights, levels)
            for f in range(n_fixed):
                found[f, block] = found[block, f] = np.bincount(index, weighted[:, f], levels)
        for s, t, both in self._pairs:
            rows, cols = self.levels[s], self.levels[t]
            table = np.bincount(both, weights, rows * cols).reshape(rows, cols)
            left, right = (slice(self.starts[j], self.starts[j] + self.levels[j]) for j in (s, t))
            found[left, right] = table
            found[right, left] = table.T
        return found

    def quadratic(self, matrix: Array) -> Array:
        """``z_i' M z_i`` of every cell for a (column, column) matrix, symmetric or not: (cell,)."""
        n_fixed = self.fixed.shape[1]
        found = np.einsum("if,fg,ig->i", self.fixed, matrix[:n_fixed, :n_fixed], self.fixed, optimize=True)
        both = matrix + matrix.T
        for j, column in enumerate(self.columns):
            found += matrix[column, column]
            found += (self.fixed * both[:n_fixed].T[column]).sum(axis=1)
            for other in self.columns[j + 1 :]:
                found += both[column, other]
        return np.asarray(found)
