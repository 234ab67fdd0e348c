"""What each unit is worth: the chance that it decides, what a vote, a point, a dollar, a visit there adds."""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from hustings.contests.rules import RULES
from hustings.maths.waterfill import waterfill
from hustings.plan.goals import goal_of
from hustings.plan.levers import Levers
from hustings.plan.race import Race, own_shares
from hustings.store import check_table
from hustings.tables import WORTH

Array = NDArray[np.float64]

POINT = 0.01
VOTES = 10_000.0
MILLION = 1e6


def worth_table(
    race: Race, tipping_prob: Array, levers: Levers | None = None, visit_margin: Array | None = None
) -> pl.DataFrame:
    """What each unit is worth, dearest first (``hustings.tables.WORTH``).

    Parameters
    ----------
    race : Race
    tipping_prob : (unit,) array
        Chance that the unit decides, whoever wins; NaN where nothing tips.
    levers : Levers, optional
        What money can move.
    visit_margin : (unit,) array, optional
        Margin that the next visit to each unit makes there.
    """
    still = np.zeros(len(race.units))
    win = goal_of(race, "win").slope(still)
    counts = RULES[race.contest.rule].counts_seats
    seats = goal_of(race, "seats").slope(still) if counts else np.full(len(still), np.nan)
    shares = own_shares(race.draws)
    margins = shares[:, :, 0] - shares[:, :, 1:].max(axis=2)
    table = pl.DataFrame(
        {
            "unit": list(race.units),
            "seats": race.seats.astype(np.int64),
            "votes": race.votes,
            "margin_mean": margins.mean(axis=0, dtype=np.float64),
            "margin_sd": margins.std(axis=0, dtype=np.float64),
            "win_prob": (race.draws > 0).all(axis=2).mean(axis=0),
            "tipping_prob": tipping_prob,
            # A voter who changes sides is two net votes.
            "vote_decides_prob": np.minimum(2.0 * win / race.votes, 1.0),
            "win_per_point": POINT * win,
            "win_per_10000_votes": VOTES * win / race.votes,
            "seats_per_point": POINT * seats,
            **_dollars(race, win, levers),
            "win_per_visit": still * np.nan if visit_margin is None else visit_margin * win,
        },
        schema_overrides={"seats": pl.Int64},
    ).fill_nan(None)
    return check_table(table.sort(["win_per_point", "unit"], descending=[True, False]), WORTH)


def _dollars(race: Race, win: Array, levers: Levers | None) -> dict[str, Array]:
    """What the first net vote costs in each unit, and what a million spent best on its own levers adds, (unit,) each."""
    none = np.full(len(race.units), np.nan)
    if levers is None:
        return {"dollars_per_vote": none, "win_per_million_dollars": none}
    votes = (levers.margin * race.votes / levers.scale_dollars[:, None]).max(axis=0)
    home = levers.home(race.votes)
    earned = levers.margin @ win
    adds = np.zeros(len(race.units))
    for unit in np.unique(home):
        mine = home == unit
        spent = waterfill(
            earned[mine], levers.scale_dollars[mine], np.zeros(mine.sum()), levers.cap_dollars[mine], MILLION
        )
        adds[unit] = earned[mine] @ -np.expm1(-spent / levers.scale_dollars[mine])
    return {
        "dollars_per_vote": np.where(votes > 0, 1.0 / np.where(votes > 0, votes, 1.0), np.nan),
        "win_per_million_dollars": np.where(votes > 0, adds, np.nan),
    }


def tipping_probs(race: Race, units: pl.DataFrame) -> Array:
    """Chance that each unit decides, (unit,), by a projection's table (``hustings.tables.UNITS``); NaN where nothing tips."""
    sums = units.group_by("unit").agg(pl.col("tipping_prob").sum(), known=pl.col("tipping_prob").is_not_null().any())
    found = pl.DataFrame({"unit": list(race.units)}).join(sums, on="unit", how="left", maintain_order="left")
    column = pl.when(pl.col("known")).then(pl.col("tipping_prob"))
    return found.select(column.fill_null(float("nan"))).to_series().to_numpy()
