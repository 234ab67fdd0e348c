"""Ballots that come in early: whose they are, given how many.

Of a segment (a party, age, race, band of scores or the newly registered of a state) as many ballots are expected as its voters'
turnout scores times the habit of voting early that it had in the last comparable election; of the ballots of each night it
is to have that part. Early ballots differ from night to night in who casts them (by mail first, then in person): 20 % a
night beside chance, and a level of 20 % that the whole season shares.
"""

from __future__ import annotations

import datetime as dt

import polars as pl

from hustings.electorate.query import Electorate
from hustings.errors import HustingsError
from hustings.scores.features import Target
from hustings.watch.assumption import Assumption, Claim, Foreseen, Idle, Seen
from hustings.watch.morning import Morning
from hustings.watch.streams.counting import since_last
from hustings.watch.streams.early_scores import DIMENSION as BY_SCORE
from hustings.watch.streams.early_scores import expected_by_score, returned_by_score
from hustings.watch.streams.interviewed import new_since
from hustings.watch.streams.rows import filled, nothing

NIGHTLY_SD, LEVEL_SD = 0.2, 0.2
DISPERSION = NIGHTLY_SD**-2
SMALLEST_PART = 0.02
"""Of a state's early ballots: smaller segments are not watched."""
MOST_OF_DIMENSION = 24
"""Segments of one dimension: those of the states with most ballots."""
FEWEST_BALLOTS = 20
"""Ballots of a state below which a night waits for the next."""
SEASON_DAYS = 120
SMOOTHED = 50.0
"""Voters of the state's own habit that each segment's leans on."""
TURNOUT, RETURNED, GENERAL = "turnout_prob", "early_returned_on", "general"
DIMENSIONS = {"party": "party", "age": "age_band", "race": "race"}
"""What early ballots are told apart by, beside the turnout score that their voters had before (``early_scores``)."""
_NEW, _EARLIER = "new", "earlier"
_MEMO = "returned early"


def returned_by_segment(morning: Morning) -> pl.DataFrame:
    """Ballots that are in, by ``state``, ``dimension``, ``value``: ``total``, of this election and until the morning."""
    if _MEMO not in morning.memo:
        morning.memo[_MEMO] = _returned(morning)
    found: pl.DataFrame = morning.memo[_MEMO]
    return found


def _returned(morning: Morning) -> pl.DataFrame:
    electorate = morning.electorate
    schema = {"state": pl.String, "dimension": pl.String, "value": pl.String, "total": pl.Float64}
    if electorate is None or RETURNED not in electorate.words.columns:
        return pl.DataFrame(schema=schema)
    came = _came(morning)
    parts = []
    for dimension, column in DIMENSIONS.items():
        counted = electorate.count(["state", column], came).rename({column: "value", "voters": "total"})
        parts.append(counted.with_columns(pl.lit(dimension).alias("dimension")))
    for value, sign in ((_NEW, ">="), (_EARLIER, "<")):
        counted = electorate.count(["state"], f"{came} and registered_on {sign} '{new_since(morning)}'")
        parts.append(
            counted.rename({"voters": "total"}).with_columns(
                pl.lit("registered").alias("dimension"), pl.lit(value).alias("value")
            )
        )
    return pl.concat([part.select(pl.col(name).cast(kind) for name, kind in schema.items()) for part in parts])


def _came(morning: Morning) -> str:
    """Condition of the ballots of this election that are in."""
    first = morning.contest.date - dt.timedelta(days=SEASON_DAYS)
    return f"{RETURNED} >= '{first}' and {RETURNED} <= '{morning.as_of}'"


def _expected(electorate: Electorate, morning: Morning, state: str, last: dt.date) -> pl.DataFrame:
    """Early ballots expected of a state by ``dimension`` and ``value``: scores times the habit of the last time."""
    here = f"state = '{state}'"
    ballots = {name: f"{name}('{last}')" for name in ("voted", "voted_early", "voted_by_mail")}
    since = new_since(morning)
    asked = [(name, [column], here, "") for name, column in DIMENSIONS.items()]
    asked += [
        ("registered", [], f"{here} and registered_on {sign} '{since}'", value)
        for value, sign in ((_NEW, ">="), (_EARLIER, "<"))
    ]
    parts = []
    for dimension, columns, where, value in asked:
        found = electorate.count([*columns, *ballots.values()], where, weight=TURNOUT)
        voted, early, mail = (pl.col(name) for name in ballots.values())
        named = pl.col(columns[0]).cast(pl.String) if columns else pl.lit(value)
        parts.append(
            found.with_columns(named.alias("value"))
            .group_by("value")
            .agg(
                pl.col("expected_voters").sum(),
                pl.col("voters").filter(voted).sum().alias("voted"),
                pl.col("voters").filter(early | mail).sum().alias("early"),
            )
            .with_columns(pl.lit(dimension).alias("dimension"))
        )
    scored = expected_by_score(electorate, state, last, TURNOUT).with_columns(pl.lit(BY_SCORE).alias("dimension"))
    rows = pl.concat([*parts, scored.select(parts[0].columns)], how="vertical_relaxed").drop_nulls("value")
    whole = rows.filter(pl.col("dimension") == "registered").select(pl.col("early", "voted").sum())
    habit = whole["early"][0] / max(whole["voted"][0], 1)
    rate = (pl.col("early") + SMOOTHED * habit) / (pl.col("voted") + SMOOTHED)
    return rows.select(
        pl.lit(state).alias("state"), "dimension", "value", (pl.col("expected_voters") * rate).alias("ballots")
    )


def _register_whose(morning: Morning) -> Foreseen | Idle:
    electorate = morning.electorate
    if electorate is None:
        return Idle("no voters are stored", "hustings load voters")
    if TURNOUT not in electorate.words.columns:
        return Idle("voters have no turnout scores yet", "hustings score")
    target = Target(morning.contest.date, GENERAL, morning.as_of)
    parts, why = [], Idle("no history says who voted early last time", "hustings load history")
    for state, files in morning.manifest.states.items():
        days = target.comparable(files.elections) or target.regular(files.elections)
        try:
            parts += [_expected(electorate, morning, state, days[0])] if days else []
        except HustingsError as err:
            # A state without scores, or with those of an earlier file, waits for them; the others are watched.
            why = Idle(err.message, err.hint or "hustings score")
    rows = pl.concat(parts).filter(pl.col("ballots") > 0) if parts else pl.DataFrame({"ballots": []})
    if rows.is_empty():
        return why
    part = pl.col("ballots") / pl.col("ballots").sum().over("state", "dimension")
    rows = rows.with_columns(part.alias("part"), _segment().alias("segment"))
    kept = rows.filter(pl.col("part").is_between(SMALLEST_PART, 1 - SMALLEST_PART) & (pl.col("value") != _EARLIER))
    of_state = pl.col("ballots").sum().over("state")
    kept = kept.sort(of_state, "segment", descending=[True, False])
    kept = kept.group_by("dimension", maintain_order=True).head(MOST_OF_DIMENSION)
    start = returned_by_segment(morning).with_columns(_segment().alias("segment"))
    n = kept.height
    return Foreseen(
        segments=tuple(kept["segment"]),
        scales={"dispersion": (DISPERSION,) * n, "level_sd": (LEVEL_SD,) * n},
        said="Early ballots come from whom turnout scores and the last time's habits say.",
        prediction={
            "parts": dict(kept.select("segment", "part").iter_rows()),
            "start": dict(start.select("segment", "total").iter_rows()),
        },
    )


def _segment() -> pl.Expr:
    return pl.concat_str(pl.lit("state="), "state", pl.lit(", "), "dimension", pl.lit("="), "value")


def _observe_whose(morning: Morning, claim: Claim, settled: pl.DataFrame) -> Seen:
    totals = returned_by_segment(morning)
    if totals.is_empty():
        return nothing()
    scored = returned_by_score(morning, claim.from_day, _came(morning), TURNOUT)
    scored = scored.with_columns(pl.lit(BY_SCORE).alias("dimension")).select(totals.columns)
    totals = pl.concat([totals, scored]).drop_nulls("value").with_columns(_segment().alias("key"))
    start: dict[str, float] = claim.foreseen.prediction["start"]
    counted = since_last(totals, with_start(settled, start))
    rows = counted.rows.with_columns(
        pl.col("new").sum().over("state", "dimension").alias("all_new"),
        pl.col("key")
        .replace_strict(claim.foreseen.prediction["parts"], default=None, return_dtype=pl.Float64)
        .alias("part"),
    )
    # What waits for the next night is not settled.
    enough = rows.filter(pl.col("all_new") >= FEWEST_BALLOTS)
    compared = enough.drop_nulls("part").select(
        pl.col("key").alias("segment"),
        pl.lit(morning.as_of).alias("day"),
        pl.col("all_new").alias("n"),
        pl.col("new").alias("observed"),
        (pl.col("all_new") * pl.col("part")).alias("predicted"),
    )
    keys = counted.settled.join(enough.select("key"), on="key", how="semi")
    return Seen(filled(compared), keys, counted.notes)


def with_start(settled: pl.DataFrame, start: dict[str, float]) -> pl.DataFrame:
    """What was settled, and of all else what was there when the claim was registered."""
    before = pl.DataFrame(
        {"key": list(start), "amount": [float(one) for one in start.values()]},
        schema={"key": pl.String, "amount": pl.Float64},
    )
    return pl.concat([settled.select("key", "amount"), before]).unique("key", keep="first", maintain_order=True)


EARLY_VOTES_AS_SCORED = Assumption(
    name="early-votes-as-scored",
    claim="Early ballots come from whom the turnout scores say",
    kind="counts",
    register=_register_whose,
    observe=_observe_whose,
    share=0.04,
    watches="early ballots by party, age, race, score and new registrants of each state",
    if_broken="The electorate is another one than the turnout model's.",
    action="Look at which {people} vote early (`hustings voters count`), fit again (`hustings fit turnout`), and chase the ballots missing.",
    owner="field director",
    bears_on="turnout",
)
EARLY_VOTES = (EARLY_VOTES_AS_SCORED,)
