"""The expected electorate by cells: voters who are alike to the support model, and the votes expected of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import polars as pl

from hustings.electorate.query import Electorate
from hustings.errors import ConfigError
from hustings.scores.features import Target, catalogue, voter_pieces
from hustings.scores.scorecard import Feature, ScoreModel
from hustings.scores.scoring.predict import TURNOUT, needed_features, predict_piece
from hustings.scores.support.people import CUTS, PEOPLE
from hustings.tables import VOTER_CELLS

_CERTAIN = "certain"


def count_cells(
    electorate: Electorate,
    models: Sequence[ScoreModel],
    target: Target,
    *,
    progress: Callable[[str], None] = lambda _: None,
) -> pl.DataFrame:
    """Count the expected electorate.

    Parameters
    ----------
    electorate : Electorate
    models : sequence of ScoreModel
        Of turnout.
    target : Target
    progress : callable
        Told the state.

    Returns
    -------
    pl.DataFrame
        ``tables.VOTER_CELLS``; numbers as the lower end of their band.

    Raises
    ------
    ConfigError
        The models do not say who votes.
    """
    if not any(TURNOUT in model.outputs for model in models):
        raise ConfigError(f"the models score no {TURNOUT}", hint="hustings fit turnout")
    known = list(catalogue(electorate, target))
    features = needed_features(models, known)
    described = [name for name in PEOPLE if name in known]
    parts = []
    for state in electorate.words.manifest.states:
        progress(state)
        for piece in voter_pieces(electorate, state, target, list(dict.fromkeys([*features, *described]))):
            scores = predict_piece(models, piece)[TURNOUT]
            kept = np.isfinite(scores)
            rows = piece.select(described).with_columns(pl.Series("p", np.nan_to_num(scores))).filter(pl.Series(kept))
            parts.append(_cells(rows, described))
    return _cells_together(parts, described)


def _cells(rows: pl.DataFrame, described: list[str]) -> pl.DataFrame:
    banded = [_band(rows[name]) if name in CUTS else rows[name].cast(pl.String) for name in described]
    certain = (pl.col("p") >= 1.0).alias(_CERTAIN)
    return (
        rows.select("p", certain)
        .with_columns(banded)
        .group_by([*described, _CERTAIN])
        .agg(pl.len().alias("voters"), pl.col("p").sum().alias("votes"))
    )


def _band(column: pl.Series) -> pl.Series:
    """A number as the lower end of its band: the band that holds it is the same."""
    cuts = CUTS[column.name]
    ends = np.array([np.nan, 0.0, *cuts])
    return pl.Series(column.name, ends[Feature(column.name, cuts=cuts).bins(column)], nan_to_null=True)


def _cells_together(parts: list[pl.DataFrame], described: list[str]) -> pl.DataFrame:
    whole = pl.concat(parts).group_by([*described, _CERTAIN]).agg(pl.col("voters", "votes").sum())
    absent = [column.name for column in VOTER_CELLS.columns if column.name not in whole.columns]
    kinds = {"text": pl.String, "float": pl.Float64}
    typed = {column.name: column.dtype for column in VOTER_CELLS.columns}
    filled = whole.with_columns(pl.lit(None, kinds[typed[name]]).alias(name) for name in absent)
    order = [*described, _CERTAIN]
    return (
        filled.sort(order, nulls_last=True)
        .select(pl.col(name).cast(kinds[kind]) if kind in kinds else pl.col(name) for name, kind in typed.items())
        .with_columns(pl.col("voters").cast(pl.Int64))
    )
