"""Whether a row's numbers are the shares of a poll on this contest."""

from __future__ import annotations

import datetime as dt

import polars as pl

from hustings.contests.contest import Contest
from hustings.polls.cleaning.values import is_missing, number
from hustings.polls.readers.matching import UNDECIDED, Matcher, key
from hustings.polls.readers.raw import RawPolls
from hustings.tables.polls import share_column

LARGEST_SUM_SHARE = 1.02
"""Rounding each of four answers to a percent can add up to 102, not to more."""
_FRACTION_SUM = 1.5
"""Shares of one poll sum to about 1 as fractions and about 100 as percents; halfway on neither scale."""
_SLACK = 1e-9


def resolved_answers(raw: RawPolls, contest: Contest, as_of: dt.date) -> pl.DataFrame:
    """Answers with their meaning (`option`, `named`, `by_name`, `asks_about`) and number (`value`)."""
    matcher = Matcher(contest, as_of)
    texts = ("answer", "candidate", "party")
    different = raw.answers.select(texts).unique()
    meanings = [matcher.meaning(*row) for row in different.iter_rows()]
    schema = {"option": pl.String, "named": pl.Boolean, "by_name": pl.Boolean, "asks_about": pl.String}
    different = different.hstack(pl.DataFrame(meanings, schema=schema, orient="row"))
    undecided = [key(candidate or answer) in UNDECIDED for answer, candidate, _ in different.select(texts).iter_rows()]
    different = different.with_columns(pl.Series("is_undecided", undecided, dtype=pl.Boolean))
    return raw.answers.join(different, on=texts, how="left", maintain_order="left").with_columns(
        number(pl.col("share"), decimal_comma=raw.decimal_comma).alias("value")
    )


def find_scale(answers: pl.DataFrame) -> float:
    """Tell percents (100.0) from fractions (1.0) by the usual sum of a question's shares."""
    sums = answers.filter(pl.col("value") > 0).group_by("question").agg(pl.col("value").sum())["value"]
    usual = sums.median()
    return 1.0 if isinstance(usual, float) and usual <= _FRACTION_SUM else 100.0


def judged_shares(answers: pl.DataFrame, contest: Contest, scale: float) -> pl.DataFrame:
    """Judge every question and turn its answers into columns.

    Returns
    -------
    pl.DataFrame
        One row per question: ``share_reason`` (null = good), ``n_answers``, ``n_offered``, ``share_<option>`` (0-1),
        ``options_share`` (their sum) and ``elsewhere_share`` (what neither they nor the undecided have).
    """
    answers = answers.with_columns(
        pl.col("by_name").fill_null(value=False).any().over("question", "option").alias("option_is_named")
    ).with_columns(
        # The candidate stands in the question: another of the same party is one more answer, not a stand-in.
        pl.when(pl.col("option_is_named") & ~pl.col("by_name") & pl.col("option").is_not_null())
        .then(None)
        .otherwise(pl.col("option"))
        .alias("option"),
        pl.when(pl.col("option_is_named")).then(None).otherwise(pl.col("asks_about")).alias("asks_about"),
        # Rounded far below any poll's precision, so that 47.5 percent is 0.475 and not the float next to it.
        (pl.col("value") / scale).round(12).alias("value"),
        (pl.col("value") / scale * 100).alias("as_fraction"),
    )
    per_option = [
        pl.col("value").filter(pl.col("option") == option_id).first().alias(share_column(option_id))
        for option_id in contest.option_ids
    ]
    twice = pl.max_horizontal((pl.col("option") == option_id).sum() for option_id in contest.option_ids) > 1
    out = answers.group_by("question").agg(
        *per_option,
        pl.col("named").sum().cast(pl.Int64).alias("n_answers"),
        pl.col("asks_about").min(),
        twice.alias("twice"),
        (is_missing(pl.col("share"))).any().alias("missing"),
        pl.col("share").filter(pl.col("value").is_null() & ~is_missing(pl.col("share"))).min().alias("no_number"),
        pl.col("value").min().alias("smallest"),
        pl.col("value").max().alias("largest"),
        pl.col("value").sum().alias("total"),
        pl.col("value").filter("is_undecided").sum().alias("undecided"),
        *_scale_clues(),
    )
    columns = [share_column(option_id) for option_id in contest.option_ids]
    decided = pl.sum_horizontal(*columns)
    out = out.with_columns(
        pl.sum_horizontal(pl.col(name).is_not_null() for name in columns).cast(pl.Int64).alias("n_offered"),
        # Rounded: these two rank questions, and sums of floats differ in the last bit.
        decided.round(4).alias("options_share"),
        (1.0 - decided - pl.col("undecided")).round(4).alias("elsewhere_share"),
    )
    return out.with_columns(_share_reason(columns, scale).alias("share_reason"))


def _scale_clues() -> list[pl.Expr]:
    """Numbers that tell a row, or one cell of it, written on the other scale than the file."""
    ours = pl.col("option").is_not_null() & (pl.col("value") > 0)
    small = ours & (pl.col("value") < 0.01)
    return [
        pl.col("value").filter(ours).max().alias("largest_option"),
        # What the row would sum to if its suspiciously small cells were fractions.
        pl.when(small).then(pl.col("as_fraction")).otherwise(pl.col("value")).sum().alias("total_if_mixed"),
        small.any().alias("has_small"),
    ]


def _share_reason(columns: list[str], scale: float) -> pl.Expr:
    in_percent = scale == 100.0
    limit = LARGEST_SUM_SHARE + _SLACK
    if in_percent:
        mixed = (pl.col("largest_option") <= 0.0102) | (pl.col("has_small") & (pl.col("total_if_mixed") <= limit))
        mixed_reason = "fractions in a file of percents"
    else:
        mixed = pl.col("largest") > LARGEST_SUM_SHARE
        mixed_reason = "percents in a file of fractions"
    tests = [
        (
            pl.col("no_number").is_not_null(),
            pl.format("share {} is not a number", pl.col("no_number").str.slice(0, 40)),
        ),
        (pl.col("missing"), pl.lit("an answer has no share")),
        (pl.col("smallest") < 0, pl.lit("negative share")),
        (pl.col("asks_about").is_not_null(), pl.format("asks about {}", pl.col("asks_about").str.slice(0, 120))),
        (pl.col("twice"), pl.lit("two answers for one option")),
        (pl.col("n_offered") < 2, pl.lit("offers fewer than two of the contest's options")),
        (mixed, pl.lit(mixed_reason)),
        (pl.col("largest") > 1, pl.lit("share over 100 percent")),
        (pl.col("total") > limit, pl.format("shares sum to {} percent", (pl.col("total") * 100).round(1))),
        (pl.sum_horizontal(*columns) <= 0, pl.lit("all shares are zero")),
    ]
    return pl.coalesce(*(pl.when(fails).then(reason) for fails, reason in tests))
