"""The expected electorate by cells: voters who are alike to the support model, and the votes expected of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import polars as pl
from numpy.typing import NDArray

from hustings.electorate.query import Electorate
from hustings.errors import ConfigError
from hustings.scores.features import Target, catalogue, coded_pieces
from hustings.scores.scorecard import Feature, Piece, ScoreModel
from hustings.scores.scorecard.axes import Axis, axis_of
from hustings.scores.scoring.predict import TURNOUT, Scorer, certain, needed_features
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
    turnout = [model for model in models if TURNOUT in model.outputs]
    if not turnout:
        raise ConfigError(f"the models score no {TURNOUT}", hint="hustings fit turnout")
    known = list(catalogue(electorate, target))
    described = [name for name in PEOPLE if name in known]
    features = list(dict.fromkeys([*needed_features(turnout, known), *described]))
    scorer = Scorer(turnout)
    parts = []
    for state in electorate.words.manifest.states:
        progress(state)
        pieces = coded_pieces(electorate, state, target, features)
        parts += [_cells(piece, scorer.scores(piece)[TURNOUT], described) for piece in pieces]
    return _cells_together(parts, described)


def _cells(piece: Piece, scores: NDArray[np.float32], described: list[str]) -> pl.DataFrame:
    """Cells of a piece: a voter's cell is one number, and numbers are counted."""
    axes = [axis_of(name, piece.schema[name], _bands(name)) for name in described]
    cell = np.zeros(piece.height, dtype=np.int64)
    for axis in axes:
        cell *= axis.size
        cell += axis.places(piece[axis.name])
    cell <<= 1
    cell |= certain(piece)
    kept = np.isfinite(scores)
    cell, chances = cell[kept], scores[kept]
    # Cells of one state lie side by side: only their range is laid out.
    first = int(cell.min()) if len(cell) else 0
    cell -= first
    voters, votes = np.bincount(cell), np.bincount(cell, chances)
    there = np.flatnonzero(voters)
    place = there + first
    sure = pl.Series(_CERTAIN, place % 2 == 1)
    place >>= 1
    named: list[pl.Series] = []
    for axis in reversed(axes):
        place, own = np.divmod(place, axis.size)
        named.append(_named(axis)[own].alias(axis.name))
    counted = [pl.Series("voters", voters[there]), pl.Series("votes", votes[there])]
    return pl.DataFrame([*reversed(named), sure, *counted])


def _bands(name: str) -> list[Feature]:
    return [Feature(name, cuts=CUTS[name])] if name in CUTS else []


def _named(axis: Axis) -> pl.Series:
    """What each place stands for: a text, or the lower end of a band, which lies in the same band."""
    if axis.levels is not None:
        return pl.Series([*axis.levels, None], dtype=pl.String)
    return pl.Series([None, 0.0, *axis.cuts], dtype=pl.Float64)


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
