"""How features are made of what is stored: days, races, numbers that may not be known."""

from __future__ import annotations

import datetime as dt
import itertools

import numpy as np
import polars as pl
from numpy.typing import NDArray

from hustings.scores.features.ballots import VOTING_AGE
from hustings.scores.features.history import LONG_AGO, History, day_number
from hustings.scores.features.target import Target
from hustings.scores.scorecard import Coded, Indexed

RACE_GROUP = pl.Enum(["white", "black", "hispanic", "other"])
YES_NO = pl.Enum(["yes", "no"])
YEAR_DAYS = 365.25
MOST_YEARS_REGISTERED = 60.0


def away(target: Target, history: History) -> NDArray[np.bool_]:
    """Who is registered too late, or too young, to vote in a target, as known on its day."""
    late = history.registered > day_number(target.as_of)
    return np.asarray(late | (history.born > target.election.year - VOTING_AGE))


def newly_registered(target: Target, history: History) -> NDArray[np.bool_]:
    """Who could not vote in the last regular election of the kind."""
    since: dt.date = target.newly_since
    return np.asarray((history.registered > day_number(since)) | (history.born > since.year - VOTING_AGE))


def race_group(race: pl.Series, ethnicity: pl.Series) -> pl.Series:
    """Race and ethnicity in the four groups that surveys ask for."""
    parts = pl.DataFrame({"race": race.cast(pl.String), "ethnicity": ethnicity.cast(pl.String)})
    hispanic = (pl.col("ethnicity") == "hispanic").fill_null(value=False)
    known = pl.when(pl.col("race").is_in(["white", "black", "hispanic"])).then("race").otherwise(pl.lit("other"))
    group = pl.when(hispanic).then(pl.lit("hispanic")).when(pl.col("race").ne("unknown")).then(known)
    return parts.select(group.cast(RACE_GROUP).alias("race_group")).to_series()


def race_groups(race: Coded, ethnicity: Coded) -> Coded:
    """The groups of many voters: each combination is looked at once."""
    pairs = list(itertools.product([*race.levels, None], [*ethnicity.levels, None]))
    known = race_group(
        pl.Series([a for a, _ in pairs], dtype=pl.String), pl.Series([b for _, b in pairs], dtype=pl.String)
    )
    table = known.to_physical().cast(pl.UInt8).fill_null(len(RACE_GROUP.categories)).to_numpy()
    place = race.codes * np.uint16(len(ethnicity.levels) + 1)
    place += ethnicity.codes
    return Coded(np.take(table, place, mode="clip"), RACE_GROUP)


def ages(target: Target, history: History) -> Indexed:
    """Age reached in the election's year, by the year of birth; 0 stands for years not known."""
    years = max(target.election.year, int(history.born.max(initial=0)))
    values = pl.Series(np.arange(target.election.year, target.election.year - years - 1, -1, dtype=np.int16))
    values[0] = None
    return Indexed(history.born, values)


def years_registered(target: Target, history: History) -> Indexed:
    """Years from the registration to the election, at most ``MOST_YEARS_REGISTERED``, by days; null where not known."""
    most = int(np.ceil(MOST_YEARS_REGISTERED * YEAR_DAYS))
    days = np.int32(day_number(target.election)) - history.registered
    np.clip(days, 0, most, out=days)
    codes = days.astype(np.uint16)
    unknown = history.registered == LONG_AGO
    if unknown.any():
        codes[unknown] = most + 1
    years = np.arange(most + 1, dtype=np.float32) / np.float32(YEAR_DAYS)
    return Indexed(codes, pl.Series([*np.minimum(years, np.float32(MOST_YEARS_REGISTERED)), None], dtype=pl.Float32))


def of_precinct(codes: pl.Series, table: NDArray[np.float32]) -> Indexed:
    """Numbers of the voters' precincts by code; null beyond the table."""
    return Indexed(codes.to_numpy(), pl.Series(np.append(table, np.float32(np.nan))).fill_nan(None))


def unknown_numbers(height: int) -> Indexed:
    """Numbers that nobody knows."""
    return Indexed(np.zeros(height, dtype=np.uint8), pl.Series([None], dtype=pl.Float32))


def unknown_texts(kind: pl.Enum, height: int) -> Coded:
    """Texts that nobody knows."""
    return Coded(np.full(height, len(kind.categories), dtype=np.uint8), kind)
