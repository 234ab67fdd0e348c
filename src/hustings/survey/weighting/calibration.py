"""Calibration of weights to matched margins, and trimming between ratios to the mean."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from hustings.errors import InputError
from hustings.maths.calibration import Calibrated, calibrate, rake
from hustings.survey.weighting.margins import Matched
from hustings.survey.weighting.nonresponse import unique_rows
from hustings.survey.weighting.spec import WeightingSpec

Array = NDArray[np.float64]
Codes = NDArray[np.int64]

TRIM_ROUNDS = 200
"""Rounds of cutting and raking again before the rest is told instead of mended."""


@dataclass(frozen=True)
class Cells:
    """Interviews that are alike in every margin get the same factor: calibration works on these cells.

    Parameters
    ----------
    of : (row,) int array
        Cell of each interview.
    codes : list of (cell,) int arrays
        Category of each cell in each margin.
    shares : list of (category,) arrays
        Targets, each summing to 1.
    """

    of: Codes
    codes: list[Codes]
    shares: list[Array]

    @property
    def indicators(self) -> Array:
        """(cell, category of any margin) indicators."""
        return np.hstack([np.eye(len(share))[code] for code, share in zip(self.codes, self.shares, strict=True)])

    def of_interviews(self) -> csr_array:
        """(row, category of any margin) indicators of the interviews, one a margin in each row."""
        offsets = np.cumsum([0, *(len(share) for share in self.shares)])
        columns = np.stack(
            [code[self.of] + start for code, start in zip(self.codes, offsets[:-1], strict=True)], axis=1
        )
        n, per_row = columns.shape
        shape = (n, int(offsets[-1]))
        return csr_array((np.ones(n * per_row), columns.ravel(), np.arange(n + 1) * per_row), shape=shape)

    def sums(self, weights: Array) -> Array:
        """Weights of the interviews added up by cell."""
        return np.asarray(np.bincount(self.of, weights, len(self.codes[0])), dtype=np.float64)

    def gaps(self, weights: Array) -> list[Array]:
        """Reached minus target share, by margin and category; weights are the interviews'."""
        summed = self.sums(weights) / weights.sum()
        return [
            np.bincount(code, summed, len(share)) - share for code, share in zip(self.codes, self.shares, strict=True)
        ]


@dataclass(frozen=True)
class Met:
    """Calibrated weights of the interviews, mean 1.

    Parameters
    ----------
    weights, calibrated : (row,) arrays
        With trimming and before it.
    slopes : (row,) array
        How each weight moves with the multipliers; 0 where it was trimmed.
    iterations : int
        Sweeps or steps, those after trimming included.
    trimmed : int
        Interviews whose weight is at a limit.
    """

    weights: Array
    calibrated: Array
    slopes: Array
    iterations: int
    trimmed: int


def make_cells(matched: Sequence[Matched]) -> Cells:
    """Put interviews that are alike in every margin together."""
    of, first = unique_rows([margin.codes for margin in matched])
    return Cells(of, [margin.codes[first] for margin in matched], [margin.shares for margin in matched])


def meet(weights: Array, matched: Sequence[Matched], cells: Cells | None, spec: WeightingSpec) -> Met:
    """Calibrate, then trim and calibrate again until both hold or no round helps.

    Parameters
    ----------
    weights : (row,) array
        Weights so far, > 0.
    matched, cells
        The margins; cells are None where there are no margins.

    Raises
    ------
    InputError
        The margins cannot be met: names the one that is furthest away.
    """
    n = len(weights)
    start = weights * (n / weights.sum())
    if cells is None:
        trimmed = trim(start, spec.trim) if spec.trim else start
        return _met(trimmed, start, start, 0, spec)
    found = fit_cells(cells, cells.sums(start), spec)
    if found.gap > spec.tolerance:
        raise _unmet(cells, matched, (found.weights / cells.sums(start))[cells.of] * start, spec, found.iterations)
    factor, slope = (part / cells.sums(start) for part in (found.weights, found.slopes))
    calibrated, slopes = start * factor[cells.of], start * slope[cells.of]
    if (factor <= 0).any():
        raise InputError(
            f"weighting {spec.name}: linear calibration gives {int((calibrated <= 0).sum()):,} of {n:,} interviews a weight "
            "of 0 or below",
            hint="give bounds such as 0.2 and 5, use raking, or merge small categories",
        )
    if spec.trim is None:
        return _met(calibrated, calibrated, slopes, found.iterations, spec)
    trimmed, rounds = trim_and_rake(calibrated, cells, spec.trim, spec.tolerance)
    return _met(trimmed, calibrated, slopes, found.iterations + rounds, spec)


def _met(weights: Array, calibrated: Array, slopes: Array, iterations: int, spec: WeightingSpec) -> Met:
    low, high = spec.trim or (0.0, np.inf)
    at_limit = (weights <= low * (1 + 1e-6)) | (weights >= high * (1 - 1e-6))
    slopes = np.where(at_limit, 0.0, slopes * weights / calibrated)
    return Met(weights, calibrated, slopes, iterations, int(at_limit.sum()))


def fit_cells(cells: Cells, sums: Array, spec: WeightingSpec) -> Calibrated:
    """Calibrate the summed weights of the cells by the method that is asked for."""
    whole = float(sums.sum())
    targets = [share * whole for share in cells.shares]
    if spec.method == "raking":
        return rake(cells.codes, targets, sums, max_iterations=spec.max_iterations, tolerance=spec.tolerance)
    found = calibrate(
        cells.indicators,
        np.concatenate(targets),
        sums,
        bounds=spec.bounds,
        max_iterations=spec.max_iterations,
        tolerance=min(spec.tolerance, 1e-9),
    )
    # Measured as raking measures it: against the whole, not the largest category.
    gap = max(
        float(np.abs(np.bincount(c, found.weights, len(t)) - t).max())
        for c, t in zip(cells.codes, targets, strict=True)
    )
    return Calibrated(found.weights, found.slopes, found.iterations, gap / whole)


def trim(weights: Array, limits: tuple[float, float]) -> Array:
    """Cut weights of mean 1 to two limits, keeping the mean: what is cut off is spread over the others."""
    cut = weights
    for _ in range(TRIM_ROUNDS):
        cut = np.clip(cut, *limits)
        surplus = len(cut) / cut.sum()
        if abs(surplus - 1.0) < 1e-12:
            break
        cut = cut * surplus
    return np.clip(cut, *limits)


def trim_and_rake(weights: Array, cells: Cells, limits: tuple[float, float], tolerance: float) -> tuple[Array, int]:
    """Cut and rake in turns; ends inside the limits, with the margins met as far as the limits allow.

    Returns
    -------
    (row,) array and int
        The weights, and the rounds it took.
    """
    n = len(weights)
    targets = [share * n for share in cells.shares]
    cut, best = trim(weights, limits), np.inf
    for round_ in range(1, TRIM_ROUNDS + 1):
        sums = cells.sums(cut)
        found = rake(cells.codes, targets, sums, max_iterations=20, tolerance=tolerance / 10)
        raked = cut * (found.weights / sums)[cells.of]
        cut = np.clip(raked, *limits)
        gap = max(float(np.abs(one).max()) for one in cells.gaps(cut))
        stuck = round_ % 20 == 0 and gap > 0.5 * best
        if gap <= tolerance or stuck:
            break
        best = gap if round_ % 20 == 0 else best
    return trim(cut, limits), round_


def _unmet(
    cells: Cells, matched: Sequence[Matched], weights: Array, spec: WeightingSpec, iterations: int
) -> InputError:
    gaps = cells.gaps(weights)
    worst = int(np.argmax([np.abs(gap).max() for gap in gaps]))
    where = int(np.abs(gaps[worst]).argmax())
    margin, share = matched[worst], matched[worst].shares[where]
    within = (
        f" within the bounds {spec.bounds[0]} to {spec.bounds[1]}"
        if spec.method == "calibration" and spec.bounds
        else ""
    )
    return InputError(
        f"weighting {spec.name}: no weights{within} meet all margins after {iterations} steps; furthest away is margin "
        f"{margin.name}, {margin.categories[where]!r}: target {share:.4f}, reached {share + gaps[worst][where]:.4f}",
        hint="widen the bounds, merge this category with a neighbour, or leave a margin out"
        if within
        else "merge this category with a neighbour, leave a margin out, or allow more iterations",
    )
