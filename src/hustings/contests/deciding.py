"""A contest as arrays: what the rules take, in the contest's own order of units and options."""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from hustings.contests.contest import Contest
from hustings.contests.history import us_presidential_results
from hustings.contests.rules import RULES, Outcome
from hustings.contests.rules.outcome import FloatArray, IntArray


def seats_array(contest: Contest) -> IntArray:
    """Seats that each unit awards, (unit,)."""
    return np.array([unit.seats for unit in contest.units], dtype=np.int64)


def own_votes(contest: Contest) -> NDArray[np.float64]:
    """Expected votes of each unit, (unit,): a district's are also in its parent's."""
    return np.array([unit.expected_votes for unit in contest.units])


def whole_contest_votes(contest: Contest) -> NDArray[np.float64]:
    """Expected votes as weights for the whole contest, (unit,): 0 for a district, whose parent has them."""
    return np.array([0.0 if unit.parent is not None else unit.expected_votes for unit in contest.units])


def decide(contest: Contest, shares: FloatArray, votes: FloatArray | None = None) -> Outcome:
    """Push joint draws through the contest's own rule.

    Parameters
    ----------
    contest : Contest
        What is being won.
    shares : (draw, unit, option) array
        Shares 0-1, in the contest's order of units and options.
    votes : (draw or 1, unit) array, optional
        Votes as weights for the whole contest, 0 for districts; the expected votes where not given.
    """
    if votes is None:
        votes = whole_contest_votes(contest)[None]
    return RULES[contest.rule].award(shares, seats_array(contest), votes, contest.rule_settings)


def actual_result(contest: Contest) -> pl.DataFrame | None:
    """The contest's own result, for scoring a projection afterwards; never for making one.

    Returns
    -------
    polars.DataFrame or None
        ``unit``, ``option``, ``votes``, for the units and options that the facts hold; None when they hold none.
        Nebraska's districts of 2004 are estimates there: score whole states.
    """
    result = us_presidential_results().filter(
        (pl.col("date") == contest.date)
        & pl.col("unit").is_in(contest.unit_ids)
        & pl.col("party").is_in(contest.option_ids)
    )
    if contest.rule != "electors" or result.is_empty():
        return None
    return result.select("unit", pl.col("party").alias("option"), "votes").sort("unit", "option")
