r"""Shift a scorecard so that groups of voters within a state come out as they did.

For each cell c of a grouping, ``delta[c]`` maximises ``sum_i w_i log p(y_i | eta_i + delta[c]) - delta[c]^2 / (2 tau^2)``; ``tau`` is
learned from the cells themselves (EM), so that small cells, and groupings in which nothing is off, move little. The shifts
become tables of the scorecard.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.special import expit

from hustings.scores.scorecard import MISSING, Feature, Scorecard, Term

Array = NDArray[np.float64]
AGES = (25, 35, 45, 55, 65, 75)
"""Where age groups begin."""
STEPS = 8
SMALLEST_TAU = 0.01
START_TAU = 0.1


def calibrated(
    card: Scorecard,
    frame: pl.DataFrame,
    outcome: Array,
    weight: Array,
    groupings: Sequence[tuple[str, ...]],
    *,
    sweeps: int = 2,
) -> Scorecard:
    """Calibrate a scorecard by groups of voters.

    Parameters
    ----------
    card : Scorecard
        Predicts a logit.
    frame : pl.DataFrame, n rows
        Voters of past elections.
    outcome, weight : array, shape (n,)
        Whether they voted (0 or 1), and what each counts.
    groupings : sequence of tuple of str
        Features whose cells are groups: ``("state", "party")``; a number is grouped as an age. Groupings with a feature that the
        card does not have are left out.
    sweeps : int
        Times that all groupings are gone through.
    """
    usable = [one for one in groupings if all(name in card.by_name for name in one)]
    eta = card.predict(frame)
    for _ in range(sweeps):
        for names in usable:
            coarse = [_coarse(card.by_name[name]) for name in names]
            places = [part[card.by_name[name].bins(frame[name])] for part, name in zip(coarse, names, strict=True)]
            sizes = tuple(int(part.max()) + 1 for part in coarse)
            cell = np.ravel_multi_index(tuple(places), sizes)
            delta = shifts(cell, int(np.prod(sizes)), eta, outcome, weight)
            eta = eta + delta[cell]
            card = with_term(card, Term(names, delta.reshape(sizes)[np.ix_(*coarse)]))
    return card


def shifts(cell: NDArray[np.int64], cells: int, eta: Array, outcome: Array, weight: Array) -> Array:
    """Shift of each cell, shape (cells,); 0 where there is nobody."""
    delta, tau = np.zeros(cells), START_TAU
    there = np.bincount(cell, weight, cells) > 0
    for _ in range(STEPS):
        p = expit(eta + delta[cell])
        gradient = np.bincount(cell, weight * (outcome - p), cells) - delta / tau**2
        curvature = np.bincount(cell, weight * p * (1 - p), cells) + 1 / tau**2
        delta = delta + np.clip(gradient / curvature, -1, 1)
        tau = max(SMALLEST_TAU, float(np.sqrt(np.mean((delta**2 + 1 / curvature)[there]))))
    return np.where(there, delta, 0.0)


def with_term(card: Scorecard, added: Term) -> Scorecard:
    """The card with a table more; one of the same features takes it up."""
    terms = list(card.terms)
    for k, term in enumerate(terms):
        if set(term.features) == set(added.features):
            order = [added.features.index(name) for name in term.features]
            terms[k] = Term(term.features, term.table + np.transpose(added.table, order))
            break
    else:
        terms.append(added)
    return Scorecard(card.name, card.features, tuple(terms), card.intercept)


def _coarse(feature: Feature) -> NDArray[np.int64]:
    """Group of each bin: a text's bins as they are, a number's by age."""
    if feature.is_text:
        return np.arange(feature.n_bins)
    cuts = np.asarray(feature.cuts)
    # Where a bin's middle lies; the outer ones have none, their cut stands for it.
    middles = np.concatenate([cuts[:1] - 1, (cuts[1:] + cuts[:-1]) / 2, cuts[-1:]]) if len(cuts) else np.zeros(1)
    groups = np.searchsorted(np.asarray(AGES) - 0.5, middles, side="right") + 1
    return np.concatenate([[MISSING], groups]).astype(np.int64)
