"""Voters drawn for a fit: as they looked from the same distance before an election that is over, and whether they voted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from hustings.electorate.query import Electorate
from hustings.errors import InputError
from hustings.scores.features.pieces import voter_pieces
from hustings.scores.features.target import Target


@dataclass(frozen=True)
class Sampled:
    """Drawn voters.

    Parameters
    ----------
    rows : pl.DataFrame
        The features, ``slot``, ``home`` (state) and `voted`.
    voters : int
        Voters they were drawn from.
    states : tuple of str
        Where there was such an election.
    """

    rows: pl.DataFrame
    voters: int
    states: tuple[str, ...]


def sample_voters(
    electorate: Electorate,
    target: Target,
    features: Sequence[str],
    *,
    rng: np.random.Generator,
    rows: int,
    piece_rows: int = 1_000_000,
    where: pl.Expr | None = None,
) -> Sampled:
    """Draw voters with what they did in a target that is over, each with the same chance.

    Raises
    ------
    InputError
        In no state's history is there such an election.
    """
    day = target.election.isoformat()
    known = electorate.words.manifest.states
    states = [s for s, files in known.items() if any((e.date, e.kind) == (day, target.kind) for e in files.elections)]
    if not states:
        raise InputError(f"no state's history holds the {target.kind} election of {day}", hint="load its history first")
    whole = sum(known[state].slots for state in states)
    chance = min(1.0, rows / whole)
    parts, voters = [], 0
    for state in states:
        for piece in voter_pieces(electorate, state, target, features, piece_rows=piece_rows, outcome=True):
            here = piece.filter(~pl.col("gone"))
            if where is not None:
                here = here.filter(where)
            voters += here.height
            drawn = here if chance == 1 else here.filter(pl.Series(rng.random(here.height) < chance))
            parts.append(drawn.drop("gone").with_columns(home=pl.lit(state)))
    return Sampled(pl.concat(parts), voters, tuple(states))
