"""Mean score against outcome, group by group: where a model is right on the whole and wrong on its parts."""

from __future__ import annotations

import numpy as np
import polars as pl

from hustings.errors import InputError
from hustings.scores.cards.arrays import Array, checked

UNKNOWN = "not known"


def crossed(groups: pl.DataFrame, *names: str) -> pl.DataFrame:
    """The groups with one column more, named and filled by crossing some of them: ``state x age``."""
    parts = [pl.col(name).cast(pl.String).fill_null(UNKNOWN) for name in names]
    return groups.with_columns(pl.concat_str(parts, separator=" x ").alias(" x ".join(names)))


def calibration_table(
    score_name: str, score: Array, outcome: Array, weight: Array | None, groups: pl.DataFrame
) -> pl.DataFrame:
    """Calibration of held-out voters by group.

    Parameters
    ----------
    score_name : str
        Column of the score.
    score, outcome, weight
        As in :func:`hustings.scores.cards.decile_table`.
    groups : pl.DataFrame, n rows
        A column a grouping; crossed ones have ` x ` in their name (see :func:`crossed`). Empty cells are ``not known``.

    Returns
    -------
    pl.DataFrame
        ``tables.CALIBRATION``, a row for each column and value, values in order.

    Raises
    ------
    InputError
        Lengths differ, nobody, or values that are not finite.
    """
    score, outcome, weight = checked(score, outcome, weight)
    if groups.height != len(score):
        raise InputError(f"groups of {groups.height} voters, expected those of {len(score)}")
    return pl.concat([_one(score_name, score, outcome, weight, groups[name]) for name in groups.columns])


def _one(score_name: str, score: Array, outcome: Array, weight: Array, group: pl.Series) -> pl.DataFrame:
    texts = group.cast(pl.String).fill_null(UNKNOWN)
    values = texts.unique().sort()
    place = texts.cast(pl.Enum(values)).to_physical().to_numpy().astype(np.int64)

    def sums(parts: Array) -> Array:
        return np.bincount(place, parts, len(values)).astype(np.float64)

    total = sums(weight)
    safe = np.where(total > 0.0, total, 1.0)
    share = sums(weight * outcome) / safe
    return pl.DataFrame(
        {
            "score": [score_name] * len(values),
            "group": [group.name] * len(values),
            "value": values,
            "voters": np.bincount(place, minlength=len(values)),
            "score_mean": sums(weight * score) / safe,
            "outcome_share": share,
            "outcome_se": np.sqrt(sums((weight * (outcome - share[place])) ** 2)) / safe,
        }
    ).filter(pl.Series(total > 0.0))
