"""Models over a piece of voters: each voter gets the model that holds for them, and facts go before models."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl
from numpy.typing import NDArray

from hustings.errors import ConfigError
from hustings.scores.scorecard import ScoreModel

Array = NDArray[np.float64]

EARLY, RETURNED = "early_ballot", "returned"
"""The feature that says where a ballot stands, and its level for one that is in."""
TURNOUT = "turnout_prob"


def needed_features(models: Sequence[ScoreModel], known: Sequence[str]) -> list[str]:
    """Features that some models need of those that are known, each once, and where early ballots stand.

    Raises
    ------
    ConfigError
        A model was fitted with a feature that these voters do not have.
    """
    asked = dict.fromkeys(name for model in models for name in model.feature_names)
    lacking = [name for name in asked if name not in known]
    if lacking:
        raise ConfigError(
            f"a model was fitted with {lacking[0]}, which these voters do not have",
            hint="fit it again on this file: hustings fit",
        )
    return list(dict.fromkeys([*asked, *([EARLY] if EARLY in known else [])]))


def predict_piece(models: Sequence[ScoreModel], piece: pl.DataFrame) -> dict[str, Array]:
    """Scores of a piece's voters.

    Parameters
    ----------
    models : sequence of ScoreModel
        A model with `only` overrides those before it, for the voters for whom it holds.
    piece : pl.DataFrame
        Features, and ``gone``.

    Returns
    -------
    dict
        Column -> (n,) array; NaN for voters who are gone; turnout 1 for those whose ballot is in.
    """
    found: dict[str, Array] = {}
    for model in models:
        if model.only is None:
            found |= {name: values.to_numpy().copy() for name, values in model.predict(piece).to_dict().items()}
            continue
        feature, level = model.only
        rows = (piece[feature].cast(pl.String) == level).fill_null(value=False)
        scores = model.predict(piece.filter(rows))
        for name in model.outputs:
            found.setdefault(name, np.full(piece.height, np.nan))[rows.to_numpy()] = scores[name].to_numpy()
    if TURNOUT in found and EARLY in piece.columns:
        found[TURNOUT][(piece[EARLY].cast(pl.String) == RETURNED).fill_null(value=False).to_numpy()] = 1.0
    away = piece["gone"].to_numpy()
    for values in found.values():
        values[away] = np.nan
    return found
