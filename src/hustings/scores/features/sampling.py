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
        The features, ``slot``, ``precinct`` (code), ``home`` (state) and, of an election that is over, `voted`.
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
    outcome: bool = True,
) -> Sampled:
    """Draw voters, each with the same chance: with what they did in a target that is over, or without.

    Parameters
    ----------
    electorate, target, features, piece_rows
        As for :func:`voter_pieces`.
    rng : numpy.random.Generator
    rows : int
        About so many are drawn, all where there are fewer.
    outcome : bool
        Whether the target is over: only states whose history holds it are looked at.

    Raises
    ------
    InputError
        In no state's history is there such an election.
    """
    day = target.election.isoformat()
    known = electorate.words.manifest.states
    held = {s for s, files in known.items() if (day, target.kind) in {(e.date, e.kind) for e in files.elections}}
    states = [state for state in known if state in held or not outcome]
    if not states:
        raise InputError(f"no state's history holds the {target.kind} election of {day}", hint="load its history first")
    whole = sum(known[state].slots for state in states)
    chance = min(1.0, rows / whole)
    parts, voters = [], 0
    for state in states:
        pieces = voter_pieces(
            electorate, state, target, features, piece_rows=piece_rows, also=("precinct",), outcome=outcome
        )
        for piece in pieces:
            here = piece.filter(~pl.col("gone"))
            voters += here.height
            drawn = here if chance == 1 else here.filter(pl.Series(rng.random(here.height) < chance))
            parts.append(drawn.drop("gone").with_columns(home=pl.lit(state)))
    return Sampled(pl.concat(parts), voters, tuple(states))
