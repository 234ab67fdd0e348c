"""Models over a piece of voters: each voter gets the model that holds for them, and facts go before models."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import polars as pl
from numpy.typing import NDArray

from hustings.errors import ConfigError
from hustings.scores.scorecard import Kernel, Piece, ScoreModel, compile_kernel
from hustings.scores.scorecard.piece import is_level

Scores = NDArray[np.float32]

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


class Scorer:
    """Some models made ready once for all pieces of all states.

    Parameters
    ----------
    models : sequence of ScoreModel
        A model with `only` overrides those before it, for the voters for whom it holds.
    steps : mapping, optional
        Column -> number of steps in 1 to which its scores are rounded.
    """

    def __init__(self, models: Sequence[ScoreModel], steps: Mapping[str, int] | None = None) -> None:
        self.models = tuple(models)
        self.steps = dict(steps or {})
        self._needs = list(dict.fromkeys(name for model in models for name in model.feature_names))
        self._kernel: Kernel | None = None
        self._kinds: dict[str, pl.DataType] = {}

    def kernel(self, piece: pl.DataFrame | Piece) -> Kernel:
        """The models compiled for pieces like this one: texts have the same levels in every state, so mostly once.

        Raises
        ------
        InputError
            The piece lacks a feature.
        """
        schema = piece.schema
        kinds = {name: schema[name] for name in self._needs if name in schema}
        if self._kernel is None or kinds != self._kinds:
            self._kernel, self._kinds = compile_kernel(self.models, schema), kinds
        return self._kernel

    def scores(self, piece: pl.DataFrame | Piece) -> dict[str, Scores]:
        """Scores of a piece's voters.

        Parameters
        ----------
        piece : pl.DataFrame or Piece
            Features, and ``gone``.

        Returns
        -------
        dict
            Column -> (n,) float32, off by what ``Kernel.error`` says at most, then rounded to the steps; NaN for voters who
            are gone; turnout 1 for those whose ballot is in.
        """
        found = self.kernel(piece).scores(piece, self.steps)
        if TURNOUT in found:
            found[TURNOUT][certain(piece)] = 1.0
        away = gone(piece)
        if away.any():
            for values in found.values():
                values[away] = np.nan
        return found


def certain(piece: pl.DataFrame | Piece) -> NDArray[np.bool_]:
    """Whose ballot is in, shape (n,)."""
    columns = piece.columns
    return is_level(piece[EARLY], RETURNED) if EARLY in columns else np.zeros(piece.height, dtype=np.bool_)


def gone(piece: pl.DataFrame | Piece) -> NDArray[np.bool_]:
    """Who cannot vote in the election, shape (n,)."""
    column = piece["gone"]
    assert isinstance(column, pl.Series)
    return np.asarray(column.to_numpy())
