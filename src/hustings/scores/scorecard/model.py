"""Predictors, the link that turns them into scores, and the columns that the scores become."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.special import expit, softmax

from hustings.errors import InputError
from hustings.scores.scorecard.card import Scorecard

Array = NDArray[np.float64]
Link = Literal["logit", "softmax", "identity"]


@dataclass(frozen=True)
class ScoreModel:
    """One or more scorecards behind a link.

    Parameters
    ----------
    name : str
        For people: ``turnout``, ``support``.
    link : {"logit", "softmax", "identity"}
        ``logit``: each predictor is the logit of its column. ``softmax``: K - 1 predictors are log-ratios against the last
        of K columns. ``identity``: each predictor is its column.
    outputs : tuple of str
        Columns; their names end in ``_prob`` (0-1) or ``_effect`` (difference of probabilities).
    cards : tuple of Scorecard
    only : tuple of (str, str) or None
        Feature and level for which the model holds; it overrides a model without one. A model of new registrants has
        ``("newly_registered", "yes")``.

    Raises
    ------
    InputError
        Predictors and columns do not match.
    """

    name: str
    link: Link
    outputs: tuple[str, ...]
    cards: tuple[Scorecard, ...]
    only: tuple[str, str] | None = None

    def __post_init__(self) -> None:
        expected = len(self.outputs) - 1 if self.link == "softmax" else len(self.outputs)
        if len(self.cards) != expected:
            raise InputError(
                f"the model {self.name} has {len(self.cards)} predictors and {len(self.outputs)} columns, "
                f"expected {expected} predictors with the link {self.link}"
            )

    @property
    def feature_names(self) -> list[str]:
        """Every feature that it needs, each once."""
        own = [feature.name for card in self.cards for feature in card.features]
        return list(dict.fromkeys([*own, *([self.only[0]] if self.only else [])]))

    def predict(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Scores of voters, a column an output, in the frame's order; `only` is not looked at.

        Raises
        ------
        InputError
            The frame lacks a feature.
        """
        scores = self.link_scores(np.stack([card.predict(frame) for card in self.cards], axis=1))
        return pl.DataFrame({name: scores[:, k] for k, name in enumerate(self.outputs)})

    def link_scores(self, predictors: Array) -> Array:
        """Scores of predictors: (n, predictors) to (n, outputs)."""
        if self.link == "logit":
            return np.asarray(expit(predictors))
        if self.link == "softmax":
            return np.asarray(softmax(np.column_stack([predictors, np.zeros(len(predictors))]), axis=1))
        return predictors
