"""Shares or means of many questions in many columns at once, with the covariances that tests between columns need.

With ``a`` the influence of the respondents on one share, its variance is that of ``E(w a) - P Q'a``
(:mod:`hustings.maths.linearised`). ``a`` of a ratio is ``(g y - share g b) / sum(w g b)`` with ``g`` membership of the
column and ``b`` of the base, so everything follows from a few weighted sums of ``g y`` and ``g b``: one matrix product for
each set of respondents who are in the same columns, however many columns and questions there are.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, hstack
from scipy.special import ndtr

from hustings.maths.linearised import Linearisation

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]
Codes = NDArray[np.int64]

DENSE_UP_TO = 300
"""Columns up to which a full matrix is multiplied faster than a sparse one."""


@dataclass(frozen=True)
class CrosstabResult:
    """Rows are answers, columns are groups, which may overlap.

    Parameters
    ----------
    shares : (row, col) array
        Shares, 0-1, or means; NaN where nobody is in the base.
    covariance : (row, col, col) array
        Covariance of a row's estimates in two columns; 0 where one is NaN.
    n_unweighted : (row, col) int array
        Interviews in the base.
    n_weighted, n_effective : (row, col) arrays
        Sum of their weights; Kish's effective number.
    """

    shares: Array
    covariance: Array
    n_unweighted: Codes
    n_weighted: Array
    n_effective: Array

    @property
    def se(self) -> Array:
        """(row, col) standard errors; NaN where the share is."""
        variance = np.einsum("rcc->rc", self.covariance)
        return np.where(np.isnan(self.shares), np.nan, np.sqrt(np.maximum(variance, 0.0)))


@dataclass(frozen=True)
class Rows:
    """Answers to tabulate, prepared once for all banners (:func:`make_rows`).

    Parameters
    ----------
    stacked : (respondent, row + base) array
        The outcomes, then the bases.
    base_of : (row,) int array
        Which base a row has.
    numeric : (row,) bool array
        Rows that are numbers, not 0 and 1.
    squares : (respondent, numeric row) array
        Their squares.
    """

    stacked: Array
    base_of: Codes
    numeric: Flags
    squares: Array


def make_rows(outcomes: Array, bases: Flags | None = None, base_of: Codes | None = None) -> Rows:
    """Prepare answers for :func:`crosstab`.

    Parameters
    ----------
    outcomes : (respondent, row) array
        1 for who gave the answer, else 0; or numbers, for a mean. Taken as 0 outside the base.
    bases : (respondent, base) bool array or None
        Who was asked; None: everybody.
    base_of : (row,) int array or None
        Which base a row has; None: all have the only one.
    """
    counted = np.ones((len(outcomes), 1)) if bases is None else bases.astype(np.float64)
    of = np.zeros(outcomes.shape[1], dtype=np.int64) if base_of is None else base_of
    inside = outcomes if bases is None else np.where(bases[:, of], outcomes, 0.0)
    numeric = ((inside != 0.0) & (inside != 1.0)).any(axis=0)
    return Rows(np.hstack([inside, counted]), of, numeric, inside[:, numeric] ** 2)


@dataclass(frozen=True)
class Sums:
    """What is needed of the respondents, prepared once for all banners.

    Parameters
    ----------
    M : (respondent, k) array, sparse where it is wide
        Columns to multiply with: ``rank`` of ``c w P``, ``rank`` of the right side, one a stratum (``w``), and ``1``,
        ``w``, ``w^2`` and ``c w^2``.
    last : (respondent,) array
        ``c w^2``.
    middle, inner : (rank, rank) arrays
        Of the linearisation; and ``P'GP`` with ``G`` the centring within strata.
    means : (stratum, rank) array
        ``n / (n - 1)`` times the mean of ``P`` in the stratum.
    share : (stratum,) array
        Root of ``1 / (n - 1)``.
    """

    M: Array | csr_array
    last: Array
    middle: Array
    inner: Array
    means: Array
    share: Array


def prepare(linearisation: Linearisation) -> Sums:
    """Prepare a weighting for :func:`crosstab`; one for all banners and questions."""
    at, w, left = linearisation.rows, linearisation.weights, linearisation.left
    size, factor, n = linearisation.sizes, linearisation.factors, len(linearisation.weights)
    own = linearisation.strata[at]
    last = factor[own] * w**2
    totals = linearisation.stratum_sums(left)
    inner = (left.T @ left.multiply(factor[linearisation.strata, None])).toarray()
    inner -= totals.T @ (totals * (factor / size)[:, None])
    parts = [
        left[at].multiply((factor[own] * w)[:, None]),
        linearisation.right,
        csr_array((w, (np.arange(n), own)), shape=(n, len(size))),
        csr_array(np.stack([np.ones(n), w, w**2, last], axis=1)),
    ]
    wide = csr_array(hstack(parts))
    M = wide.toarray() if wide.shape[1] <= DENSE_UP_TO else wide
    return Sums(M, last, linearisation.middle, inner, totals * (factor / size)[:, None], np.sqrt(factor / size))


def crosstab(rows: Rows, groups: Flags, sums: Sums) -> CrosstabResult:
    """Estimate every row in every column.

    Parameters
    ----------
    rows : Rows
        The answers (:func:`make_rows`).
    groups : (respondent, col) bool array
        Who is in which column; a column of True is the total. Columns may overlap.
    sums : Sums
        The weighting (:func:`prepare`).
    """
    kinds, kind = _kinds(groups)
    atoms = _atoms(sums.M, rows.stacked, kind, len(kinds))
    n_rows, of = len(rows.base_of), rows.base_of
    columns = np.tensordot(kinds.T, atoms, axes=1).transpose(0, 2, 1)
    y, b = columns[:, :n_rows], columns[:, n_rows:][:, of]
    count, n_weighted, squared = b[:, :, -4], b[:, :, -3], b[:, :, -2]
    there = n_weighted > 0
    scale = np.divide(1.0, n_weighted, out=np.zeros_like(n_weighted), where=there)
    theta = y[:, :, -3] * scale
    covariance = _low_rank((y - theta[:, :, None] * b) * scale[:, :, None], sums)
    covariance += _squares(rows, atoms[:, -1], kinds, kind, sums.last, theta.T, scale.T)
    n_effective = np.divide(n_weighted**2, squared, out=np.zeros_like(squared), where=there)
    shares = np.where(there, theta, np.nan)
    return CrosstabResult(shares.T, covariance, np.rint(count).astype(np.int64).T, n_weighted.T, n_effective.T)


def _squares(rows: Rows, own: Array, kinds: Array, kind: Codes, weight: Array, theta: Array, scale: Array) -> Array:
    """Sum of squared influences of those who are in both columns, (row, col, col).

    ``own`` (set, row + base) is ``c w^2`` times answers and bases; ``theta`` and ``scale`` are (row, col).
    """
    n_rows = len(rows.base_of)
    second = own[:, :n_rows].copy()
    if rows.numeric.any():
        order = np.eye(len(kinds))[kind] * weight[:, None]
        second[:, rows.numeric] = order.T @ rows.squares
    pair = kinds[:, :, None] * kinds[:, None, :]
    yy, yb, bb = (
        np.tensordot(part.T, pair, axes=1) for part in (second, own[:, :n_rows], own[:, n_rows:][:, rows.base_of])
    )
    one, other = theta[:, :, None], theta[:, None, :]
    return np.asarray((yy - (one + other) * yb + one * other * bb) * scale[:, :, None] * scale[:, None, :])


def _kinds(groups: Flags) -> tuple[Array, Codes]:
    """Sets of respondents who are in the same columns: (set, col) 0 and 1, and the set of each respondent."""
    code = np.zeros(len(groups), dtype=np.int64)
    first = np.zeros(1, dtype=np.int64)
    for column in groups.T:
        code = 2 * code + column
        if code.max() >= 1 << 20:
            code = np.unique(code, return_inverse=True)[1].astype(np.int64)
    _, first, kind = np.unique(code, return_index=True, return_inverse=True)
    return groups[first].astype(np.float64), kind


def _atoms(M: Array | csr_array, values: Array, kind: Codes, n_kinds: int) -> Array:
    """``M'values`` of each set of respondents who are in the same columns: (set, k, value)."""
    if n_kinds == 1:
        return np.asarray(M.T @ values)[None]
    order = np.argsort(kind, kind="stable")
    ends = np.cumsum(np.bincount(kind, minlength=n_kinds))
    M, values = M[order], values[order]
    return np.stack([np.asarray(M[a:z].T @ values[a:z]) for a, z in zip([0, *ends[:-1]], ends, strict=True)])


def _low_rank(moves: Array, sums: Sums) -> Array:
    """Everything of the covariance but the sum of squares: (row, col, col) from (col, row, k)."""
    k, n_strata = len(sums.inner), len(sums.share)
    by_row = moves.transpose(1, 0, 2)
    strata = by_row[:, :, 2 * k : 2 * k + n_strata]
    t = by_row[:, :, :k] - strata @ sums.means
    q = by_row[:, :, k : 2 * k] @ sums.middle.T
    s = strata * sums.share
    cross = (t - 0.5 * (q @ sums.inner)) @ q.transpose(0, 2, 1)
    return np.asarray(-s @ s.transpose(0, 2, 1) - cross - cross.transpose(0, 2, 1))


def column_tests(result: CrosstabResult) -> tuple[Array, Array]:
    """Test every column against every other, in each row.

    Right for columns that share respondents (the total, overlapping groups) and for weighting that ties disjoint columns
    together, since the covariance is part of it.

    Returns
    -------
    (row, col, col) arrays
        ``z`` of first minus second column, NaN where there is nothing to compare; two-sided ``p``.
    """
    variance = np.einsum("rcc->rc", result.covariance)
    spread = variance[:, :, None] + variance[:, None, :] - 2.0 * result.covariance
    apart = result.shares[:, :, None] - result.shares[:, None, :]
    # Below rounding, two columns are the same people.
    sure = spread > 1e-12 * np.maximum(variance[:, :, None], variance[:, None, :]) + 1e-300
    # Empty columns are NaN already; some processors say so aloud.
    with np.errstate(invalid="ignore"):
        z = np.divide(apart, np.sqrt(np.where(sure, spread, 1.0)), out=np.full_like(apart, np.nan), where=sure)
    z = np.where(np.isnan(apart), np.nan, z)
    return z, 2.0 * ndtr(-np.abs(z))
