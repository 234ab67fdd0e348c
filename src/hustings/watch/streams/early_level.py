"""How many ballots come in early, given the same days before an earlier election.

The ballots of the same days before the last election whose log is stored, scaled by the voters expected now
against the ballots cast then. Rules and days of early voting change: a level of 30 % is shared by all days.
"""

from __future__ import annotations

import datetime as dt

import numpy as np
import polars as pl

from hustings.electorate.query import Electorate
from hustings.errors import HustingsError
from hustings.watch.assumption import Assumption, Claim, Foreseen, Idle, Seen
from hustings.watch.morning import Morning
from hustings.watch.streams.counting import since_last
from hustings.watch.streams.early_votes import DISPERSION, FEWEST_BALLOTS, RETURNED, returned_by_segment, with_start
from hustings.watch.streams.rows import filled, nothing

LEVEL_SD = 0.3
HINT = "hustings load early-votes FILE"


def returned_by_day(electorate: Electorate, election: dt.date) -> pl.DataFrame:
    """Early ballots of an election by ``state`` and ``days`` before it: ``n``; each voter's first counts."""
    found = electorate.sql(
        "SELECT state, voter_id, min(returned_on) AS returned_on FROM early_votes "  # noqa: S608 (a date)
        f"WHERE election_on = DATE '{election}' AND returned_on IS NOT NULL GROUP BY state, voter_id"
    )
    days = (pl.lit(election) - pl.col("returned_on")).dt.total_days().alias("days")
    return found.select("state", days).group_by("state", "days").agg(pl.len().cast(pl.Float64).alias("n"))


def _last_logged(morning: Morning) -> dt.date | None:
    """The election before this one whose early ballots are stored by day: of the same kind of year if there is one."""
    if morning.electorate is None or not morning.manifest.logs.get("early_votes"):
        return None
    found = morning.electorate.sql("SELECT DISTINCT election_on FROM early_votes")["election_on"].drop_nulls().to_list()
    earlier = [day for day in found if day < morning.as_of]
    return max(earlier, key=lambda day: ((morning.contest.date.year - day.year) % 4 == 0, day), default=None)


def _register_level(morning: Morning) -> Foreseen | Idle:
    if morning.electorate is None:
        return Idle("no voters are stored", "hustings load voters")
    last = _last_logged(morning)
    if last is None:
        return Idle("no early ballots of an earlier election are stored", f"load that file too: {HINT}")
    curves = returned_by_day(morning.electorate, last)
    expected = _expected_voters(morning)
    states, prediction = [], {}
    for state in curves["state"].unique().sort():
        curve = curves.filter((pl.col("state") == state) & (pl.col("days") >= 0))
        if curve["n"].sum() < FEWEST_BALLOTS or state not in morning.manifest.states:
            continue
        cast = _ballots_cast(morning.electorate, state, last)
        scale = expected[state] / cast if state in expected and cast else 1.0
        states.append(f"state={state}")
        prediction[state] = {str(days): scale * n for days, n in curve.sort("days").select("days", "n").iter_rows()}
    if not states:
        return Idle(f"fewer than {FEWEST_BALLOTS} early ballots of {last} are stored of every state", HINT)
    return Foreseen(
        tuple(states),
        {"dispersion": (DISPERSION,) * len(states), "level_sd": (LEVEL_SD,) * len(states)},
        f"As many ballots come in early as on the same days before {last}, for the voters expected now.",
        {"curves": prediction, "start": _totals(morning)},
    )


def _expected_voters(morning: Morning) -> dict[str, float]:
    """Votes expected in each state, by the night's cells; nothing where they were not counted."""
    file = morning.tables / "voter_cells.parquet" if morning.tables is not None else None
    if file is None or not file.is_file():
        return {}
    cells = pl.read_parquet(file, columns=["state", "votes"]).drop_nulls("state")
    return dict(cells.group_by("state").agg(pl.col("votes").sum()).iter_rows())


def _ballots_cast(electorate: Electorate, state: str, day: dt.date) -> float:
    """Ballots of a state's present voters in an earlier election; 0 where its history is not stored."""
    try:
        found = electorate.count((), f"state = '{state}' and voted('{day}')")
    except HustingsError:
        return 0.0
    return float(found["voters"].sum())


def _totals(morning: Morning) -> dict[str, float]:
    totals = returned_by_segment(morning).filter(pl.col("dimension") == "registered")
    return dict(totals.group_by("state").agg(pl.col("total").sum()).iter_rows())


def _observe_level(morning: Morning, claim: Claim, settled: pl.DataFrame) -> Seen:
    """Compare what came since with what came in as many days then.

    The days that are compared end with the last ballot that is known: a file that did not come is no day without ballots.
    """
    if morning.electorate is None:
        return nothing("no voters were stored on the day")
    now = _totals(morning)
    through = _last_day(morning)
    if not now or through is None:
        return nothing()
    known = {state: total for state, total in now.items() if state in claim.foreseen.prediction["curves"]}
    totals = pl.DataFrame(
        {"key": list(known), "total": list(known.values())}, schema={"key": pl.String, "total": pl.Float64}
    )
    counted = since_last(totals, with_start(settled, claim.foreseen.prediction["start"]))
    ends = dict(settled.select("key", "amount").iter_rows())
    rows, keys = [], []
    for state, total, last, new in counted.rows.select("key", "total", "last", "new").iter_rows():
        end = dt.date.fromordinal(int(ends.get(f"{state} through", claim.from_day.toordinal())))
        mu = _curve(claim, state, through) - _curve(claim, state, end)
        if total < last or through <= end or mu <= 0 or max(mu, new) < FEWEST_BALLOTS:
            continue
        rows.append((f"state={state}", through, new, new, mu))
        keys += [(state, total), (f"{state} through", float(through.toordinal()))]
    columns = {"segment": pl.String, "day": pl.Date, "n": pl.Float64, "observed": pl.Float64, "predicted": pl.Float64}
    found = pl.DataFrame(rows, schema=columns, orient="row")
    return Seen(
        filled(found), pl.DataFrame(keys, schema={"key": pl.String, "amount": pl.Float64}, orient="row"), counted.notes
    )


def _curve(claim: Claim, state: str, day: dt.date) -> float:
    """Ballots expected of a state until a day."""
    left = (claim.until - day).days
    return float(np.sum([n for days, n in claim.foreseen.prediction["curves"][state].items() if int(days) >= left]))


def _last_day(morning: Morning) -> dt.date | None:
    """Day of the last ballot that is known on the morning."""
    assert morning.electorate is not None
    if RETURNED not in morning.electorate.words.columns:
        return None
    came = morning.electorate.count([RETURNED], f"{RETURNED} <= '{morning.as_of}'")
    last = came[RETURNED].max()
    return last if isinstance(last, dt.date) else None


EARLY_VOTE_LEVEL = Assumption(
    name="early-vote-level",
    claim="As many ballots come in early as on the same day last time",
    kind="counts",
    register=_register_level,
    observe=_observe_level,
    share=0.03,
    watches="early ballots by state, against the same days before the last election",
    if_broken="Turnout is higher or lower than last time, or the rules of early voting have changed.",
    action="Call the election office{of}: have rules or days changed? Then fit again (`hustings fit turnout`).",
    bears_on="turnout",
)
EARLY_LEVEL = (EARLY_VOTE_LEVEL,)
