"""Scores as other systems take them: 0-100, and beside the list what made them."""

from __future__ import annotations

from typing import Any

import polars as pl

from hustings.electorate.query.electorate import Electorate
from hustings.store.manifest import SCORES

_NAMES = {"_prob": "_score", "_effect": "_points"}
"""How a column ends inside, 0-1, and in an export, 0-100."""


def export_scores(electorate: Electorate, rows: pl.DataFrame) -> tuple[pl.DataFrame, dict[str, Any]]:
    """Give listed voters' scores as 0-100, under the names that say so.

    Parameters
    ----------
    electorate : Electorate
    rows : pl.DataFrame
        Voters with columns of theirs, scores 0-1 among them: ``turnout_prob`` becomes ``turnout_score``,
        ``persuasion_effect`` (a difference) ``persuasion_points``.

    Returns
    -------
    pl.DataFrame
    dict
        What made the scores: ``models`` (model -> day it was fitted), ``snapshot`` (that they were made of), ``as_of``, and
        ``columns`` (name in the list -> name inside); empty where no score is listed.
    """
    words = electorate.words
    scores = [name for name in rows.columns if words.sidecar_columns.get(name) == SCORES]
    if not scores:
        return rows, {}
    new = {name: _exported(name) for name in scores}
    numbers = {files.sidecars[SCORES].number for files in words.manifest.states.values() if SCORES in files.sidecars}
    made = next(one for one in words.snapshots.all() if one.number == max(numbers))
    about = {
        "models": dict(made.load.get("models", {})),
        "snapshot": made.number,
        "as_of": made.as_of,
        "columns": {after: before for before, after in new.items()},
    }
    return rows.with_columns((pl.col(name).cast(pl.Float64) * 100).round(1) for name in scores).rename(new), about


def _exported(name: str) -> str:
    for inside, outside in _NAMES.items():
        if name.endswith(inside):
            return name.removesuffix(inside) + outside
    return name
