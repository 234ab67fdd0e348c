"""How many vote in each unit, and how sure that is."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from hustings.contests import Contest, own_votes, whole_contest_votes

Array = NDArray[np.float64]

DEFAULT_SD_LOG = 0.08
"""Where fewer than two earlier contests counted the units."""
CONTESTS = 7
"""Latest earlier contests that are looked at."""


class Turnout(NamedTuple):
    """Votes for the contest's options.

    Attributes
    ----------
    own : (unit,) array
        Expected votes; a district's are also in its parent's.
    whole : (unit,) array
        The same as weights for the whole contest: 0 for districts.
    sd_log : float
        Sd of the log of a unit's part of the whole around what is expected.
    """

    own: Array
    whole: Array
    sd_log: float


def expected_turnout(contest: Contest) -> Turnout:
    """Votes as at the last contest, with the error that this rule has made from one contest to the next.

    ``sd_log`` is the root mean square change of the log of a unit's part of all votes between contests.
    """
    return Turnout(own_votes(contest), whole_contest_votes(contest), _sd_log(contest))


def _sd_log(contest: Contest) -> float:
    top = [unit.id for unit in contest.units if unit.parent is None]
    if len(top) < 2:
        return 0.0
    votes = contest.past.filter(pl.col("unit").is_in(top)).group_by("date", "unit").agg(pl.col("votes").sum())
    parts = votes.with_columns((pl.col("votes") / pl.col("votes").sum().over("date")).log().alias("log_part"))
    changes = (
        parts.sort("date", "unit")
        .with_columns(pl.col("log_part").diff().over("unit", order_by="date").alias("change"))
        .filter(pl.col("change").is_finite())
    )
    dates = changes["date"].unique().sort().to_list()[-CONTESTS:]
    latest = changes.filter(pl.col("date").is_in(dates))["change"].to_numpy()
    return float(np.sqrt(np.mean(latest**2))) if latest.size else DEFAULT_SD_LOG
