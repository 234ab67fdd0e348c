"""A season again, day by day, from published polls or a campaign's store: when the board would have spoken."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import polars as pl

from hustings.contests import Contest
from hustings.errors import ConfigError
from hustings.polls.clean import CleanPolls, clean_polls
from hustings.polls.readers import RawPolls
from hustings.polls.tracker import TrackerFit
from hustings.projection import Projection, project
from hustings.watch.assumption import Assumption, Claim
from hustings.watch.board import Weighed, by_assumption
from hustings.watch.catalogue import PUBLIC
from hustings.watch.morning import Morning
from hustings.watch.nightly import FALSE_ALARM_PROB, Watched, watch
from hustings.watch.observations import nothing_kept
from hustings.watch.rules import LEVELS, against_limits
from hustings.watch.streams.polls import CLEAN_MEMO

NIGHTS = {
    "day": pl.Date,
    "assumption": pl.String,
    "kind": pl.String,
    "segment": pl.String,
    "status": pl.String,
    "evidence_log10": pl.Float64,
    "observed": pl.Float64,
    "limit": pl.Float64,
}
_POLL_NAMES = [assumption.name for assumption in PUBLIC if assumption.kind != "rule"]
REPLAY_DRAWS = 4_000
"""Chances to half a point: enough to see which units could tip."""


@dataclass(frozen=True)
class Replay:
    """A season as its board saw it.

    Parameters
    ----------
    nights : pl.DataFrame
        One row a night, assumption and segment: ``day``, ``assumption``, ``kind``, ``segment``, ``status`` (broken,
        stirring, quiet), ``evidence_log10`` (tests), ``observed`` and ``limit`` (rules).
    alarms : pl.DataFrame
        The first such row of each assumption and segment that stirred or broke, with ``nights``: on how many it had that status or
        a worse one.
    chances : pl.DataFrame
        ``day``, ``win_prob`` of the first option, ``n_polls``.
    watched : Watched
        The last night.
    """

    nights: pl.DataFrame
    alarms: pl.DataFrame
    chances: pl.DataFrame
    watched: Watched = field(repr=False)


def replay(
    contest: Contest,
    raw_polls: RawPolls,
    from_day: dt.date,
    to_day: dt.date,
    *,
    seed: int = 1,
    assumptions: Sequence[Assumption] = PUBLIC,
    false_alarm_prob: float = FALSE_ALARM_PROB,
    n_draws: int = REPLAY_DRAWS,
    morning_of: Callable[[dt.date], Morning] | None = None,
    progress: Callable[[dt.date], None] = lambda _: None,
) -> Replay:
    """Watch a season again, from its published polls or from all that a campaign had stored.

    Assumptions are registered on the first day; every later day compares what became known on it. Each morning sees only
    the polls of its day: later rows are set aside before anything else is read of them.

    Parameters
    ----------
    contest : Contest
    raw_polls : RawPolls
    from_day, to_day : date
        First and last night, both included; not after the election.
    seed : int
        Of the draws that say which units could tip.
    assumptions : sequence of Assumption
    false_alarm_prob : float
        Of any alarm of a test over the whole season, while every claim holds.
    n_draws : int
        Draws of each day's projection.
    morning_of : callable, optional
        Gives a day's morning of a campaign, with the voters, interviews and models of the day; published polls alone where not
        given.
    progress : callable
        Told each day.

    Raises
    ------
    ConfigError
        The days are in the wrong order, or after the election.
    """
    _check_days(contest, from_day, to_day)
    claims: list[Claim] = []
    kept, found = nothing_kept(), None
    fits: dict[dt.date, TrackerFit] = {}
    chances = []
    day = from_day
    while day <= to_day:
        progress(day)
        polls = clean_polls(raw_polls, contest, as_of=day)
        made = project(contest, polls, as_of=day, n_draws=n_draws, seed=seed)
        base = Morning(contest, day, seed=seed) if morning_of is None else morning_of(day)
        morning = _dressed(base, made, raw_polls, polls, fits)
        found = watch(morning, assumptions, claims, kept, false_alarm_prob=false_alarm_prob)
        claims, kept = found.claims, found.kept
        first = made.verdict["options"][contest.option_ids[0]]
        chances.append((day, float(first["win_prob"]), polls.polls.height))
        # Only the last night that settled a poll is asked for again: a season of fits would fill the memory.
        of_polls = kept.settled.filter(pl.col("assumption").is_in(_POLL_NAMES))
        asked = max([from_day, *of_polls["settled"].to_list()])
        fits = {at: fit for at, fit in {**fits, day: made.fit}.items() if at >= asked}
        day += dt.timedelta(days=1)
    assert found is not None
    nights = nights_of(found)
    table = pl.DataFrame(chances, schema=["day", "win_prob", "n_polls"], orient="row")
    return Replay(nights, first_alarms(nights), table, found)


def _check_days(contest: Contest, from_day: dt.date, to_day: dt.date) -> None:
    if from_day >= to_day:
        raise ConfigError(f"a replay from {from_day} to {to_day} has no night", hint="--from is before --to")
    if to_day > contest.date:
        raise ConfigError(f"{to_day} is after the election ({contest.date})", hint="a replay ends on its eve")


def _dressed(
    morning: Morning, made: Projection, raw: RawPolls, polls: CleanPolls, fits: Mapping[dt.date, TrackerFit]
) -> Morning:
    """A morning with the day's projection: what was fitted for it is not fitted again."""
    morning.raw_polls = raw
    morning.know({**fits, made.as_of: made.fit})
    if morning.run is None:
        morning.units = made.units
    morning.memo[CLEAN_MEMO] = polls
    return morning


def nights_of(found: Watched) -> pl.DataFrame:
    """Status of every claim on every night, from the last night's books: nothing of an earlier night ever changes."""
    below = [claim.assumption for claim in found.claims if claim.kind == "rule" and claim.side == "below"]
    rules = [claim.assumption for claim in found.claims if claim.kind == "rule"]
    rows = found.kept.observations.filter(pl.col("assumption").is_in(rules))
    ruled = against_limits(rows, pl.col("assumption").is_in(below)).select(
        pl.col("settled").alias("day"),
        "assumption",
        pl.lit("rule").alias("kind"),
        "segment",
        pl.col("level").replace_strict(dict(enumerate(LEVELS)), return_dtype=pl.String).alias("status"),
        pl.lit(None, pl.Float64).alias("evidence_log10"),
        "observed",
        pl.col("predicted").alias("limit"),
    )
    return pl.concat([_tests(found.weighed), ruled], how="vertical_relaxed").sort("day", "assumption", "segment")


def _tests(weighed: Weighed) -> pl.DataFrame:
    """Nights of the tests. Broken is for good: e-BH rejected it once, at the campaign's own error rate."""
    parts = [pl.DataFrame(schema=NIGHTS)]
    if not weighed.nights:
        return parts[0]
    for name, rows in by_assumption(weighed).items():
        for row in rows:
            place, segment = weighed.which[row]
            claim = weighed.evidence[place].claim
            parts.append(
                pl.DataFrame(
                    {
                        "day": weighed.nights,
                        "assumption": name,
                        "kind": claim.kind,
                        "segment": claim.foreseen.segments[segment],
                        "broken": np.maximum.accumulate(weighed.broken[row]),
                        "stirring": weighed.stirring[row],
                        "evidence_log10": weighed.log_e[row] / np.log(10.0),
                    }
                ).select(
                    "day",
                    "assumption",
                    "kind",
                    "segment",
                    pl.when("broken")
                    .then(pl.lit("broken"))
                    .when("stirring")
                    .then(pl.lit("stirring"))
                    .otherwise(pl.lit("quiet"))
                    .alias("status"),
                    "evidence_log10",
                    pl.lit(None, pl.Float64).alias("observed"),
                    pl.lit(None, pl.Float64).alias("limit"),
                )
            )
    return pl.concat(parts)


def first_alarms(nights: pl.DataFrame) -> pl.DataFrame:
    """First night on which each claim stirred, and on which it broke, in the order of days."""
    spoken = nights.filter(pl.col("status") != "quiet")
    worse = pl.concat([spoken, spoken.filter(pl.col("status") == "broken").with_columns(status=pl.lit("stirring"))])
    firsts = (
        worse.sort("day")
        .group_by("assumption", "kind", "segment", "status")
        .agg(
            pl.col("day").first(),
            pl.col("evidence_log10", "observed", "limit").first(),
            pl.len().alias("nights"),
        )
    )
    return firsts.select(*NIGHTS, "nights").sort("day", "assumption", "segment", "status")
