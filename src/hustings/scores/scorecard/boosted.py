"""An explainable boosting machine as a scorecard: its shape functions and pairs are tables already.

The machine is given bins, not values: cuts and levels are laid down first, as :class:`Feature`, for main effects and pairs
alike. Whatever it makes of them then is a table over those bins, so that the scorecard says exactly what the machine says.
Neighbouring bins that no term tells apart are joined afterwards.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from hustings.errors import ConfigError, InputError
from hustings.scores.scorecard.card import Scorecard, Term
from hustings.scores.scorecard.feature import MISSING, Feature

Array = NDArray[np.float64]
ROWS_A_PAIR = 500
ROWS_A_LEAF = 100
"""A leaf holds a hundredth of the rows, between 4 and 100: few rows say little about a small group."""


@dataclass(frozen=True)
class Boosting:
    """How the machine is fitted.

    Parameters
    ----------
    pairs : int
        Pairs of features that may act together; fewer where there are fewer than `ROWS_A_PAIR` rows for each.
    bins : int
        Most bins of a number, in a main effect; a pair joins them to `pair_bins`.
    pair_bins : int
    bags : int
        Fits on parts of the rows that are averaged; each holds other rows out to know when to stop.
    learning_rate : float
    jobs : int
        Processes.
    """

    pairs: int = 10
    bins: int = 128
    pair_bins: int = 32
    bags: int = 4
    learning_rate: float = 0.05
    jobs: int = 1


def fit_boosted(
    frame: pl.DataFrame,
    outcome: NDArray[Any],
    features: Sequence[str],
    *,
    name: str,
    rng: np.random.Generator,
    weight: Array | None = None,
    settings: Boosting | None = None,
    meanings: Mapping[str, tuple[str, str]] | None = None,
) -> Scorecard:
    """Fit a predictor of a yes or no.

    Parameters
    ----------
    frame : pl.DataFrame, n rows
        Holds the features: numbers, or texts.
    outcome : array, shape (n,)
        0 or 1.
    features : sequence of str
        Columns to use; one without any value is left out.
    name : str
        What is predicted.
    rng : numpy.random.Generator
    weight : array, shape (n,), optional
    settings : Boosting, optional
    meanings : mapping, optional
        Feature -> (meaning, unit), for people.

    Returns
    -------
    Scorecard
        Predicts the logit.

    Raises
    ------
    InputError
        No row, or one class only.
    ConfigError
        The library is not installed.
    """
    card, _ = fit_machine(
        frame, outcome, features, name=name, rng=rng, weight=weight, settings=settings, meanings=meanings
    )
    return joined(card)


def fit_machine(
    frame: pl.DataFrame,
    outcome: NDArray[Any],
    features: Sequence[str],
    *,
    name: str,
    rng: np.random.Generator,
    weight: Array | None = None,
    settings: Boosting | None = None,
    meanings: Mapping[str, tuple[str, str]] | None = None,
) -> tuple[Scorecard, Any]:
    """Fit, as :func:`fit_boosted`; give the machine too, and every bin it saw."""
    settings, y = settings or Boosting(), np.asarray(outcome).astype(np.int64)
    _check_classes(name, y)
    said = meanings or {}
    used = [
        lay_bins(frame[one], settings.bins, *said.get(one, ("", "")))
        for one in features
        if frame[one].null_count() < frame.height
    ]
    machine = _machine(used, settings, len(y), int(rng.integers(2**31 - 1)))
    with warnings.catch_warnings():
        # It warns that its own pictures do not show missing values; ours do.
        warnings.simplefilter("ignore")
        machine.fit(machine_input(used, frame), y, sample_weight=weight)
    return _card(name, used, machine), machine


def machine_input(features: Iterable[Feature], frame: pl.DataFrame) -> Array:
    """What the machine sees: bins as numbers, NaN where missing, shape (n, features)."""
    columns = [feature.bins(frame[feature.name]).astype(float) for feature in features]
    return np.stack([np.where(column == MISSING, np.nan, column) for column in columns], axis=1)


def lay_bins(column: pl.Series, bins: int, meaning: str = "", unit: str = "") -> Feature:
    """Cut a number where its quantiles lie, between two values that occur; list the levels of a text."""
    if not (column.dtype.is_numeric() or column.dtype == pl.Boolean):
        return Feature(column.name, levels=tuple(column.drop_nulls().unique().cast(pl.String).sort()), meaning=meaning)
    values, counts = np.unique(column.drop_nulls().drop_nans().cast(pl.Float64).to_numpy(), return_counts=True)
    between = (values[1:] + values[:-1]) / 2
    # Rounding may put the middle of two close numbers on the lower one.
    between = np.where(between > values[:-1], between, values[1:])
    if len(values) > bins:
        below = np.cumsum(counts)[:-1] / counts.sum()
        places = np.searchsorted(below, np.arange(1, bins) / bins)
        between = between[np.unique(places[places < len(between)])]
    return Feature(column.name, cuts=tuple(map(float, between)), meaning=meaning, unit=unit)


def _check_classes(name: str, outcome: NDArray[np.int64]) -> None:
    classes = np.unique(outcome)
    if len(classes) == 2 and set(classes) == {0, 1}:
        return
    if len(outcome) == 0:
        raise InputError(f"there is nothing to fit {name} to: no rows", hint="has the history been loaded?")
    if len(classes) == 1:
        word = "yes" if classes[0] else "no"
        raise InputError(
            f"every one of {len(outcome):,} rows says {word} to {name}: a model needs both",
            hint="is the right election asked for, and its history complete?",
        )
    raise InputError(f"{name} has the outcomes {', '.join(map(str, classes[:5]))}, expected 0 and 1")


def _machine(features: Sequence[Feature], settings: Boosting, rows: int, seed: int) -> Any:  # noqa: ANN401 (interpret's own)
    try:
        from interpret.glassbox import ExplainableBoostingClassifier
    except ImportError as error:
        raise ConfigError(
            "fitting a boosting machine needs interpret", hint="pip install 'hustings[scores]'"
        ) from error
    pairs = min(settings.pairs, len(features) * (len(features) - 1) // 2, rows // ROWS_A_PAIR)
    return ExplainableBoostingClassifier(
        feature_names=[feature.name for feature in features],
        feature_types=["nominal" if feature.is_text else "continuous" for feature in features],
        interactions=pairs,
        max_bins=settings.bins + 2,
        max_interaction_bins=settings.pair_bins + 2,
        outer_bags=settings.bags,
        min_samples_leaf=int(np.clip(rows // ROWS_A_LEAF, 4, 100)),
        learning_rate=settings.learning_rate,
        n_jobs=settings.jobs,
        random_state=seed,
    )


def _card(name: str, features: Sequence[Feature], machine: Any) -> Scorecard:  # noqa: ANN401 (interpret's own)
    """Tables over our bins, looked up in the machine's."""
    terms = []
    for places, scores in zip(machine.term_features_, machine.term_scores_, strict=True):
        index = [
            _machine_bins(features[f], machine.bins_[f], len(places), scores.shape[k]) for k, f in enumerate(places)
        ]
        terms.append(Term(tuple(features[f].name for f in places), np.asarray(scores[np.ix_(*index)], dtype=float)))
    return Scorecard(name, tuple(features), tuple(terms), float(np.ravel(machine.intercept_)[0]))


def _machine_bins(feature: Feature, levels: list[Any], order: int, size: int) -> NDArray[np.int64]:
    """Place of each of our bins in the machine's table: its first is for missing, its last for the unseen."""
    known = levels[min(order, len(levels)) - 1]
    ours = np.arange(1, feature.n_bins)
    if isinstance(known, dict):
        # Its categories are our bins written as numbers.
        by_number = {round(float(text)): place for text, place in known.items()}
        found = np.array([by_number.get(int(one), size - 1) for one in ours], dtype=np.int64)
    else:
        found = np.searchsorted(np.asarray(known, dtype=float), ours, side="right") + 1
    return np.concatenate([[0], found]).astype(np.int64)


def joined(card: Scorecard) -> Scorecard:
    """The same predictor with neighbouring bins of a number joined where no term tells them apart; exact."""
    features, terms = [], list(card.terms)
    for feature in card.features:
        if feature.is_text or not feature.cuts:
            features.append(feature)
            continue
        kept = np.zeros(len(feature.cuts), dtype=bool)
        for term in terms:
            if feature.name in term.features:
                table = np.moveaxis(term.table, term.features.index(feature.name), 0)[1:]
                kept |= (np.diff(table, axis=0) != 0).reshape(len(feature.cuts), -1).any(axis=1)
        first = np.flatnonzero(np.concatenate([[True, True], kept]))
        terms = [_taken(term, feature.name, first) for term in terms]
        features.append(replace(feature, cuts=tuple(np.asarray(feature.cuts)[kept].tolist())))
    return Scorecard(card.name, tuple(features), tuple(terms), card.intercept)


def _taken(term: Term, name: str, places: NDArray[np.int64]) -> Term:
    if name not in term.features:
        return term
    return Term(term.features, np.take(term.table, places, axis=term.features.index(name)))
