"""One voter's scores as sums of named contributions."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from hustings.electorate.query import Electorate
from hustings.errors import InputError
from hustings.scores.features import Target, catalogue, voter_pieces
from hustings.scores.scorecard import Scorecard, ScoreModel
from hustings.scores.scoring.predict import EARLY, RETURNED, TURNOUT, needed_features


def explain_voter(
    electorate: Electorate, state: str, voter_id: int, models: Sequence[ScoreModel], target: Target
) -> pl.DataFrame:
    """Say what a voter's scores are made of.

    Parameters
    ----------
    electorate : Electorate
    state : str
    voter_id : int
        Pseudonym.
    models : sequence of ScoreModel
    target : Target

    Returns
    -------
    pl.DataFrame
        ``score``, ``term``, ``value`` (what the voter is), ``contribution`` (logit, log-ratio, or 0-1 for effects), the
        largest first within a score, the average voter before them (``term`` "average voter"), and ``result``: the score,
        on its own scale, the same in every row of it. Of two models for one score, the one that holds for the voter.

    Raises
    ------
    InputError
        There is no such voter, or the voter is not in the file any more.
    """
    features = needed_features(models, list(catalogue(electorate, target)))
    for piece in voter_pieces(electorate, state, target, features, also=("voter_id",)):
        here = piece.filter(pl.col("voter_id") == voter_id)
        if here.height:
            return _explained(here, models)
    raise InputError(f"no voter of {state} has this id", hint="hustings voters show says who is in the file")


def _explained(voter: pl.DataFrame, models: Sequence[ScoreModel]) -> pl.DataFrame:
    if voter["gone"][0]:
        raise InputError("the voter is not in the file any more: there is no score")
    holding: dict[tuple[str, ...], ScoreModel] = {}
    for model in models:
        if model.only is None or str(voter[model.only[0]][0]) == model.only[1]:
            holding[model.outputs] = model
    rows = []
    for model in holding.values():
        scores = model.predict(voter)
        for card, name in zip(model.cards, model.outputs, strict=False):
            if name == TURNOUT and EARLY in voter.columns and str(voter[EARLY][0]) == RETURNED:
                rows.append((name, "ballot returned", RETURNED, 0.0, 1.0))
                continue
            rows += [(name, *row, float(scores[name][0])) for row in _terms(card, voter)]
    return pl.DataFrame(
        rows,
        schema={
            "score": pl.String,
            "term": pl.String,
            "value": pl.String,
            "contribution": pl.Float64,
            "result": pl.Float64,
        },
        orient="row",
    )


def _terms(card: Scorecard, voter: pl.DataFrame) -> list[tuple[str, str, float]]:
    """Terms of a card for one voter: the average voter, then the largest contributions first."""
    parts = card.contributions(voter)[0]
    order = sorted(range(len(card.terms)), key=lambda k: (-abs(parts[k]), card.terms[k].name))
    said = {name: _said(card, name, voter) for name in card.by_name}
    terms = [
        (card.terms[k].name, ", ".join(said[name] for name in card.terms[k].features), float(parts[k])) for k in order
    ]
    return [("average voter", "", card.intercept), *terms]


def _said(card: Scorecard, name: str, voter: pl.DataFrame) -> str:
    """A voter's value of a feature, for people."""
    value = voter[name][0]
    feature = card.by_name[name]
    if value is None:
        return "not known"
    return f"{value:.3g}" if isinstance(value, float) else f"{value}{' ' + feature.unit if feature.unit else ''}"
