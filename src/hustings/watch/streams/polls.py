"""Published polls against what the tracker expected of each before it came."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import numpy as np
import polars as pl

from hustings.polls.clean import CleanPolls
from hustings.polls.tracker import outlook, predict_polls
from hustings.polls.tracker.design import house_of
from hustings.projection.marginals import marginals
from hustings.projection.turnout import expected_turnout
from hustings.watch.assumption import Assumption, Claim, Foreseen, Idle, Seen
from hustings.watch.morning import Morning
from hustings.watch.streams.rows import nothing, share_rows

TOLERANCE = 0.05
"""Of a mean place: a fifth of a poll's own sd, about half a point of share."""
HOUSE_TOLERANCE = 0.1
"""One pollster's polls: its effect is known only so well."""
MOST_UNITS = 13
MOST_HOUSES = 20
FEWEST_OF_HOUSE = 3
COULD_TIP = 0.01
OPEN = (0.05, 0.95)
"""Chances to win between which a unit is open."""
_MEMO = "poll-surprises"
CLEAN_MEMO = "clean-polls"


def open_units(units: pl.DataFrame, nation: str) -> list[str]:
    """Units that could matter, most decisive first: they tip in 1 % of draws or more, or either side has 5 % there.

    Parameters
    ----------
    units : pl.DataFrame
        ``tables.UNITS``.
    nation : str
        Its id; it is none of them.
    """
    ranked = (
        units.filter(pl.col("unit") != nation)
        .group_by("unit", maintain_order=True)
        .agg(
            pl.col("tipping_prob").fill_null(0.0).sum().alias("tips"),
            pl.col("win_prob").is_between(*OPEN).any().alias("is_open"),
            (pl.col("win_prob") - 0.5).abs().min().alias("certainty"),
        )
        .filter((pl.col("tips") >= COULD_TIP) | pl.col("is_open"))
    )
    return ranked.sort("tips", "certainty", "unit", descending=[True, False, False])["unit"].to_list()


def known_polls(morning: Morning) -> pl.DataFrame | None:
    """Cleaned polls of the morning, cleaned once; None where there are none."""
    if CLEAN_MEMO not in morning.memo:
        morning.memo[CLEAN_MEMO] = morning.polls(morning.as_of)
    found: CleanPolls | None = morning.memo[CLEAN_MEMO]
    return None if found is None else found.polls


def _closest(morning: Morning) -> list[str]:
    """As :func:`open_units`; without a projection by the tracker's chances alone."""
    if morning.units is not None:
        return open_units(morning.units, morning.contest.nation)
    fit = morning.tracker(morning.as_of)
    if fit is None:
        return []
    chances = marginals(outlook(fit), expected_turnout(morning.contest)).win_prob[:-1]
    certainty = np.abs(chances - 0.5).min(axis=1)
    return [morning.contest.unit_ids[i] for i in np.argsort(certainty, kind="stable") if certainty[i] <= OPEN[1] - 0.5]


def _foreseen(segments: Sequence[str], tolerance: float, said: str) -> Foreseen:
    return Foreseen(tuple(segments), {"tolerance": (tolerance,) * len(segments)}, said)


def _register(morning: Morning, tolerance: float, said: str) -> Foreseen | Idle:
    """All polls, the nation's, those of the units that could matter."""
    if morning.tracker(morning.as_of) is None:
        return Idle("there are no published polls", "name a poll file in campaign.toml: [night] polls")
    contest = morning.contest
    return _foreseen(["all", contest.nation, *_closest(morning)[:MOST_UNITS]], tolerance, said)


def _register_places(morning: Morning) -> Foreseen | Idle:
    return _register(
        morning,
        TOLERANCE,
        "New polls fall as often above as below what the tracker of the night before expects of them: "
        f"on average at 50 % of the range it gives them, give or take {100 * TOLERANCE:.0f} points.",
    )


def _register_spread(morning: Morning) -> Foreseen | Idle:
    return _register(
        morning,
        TOLERANCE,
        "Half of all polls or more fall farther from what is expected than half of random samples of their size would, "
        f"give or take {100 * TOLERANCE:.0f} points.",
    )


def _register_width(morning: Morning) -> Foreseen | Idle:
    return _register(
        morning,
        TOLERANCE,
        "Polls fall no farther from what is expected than their sampling, pollsters' differences and opinion's walk allow: "
        f"on average they are as far out as half of all should be, give or take {100 * TOLERANCE:.0f} points.",
    )


def _register_houses(morning: Morning) -> Foreseen | Idle:
    fit = morning.tracker(morning.as_of)
    if fit is None:
        return Idle("there are no published polls", "name a poll file in campaign.toml: [night] polls")
    houses = fit.polls.select(_house()).group_by("house").len().filter(pl.col("len") >= FEWEST_OF_HOUSE)
    named = houses.sort("len", "house", descending=[True, False])["house"].to_list()[:MOST_HOUSES]
    if not named:
        return Idle(f"no pollster has {FEWEST_OF_HOUSE} polls yet", "renew it when some do")
    said = (
        "Each pollster's new polls fall where its earlier ones and everybody else's say: "
        f"on average at 50 % of the range expected of them, give or take {100 * HOUSE_TOLERANCE:.0f} points."
    )
    return _foreseen(["all", *named], HOUSE_TOLERANCE, said)


def _house() -> pl.Expr:
    return pl.col("pollster").map_elements(house_of, return_dtype=pl.String).alias("house")


def surprises(morning: Morning, claim: Claim, settled: pl.DataFrame) -> pl.DataFrame:
    """Polls that nobody has compared yet, and where they fell in what the last settled night expected.

    A wave that shares days with one of its house and unit that was compared already shares its respondents: it is
    left out. So is a poll that was known before the claim.

    Returns
    -------
    pl.DataFrame
        ``key``, ``unit``, ``house``, ``end_date``, ``place``, ``spread``, ``observed_share``, ``mean_share``, in the order in
        which they were gone through.
    """
    since = max([claim.from_day, *settled["settled"].to_list()])
    done = sorted(settled["key"].to_list())
    asked = (claim.from_day, since, tuple(done))
    found: dict[object, pl.DataFrame] = morning.memo.setdefault(_MEMO, {})
    if asked not in found:
        found[asked] = _compared(morning, claim.from_day, since, done)
    return found[asked]


def _compared(morning: Morning, from_day: dt.date, since: dt.date, done: Sequence[str]) -> pl.DataFrame:
    now, fit = known_polls(morning), morning.tracker(since)
    if now is None or fit is None:
        return pl.DataFrame()
    known = pl.coalesce("published_date", "end_date")
    new = now.filter(known > from_day).with_columns(_house())
    new = _not_compared(new, done).sort("end_date", "unit", "house", "poll_id")
    said = predict_polls(fit, new.drop("house"))
    return new.select("unit", "house", "end_date", _key()).with_columns(
        place=said.place, spread=said.spread, observed_share=said.observed_share, mean_share=said.mean_share
    )


def _key() -> pl.Expr:
    return pl.format("{}|{}|{}|{}", "start_date", "end_date", "unit", "house").alias("key")


def _not_compared(new: pl.DataFrame, done: Sequence[str]) -> pl.DataFrame:
    """Without polls that share house, unit and a day with one that was compared; a poll that is there twice once."""
    # Names may hold the bar: what comes behind the two dates stays one text.
    parts = pl.col("key").str.splitn("|", 3).struct.rename_fields(["from", "to", "series"])
    before = pl.DataFrame({"key": list(done)}, schema={"key": pl.String}).select(parts).unnest("key")
    before = before.with_columns(pl.col("from", "to").str.to_date())
    series = pl.format("{}|{}", "unit", "house").alias("series")
    pairs = new.select("poll_id", "start_date", "end_date", series).join(before, on="series")
    clash = pairs.filter((pl.col("start_date") <= pl.col("to")) & (pl.col("end_date") >= pl.col("from")))
    return new.join(clash.select("poll_id"), on="poll_id", how="anti").unique(
        ["unit", "house", "start_date", "end_date"], keep="first", maintain_order=True
    )


def _seen(morning: Morning, claim: Claim, settled: pl.DataFrame, y: pl.Expr, *, by_house: bool = False) -> Seen:
    found = surprises(morning, claim, settled)
    if found.is_empty():
        return nothing()
    named = claim.foreseen.segments
    base = found.with_columns(
        y=y, p=pl.lit(0.5), weight=pl.lit(1.0), cluster=pl.col("house"), day=pl.lit(found["end_date"].max(), pl.Date)
    )
    own = base.with_columns(segment=pl.col("house" if by_house else "unit")).filter(pl.col("segment").is_in(named))
    everything = (own if by_house else base).with_columns(segment=pl.lit("all"))
    columns = ["segment", "day", "y", "p", "weight", "cluster"]
    rows = share_rows(pl.concat([everything.select(columns), own.select(columns)]), claim)
    return Seen(rows, found.select("key", amount=pl.lit(1.0)))


def _observe_places(morning: Morning, claim: Claim, settled: pl.DataFrame) -> Seen:
    return _seen(morning, claim, settled, pl.col("place"))


def _observe_spread(morning: Morning, claim: Claim, settled: pl.DataFrame) -> Seen:
    return _seen(morning, claim, settled, pl.col("spread"))


def _observe_width(morning: Morning, claim: Claim, settled: pl.DataFrame) -> Seen:
    return _seen(morning, claim, settled, (2.0 * pl.col("place") - 1.0).abs())


def _observe_houses(morning: Morning, claim: Claim, settled: pl.DataFrame) -> Seen:
    return _seen(morning, claim, settled, pl.col("place"), by_house=True)


_LEAVE_OUT = "look at the projection without them (`hustings project --polls FILE`, without those rows)"
_OWN = "ask {n} {people} yourselves (`hustings survey draw`)"

POLLS_AS_EXPECTED = Assumption(
    name="polls-as-expected",
    claim="New polls fall where the tracker of the night before expects them",
    kind="shares",
    register=_register_places,
    observe=_observe_places,
    share=0.12,
    watches="published polls, each against what was expected of it before it came",
    if_broken="polls keep coming in on one side of what is expected: opinion moves faster than was assumed, or in one "
    "direction, and the projection runs behind",
    action="Read the new polls{of} one by one (`hustings explain`), and " + _OWN,
    owner="pollster",
    says="{where}: {n:.0f} new polls lie on average at {observed:.0%} of the range expected of them, where {predicted:.0%} is the middle",
)
POLLS_SPREAD_AS_SAMPLED = Assumption(
    name="polls-spread-as-sampled",
    claim="Polls differ at least as much as random samples of their size must",
    kind="shares",
    register=_register_spread,
    observe=_observe_spread,
    side="below",
    share=0.05,
    watches="published polls, the distance of each from what was expected of it",
    if_broken="polls are closer together than chance allows: pollsters look at each other (herding), and their agreement is no "
    "evidence of being right",
    action="Do not count agreement of polls{in} as certainty, and " + _OWN,
    owner="pollster",
    says="{where}: {n:.0f} new polls lie nearer to what was expected than random samples would ({observed:.2f} of their "
    "spread on average, where {predicted:.2f} is the least)",
)
POLLS_NO_WIDER = Assumption(
    name="polls-no-wider-than-expected",
    claim="Polls differ no more than sampling, pollsters and opinion's walk explain",
    kind="shares",
    register=_register_width,
    observe=_observe_width,
    side="above",
    share=0.05,
    watches="published polls, the distance of each from what was expected of it",
    if_broken="polls contradict each other more than any season before, or opinion jumps: intervals are too narrow",
    action="Look for pollsters that disagree about who will vote{in}, and " + _LEAVE_OUT,
    owner="pollster",
    says="{where}: {n:.0f} new polls lie farther from what was expected than they should ({observed:.2f} of the spread on "
    "average, where {predicted:.2f} is usual)",
)
POLLSTERS_STEADY = Assumption(
    name="pollsters-steady",
    claim="Each pollster's error stays what it has been this season",
    kind="shares",
    register=_register_houses,
    observe=_observe_houses,
    share=0.08,
    watches="published polls, by pollster, its usual difference from others known",
    if_broken="one pollster has drifted from the others: it changed its method, or sees something first",
    action="Ask {segment} what changed (likely-voter screen, weights, mode), and " + _LEAVE_OUT,
    owner="pollster",
    bears_on="polls",
    says="{where}: {n:.0f} new polls lie on average at {observed:.0%} of the range expected of them, where {predicted:.0%} is the middle",
)

POLL_ASSUMPTIONS = (POLLS_AS_EXPECTED, POLLS_SPREAD_AS_SAMPLED, POLLS_NO_WIDER, POLLSTERS_STEADY)
