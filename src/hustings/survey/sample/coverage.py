"""What of the expected electorate is not polled: no state and no segment goes unheard in silence."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from hustings.survey.interviews import COMPLETE
from hustings.tables import COVERAGE

STATE = "state"
SEGMENTS = ("age_band", "party", "race", "tenure", "history")
"""What the voter file says of people that a poll may miss; tenure tells the new registrants."""


def coverage(
    frame: pl.DataFrame,
    sample: pl.DataFrame,
    respondents: pl.DataFrame,
    *,
    state_target: int,
    segment_target: int,
    expected_by_state: Mapping[str, float] | None = None,
) -> pl.DataFrame:
    """Compare what was heard with who is expected to vote.

    Parameters
    ----------
    frame : pl.DataFrame
        As declared in ``tables.FRAME``.
    sample : pl.DataFrame
        As declared in ``tables.SAMPLE``; may be empty.
    respondents : pl.DataFrame
        As declared in ``tables.RESPONDENTS``: of one wave, or of several that count together.
    state_target, segment_target : int
        Complete interviews that a state, and a segment of the whole, must have.
    expected_by_state : mapping, optional
        Votes expected in each state of the contest, from its past: states whose voters are not stored at all are then
        in the table too, unpolled. Without, the frame is all there is.

    Returns
    -------
    pl.DataFrame
        As declared in ``tables.COVERAGE``: states first, the largest unpolled first.
    """
    complete = respondents.filter(pl.col("disposition") == COMPLETE)
    states = _counted(frame, sample, complete, STATE)
    if expected_by_state:
        states = _with_contest(states, expected_by_state)
    parts = [states.with_columns(pl.lit(state_target, pl.Int64).alias("target"))]
    parts += [
        _counted(frame, sample, complete, name).with_columns(pl.lit(segment_target, pl.Int64).alias("target"))
        for name in SEGMENTS
        if frame[f"file_{name}"].n_unique() > 1
    ]
    order = {STATE: 0, **{name: k for k, name in enumerate(SEGMENTS, 1)}}
    return (
        pl.concat(parts)
        .with_columns(
            (pl.col("expected_votes") / pl.col("expected_votes").sum().over("dimension")).alias("expected_share"),
            (pl.col("interviews") < pl.col("target")).alias("unpolled"),
            pl.col("dimension").replace_strict(order, return_dtype=pl.Int64).alias("place"),
        )
        .sort("place", "unpolled", "expected_share", "segment", descending=[False, True, True, False])
        .select(COVERAGE.column_names)
    )


def unpolled_share(table: pl.DataFrame, dimension: str = STATE) -> float:
    """Share of the expected electorate that lives in states (or belongs to segments) below their target (0-1)."""
    return float(table.filter((pl.col("dimension") == dimension) & pl.col("unpolled"))["expected_share"].sum())


def _counted(frame: pl.DataFrame, sample: pl.DataFrame, complete: pl.DataFrame, name: str) -> pl.DataFrame:
    """Voters, expected votes, asked and interviews of each segment."""
    column = f"file_{name}"
    people = frame.group_by(column).agg(pl.col("voters", "expected_votes").sum())
    asked = sample.group_by(column).agg(pl.len().cast(pl.Int64).alias("asked"))
    heard = complete.group_by(column).agg(pl.len().cast(pl.Int64).alias("interviews"))
    return (
        people.join(asked, on=column, how="left")
        .join(heard, on=column, how="left")
        .select(
            pl.lit(name).alias("dimension"),
            pl.col(column).alias("segment"),
            pl.col("voters").cast(pl.Int64),
            "expected_votes",
            pl.col("asked", "interviews").fill_null(0),
        )
    )


def _with_contest(states: pl.DataFrame, expected: Mapping[str, float]) -> pl.DataFrame:
    """Put every state of the contest on one scale: the votes its past lets expect."""
    contest = pl.DataFrame(
        {"segment": list(expected), "contest_votes": list(expected.values())},
        schema={"segment": pl.String, "contest_votes": pl.Float64},
    )
    joined = contest.join(states, on="segment", how="full", coalesce=True)
    return joined.select(
        pl.lit(STATE).alias("dimension"),
        "segment",
        pl.col("voters").fill_null(0),
        pl.coalesce("contest_votes", "expected_votes").alias("expected_votes"),
        pl.col("asked", "interviews").fill_null(0),
    )
