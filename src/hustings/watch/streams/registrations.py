"""New registrants: how many, and of which party, against the weeks before and the same weeks of earlier campaigns.

Weeks are counted back from election day, so that deadlines fall into the same week of every campaign. The expected number
of a week is the mean of the same weeks four and two years before, times the level of the last :data:`LEVEL_WEEKS` weeks
against theirs. Voters who have left the file since are missing from the earlier weeks: the level takes that up. A week is
compared once, when the file is :data:`LAG_DAYS` days older than its end, since registrations reach the file late; what
comes to it later is said, and no evidence.
"""

from __future__ import annotations

import datetime as dt

import numpy as np
import polars as pl
from numpy.typing import NDArray

from hustings.electorate.query import Electorate
from hustings.watch.assumption import Assumption, Claim, Foreseen, Idle, Seen
from hustings.watch.morning import Morning
from hustings.watch.streams.rows import HEAVY, TYPICAL, filled, nothing, share_rows

Array = NDArray[np.float64]

GENERAL = "general"
LAG_DAYS = 7
LEVEL_WEEKS = 8
WEEKS_BACK = 110
"""Weeks before an earlier election that are counted: a claim is made two years ahead at most."""
YEARS_BEFORE = (4, 2)
FEWEST = 50
"""Registrations of the level's weeks below which a state is not watched, and cases below which its parties are not."""
LEVEL_SD = 0.15
SMALLEST_EXCESS, LARGEST_EXCESS = 0.01, 1.0
"""Squared coefficient of variation of a week beyond chance: 10 % at least, whatever few weeks say."""
PARTY_TOLERANCE = 0.03
CHANGED_SHARE = 0.05
HINT = "hustings load voters, with days of registration"


def earlier_elections(morning: Morning) -> list[dt.date]:
    """Elections some years before: as the history has them, else the same week."""
    day = morning.contest.date
    general = {one.date for files in morning.manifest.states.values() for one in files.elections if one.kind == GENERAL}
    held = {one.year: one for one in map(dt.date.fromisoformat, general)}
    return [held.get(day.year - years, day - dt.timedelta(weeks=round(years * 365.25 / 7))) for years in YEARS_BEFORE]


def week_of(election: dt.date, column: str = "registered_on") -> pl.Expr:
    """Weeks before an election: 0 ends with its day."""
    return (pl.lit(election) - pl.col(column)).dt.total_days() // 7


def weekly(electorate: Electorate, election: dt.date, since: dt.date) -> pl.DataFrame:
    """Registrations by ``state`` and ``week`` before an election, of voters who are in the file."""
    found = electorate.count(["state", "registered_on"], f"registered_on >= '{since}'")
    return (
        found.with_columns(week_of(election).alias("week"))
        .filter(pl.col("week") >= 0)
        .group_by("state", "week")
        .agg(pl.col("voters").sum().cast(pl.Float64).alias("n"))
    )


def whole_weeks(morning: Morning, state: str) -> int:
    """The latest week of a state, in weeks before the election, that is over and old enough to be known."""
    file_day = dt.date.fromisoformat(morning.manifest.states[state].file_date)
    known = min(file_day, morning.as_of) - dt.timedelta(days=LAG_DAYS)
    return max(-((known - morning.contest.date).days // 7), 0)


def _grid(counts: pl.DataFrame, state: str, weeks: list[int]) -> Array:
    """Registrations of some weeks of a state; 0 where there was none."""
    here = counts.filter(pl.col("state") == state)
    return (
        pl.DataFrame({"week": weeks}, schema={"week": pl.Int64})
        .join(here, on="week", how="left")["n"]
        .fill_null(0)
        .to_numpy()
    )


def dispersion_of(seen: Array, said: Array) -> float:
    """`r` of the variance ``mu + mu^2 / r``, by moments: each week's squared error beyond chance against its expectation."""
    excess = ((seen - said) ** 2 - said).sum() / max((said**2).sum(), 1e-9)
    return float(1.0 / np.clip(excess, SMALLEST_EXCESS, LARGEST_EXCESS))


def _register_number(morning: Morning) -> Foreseen | Idle:
    electorate, election = morning.electorate, morning.contest.date
    if electorate is None:
        return Idle("no voters are stored", HINT)
    earlier = earlier_elections(morning)
    counts = weekly(electorate, election, min(earlier) - dt.timedelta(weeks=WEEKS_BACK))
    shifts = [(election - day).days // 7 for day in earlier]
    states, dispersion, weeks_said = [], [], {}
    for state in morning.manifest.states:
        last = whole_weeks(morning, state)
        level_weeks = list(range(last, last + LEVEL_WEEKS))
        base = {week: _same_weeks(counts, state, week, shifts) for week in range(last + LEVEL_WEEKS)}
        seen, before = _grid(counts, state, level_weeks), np.array([base[week] for week in level_weeks])
        if seen.sum() < FEWEST or before.sum() < FEWEST:
            continue
        level = seen.sum() / before.sum()
        states.append(state)
        dispersion.append(dispersion_of(seen, level * before))
        weeks_said[state] = {str(week): max(float(level * base[week]), 0.5) for week in range(last)}
    if not states:
        return Idle(f"fewer than {FEWEST} registrations in {LEVEL_WEEKS} weeks are known of every state", HINT)
    said = "As many register each week as in the same weeks of earlier campaigns, at the level of the last weeks."
    scales = {"dispersion": tuple(dispersion), "level_sd": (LEVEL_SD,) * len(states)}
    return Foreseen(tuple(f"state={state}" for state in states), scales, said, {"weeks": weeks_said})


def _same_weeks(counts: pl.DataFrame, state: str, week: int, shifts: list[int]) -> float:
    return float(_grid(counts, state, [week + shift for shift in shifts]).mean())


def _new_weeks(morning: Morning, claim: Claim) -> pl.DataFrame:
    """Weeks of a claim that are known now: ``state``, ``week``, ``mu``, ``key``, ``day`` (their end)."""
    rows = [
        (state, int(week), mu, f"{state} week {end}", end)
        for state, weeks in claim.foreseen.prediction["weeks"].items()
        for week, mu in weeks.items()
        for end in [morning.contest.date - dt.timedelta(weeks=int(week))]
        if state in morning.manifest.states and int(week) >= whole_weeks(morning, state)
    ]
    kinds = {"state": pl.String, "week": pl.Int64, "mu": pl.Float64, "key": pl.String, "day": pl.Date}
    return pl.DataFrame(rows, schema=kinds, orient="row").sort("state", "day")


def _observe_number(morning: Morning, claim: Claim, settled: pl.DataFrame) -> Seen:
    if morning.electorate is None:
        return nothing("no voters were stored on the day")
    weeks = _new_weeks(morning, claim)
    if weeks.is_empty():
        return nothing()
    since = weeks["day"].min()
    assert isinstance(since, dt.date)
    counts = weekly(morning.electorate, morning.contest.date, since - dt.timedelta(days=6))
    counted = weeks.join(counts, on=["state", "week"], how="left").with_columns(pl.col("n").fill_null(0.0))
    known = counted.join(settled.select("key", "amount"), on="key", how="left", maintain_order="left")
    changed = known.filter((pl.col("n") - pl.col("amount")).abs() > CHANGED_SHARE * pl.col("amount"))
    notes = tuple(
        f"{key}: {n:,.0f} registrations now, {amount:,.0f} when it was compared; what came later is no evidence"
        for key, n, amount in changed.select("key", "n", "amount").iter_rows()
    )
    new = known.filter(pl.col("amount").is_null())
    rows = filled(
        new.select(
            pl.concat_str(pl.lit("state="), "state").alias("segment"),
            "day",
            pl.col("n"),
            pl.col("n").alias("observed"),
            pl.col("mu").alias("predicted"),
        )
    )
    return Seen(rows, new.select("key", pl.col("n").alias("amount")), notes)


def _by_place(morning: Morning, first: dt.date, party: str) -> pl.DataFrame:
    """Registrations from a day on: ``state``, ``county``, ``registered_on``, how many, and how many with a party."""
    assert morning.electorate is not None
    found = morning.electorate.count(["state", "county", "registered_on", "party"], f"registered_on >= '{first}'")
    return (
        found.drop_nulls("party")
        .group_by("state", "county", "registered_on")
        .agg(
            pl.col("voters").sum().cast(pl.Float64).alias("n"),
            pl.col("voters").filter(pl.col("party") == party).sum().cast(pl.Float64).alias("ours"),
        )
        .with_columns(week_of(morning.contest.date).alias("week"))
    )


def _register_party(morning: Morning) -> Foreseen | Idle:
    party = morning.campaign.watch.party if morning.campaign is not None else ""
    if morning.electorate is None:
        return Idle("no voters are stored", HINT)
    if not party:
        return Idle("it is not said which party's voters are counted on", "[watch] party in campaign.toml")
    states, tolerances, shares, weeks, clusters = [], [], {}, {}, []
    for state in morning.manifest.states:
        last = whole_weeks(morning, state)
        first = morning.contest.date - dt.timedelta(days=7 * (last + LEVEL_WEEKS) - 1)
        rows = _by_place(morning, first, party).filter((pl.col("state") == state) & (pl.col("week") >= last))
        n, ours = float(rows["n"].sum()), float(rows["ours"].sum())
        if n < FEWEST or not ours:
            continue
        share = ours / n
        error = _clustered_error(rows, share)
        states.append(f"state={state}")
        shares[f"state={state}"] = share
        tolerances.append(PARTY_TOLERANCE + min(error, PARTY_TOLERANCE))
        weeks[state] = {str(week): 1.0 for week in range(last)}
        clusters += rows["n"].to_list()
    if not states:
        return Idle(f"no state has {FEWEST} new registrants of any party, some of them with {party}", HINT)
    said = f"New registrants take {party} as those of the {LEVEL_WEEKS} weeks before did, within {100 * min(tolerances):.1f} points."
    prediction = {"shares": shares, "weeks": weeks, "party": party, TYPICAL: float(np.quantile(clusters, HEAVY))}
    return Foreseen(tuple(states), {"tolerance": tuple(tolerances)}, said, prediction)


def _clustered_error(rows: pl.DataFrame, share: float) -> float:
    """Standard error of a share among registrants who come in drives: those of one county and day together."""
    residual = (rows["ours"] - share * rows["n"]).to_numpy()
    return float(np.sqrt((residual**2).sum()) / rows["n"].sum())


def _observe_party(morning: Morning, claim: Claim, settled: pl.DataFrame) -> Seen:
    if morning.electorate is None:
        return nothing("no voters were stored on the day")
    weeks = _new_weeks(morning, claim).filter(~pl.col("key").is_in(settled["key"].implode()))
    if weeks.is_empty():
        return nothing()
    since = weeks["day"].min()
    assert isinstance(since, dt.date)
    rows = _by_place(morning, since - dt.timedelta(days=6), claim.foreseen.prediction["party"])
    new = rows.join(weeks.select("state", "week", "day"), on=["state", "week"], how="inner")
    segment = pl.concat_str(pl.lit("state="), "state")
    answers = new.select(
        segment.alias("segment"),
        "day",
        (pl.col("ours") / pl.col("n")).alias("y"),
        segment.replace_strict(claim.foreseen.prediction["shares"], return_dtype=pl.Float64).alias("p"),
        pl.col("n").alias("weight"),
        pl.col("n").alias("cases"),
        pl.concat_str("county", "registered_on", separator=" ").alias("cluster"),
    )
    return Seen(share_rows(answers, claim), weeks.select("key", pl.lit(1.0).alias("amount")))


NEW_REGISTRANTS_NUMBER = Assumption(
    name="new-registrants-number",
    claim="As many register as in earlier campaigns, at this one's level so far",
    kind="counts",
    register=_register_number,
    observe=_observe_number,
    share=0.05,
    watches="registrations in the voter file, by state and week",
    if_broken="The electorate is becoming another one than the turnout model was made for.",
    action="Look at who registers{in} (`hustings voters count`), and fit again (`hustings fit turnout`).",
    bears_on="turnout",
)
NEW_REGISTRANTS_PARTY = Assumption(
    name="new-registrants-party",
    claim="As many of the new registrants as before take our party",
    kind="shares",
    side="below",
    register=_register_party,
    observe=_observe_party,
    share=0.04,
    watches="party of new registrants in the voter file, by state",
    if_broken="Registration drives of the other side are ahead.",
    action="Send the registration drive out{in}, and interview {n} newly registered {people} (`hustings survey draw`).",
    owner="field director",
)
REGISTRATIONS = (NEW_REGISTRANTS_NUMBER, NEW_REGISTRANTS_PARTY)
