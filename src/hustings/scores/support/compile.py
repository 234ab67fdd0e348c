"""A fitted support model as scorecards: tables by bin, the bins for empty and unseen values among them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from hustings.errors import InputError
from hustings.scores.scorecard import Scorecard, ScoreModel, Term
from hustings.scores.support.fit import SupportFit

Array = NDArray[np.float64]


def shifted_model(model: ScoreModel, unit: str, shifts: Mapping[str, Sequence[float]]) -> ScoreModel:
    """The same model with everybody in some units moved.

    Parameters
    ----------
    model : ScoreModel
        With a term of the unit alone.
    unit : str
        Feature that says where somebody votes.
    shifts : mapping of (contrast,) sequences
        Logits to add, by unit; units that the model has not seen share its last bin, and the mean of their shifts.

    Raises
    ------
    InputError
        The model has no term of the unit alone.
    """
    cards = []
    for k, card in enumerate(model.cards):
        if not any(term.features == (unit,) for term in card.terms):
            raise InputError(f"the model {model.name} has no term of {unit} alone to shift")
        levels = card.by_name[unit].levels
        added = np.zeros(card.by_name[unit].n_bins)
        unseen = [shift[k] for name, shift in shifts.items() if name not in levels]
        added[-1] = float(np.mean(unseen)) if unseen else 0.0
        for name, shift in shifts.items():
            if name in levels:
                added[1 + levels.index(name)] = shift[k]
        terms = tuple(
            Term(term.features, term.table + added) if term.features == (unit,) else term for term in card.terms
        )
        cards.append(Scorecard(card.name, card.features, terms, card.intercept))
    return ScoreModel(model.name, model.link, model.outputs, tuple(cards), model.only)


def compile_support(fit: SupportFit, shifts: dict[str, Array] | None = None) -> ScoreModel:
    """Turn a fit into a score model.

    Parameters
    ----------
    fit : SupportFit
    shifts : dict of (contrast,) arrays or None
        Logits to add to everybody in a unit.

    Returns
    -------
    ScoreModel
        Two options: link ``logit``, column ``support_prob`` (of the first). More: ``softmax``, ``support_OPTION_prob``.

    Raises
    ------
    InputError
        A shift is of a unit that the model does not have.
    """
    unit = fit.feature(fit.spec.unit)
    added = np.zeros((unit.n_bins, fit.n_contrasts))
    for name, shift in (shifts or {}).items():
        if unit.is_text and name not in unit.levels:
            raise InputError(f"there is a shift for {name!r}, which is no {unit.name} of the support model")
        added[1 + unit.levels.index(name)] = shift
    mean = fit.regression.mean
    fixed = fit.unit_columns.shape[1]
    base = fit.unit_columns[:, 1:] @ mean[1:fixed] + added
    cards = []
    for k in range(fit.n_contrasts):
        intercept, terms, at = float(mean[0, k]), [], fixed
        for names, place, counts in zip(fit.spec.terms, fit.places, fit.cell_counts, strict=True):
            own = mean[at : at + len(counts), k]
            at += len(counts)
            table = np.where(place >= 0, own[np.maximum(place, 0)], 0.0)
            weights = np.where(place >= 0, counts[np.maximum(place, 0)], 0.0)
            if names == (fit.spec.unit,):
                table = table + base[:, k]
                weights = fit.unit_counts
            centre = float((weights * table).sum() / weights.sum())
            intercept += centre
            terms.append(Term(names, table - centre))
        cards.append(Scorecard(fit.options[k], fit.features, tuple(terms), intercept))
    if fit.n_contrasts == 1:
        return ScoreModel("support", "logit", ("support_prob",), tuple(cards))
    outputs = tuple(f"support_{option}_prob" for option in fit.options)
    return ScoreModel("support", "softmax", outputs, tuple(cards))
