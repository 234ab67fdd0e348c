r"""One predictor as a sum of tables.

``eta(v) = intercept + sum_t table_t[bin of t's first feature, bin of its second, ...]``

Each term's table is centred where the model was fitted, so that a contribution says how far a voter lies from the average
voter because of that feature.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import polars as pl
from numpy.typing import NDArray

from hustings.errors import InputError
from hustings.scores.scorecard.feature import Feature

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Term:
    """A table over one feature, or over several together.

    Parameters
    ----------
    features : tuple of str
        Names of features; their bins index the table in this order.
    table : array, shape (bins of the first, bins of the second, ...)
        What is added to the predictor.
    """

    features: tuple[str, ...]
    table: Array

    @property
    def name(self) -> str:
        """Its features, joined."""
        return " x ".join(self.features)


@dataclass(frozen=True)
class Scorecard:
    """A sum of tables.

    Parameters
    ----------
    name : str
        What is predicted.
    features : tuple of Feature
        Every feature that a term names, once.
    terms : tuple of Term
    intercept : float
        On the scale of the predictor (logit, or log-ratio, or points as 0-1).

    Raises
    ------
    InputError
        A term names a feature that is not there, or its table does not have its features' bins.
    """

    name: str
    features: tuple[Feature, ...]
    terms: tuple[Term, ...]
    intercept: float = 0.0

    def __post_init__(self) -> None:
        for term in self.terms:
            unknown = [name for name in term.features if name not in self.by_name]
            if unknown:
                raise InputError(f"the scorecard {self.name} has a term of {unknown[0]!r}, which is no feature of it")
            shape = tuple(self.by_name[name].n_bins for name in term.features)
            if term.table.shape != shape:
                raise InputError(
                    f"the scorecard {self.name}: the table of {term.name} is {term.table.shape}, expected {shape}"
                )

    @cached_property
    def by_name(self) -> dict[str, Feature]:
        """Features by their names."""
        return {feature.name: feature for feature in self.features}

    def bins(self, frame: pl.DataFrame) -> dict[str, np.ndarray]:
        """Bin of every voter in every feature.

        Raises
        ------
        InputError
            The frame lacks a feature.
        """
        lacking = [feature.name for feature in self.features if feature.name not in frame.columns]
        if lacking:
            raise InputError(
                f"the model {self.name} needs {', '.join(lacking)}, which these voters do not have",
                hint=f"at hand: {', '.join(frame.columns)}",
            )
        return {feature.name: feature.bins(frame[feature.name]) for feature in self.features}

    def contributions(self, frame: pl.DataFrame) -> Array:
        """What each term adds for each voter, shape (n, terms); with the intercept they sum to the predictor."""
        bins = self.bins(frame)
        parts = [term.table[tuple(bins[name] for name in term.features)] for term in self.terms]
        return np.stack(parts, axis=1) if parts else np.zeros((frame.height, 0))

    def predict(self, frame: pl.DataFrame) -> Array:
        """The predictor of each voter, shape (n,), before the link."""
        bins = self.bins(frame)
        total = np.full(frame.height, self.intercept)
        for term in self.terms:
            total += term.table[tuple(bins[name] for name in term.features)]
        return total
