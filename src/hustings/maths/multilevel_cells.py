"""Cells of a multilevel regression: their predictor, likelihood and information, with one-hot blocks never written out.

Cell ``i`` has the row ``z_i = (x_i, e_{j_1(i)}, ..., e_{j_T(i)})``: fixed columns and one indicator for each random term.
``Z' D Z`` for a diagonal ``D`` is therefore a table of sums by pairs of levels, and ``z_i' V z_i`` a sum of look-ups. Most
entries of the table are empty (a race and a state against another state), and many pairs of terms divide the cells alike (race
and state; race x state and race), so each division is summed once, into the entries that exist.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from hustings.errors import InputError

Array = NDArray[np.float64]
Index = NDArray[np.int64]


class Division(NamedTuple):
    """A division of the cells into groups, with the entries of ``Z' D Z`` that are its groups' sums.

    Parameters
    ----------
    group : (cell,) int array
    n_groups : int
    entries, mirrored : (pair of terms, group) int arrays
        Places in the flattened table, below and above the diagonal.
    """

    group: Index
    n_groups: int
    entries: Index
    mirrored: Index


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
    def _divisions(self) -> list[Division]:
        """Pairs of terms, those that divide the cells alike together."""
        found: dict[bytes, tuple[Index, list[tuple[Index, Index]]]] = {}
        for s, t in itertools.combinations(range(len(self.levels)), 2):
            codes = self.index[s] * self.levels[t] + self.index[t]
            kinds, first, group = np.unique(codes, return_index=True, return_inverse=True)
            # Groups in the order of their first cells: the same division has the same numbers, whatever its codes.
            order = np.argsort(first, kind="stable")
            place = np.empty_like(order)
            place[order] = np.arange(len(order))
            group = place[group]
            of_s, of_t = divmod(kinds[order], self.levels[t])
            left, right, wide = self.starts[s] + of_s, self.starts[t] + of_t, self.n_columns
            found.setdefault(group.tobytes(), (group, []))[1].append((right * wide + left, left * wide + right))
        return [
            Division(group, len(pairs[0][0]), *(np.stack(side) for side in zip(*pairs, strict=True)))
            for group, pairs in found.values()
        ]

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
        flat = found.reshape(-1)
        for division in self._divisions:
            sums = np.bincount(division.group, weights, division.n_groups)
            flat[division.entries] = sums
            flat[division.mirrored] = sums
        return found

    def quadratic(self, matrix: Array) -> Array:
        """``z_i' M z_i`` of every cell for a (column, column) matrix, symmetric or not: (cell,)."""
        n_fixed = self.fixed.shape[1]
        found = np.einsum("if,fg,ig->i", self.fixed, matrix[:n_fixed, :n_fixed], self.fixed, optimize=True)
        crossed = matrix[:n_fixed] + matrix[:, :n_fixed].T
        diagonal = np.diag(matrix)
        for column in self.columns:
            found += diagonal[column]
            for f in range(n_fixed):
                found += self.fixed[:, f] * crossed[f][column]
        flat = np.ascontiguousarray(matrix).reshape(-1)
        for division in self._divisions:
            both = flat[division.entries] + flat[division.mirrored]
            found += both.sum(axis=0)[division.group]
        return np.asarray(found)
