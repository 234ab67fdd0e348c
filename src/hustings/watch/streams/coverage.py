"""Rules: nobody of the expected electorate goes unheard, and the voters' sum agrees with the polls."""

from __future__ import annotations

import datetime as dt

import polars as pl
from scipy.stats import norm

from hustings.scores.support.people import CUTS
from hustings.survey.bands import banded
from hustings.tables import SOURCES, VOTER_CELLS
from hustings.tables.watch import where
from hustings.watch.assumption import Assumption, Claim, Foreseen, Idle, Seen
from hustings.watch.morning import Morning
from hustings.watch.streams.interviewed import AGE_LABELS, interviewed
from hustings.watch.streams.rows import nothing, rule_rows

UNHEARD_LIMIT, SEGMENT_LIMIT = 0.05, 0.02
"""Share of the expected electorate that may live in states without an interview; and a single state or segment may be."""
AGREES_PROB = 0.05
SAID_UNITS = 5


def expected_by_segment(morning: Morning) -> pl.DataFrame:
    """Expected electorate by ``dimension`` and ``value``: ``share`` of it; by the night's cells, of states else by the contest."""
    parts = [_states(morning)]
    file = morning.tables / VOTER_CELLS.file if morning.tables is not None else None
    if file is not None and file.is_file():
        cells = pl.read_parquet(file).with_columns(
            banded(pl.col("age"), CUTS["age"], AGE_LABELS).cast(pl.String).alias("age"),
            pl.col("race_group").alias("race"),
        )
        parts += [_shares(cells, dimension, dimension, "votes") for dimension in ("race", "age", "party")]
    return pl.concat(parts)


def _states(morning: Morning) -> pl.DataFrame:
    units = pl.DataFrame(
        {
            "unit": list(morning.contest.unit_ids),
            "votes": [float(unit.expected_votes) for unit in morning.contest.units],
        }
    )
    return _shares(units, "unit", "state", "votes")


def _shares(rows: pl.DataFrame, column: str, dimension: str, votes: str) -> pl.DataFrame:
    known = rows.drop_nulls(column).group_by(pl.col(column).alias("value")).agg(pl.col(votes).sum())
    share = pl.col(votes) / pl.col(votes).sum()
    return known.select(pl.lit(dimension).alias("dimension"), pl.col("value").cast(pl.String), share.alias("share"))


def _poll_days(morning: Morning) -> int:
    return morning.campaign.watch.poll_days if morning.campaign is not None else 14


def _register_heard(morning: Morning) -> Foreseen | Idle:
    rows = interviewed(morning)
    if isinstance(rows, Idle):
        return rows
    days = _poll_days(morning)
    said = (
        f"States and segments without an interview of the last {days} days hold {100 * UNHEARD_LIMIT:.0f} % of the expected "
        f"electorate at most, none of them more than {100 * SEGMENT_LIMIT:.0f} %."
    )
    return Foreseen(("all",), {}, said, {"days": days})


def _observe_heard(morning: Morning, claim: Claim, settled: pl.DataFrame) -> Seen:
    del settled
    rows = interviewed(morning)
    if isinstance(rows, Idle):
        return nothing(f"not compared: {rows.why}")
    days = int(claim.foreseen.prediction["days"])
    recent = rows.filter(pl.col("day") > morning.as_of - dt.timedelta(days=days))
    expected = expected_by_segment(morning)
    heard = pl.concat(
        [
            recent.select(pl.lit(name).alias("dimension"), pl.col(f"in_{name}").cast(pl.String).alias("value"))
            for name in expected["dimension"].unique()
        ]
    ).unique()
    marked = expected.join(heard.with_columns(is_heard=True), on=["dimension", "value"], how="left", nulls_equal=False)
    silent = marked.filter(pl.col("is_heard").is_null()).sort("share", "value", descending=[True, False])
    # Nobody is asked for what no interview says: a dimension that is never known is not watched.
    asked = [name for name in expected["dimension"].unique() if name == "state" or rows[f"in_{name}"].count()]
    silent = silent.filter(pl.col("dimension").is_in(asked))
    states = float(silent.filter(pl.col("dimension") == "state")["share"].sum())
    named = [
        (f"{dimension}={value}", share) for dimension, value, share, _ in silent.iter_rows() if share > SEGMENT_LIMIT
    ]
    whole = rule_rows(["all"], [states], UNHEARD_LIMIT, morning.as_of, float(recent.height))
    each = rule_rows([name for name, _ in named], [share for _, share in named], SEGMENT_LIMIT, morning.as_of, 0.0)
    words = ", ".join(f"{where(name)} ({100 * share:.0f} %)" for name, share in named[:SAID_UNITS])
    notes = (f"no interview in {days} days: {words}",) if named else ()
    return Seen(pl.concat([whole, each]), nothing().settled, notes)


def _sources(morning: Morning) -> pl.DataFrame | Idle:
    """Where polls and voters say two things of one unit, for the own option."""
    run = morning.run
    if run is None or morning.projection is None or not (morning.projection / SOURCES.file).is_file():
        return Idle("the projection has one source only", "load voters and field a wave: their sum is the other")
    rows = run.table(SOURCES)
    return rows.filter((pl.col("option") == morning.own_option) & pl.col("gap_z").is_finite())


def _register_agree(morning: Morning) -> Foreseen | Idle:
    rows = _sources(morning)
    if isinstance(rows, Idle):
        return rows
    said = "In every state voters and polls stand as far apart as chance and their usual errors let them."
    return Foreseen(("all",), {}, said)


def _observe_agree(morning: Morning, claim: Claim, settled: pl.DataFrame) -> Seen:
    """The limit is that of one night's largest of so many gaps by chance; nights share their data, so this is no test."""
    del claim, settled
    rows = _sources(morning)
    if isinstance(rows, Idle):
        return nothing(f"not compared: {rows.why}")
    if rows.is_empty():
        return nothing()
    limit = float(norm.isf(AGREES_PROB / (2 * rows.height)))
    names = [f"state={unit}" for unit in rows["unit"]]
    return Seen(rule_rows(names, rows["gap_z"].abs().to_list(), limit, morning.as_of), nothing().settled)


ELECTORATE_HEARD = Assumption(
    name="electorate-heard",
    claim="No part of the electorate that matters goes unheard",
    kind="rule",
    register=_register_heard,
    observe=_observe_heard,
    watches="own interviews against the expected electorate",
    if_broken="What these voters think is guessed from others.",
    action="Interview {people} who were not heard (`hustings survey draw`).",
    owner="pollster",
    says="{where}: {observed:.1%} of the expected electorate live where nobody was interviewed lately, {predicted:.0%} may",
)
VOTERS_AGREE_WITH_POLLS = Assumption(
    name="voters-agree-with-polls",
    claim="The sum over our voters agrees with the published polls",
    kind="rule",
    register=_register_agree,
    observe=_observe_agree,
    watches="the projection's two sources, by state",
    if_broken="One of the two sees another electorate than the other.",
    action="Compare the two electorates of {segment} by party and age, and have it polled by somebody else.",
    owner="pollster",
    says="{where}: voters and polls are {observed:.1f} of their usual errors apart, where {predicted:.1f} are chance",
)
COVERAGE = (ELECTORATE_HEARD, VOTERS_AGREE_WITH_POLLS)
