"""Units and the polls that watch them. All are rules, no tests: limits that somebody chose, with reasons."""

from __future__ import annotations

import datetime as dt

import numpy as np
import polars as pl
from numpy.typing import NDArray

from hustings.polls.tracker import TrackerFit, outlook
from hustings.polls.tracker.design import house_of
from hustings.watch.assumption import Assumption, Claim, Foreseen, Idle, Seen
from hustings.watch.morning import Morning
from hustings.watch.streams.polls import COULD_TIP, known_polls, open_units
from hustings.watch.streams.rows import nothing, rule_rows

Array = NDArray[np.float64]

POLL_DAYS = 14
"""Where the campaign does not say."""
SAFE = 0.8
"""Chance to win from which a unit is counted as safe."""
ERRORS = 1.96
"""Standard errors that a lead must exceed: polls are off by more in one contest of twenty."""
WATCHED_DAYS = 21
LEAST_SAMPLE = 600.0
"""Respondents of a unit's polls where there was none lately: those of one."""
UNDECIDED_DAYS = 21
FEWEST_POLLS = 5
UNDECIDED = {"us-president": {2000: 0.096, 2004: 0.051, 2008: 0.064, 2012: 0.055, 2016: 0.124}}
"""Share for none of the two leading candidates in polls of the nation, last 21 days, mean of polls; from 538's file of
polls against results 1998-2016 (docs/maths/poll-surprises.md)."""

_NEEDS_UNITS = Idle("there is no projection of today", "give the night a poll file: campaign.toml, [night] polls")


def _foreseen(morning: Morning, said: str) -> Foreseen | Idle:
    if morning.units is None or morning.raw_polls is None:
        return _NEEDS_UNITS
    return Foreseen(("all", *morning.contest.unit_ids), {}, said)


def _recent(polls: pl.DataFrame, as_of: dt.date, days: int) -> pl.DataFrame:
    return polls.filter(pl.col("end_date") > as_of - dt.timedelta(days=days))


# --- units that could tip the contest are polled ---


def _poll_days(morning: Morning) -> int:
    return morning.campaign.watch.poll_days if morning.campaign is not None else POLL_DAYS


def _register_polled(morning: Morning) -> Foreseen | Idle:
    days = _poll_days(morning)
    said = (
        f"Every unit that tips the contest in {COULD_TIP:.0%} of draws or more, or is open, "
        f"has a poll that ended in the last {days} days"
    )
    return _foreseen(morning, said)


def _observe_polled(morning: Morning, claim: Claim, settled: pl.DataFrame) -> Seen:
    del settled, claim
    found = known_polls(morning)
    if morning.units is None or found is None:
        return nothing("no projection of the day, nothing was looked at")
    limit = _poll_days(morning)
    last = dict(found.group_by("unit").agg(pl.col("end_date").max()).iter_rows())
    named = open_units(morning.units, morning.contest.nation)
    never = dt.date(morning.as_of.year - 1, 12, 31)
    ages = [(morning.as_of - last.get(unit, never)).days for unit in named]
    return _ruled(morning, dict(zip(named, ages, strict=True)), limit)


def _ruled(morning: Morning, found: dict[str, float], limit: float) -> Seen:
    """Units against a limit; where there is none, one row that says so: yesterday's would stand otherwise."""
    found = found or {"all": 0.0}
    rows = rule_rows(list(found), list(found.values()), limit, morning.as_of)
    return Seen(rows, nothing().settled)


# --- safe units are safe ---


def _register_safe(morning: Morning) -> Foreseen | Idle:
    said = (
        f"A lead in a unit counted as safe ({SAFE:.0%} or more) is larger than {ERRORS} times what polls of such units have "
        "been off by in earlier contests, wherever polls are fewer than the unit's part in the decision"
    )
    return _foreseen(morning, said)


def _observe_safe(morning: Morning, claim: Claim, settled: pl.DataFrame) -> Seen:
    del settled, claim
    found, fit = known_polls(morning), morning.tracker(morning.as_of)
    if morning.units is None or found is None or fit is None:
        return nothing("no projection of the day, nothing was looked at")
    recent = _recent(found, morning.as_of, WATCHED_DAYS)
    ratio = ERRORS * usual_error(fit, recent) / np.maximum(lead(fit), 1e-9)
    unwatched = set(unwatched_safe(morning, recent))
    units = zip(morning.contest.unit_ids, ratio.tolist(), strict=True)
    return _ruled(morning, {unit: value for unit, value in units if unit in unwatched}, 1.0)


def unwatched_safe(morning: Morning, recent: pl.DataFrame) -> list[str]:
    """Units counted as safe that could tip the contest all the same, and have fewer polls than is their part in it.

    A unit's part is the larger of its share of all seats and its chance to tip the contest.
    """
    if morning.units is None:
        return []
    contest = morning.contest
    units = morning.units.filter(pl.col("unit") != contest.nation)
    by_unit = units.group_by("unit").agg(pl.col("tipping_prob").fill_null(0.0).sum(), pl.col("win_prob").max())
    counted = recent.group_by("unit").len()
    seats = pl.DataFrame({"unit": contest.unit_ids, "seats": [float(unit.seats) for unit in contest.units]})
    table = seats.join(by_unit, on="unit").join(counted, on="unit", how="left", maintain_order="left")
    of_all = pl.col("len").fill_null(0) / pl.max_horizontal(pl.col("len").sum(), pl.lit(1))
    part = pl.max_horizontal(pl.col("seats") / pl.col("seats").sum(), pl.col("tipping_prob"))
    chosen = (pl.col("win_prob") >= SAFE) & (pl.col("tipping_prob") >= COULD_TIP) & (of_all < part)
    return table.filter(chosen)["unit"].to_list()


def lead(fit: TrackerFit) -> Array:
    """Lead of each unit's first option over its second, as log-ratio, (unit,)."""
    found = outlook(fit)
    logs = np.einsum("n,nuk->uk", found.weights, found.means)
    ranked = np.sort(np.concatenate([logs, np.zeros((len(logs), 1))], axis=1), axis=1)
    return np.asarray(ranked[:, -1] - ranked[:, -2])


def usual_error(fit: TrackerFit, recent: pl.DataFrame) -> Array:
    """By how much the mean of these polls is usually off in each unit, sd of the log-ratio, (unit,).

    The error that all polls share, that of units alike and the unit's own, with the sizes that contests before this one
    teach; to that the differences of so few pollsters, the polls' own errors and sampling of so few respondents.
    """
    scale = {name: prior.median**2 for name, prior in fit.spec.scales.items()}
    prior, freedom = fit.prior, max(fit.spec.degrees_of_freedom, 2.1)
    shared = prior.loadings**2 @ (scale["bias_shared"] * prior.shared_variance + scale["bias_own"])
    own = scale["bias_own"] * (prior.district_loadings**2).sum(axis=1)
    houses = pl.col("pollster").map_elements(house_of, return_dtype=pl.String).n_unique()
    found = recent.group_by("unit").agg(pl.len(), houses.alias("houses"), pl.col("sample_size").sum())
    of = {unit: rest for unit, *rest in found.iter_rows()}
    counts = np.array([of.get(unit, (0, 0, 0.0)) for unit in fit.contest.unit_ids], dtype=float)
    polls, names, sample = np.maximum(counts, [1.0, 1.0, LEAST_SAMPLE]).T
    few = scale["house"] / names + scale["noise"] * freedom / (freedom - 2.0) / polls + 4.0 / sample
    return np.asarray(np.sqrt(scale["bias_nation"] + shared + own + few))


# --- few are undecided ---


def _register_undecided(morning: Morning) -> Foreseen | Idle:
    family, _, year = morning.contest.name.rpartition("-")
    earlier = {y: share for y, share in UNDECIDED.get(family, {}).items() if y < morning.contest.date.year}
    if not earlier or len(morning.contest.options) > 2 or morning.raw_polls is None:
        return Idle("how many were undecided in earlier contests of this kind is not known")
    worst = max(earlier, key=lambda y: earlier[y])
    said = (
        f"In the last {UNDECIDED_DAYS} days no more of those polled name neither option than in any earlier contest "
        f"({earlier[worst]:.1%} in {worst})"
    )
    return Foreseen(("all",), {}, said, {"limit": earlier[worst], "for": year})


def _observe_undecided(morning: Morning, claim: Claim, settled: pl.DataFrame) -> Seen:
    del settled
    contest, found = morning.contest, known_polls(morning)
    if found is None or (contest.date - morning.as_of).days > UNDECIDED_DAYS:
        return nothing()
    nation = _recent(found, morning.as_of, UNDECIDED_DAYS).filter(pl.col("unit") == contest.nation)
    if nation.height < FEWEST_POLLS:
        return nothing(f"{nation.height} polls of the nation in {UNDECIDED_DAYS} days: too few to say")
    named = pl.sum_horizontal(f"share_{option}" for option in contest.option_ids)
    share = nation.select((1.0 - named).clip(0.0, 1.0).mean()).item()
    return _ruled(morning, {"all": float(share)}, float(claim.foreseen.prediction["limit"]))


_POLL = "ask {n} {people} (`hustings survey draw SURVEY --wave YYYY-MM-DD --n VOTERS --states {segment}`)"

DECIDING_UNITS_POLLED = Assumption(
    name="deciding-units-polled",
    claim="Units that could decide the contest have been polled lately (a rule, no test)",
    kind="rule",
    register=_register_polled,
    observe=_observe_polled,
    side="above",
    watches="days since the last published poll of each unit that could tip the contest",
    if_broken="nobody knows where a unit stands that could decide",
    action=_POLL,
    owner="pollster",
    bears_on="units",
    says="{where}: {observed:.0f} days since its last poll, where {predicted:.0f} are allowed",
)
SAFE_UNITS_ARE_SAFE = Assumption(
    name="safe-units-are-safe",
    claim="Leads in safe units are larger than polls have been wrong (a rule, no test)",
    kind="rule",
    register=_register_safe,
    observe=_observe_safe,
    side="above",
    watches="leads in units counted as safe, against the errors of polls in earlier contests and how many polls watch them",
    if_broken="a steady lead lies inside what polls have been wrong by, in a unit that could decide and that few poll",
    action="Do not count {segment} as won, and " + _POLL,
    owner="campaign manager",
    bears_on="units",
    says="{where}: polls of such units can be wrong by {observed:.1f} times its lead",
)
UNDECIDED_FEW = Assumption(
    name="undecided-few",
    claim="No more voters are undecided or with minor candidates than before earlier contests (a rule, no test)",
    kind="rule",
    register=_register_undecided,
    observe=_observe_undecided,
    side="above",
    watches="share of neither option in polls of the nation, last 21 days",
    if_broken="late deciders can move the result more than the errors learned from earlier contests allow",
    action="Ask the undecided whom they lean to and why (`hustings survey new`), and read every interval as too narrow.",
    owner="pollster",
    says="{observed:.1%} of those polled name neither, where {predicted:.1%} was the most before earlier contests",
)

UNIT_ASSUMPTIONS = (DECIDING_UNITS_POLLED, SAFE_UNITS_ARE_SAFE, UNDECIDED_FEW)
