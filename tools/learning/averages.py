"""What averages of polls teach, 1972-2004: how opinion walks, and how far the final averages erred."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import NamedTuple

import numpy as np
import polars as pl

from hustings import facts
from hustings.polls.tracker.spec import TrackerSpec
from learning.pooling import SEARCH_MEDIAN, SEARCH_MEDIANS, Array, Draws, Evidence, fit_log_scales
from learning.swings import contest_of, gaussian, swing_of

SPACING_DAYS, SEASON_DAYS, FINAL_DAYS = 21, 200, 7
AVERAGE_AGE_DAYS = 5
"""How old the polls in an average are, about."""
NATION_NOISE = 0.02
"""Sampling noise of a final average of the nation, and how far states' and nation's averages part: half a point each."""
FEWEST_FINAL_UPDATES = 5
"""Days in the last fortnight on which a final average must have got a new poll, or it is not of the final week."""
FEWEST_NATION_UPDATES = 20
FEWEST_STATE_UPDATES, FEWEST_DENSE_STATES = 10, 10
"""A state average made of a few polls carries their noise for weeks, which looks like a walk: such states are left out."""


class Average(NamedTuple):
    """One day's average of a season's polls."""

    unit: str
    day: int
    logit: float


def read_averages(source: Path, year: int) -> list[Average]:
    """Two-party logits of 538's averages, the nation's (unit ``US``) and the states', latest day first."""
    names = {row["name"]: row["unit"] for row in facts.states().iter_rows(named=True) if row["unit"] == row["state"]}
    nation = pl.read_parquet(source / "us_national_poll_averages_1968_2016.parquet")
    states = pl.read_parquet(source / "us_state_poll_averages_1972_2016.parquet")
    both = pl.concat(
        [
            nation.select(
                "year", "party", "days_left", pl.lit("US").alias("unit"), pl.col("avg_support").alias("share")
            ),
            states.select(
                "year",
                "party",
                "days_left",
                pl.col("state").replace_strict(names, default=None).alias("unit"),
                pl.col("avg_poll").alias("share"),
            ),
        ]
    ).filter(
        (pl.col("year") == year) & pl.col("unit").is_not_null() & pl.col("party").is_in(["democrat", "republican"])
    )
    wide = both.pivot(index=["unit", "days_left"], on="party", values="share", aggregate_function="mean").drop_nulls()
    wide = wide.sort("unit", "days_left")
    return [
        Average(r["unit"], r["days_left"], float(np.log(r["democrat"] / r["republican"])))
        for r in wide.iter_rows(named=True)
    ]


def spaced(averages: list[Average], unit: str) -> list[Average]:
    """A unit's averages at least three weeks apart: what lies between is mostly the same polls."""
    kept: list[Average] = []
    for a in averages:
        if a.unit == unit and a.day <= SEASON_DAYS and (not kept or a.day >= kept[-1].day + SPACING_DAYS):
            kept.append(a)
    return kept


def nation_walk_evidence(averages: list[Average], year: int) -> Evidence | None:
    """Walk of the nation: level with a flat prior + walk + independent noise, fitted to spaced averages."""
    points = spaced(averages, "US")
    if sum(a.unit == "US" and a.day <= SEASON_DAYS for a in averages) < FEWEST_NATION_UPDATES:
        return None
    days, value = np.array([p.day for p in points], dtype=float), np.array([p.logit for p in points])
    walk = np.minimum(days[:, None], days[None, :])

    def log_likelihood(s: Array) -> float:
        return gaussian(value, s[0] ** 2 * walk + s[1] ** 2 * np.eye(len(days)) + 1.0)

    return fit_log_scales(log_likelihood, [SEARCH_MEDIANS["walk_nation"], SEARCH_MEDIAN], year)[0]


def unit_walk_evidence(averages: list[Average], year: int, spec: TrackerSpec) -> list[Evidence | None]:
    """Walks of the states against the nation, shared (through the kernel) and own.

    The average of a state minus the nation's of the nearest day; each state's level has a flat prior, and what all
    states have in common a walk of its own (states' and nation's polls may drift apart).
    """
    nation = [a for a in averages if a.unit == "US"]
    updates = Counter(a.unit for a in averages if a.day <= SEASON_DAYS)
    dense = {unit for unit, count in updates.items() if unit != "US" and count >= FEWEST_STATE_UPDATES}
    if len(dense) < FEWEST_DENSE_STATES:
        return [None, None]
    swing = swing_of(year, spec)
    top = [unit.id for unit in contest_of(year).units if unit.parent is None]
    points = [p for unit in top if unit in dense for p in spaced(averages, unit)]
    index = np.array([top.index(p.unit) for p in points])
    days = np.array([p.day for p in points], dtype=float)
    value = np.array([p.logit - min(nation, key=lambda a, p=p: abs(a.day - p.day)).logit for p in points])
    walk = np.minimum(days[:, None], days[None, :])
    shared, own = walk * swing.shared[np.ix_(index, index)], walk * swing.own[np.ix_(index, index)]
    level, noise = 1.0 * (index[:, None] == index[None, :]), np.eye(len(days))

    def log_likelihood(s: Array) -> float:
        return gaussian(value, s[0] ** 2 * shared + s[1] ** 2 * own + s[2] ** 2 * walk + s[3] ** 2 * noise + level)

    medians = [SEARCH_MEDIANS["walk_shared"], SEARCH_MEDIANS["walk_own"], SEARCH_MEDIANS["walk_shared"], SEARCH_MEDIAN]
    return fit_log_scales(log_likelihood, medians, year)[:2]


def final_errors(averages: list[Average], year: int) -> dict[str, tuple[float, int]]:
    """Error and day of each unit's last average within a week of the election."""
    last: dict[str, Average] = {}
    for a in averages:
        if a.day <= FINAL_DAYS and a.unit not in last:
            last[a.unit] = a
    table = facts.state_results().filter(pl.col("year") == year)
    actual = {r["state"]: float(np.log(r["dem_votes"] / r["rep_votes"])) for r in table.iter_rows(named=True)}
    actual["US"] = float(np.log(table["dem_votes"].sum() / table["rep_votes"].sum()))
    return {unit: (a.logit - actual[unit], a.day) for unit, a in sorted(last.items())}


def bias_draws(averages: list[Average], year: int, walk: float) -> dict[str, Draws]:
    """Errors of the final averages as draws of the nation's polling bias and of the gap between nation and states.

    The nation's average errs by bias + gap + noise + what moved since, the states' mean by the same without the gap.
    """
    if sum(a.unit == "US" and a.day <= 2 * FINAL_DAYS for a in averages) < FEWEST_FINAL_UPDATES:
        return {}
    errors = final_errors(averages, year)
    nation, day = errors["US"]
    states = np.array([error for unit, (error, _) in errors.items() if unit != "US"])
    nation_variance, moved = 2.0 * NATION_NOISE**2, walk**2 * (day + AVERAGE_AGE_DAYS)
    states_variance = float(states.var(ddof=1)) / len(states)
    precision = 1.0 / nation_variance + 1.0 / states_variance
    bias = (nation / nation_variance + states.mean() / states_variance) / precision
    bias_precision, gap_precision = 1.0 / (1.0 / precision + moved), 1.0 / (NATION_NOISE**2 + states_variance)
    return {
        "bias_nation": Draws(year, np.array([[bias_precision]]), np.array([bias_precision * bias])),
        "nation_gap": Draws(year, np.array([[gap_precision]]), np.array([gap_precision * (nation - states.mean())])),
    }


def shared_bias_evidence(errors: dict[str, tuple[float, int]], year: int, spec: TrackerSpec) -> Evidence | None:
    """Polling bias that states share, from the final errors of their averages (own bias and noise set apart)."""
    swing = swing_of(year, spec)
    top = [unit.id for unit in contest_of(year).units if unit.parent is None]
    here = [unit for unit in errors if unit in top]
    index = np.array([top.index(unit) for unit in here])
    value = np.array([errors[unit][0] for unit in here])
    shared, own = swing.shared[np.ix_(index, index)], swing.own[np.ix_(index, index)]

    def log_likelihood(s: Array) -> float:
        return gaussian(value, s[0] ** 2 * shared + s[1] ** 2 * own + s[2] ** 2 * np.eye(len(here)) + 1.0)

    return fit_log_scales(log_likelihood, [SEARCH_MEDIAN] * 3, year)[0]
