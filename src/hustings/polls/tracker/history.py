"""Results of earlier contests as arrays: each unit's lean against the whole, and how leans swung."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from hustings.contests import Contest

Array = NDArray[np.float64]
_FEWEST_VOTES = 0.5
"""Stands for no votes at all, so that a log-ratio exists (the usual half-count correction)."""


class History(NamedTuple):
    """Leans in earlier contests, oldest first.

    Attributes
    ----------
    lean : (past, unit, contrast) array
        Log-ratio of the unit minus that of the whole; NaN where the unit was not counted.
    whole : (past, contrast) array
        Log-ratios of the whole.
    offered : (past, option) bool array
        Whether the option had votes at all in that contest.
    """

    lean: Array
    whole: Array
    offered: NDArray[np.bool_]


def read_history(contest: Contest) -> History:
    """Arrange a contest's past results in its own order of units and options.

    An option that had no votes in an earlier contest has no lean from it: it is taken to lean like the average
    option (0 on the centred log-ratio scale), which leaves the contrasts between the others as they were.
    """
    n_units, n_options = len(contest.units), len(contest.options)
    dates = contest.past["date"].unique().sort().to_list() if contest.past.height else []
    votes = np.full((len(dates), n_units, n_options), np.nan)
    index = {
        "date": {date: i for i, date in enumerate(dates)},
        "unit": {unit_id: i for i, unit_id in enumerate(contest.unit_ids)},
        "option": {option_id: i for i, option_id in enumerate(contest.option_ids)},
    }
    known = contest.past.filter(
        pl.col("unit").is_in(contest.unit_ids)
        & pl.col("option").is_in(contest.option_ids)
        & pl.col("votes").is_not_null()
    )
    for date, unit, option, count in known.select("date", "unit", "option", "votes").iter_rows():
        votes[index["date"][date], index["unit"][unit], index["option"][option]] = count
    counted = ~np.isnan(votes).all(axis=2)
    votes = np.where(counted[:, :, None], np.nan_to_num(votes), np.nan)
    top = np.array([unit.parent is None for unit in contest.units], dtype=bool)
    offered = np.nansum(votes[:, top], axis=1) > 0
    lean = np.full((len(dates), n_units, n_options - 1), np.nan)
    whole = np.zeros((len(dates), n_options - 1))
    for past in range(len(dates)):
        total = np.nansum(votes[past][top], axis=0)
        whole[past] = _centred_contrasts(total[None], offered[past])[0]
        there = counted[past]
        lean[past, there] = _centred_contrasts(votes[past][there], offered[past]) - whole[past]
    return History(lean, whole, offered)


def _centred_contrasts(votes: Array, offered: NDArray[np.bool_]) -> Array:
    """Contrasts against the last option of centred log-votes, 0 for an option that was not offered."""
    logs = np.where(offered, np.log(np.maximum(votes, _FEWEST_VOTES)), 0.0)
    n_offered = max(int(offered.sum()), 1)
    centre = logs.sum(axis=1, keepdims=True) / n_offered
    centred = np.where(offered, logs - centre, 0.0)
    return np.asarray(centred[:, :-1] - centred[:, -1:])
