"""Bootstrap replicates of everybody asked, with every step of the weighting done again in each.

Rao & Wu (1988): of a stratum of n units n - 1 are drawn with replacement and count n / (n - 1) times.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from hustings.maths.calibration import rake_many
from hustings.maths.propensity import refit_propensity
from hustings.survey.weighting.calibration import Cells, fit_cells
from hustings.survey.weighting.nonresponse import Nonresponse
from hustings.survey.weighting.spec import WeightingSpec

Array = NDArray[np.float64]
Codes = NDArray[np.int64]


def multiplicities(strata: Codes, n_replicates: int, rng: np.random.Generator) -> Array:
    """How often each unit counts in each replicate: (replicate, unit), mean 1 in every stratum."""
    times = np.zeros((n_replicates, len(strata)), dtype=np.float64)
    order = np.argsort(strata, kind="stable")
    ends = np.cumsum(np.bincount(strata))
    shift = np.arange(n_replicates)[:, None]
    for start, end in zip([0, *ends[:-1]], ends, strict=True):
        n = int(end - start)
        if n < 2:
            times[:, order[start:end]] = 1.0
            continue
        drawn = rng.integers(n, size=(n_replicates, n - 1)) + shift * n
        counts = np.bincount(drawn.ravel(), minlength=n_replicates * n).reshape(n_replicates, n)
        times[:, order[start:end]] = counts * (n / (n - 1.0))
    return times


def replicate_weights(
    base: Array,
    strata: Codes,
    nonresponse: Nonresponse | None,
    cells: Cells | None,
    spec: WeightingSpec,
    rng: np.random.Generator,
) -> Array:
    """Weights of each interview in each replicate: (row, replicate), mean 1.

    Parameters
    ----------
    base : (row,) array
        Base weights.
    strata : (asked,) int array
        Strata of everybody asked; of the interviews where nobody else is known.
    nonresponse, cells
        The steps, as they were done for the whole sample.
    """
    times = multiplicities(strata, spec.replicates, rng)
    drawn = times if nonresponse is None else times[:, nonresponse.rows]
    weights = drawn * base
    if nonresponse is not None:
        weights *= _factors(times, nonresponse)
    weights *= len(base) / weights.sum(axis=1, keepdims=True)
    if cells is not None:
        weights = _calibrated(weights, cells, spec)
    if spec.trim is not None:
        weights = _trimmed(weights, drawn, cells, spec)
    return np.ascontiguousarray(weights.T, dtype=np.float64)


def _factors(times: Array, nonresponse: Nonresponse) -> Array:
    """Inverse chances to answer, fitted to each replicate: (replicate, row)."""
    n_cells = len(nonresponse.Z)
    rows = nonresponse.rows
    asked = times @ _membership(nonresponse.cells, n_cells)
    answered = times[:, rows] @ _membership(nonresponse.cells[rows], n_cells)
    fit = refit_propensity(nonresponse.Z, asked, answered, nonresponse.precision, nonresponse.fit)
    return np.asarray((1.0 / np.maximum(fit.chances, nonresponse.floor))[:, nonresponse.cells[rows]])


def _calibrated(weights: Array, cells: Cells, spec: WeightingSpec) -> Array:
    sums = np.asarray(weights @ _membership(cells.of, len(cells.codes[0])))
    if spec.method == "calibration":
        fitted = np.zeros_like(sums)
        for at, one in enumerate(sums):
            # A cell that was not drawn has no weight to start from; a trace of one keeps Newton's matrix whole.
            fitted[at] = fit_cells(cells, np.maximum(one, 1e-9), spec).weights
    else:
        whole = float(weights.shape[1])
        fitted = rake_many(cells.codes, [share * whole for share in cells.shares], sums).weights
    factor = np.divide(fitted, sums, out=np.zeros_like(sums), where=sums > 0)
    return np.asarray(weights * factor[:, cells.of])


def _trimmed(weights: Array, drawn: Array, cells: Cells | None, spec: WeightingSpec) -> Array:
    """Limits hold per time that somebody was drawn; three rounds are enough for a variance."""
    assert spec.trim is not None
    low, high = spec.trim
    for _ in range(3):
        weights = np.clip(weights, low * drawn, high * drawn)
        if cells is not None:
            weights = _calibrated(weights, cells, spec)
    return weights


def _membership(codes: Codes, n: int) -> csr_array:
    """Indicators (row, code) as a sparse matrix."""
    size = len(codes)
    return csr_array((np.ones(size), codes, np.arange(size + 1)), shape=(size, n))
