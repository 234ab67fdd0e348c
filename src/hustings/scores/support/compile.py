"""A fitted support model as scorecards: tables by bin, the bins for empty and unseen values among them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from hustings.errors import InputError
from hustings.scores.scorecard import Scorecard, ScoreModel, Term
from hustings.scores.support.fit import SupportFit

Array = NDArray[np.float64]


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
