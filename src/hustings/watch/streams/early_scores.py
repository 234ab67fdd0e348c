"""Early ballots by the turnout score that their voters had before: a turnout that is off shows in those scored low.

A score is 1 once the ballot is in, so the score of the day on which the claim was registered is asked for: the store keeps it
in that day's snapshot. Who registered later has none and is left out.
"""

from __future__ import annotations

import datetime as dt

import polars as pl

from hustings.electorate.query import Electorate, open_electorate
from hustings.watch.morning import Morning

DIMENSION = "score"
BANDS = (0.4, 0.6, 0.8)
LABELS = ("under 40", "40-59", "60-79", "80 and more")
"""Of 100, as people read scores."""


def band(score: pl.Expr) -> pl.Expr:
    """The band of a turnout score (0-1); null where there is none."""
    at = pl.sum_horizontal((score >= limit).cast(pl.Int64) for limit in BANDS)
    return pl.when(score.is_not_null()).then(at.replace_strict(dict(enumerate(LABELS)), return_dtype=pl.String))


def expected_by_score(electorate: Electorate, state: str, last: dt.date, score: str) -> pl.DataFrame:
    """Voters of a state by band: ``value``, ``expected_voters``, and of those who voted on a day ``voted`` and ``early``."""
    ballots = {name: f"{name}('{last}')" for name in ("voted", "voted_early", "voted_by_mail")}
    rows = electorate.attributes([score, *ballots.values()], f"state = '{state}'")
    voted, early, mail = (pl.col(name).fill_null(value=False) for name in ballots.values())
    return (
        rows.filter(pl.col(score) < 1)
        .group_by(band(pl.col(score)).alias("value"))
        .agg(
            pl.col(score).cast(pl.Float64).sum().alias("expected_voters"),
            voted.sum().alias("voted"),
            (early | mail).sum().alias("early"),
        )
        .drop_nulls("value")
    )


def returned_by_score(morning: Morning, day: dt.date, came: str, score: str) -> pl.DataFrame:
    """Ballots that are in, by state and the band of a day before: ``state``, ``value``, ``total``.

    Parameters
    ----------
    morning : Morning
    day : date
        Whose scores are asked for.
    came : str
        Condition of the ballots that count.
    score : str
        Column of the score.
    """
    schema = {"state": pl.String, "value": pl.String, "total": pl.Float64}
    now, campaign = morning.electorate, morning.campaign
    if now is None or campaign is None:
        return pl.DataFrame(schema=schema)
    before = open_electorate(campaign.store, now.engine, day)
    if score not in before.words.columns:
        return pl.DataFrame(schema=schema)
    ballots = now.attributes(["state"], came).select("voter_id")
    parts = []
    for state in before.words.manifest.states:
        scored = before.attributes([score], f"state = '{state}'").filter(pl.col(score) < 1)
        known = ballots.join(scored, on="voter_id").group_by(band(pl.col(score)).alias("value")).len("total")
        parts.append(known.select(pl.lit(state).alias("state"), "value", pl.col("total").cast(pl.Float64)))
    return pl.concat([pl.DataFrame(schema=schema), *parts]).drop_nulls("value")
