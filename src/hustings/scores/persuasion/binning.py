"""Features of a test in few bins: what tells people's effects apart is coarse, because signals of effects are weak."""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from hustings.scores.scorecard import Feature

Array = NDArray[np.float64]
Codes = NDArray[np.int64]

NUMBER_BINS = 5
"""Bins of a number, of about as many people each."""
MOST_LEVELS = 12
FEWEST_SHARE = 0.01
"""Levels of fewer people count as other."""


def shallow_features(frame: pl.DataFrame) -> tuple[Feature, ...]:
    """Bin each column: numbers at quantiles, or at each value where there are few; texts by their common levels."""
    return tuple(_feature(column) for column in frame.get_columns())


def _feature(column: pl.Series) -> Feature:
    known = column.drop_nulls()
    if column.dtype.is_numeric() or column.dtype == pl.Boolean:
        numbers = known.cast(pl.Float64).drop_nans()
        values = numbers.unique().sort().to_numpy()
        if len(values) <= NUMBER_BINS:
            return Feature(column.name, cuts=tuple(float(value) for value in values[1:]))
        at = np.quantile(numbers.to_numpy(), np.arange(1, NUMBER_BINS) / NUMBER_BINS)
        # A cut at the smallest value would leave nobody below it.
        return Feature(column.name, cuts=tuple(float(cut) for cut in np.unique(at) if cut > values[0]))
    counts = known.cast(pl.String).value_counts().sort("count", column.name, descending=[True, False])
    common = counts.filter(pl.col("count") >= FEWEST_SHARE * max(len(column), 1)).head(MOST_LEVELS)
    return Feature(column.name, levels=tuple(common[column.name].sort().to_list()) or ("not known",))


def bin_matrix(features: tuple[Feature, ...], frame: pl.DataFrame) -> Codes:
    """Bin of each person in each feature, (n, features)."""
    return np.stack([feature.bins(frame[feature.name]) for feature in features], axis=1)


def indicators(features: tuple[Feature, ...], bins: Codes) -> Array:
    """Ones where a person stands in a bin, (n, all bins): features side by side, in their order."""
    return np.concatenate([bins[:, j, None] == np.arange(f.n_bins) for j, f in enumerate(features)], axis=1).astype(
        float
    )


def places(features: tuple[Feature, ...]) -> list[slice]:
    """Where each feature's bins stand among all."""
    ends = np.cumsum([feature.n_bins for feature in features])
    return [slice(int(end) - feature.n_bins, int(end)) for end, feature in zip(ends, features, strict=True)]
