"""A season again, day by day, from its published polls alone: when would the board have spoken?"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import polars as pl

from hustings.contests import Contest
from hustings.errors import ConfigError
from hustings.polls.clean import CleanPolls, clean_polls
from hustings.polls.readers import RawPolls
from hustings.projection import Projection, project
from hustings.watch.assumption import Assumption, Claim
from hustings.watch.board import Weighed, by_assumption
from hustings.watch.morning import Morning
from hustings.watch.nightly import FALSE_ALARM_PROB, Watched, watch
from hustings.watch.observations import nothing_kept
from hustings.watch.rules import STIRS_AT_SHARE
from hustings.watch.streams.polls import POLL_ASSUMPTIONS
from hustings.watch.streams.units import UNIT_ASSUMPTIONS

PUBLIC_ASSUMPTIONS = (*POLL_ASSUMPTIONS, *UNIT_ASSUMPTIONS)
"""What published polls alone can break."""
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
        First night on which each assumption and segment was ``stirring`` and ``broken``: ``assumption``, ``segment``,
        ``status``, ``day``, ``evidence_log10``, ``nights`` (on which it had that status or a worse one).
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
    assumptions: Sequence[Assumption] = PUBLIC_ASSUMPTIONS,
    false_alarm_prob: float = FALSE_ALARM_PROB,
    n_draws: int = REPLAY_DRAWS,
    progress: Callable[[dt.date], None] = lambda _: None,
) -> Replay:
    """Watch a season again from its published polls.

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
    progress : callable
        Told each day.

    Raises
    ------
    ConfigError
        The days are in the wrong order, or after the election.
    """
    _check_days(contest, from_day, to_day)
    claims: list[Claim] = []
    kept, found, fits = nothing_kept(), None, {}
    chances = []
    day = from_day
    while day <= to_day:
        progress(day)
        polls = clean_polls(raw_polls, contest, as_of=day)
        made = project(contest, polls, as_of=day, n_draws=n_draws, seed=seed)
        morning = _morning(made, raw_polls, polls, dict(fits))
        found = watch(morning, assumptions, claims, kept, false_alarm_prob=false_alarm_prob)
        claims, kept = found.claims, found.kept
        first = made.verdict["options"][contest.option_ids[0]]
        chances.append((day, float(first["win_prob"]), polls.polls.height))
        # Only the last night that settled anything is asked for again: a season of fits would fill the memory.
        settled = kept.settled["settled"].max()
        fits = {at: fit for at, fit in (fits | {day: made.fit}).items() if at >= (settled or from_day)}
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


def _morning(made: Projection, raw: RawPolls, polls: CleanPolls, fits: dict[dt.date, object]) -> Morning:
    """The morning of a projection: what was fitted for it is not fitted again."""
    del polls
    morning = Morning(made.contest, made.as_of, seed=made.seed, raw_polls=raw)
    morning._fits.update(fits | {made.as_of: made.fit})
    morning.units = made.units
    return morning


def nights_of(found: Watched) -> pl.DataFrame:
    """Status of every claim on every night, from the last night's books: nothing of an earlier night ever changes."""
    parts = [_tests(found.weighed)]
    rules = {claim.assumption for claim in found.claims if claim.kind == "rule"}
    rows = found.kept.observations.filter(pl.col("assumption").is_in(sorted(rules)))
    ratio = pl.col("observed") / pl.col("predicted")
    status = pl.when(ratio > 1.0).then(pl.lit("broken")).when(ratio > STIRS_AT_SHARE).then(pl.lit("stirring"))
    parts.append(
        rows.select(
            pl.col("settled").alias("day"),
            "assumption",
            pl.lit("rule").alias("kind"),
            "segment",
            status.otherwise(pl.lit("quiet")).alias("status"),
            pl.lit(None, pl.Float64).alias("evidence_log10"),
            "observed",
            pl.col("predicted").alias("limit"),
        )
    )
    return pl.concat(parts, how="vertical_relaxed").sort("day", "assumption", "segment")
