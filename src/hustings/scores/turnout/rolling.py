"""Voters of past elections as they looked from the same distance, and the features that say something in them and now."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from hustings.electorate.query import Electorate
from hustings.errors import InputError
from hustings.scores.features import Target, catalogue, sample_voters

NEW = "newly_registered"
LEFT_OUT = frozenset({"county", NEW})
"""Not among the features unless asked for: precincts' turnout says more than counties' names; new registrants have their own model."""
MOST_ELECTIONS = 3
DISCOUNT = 0.5
"""What an election counts against the one after it."""


@dataclass(frozen=True)
class Past:
    """Voters of one past election.

    Parameters
    ----------
    target : Target
        It, as seen from the same distance.
    rows : pl.DataFrame
        Features, ``voted``, ``home``, ``precinct``; columns that were not known then are null.
    weight : float
        What a row counts.
    voters : int
        Voters they were drawn from.
    """

    target: Target
    rows: pl.DataFrame
    weight: float
    voters: int


def comparable_days(electorate: Electorate, target: Target) -> list[dt.date]:
    """Days of past elections that compare with a target in some state, latest first.

    Raises
    ------
    InputError
        There are none.
    """
    states = electorate.words.manifest.states
    days = {day for files in states.values() for day in target.comparable(files.elections)}
    if not days:
        kinds = sorted({f"{one.kind} {one.date[:4]}" for files in states.values() for one in files.elections})
        raise InputError(
            f"no {target.kind} election that compares with that of {target.election} is in the history "
            f"(one every {target.cycle_years} years before {target.as_of})",
            hint=f"load older history; there is {', '.join(kinds)}"
            if kinds
            else "load the history: hustings load history",
        )
    return sorted(days, reverse=True)


def usable_features(electorate: Electorate, target: Target, days: Sequence[dt.date]) -> list[str]:
    """Features that there are now and were in some past election."""
    now = catalogue(electorate, target)
    then = {name for day in days for name in catalogue(electorate, target.earlier(day))}
    single = {"state"} if len(electorate.words.manifest.states) == 1 else set()
    return [name for name in now if name in then and name not in LEFT_OUT | single]


def past_voters(
    electorate: Electorate,
    target: Target,
    days: Sequence[dt.date],
    features: Sequence[str],
    *,
    rng: np.random.Generator,
    rows: int,
) -> list[Past]:
    """Draw voters of past elections, latest first, about `rows` of them together."""
    found = []
    for k, day in enumerate(days):
        then = target.earlier(day)
        known = catalogue(electorate, then)
        asked = [name for name in (*features, NEW) if name in known]
        drawn = sample_voters(electorate, then, list(dict.fromkeys(asked)), rng=rng, rows=rows // len(days))
        found.append(Past(then, drawn.rows, DISCOUNT**k, drawn.voters))
    whole = pl.concat([one.rows for one in found], how="diagonal").schema
    return [
        Past(
            one.target,
            one.rows.select(
                pl.col(name) if name in one.rows.columns else pl.lit(None, kind).alias(name)
                for name, kind in whole.items()
            ),
            one.weight,
            one.voters,
        )
        for one in found
    ]


def missing_states(rows: pl.DataFrame, features: Sequence[str]) -> dict[str, list[str]]:
    """Feature -> states in which nobody has it."""
    found = rows.group_by("home").agg(pl.col(name).is_null().all() for name in features).sort("home")
    return {name: found.filter(pl.col(name))["home"].to_list() for name in features}


def check_missing(rows: pl.DataFrame, features: Sequence[str]) -> None:
    """Refuse features that most states do not have.

    Raises
    ------
    InputError
        A feature is missing in more than half of the states.
    """
    states = rows["home"].n_unique()
    for name, without in missing_states(rows, features).items():
        if 2 * len(without) > states:
            raise InputError(
                f"the feature {name} is missing in {len(without)} of {states} states: {', '.join(without[:8])}",
                hint="leave it out, or fit those states that have it apart",
            )


def weights(past: Sequence[Past]) -> NDArray[np.float64]:
    """What each row of all elections counts."""
    return np.concatenate([np.full(one.rows.height, one.weight) for one in past])
