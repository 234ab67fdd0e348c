"""How much each term of a scorecard moves the scores of these voters."""

from __future__ import annotations

import numpy as np
import polars as pl

from hustings.scores.scorecard import Scorecard


def importance_table(score_name: str, card: Scorecard, frame: pl.DataFrame) -> pl.DataFrame:
    """Mean absolute contribution of each term, largest first.

    Parameters
    ----------
    score_name : str
        Column of the score.
    card : Scorecard
    frame : pl.DataFrame
        Voters with the card's features.

    Returns
    -------
    pl.DataFrame
        ``tables.IMPORTANCE``; no rows for a card without terms.

    Raises
    ------
    InputError
        The frame lacks a feature.
    """
    size = np.abs(card.contributions(frame)).mean(axis=0) if frame.height else np.zeros(len(card.terms))
    names = [term.name for term in card.terms]
    rows = pl.DataFrame(
        {"score": [score_name] * len(names), "term": names, "mean_abs": size},
        schema={"score": pl.String, "term": pl.String, "mean_abs": pl.Float64},
    )
    return rows.sort("mean_abs", "term", descending=[True, False])
