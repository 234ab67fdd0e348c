"""Is this row about this contest, whole, possible, and known on the day? The first test it fails is the reason."""

from __future__ import annotations

import datetime as dt

import polars as pl

from hustings.contests.contest import Contest
from hustings.polls.cleaning.names import is_subgroup, mode_of, population_of, side_in_name, side_of, translate, unit_of
from hustings.polls.cleaning.values import date, is_missing, is_true, number
from hustings.polls.readers.raw import RawPolls

LONGEST_FIELDWORK_DAYS = 90
"""Longer than this is a panel's average or a typing error, not a picture of one moment."""
EARLIEST_DAYS_BEFORE_ELECTION = 400
"""Earlier polls ask about candidates who mostly will not stand."""
SMALLEST_SAMPLE = 10.0
"""Below this a cell holds something else (1.2 for 1,200, a percentage), not a sample size."""
LARGEST_SAMPLE = 5_000_000.0
"""Above this, the same."""

_OFFICES = ("president", "senate", "house", "governor")
_STAGES = ("primary", "caucus", "runoff", "special")


def typed_questions(raw: RawPolls, contest: Contest) -> pl.DataFrame:
    """Questions with their texts read as days, numbers and our words; null where that is impossible."""
    texts = raw.questions
    how = {"date_format": raw.date_format, "month_first": raw.month_first}
    texts = texts.with_columns(
        date(pl.col("start_date"), **how).alias("start"),  # type: ignore[arg-type]
        date(pl.col("end_date"), **how).alias("end"),  # type: ignore[arg-type]
        date(pl.col("published_date"), **how).alias("published"),  # type: ignore[arg-type]
        date(pl.col("election_date"), **how).alias("election_day"),  # type: ignore[arg-type]
        number(pl.col("sample_size"), decimal_comma=raw.decimal_comma).alias("sample_size_number"),
        translate("unit", texts, unit_of(contest)).alias("unit_id"),
        translate("population", texts, population_of).alias("population_code"),
        translate("population", texts, lambda text: "yes" if is_subgroup(text) else "").alias("population_subgroup"),
        translate("mode", texts, mode_of).alias("mode_word"),
        translate("partisan", texts, side_of(contest)).alias("side_said"),
        translate("pollster", texts, side_in_name(contest)).alias("side_in_name"),
        pl.when(pl.col("poll_id") == "")
        .then(pl.format("row-{}", pl.col("row")))
        .otherwise(pl.col("poll_id"))
        .alias("poll_id"),
    )
    texts = texts.with_columns(pl.coalesce("side_said", "side_in_name").alias("side"))
    # A poll that only says when it ended is taken as asked on that day.
    return texts.with_columns(
        pl.when(is_missing(pl.col("start_date"))).then(pl.col("end")).otherwise(pl.col("start")).alias("start")
    )


def row_reason(contest: Contest, as_of: dt.date) -> pl.Expr:
    """Reason for setting a row of `typed_questions` aside, its shares not looked at; null when there is none."""
    tests = [
        *_about_this_contest(contest),
        *_whole_sample(),
        *_possible_days(contest),
        *_known_on(as_of),
        *_size_and_kind(),
    ]
    return pl.coalesce(*(pl.when(fails).then(reason) for fails, reason in tests))


def _shown(column: str) -> pl.Expr:
    """Text of a cell for a reason; a cell can hold a novel."""
    return pl.col(column).str.slice(0, 40)


def _text(reason: str) -> pl.Expr:
    return pl.lit(reason)


def _about_this_contest(contest: Contest) -> list[tuple[pl.Expr, pl.Expr]]:
    title = f"{contest.name} {contest.title}".casefold()
    office, stage = pl.col("office").str.to_lowercase(), pl.col("stage").str.to_lowercase()
    ours = [word for word in _OFFICES if word in title]
    # A contest that does not say its office in its title takes every row; the candidates' names decide then.
    is_ours = pl.any_horizontal(office.str.contains(word) for word in ours) if ours else pl.lit(value=True)
    other_office = (office != "") & ~is_ours
    stages = [word for word in _STAGES if word in title]
    other_stage = ~stage.is_in(["", "general", *stages])
    cycle = number(pl.col("cycle"))
    return [
        (pl.col("conflict") != "", pl.col("conflict")),
        (
            ~is_missing(pl.col("cycle")) & (cycle.is_null() | (cycle != contest.date.year)),
            pl.format("another cycle ({})", _shown("cycle")),
        ),
        (pl.col("election_day") != contest.date, pl.format("another election ({})", pl.col("election_day"))),
        (other_office, pl.format("another office ({})", _shown("office"))),
        (other_stage, pl.format("another stage ({})", _shown("stage"))),
    ]


def _whole_sample() -> list[tuple[pl.Expr, pl.Expr]]:
    no_unit = is_missing(pl.col("unit")) & pl.col("unit_id").is_null()
    return [
        (is_true(pl.col("is_transferred")), _text("shares after transfers; the first round is used")),
        (is_true(pl.col("is_duplicate")), _text("marked as a duplicate in the file")),
        (
            is_true(pl.col("is_subgroup")) | (pl.col("population_subgroup") == "yes"),
            pl.format("a subgroup of the sample ({})", _shown("population")),
        ),
        (is_missing(pl.col("pollster")), _text("no pollster")),
        (no_unit, _text("no unit")),
        (pl.col("unit_id").is_null(), pl.format("unknown unit {}", _shown("unit"))),
    ]


def _possible_days(contest: Contest) -> list[tuple[pl.Expr, pl.Expr]]:
    start, end = pl.col("start"), pl.col("end")
    earliest = contest.date - dt.timedelta(days=EARLIEST_DAYS_BEFORE_ELECTION)
    days = (end - start).dt.total_days() + 1
    return [
        (is_missing(pl.col("end_date")), _text("no end date")),
        (end.is_null(), pl.format("end date {} is not a date", _shown("end_date"))),
        (start.is_null(), pl.format("start date {} is not a date", _shown("start_date"))),
        (end < start, _text("ends before it starts")),
        (end > contest.date, _text("ended after the election")),
        (
            start < earliest,
            _text(f"started more than {EARLIEST_DAYS_BEFORE_ELECTION} days before the election"),
        ),
        (days > LONGEST_FIELDWORK_DAYS, _text(f"fieldwork of more than {LONGEST_FIELDWORK_DAYS} days")),
    ]


def _known_on(as_of: dt.date) -> list[tuple[pl.Expr, pl.Expr]]:
    unreadable = ~is_missing(pl.col("published_date")) & pl.col("published").is_null()
    return [
        (pl.col("end") > as_of, _text("ended after the as-of day")),
        (unreadable, pl.format("publication date {} is not a date", _shown("published_date"))),
        (pl.col("published") > as_of, _text("published after the as-of day")),
    ]


def _size_and_kind() -> list[tuple[pl.Expr, pl.Expr]]:
    given = ~is_missing(pl.col("sample_size"))
    n = pl.col("sample_size_number")
    return [
        (pl.col("population_code").is_null(), pl.format("unknown population {}", _shown("population"))),
        (given & n.is_null(), pl.format("sample size {} is not a number", _shown("sample_size"))),
        (given & (n < 0), _text("negative sample size")),
        (given & (n == 0), _text("sample size of zero")),
        (
            given & ((n < SMALLEST_SAMPLE) | (n > LARGEST_SAMPLE)),
            pl.format("sample size {} is not believable", _shown("sample_size")),
        ),
    ]
