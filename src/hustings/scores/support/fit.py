"""A support model fitted to interviews, and what it says of people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from hustings.errors import InputError
from hustings.maths.multilevel import Draws, Multilevel, fit_multilevel, unseen_draws
from hustings.maths.multilevel_cells import Cells
from hustings.scores.scorecard import Feature
from hustings.scores.support.data import SupportCells, count_cells
from hustings.scores.support.spec import SupportSpec

Array = NDArray[np.float64]
Index = NDArray[np.int64]


@dataclass(frozen=True)
class SupportFit:
    """A fitted support model.

    Parameters
    ----------
    spec : SupportSpec
    options : tuple of str
        The last is the reference.
    features : tuple of Feature
        How columns are binned.
    places : tuple of int arrays
        For each term the coefficient of each combination of bins (in the shape of the bins), -1 where nobody had it.
    unit_columns : (unit bin, 1 + predictors) array
        The intercept's 1 and each unit's standardised predictors; 0 for units of which nothing is known.
    regression : Multilevel
    cell_counts : tuple of arrays
        Effective answers at each level of each term.
    unit_counts : (unit bin,) array
        Effective answers in each unit.
    interviews : int
    effective_n : float
    rejected : pl.DataFrame
        Interviews that were not counted, with the reason.
    """

    spec: SupportSpec
    options: tuple[str, ...]
    features: tuple[Feature, ...]
    places: tuple[Index, ...]
    unit_columns: Array
    regression: Multilevel
    cell_counts: tuple[Array, ...]
    unit_counts: Array
    interviews: int
    effective_n: float
    rejected: pl.DataFrame

    @property
    def n_contrasts(self) -> int:
        """Options but the reference."""
        return len(self.options) - 1

    def feature(self, name: str) -> Feature:
        """A feature by its name."""
        return next(feature for feature in self.features if feature.name == name)

    def scales(self) -> pl.DataFrame:
        """Standard deviation of each term's coefficients: ``term``, ``scale`` (logits), ``scale_sd``, ``levels``."""
        return pl.DataFrame(
            {
                "term": [" x ".join(term) for term in self.spec.terms],
                "scale": self.regression.scale_mean,
                "scale_sd": self.regression.scale_sd,
                "levels": [len(counts) for counts in self.cell_counts],
            }
        )


class Design:
    """Where people lie in a fitted model: the coefficients that make up each one's log-ratios.

    Combinations that nobody had in the fit have a coefficient of their own, of which only the prior is known.
    """

    def __init__(self, fit: SupportFit, frame: pl.DataFrame) -> None:
        lacking = [feature.name for feature in fit.features if feature.name not in frame.columns]
        if lacking:
            raise InputError(
                f"the support model needs {', '.join(lacking)}, which these people do not have",
                hint=f"at hand: {', '.join(frame.columns)}",
            )
        bins = {feature.name: feature.bins(frame[feature.name]) for feature in fit.features}
        self.fit = fit
        self.fixed = fit.unit_columns[bins[fit.spec.unit]]
        self.index: list[Index] = []
        self.unseen: list[int] = []
        for term, place in zip(fit.spec.terms, fit.places, strict=True):
            flat = np.ravel_multi_index([bins[name] for name in term], place.shape)
            found = place.ravel()[flat]
            new = found < 0
            kinds, which = np.unique(flat[new], return_inverse=True)
            found[new] = (place >= 0).sum() + which
            self.index.append(found)
            self.unseen.append(len(kinds))

    def _sum(self, coefficients: Array, extra: list[Array]) -> Array:
        """(column, contrast, ...) to (person, contrast, ...); people come first, so that a look-up copies whole rows."""
        at = self.fixed.shape[1]
        eta = np.tensordot(self.fixed, coefficients[:at], axes=1)
        for index, counts, more in zip(self.index, self.fit.cell_counts, extra, strict=True):
            eta += np.concatenate([coefficients[at : at + len(counts)], more])[index]
            at += len(counts)
        return np.asarray(eta)

    def mean(self) -> Array:
        """Mean log-ratios, (person, contrast)."""
        mean = self.fit.regression.mean
        return self._sum(mean, [np.zeros((n, mean.shape[1])) for n in self.unseen])

    def draws(self, draws: Draws, rng: np.random.Generator) -> Array:
        """Log-ratios of draws, (person, contrast, draw)."""
        n, _, m = draws.coefficients.shape
        extra = [
            unseen_draws(np.repeat(draws.scales[:, t], count), m, rng).reshape(n, count, m).transpose(1, 2, 0)
            for t, count in enumerate(self.unseen)
        ]
        return self._sum(np.ascontiguousarray(draws.coefficients.transpose(1, 2, 0)), extra)


def fit_support(
    rows: pl.DataFrame, options: Sequence[str], spec: SupportSpec, unit_predictors: pl.DataFrame | None = None
) -> SupportFit:
    """Fit a support model to interviews.

    Parameters
    ----------
    rows : pl.DataFrame
        See :func:`hustings.scores.support.data.count_cells`.
    options : sequence of str
        Ids; the last is the reference.
    spec : SupportSpec
    unit_predictors : pl.DataFrame or None
        A row a unit: the unit's column and the spec's predictors, complete.

    Raises
    ------
    InputError
        The interviews cannot be used, or a unit has no predictors.
    """
    counted = count_cells(rows, options, spec)
    unit, columns = _unit_columns(counted, spec, unit_predictors)
    features = tuple(unit if feature.name == spec.unit else feature for feature in counted.features)
    bins = dict(counted.bins)
    if unit.is_text:
        # Units without an interview have bins too, where their predictors are known.
        names = counted.features[spec.features.index(spec.unit)].levels
        moved = np.array([0, *(1 + unit.levels.index(name) for name in names)])
        bins[spec.unit] = moved[bins[spec.unit]]
    by_name = {feature.name: feature for feature in features}
    places, index, totals = [], [], counted.counts.sum(axis=1)
    for term in spec.terms:
        shape = tuple(by_name[name].n_bins for name in term)
        levels, found = np.unique(np.ravel_multi_index([bins[name] for name in term], shape), return_inverse=True)
        place = np.full(int(np.prod(shape)), -1)
        place[levels] = np.arange(len(levels))
        places.append(place.reshape(shape))
        index.append(found.astype(np.int64))
    cells = Cells(
        counted.counts, columns[bins[spec.unit]], tuple(index), tuple(int((place >= 0).sum()) for place in places)
    )
    regression = fit_multilevel(
        cells, scale_prior_sd=spec.scale_prior_sd, fixed_sd=np.full(columns.shape[1], spec.slope_prior_sd)
    )
    return SupportFit(
        spec=spec,
        options=counted.options,
        features=features,
        places=tuple(places),
        unit_columns=columns,
        regression=regression,
        cell_counts=tuple(np.bincount(i, totals).astype(np.float64) for i in index),
        unit_counts=np.bincount(bins[spec.unit], totals, unit.n_bins).astype(np.float64),
        interviews=counted.interviews,
        effective_n=counted.effective_n,
        rejected=counted.rejected,
    )


def _unit_columns(counted: SupportCells, spec: SupportSpec, predictors: pl.DataFrame | None) -> tuple[Feature, Array]:
    """The units' feature, with all units that have predictors; intercept and standardised predictors by bin."""
    unit = counted.features[spec.features.index(spec.unit)]
    if not spec.predictors:
        return unit, np.ones((unit.n_bins, 1))
    if predictors is None:
        raise InputError(f"the spec names {', '.join(spec.predictors)}, and no frame of unit predictors is given")
    lacking = [name for name in (spec.unit, *spec.predictors) if name not in predictors.columns]
    if lacking:
        raise InputError(f"the unit predictors have no column {', '.join(lacking)}")
    table = predictors.select(pl.col(spec.unit).cast(pl.String), *spec.predictors)
    if unit.is_text:
        absent = sorted(set(unit.levels) - set(table.drop_nulls()[spec.unit].to_list()))
        if absent:
            raise InputError(
                f"{len(absent)} units of the interviews have no predictors: {', '.join(absent[:12])}",
                hint="complete the frame, or leave the predictors out",
            )
        unit = Feature(unit.name, levels=tuple(sorted(table.drop_nulls()[spec.unit].to_list())))
    values = table.drop_nulls().sort(spec.unit)
    numbers = values.select(spec.predictors).cast(pl.Float64).to_numpy()
    spread = numbers.std(axis=0)
    standard = (numbers - numbers.mean(axis=0)) / np.where(spread > 0.0, spread, 1.0)
    columns = np.zeros((unit.n_bins, 1 + len(spec.predictors)))
    columns[:, 0] = 1.0
    columns[unit.bins(values[spec.unit]), 1:] = standard
    return unit, columns
