"""Score every voter: a sidecar beside the voters of each state, all of it or nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from hustings.electorate.query import Electorate
from hustings.errors import StoreError
from hustings.scores.features import Target, catalogue, coded_pieces
from hustings.scores.scorecard import ScoreModel
from hustings.scores.scoring.predict import Scorer, gone, needed_features
from hustings.store.columns import ColumnWriter
from hustings.store.manifest import SCORES, Manifest
from hustings.store.snapshots import Writing, writing
from hustings.tables import VOTER_SCORES, Column

STEPS = 200
"""Chances are stored in half percents, so that a score takes a byte; errors are far larger."""
EFFECT_STEPS = 1000
"""Effects are stored in tenths of a point."""


def score_voters(
    electorate: Electorate,
    models: Sequence[ScoreModel],
    target: Target,
    *,
    about: Mapping[str, Any],
    code_version: str = "",
    wait_seconds: float = 0,
    progress: Callable[[str], None] = lambda _: None,
) -> dict[str, int]:
    """Score every voter and keep the scores as a snapshot.

    Parameters
    ----------
    electorate : Electorate
        Of the store's last snapshot.
    models : sequence of ScoreModel
        Those with `only` after those without.
    target : Target
        The election, and the day.
    about : mapping
        Which models of which days: noted in the manifest.
    code_version, wait_seconds, progress
        As for a load.

    Returns
    -------
    dict
        State -> voters scored.

    Raises
    ------
    StoreError
        The voters have changed since the electorate was opened, or the store cannot be written to.
    InputError
        A model needs a feature that these voters do not have.
    """
    store = electorate.words.snapshots.store
    features = needed_features(models, list(catalogue(electorate, target)))
    columns = score_columns(models)
    scorer = Scorer(models, {column.name: steps_of(column.name) for column in columns})
    scored: dict[str, int] = {}
    with writing(store, what="score", wait_seconds=wait_seconds) as place:
        if place.before.number != electorate.words.manifest.number:
            raise StoreError(
                f"the scores are of snapshot {electorate.words.manifest.number}, the voters of {place.before.number}",
                hint="score again: hustings score",
            )
        manifest = place.before
        for state, files in place.before.states.items():
            progress(state)
            name = place.name(SCORES, state)
            with ColumnWriter(place.path(name), columns) as sidecar:
                scored[state] = 0
                for piece in coded_pieces(electorate, state, target, features):
                    away = gone(piece)
                    sidecar.append_arrays(scorer.scores(piece))
                    scored[state] += piece.height - int(np.count_nonzero(away))
            stored = place.written(name, sidecar.rows)
            manifest = manifest.with_state(state, replace(files, sidecars={**files.sidecars, SCORES: stored}))
        _commit(place, manifest, columns, about, code_version, scored)
    return scored


def _commit(
    place: Writing,
    manifest: Manifest,
    columns: tuple[Column, ...],
    about: Mapping[str, Any],
    code_version: str,
    scored: Mapping[str, int],
) -> None:
    origin = {**manifest.provenance, **dict.fromkeys((column.name for column in columns), "modelled")}
    report = {"rows_in": sum(scored.values()), "counts": {f"{state} scored": n for state, n in scored.items()}}
    load: dict[str, Any] = {
        "what": "scores",
        "layout": "scores",
        "file_date": manifest.as_of,
        "inputs": [],
        "set_aside_files": [],
    }
    load |= {"report": report, **about}
    place.commit(replace(manifest, number=place.number, code_version=code_version, load=load, provenance=origin))


def score_columns(models: Sequence[ScoreModel]) -> tuple[Column, ...]:
    """Declared columns of what some models score, each once."""
    declared = {column.name: column for column in VOTER_SCORES.columns}
    names = dict.fromkeys(name for model in models for name in model.outputs)
    return tuple(
        declared.get(name, Column(name, "float", "0-1", "", nullable=True, storage="float32")) for name in names
    )


def steps_of(name: str) -> int:
    """Steps in 1 to which a score is stored."""
    return EFFECT_STEPS if name.endswith("_effect") else STEPS
