"""From polls as read to polls a pollster would use: one row per poll, every other row with its reason.

Nothing is judged by a row that was not known on the as-of day: pollsters' spellings, usual sample sizes, the scale of the
shares and the choice among waves come from the visible rows alone. The rules, in order and with their reasons,
are in ``docs/polls.md``.
"""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

import polars as pl

from hustings.contests.contest import Contest
from hustings.polls.cleaning.choose import best_first, one_question_per_poll, one_wave_at_a_time
from hustings.polls.cleaning.fill import NO_SIZE, fill_sample_sizes
from hustings.polls.cleaning.names import usual_spelling
from hustings.polls.cleaning.rows import row_reason, typed_questions
from hustings.polls.cleaning.shares import find_scale, judged_shares, resolved_answers
from hustings.polls.readers.raw import RawPolls
from hustings.tables.polls import POLLS, POLLS_REJECTED, share_column


class CleanPolls(NamedTuple):
    """Polls ready for the tracker, and what was set aside.

    Attributes
    ----------
    polls : pl.DataFrame
        Columns of `hustings.tables.polls.POLLS`, then ``share_<option>`` for each option (0-1 of all respondents; null =
        not offered). Sorted by end date, unit, pollster, poll id.
    rejected : pl.DataFrame
        Columns of `hustings.tables.polls.POLLS_REJECTED`, by row.
    notes : list[str]
        Counted remarks for the screen.
    """

    polls: pl.DataFrame
    rejected: pl.DataFrame
    notes: list[str]


def clean_polls(raw: RawPolls, contest: Contest, *, as_of: dt.date) -> CleanPolls:
    """Keep one usable question per poll that was known on a day; set the rest aside with reasons.

    Parameters
    ----------
    raw : RawPolls
        A file as read by `hustings.polls.readers.read_polls`.
    contest : Contest
        The contest; its options, units and date decide what a row is about.
    as_of : dt.date
        The day: polls that ended, or are known to have been published, later are set aside.

    Returns
    -------
    CleanPolls
        Polls kept and rows set aside; together they are all questions of the file.
    """
    shares = [share_column(option_id) for option_id in contest.option_ids]
    questions = typed_questions(raw, contest).with_columns(row_reason(contest, as_of).alias("reason"))
    about, rejected = _split(questions, [raw.rejected])
    answers = resolved_answers(raw, contest, as_of).join(about.select("question"), on="question", how="semi")
    scale = raw.scale if raw.scale is not None else find_scale(answers)
    about = about.drop("reason").join(judged_shares(answers, contest, scale), on="question", how="left")
    about = about.with_columns(
        pl.when(pl.col("n_offered").is_null())
        .then(pl.lit("offers fewer than two of the contest's options"))
        .otherwise(pl.col("share_reason"))
        .alias("reason")
    )
    usable, rejected = _split(about, rejected)
    usable = fill_sample_sizes(_renamed(usable, shares), contest.nation)
    no_size = pl.when(pl.col("sample_size").is_null()).then(pl.lit(NO_SIZE)).alias("reason")
    usable, rejected = _split(usable.with_columns(no_size), rejected)
    usable = best_first(_unique_ids(usable, shares), shares)
    single, rejected = _split(one_question_per_poll(usable, shares), rejected)
    waves, rejected = _split(one_wave_at_a_time(single), rejected)
    polls = waves.select(*POLLS.column_names, *shares).sort("end_date", "unit", "pollster", "poll_id", "row")
    aside = pl.concat(rejected).sort("row")
    notes = [*raw.remarks, *_notes(waves, scale), *_nothing_left(polls, aside)]
    return CleanPolls(polls, aside, notes)


def _split(table: pl.DataFrame, rejected: list[pl.DataFrame]) -> tuple[pl.DataFrame, list[pl.DataFrame]]:
    """Rows without a reason, and the list of rejected rows with the others added."""
    source_id = "source_id" if "source_id" in table.columns else "poll_id"
    aside = table.filter(pl.col("reason").is_not_null()).select("row", pl.col(source_id).alias("poll_id"), "reason")
    assert aside.columns == POLLS_REJECTED.column_names
    return table.filter(pl.col("reason").is_null()), [*rejected, aside]


def _renamed(table: pl.DataFrame, shares: list[str]) -> pl.DataFrame:
    """Columns under the names and types of the contract; the texts they came from are dropped."""
    pollster = usual_spelling(table["pollster"])
    return table.select(
        pl.col("poll_id"),
        pl.col("poll_id").alias("source_id"),
        "row",
        pollster.alias("pollster"),
        pollster.str.to_lowercase().alias("pollster_key"),
        pl.col("sponsor").str.to_lowercase().str.replace_all(r"\s+", " ").alias("sponsor_key"),
        pl.col("unit_id").alias("unit"),
        pl.col("start").alias("start_date"),
        pl.col("end").alias("end_date"),
        pl.col("published").alias("published_date"),
        "sample_size_number",
        pl.col("population").alias("population_text"),
        pl.col("population_code").alias("population"),
        pl.col("mode_word").alias("mode"),
        pl.col("partisan").alias("partisan_text"),
        pl.col("side").alias("partisan"),
        "n_answers",
        "n_offered",
        "options_share",
        "elsewhere_share",
        *shares,
    )


def _unique_ids(polls: pl.DataFrame, shares: list[str]) -> pl.DataFrame:
    """Make ids unique: the earliest poll keeps an id, later ones that repeat it get unit and end date behind it."""
    polls = polls.sort(
        "poll_id", "end_date", "unit", "population", "pollster_key", "sample_size_number", *shares, "row"
    )
    for tail in ("{unit}:{end_date}", "{population}", "{row}"):
        repeated = pl.int_range(pl.len()).over("poll_id") > 0
        parts = [pl.col(name.strip("{}")).cast(pl.String) for name in tail.split(":")]
        longer = pl.concat_str([pl.col("poll_id"), *parts], separator=":")
        polls = polls.with_columns(pl.when(repeated).then(longer).otherwise(pl.col("poll_id")).alias("poll_id"))
    return polls


def _notes(polls: pl.DataFrame, scale: float) -> list[str]:
    """Count what was assumed about the polls that are used."""
    sideless = pl.col("partisan").is_null() & pl.col("partisan_text").str.to_lowercase().is_in(("sponsor", "pollster"))
    counts = {
        "missing sample size{s} filled with the pollster's usual": int(polls["sample_size_filled"].sum()),
        "poll{s} with no word of who was asked: taken as voters": polls.filter(pl.col("population_text") == "").height,
        "poll{s} of partisan sponsors or pollsters whose side the file does not name": polls.filter(sideless).height,
    }
    notes = [f"{n:,} {what.format(s='s' * (n != 1))}" for what, n in counts.items() if n]
    return [*notes, "shares read as fractions of one"] if scale == 1.0 and polls.height else notes


def _nothing_left(polls: pl.DataFrame, rejected: pl.DataFrame) -> list[str]:
    """Say why there is no poll: a file read in the wrong way rejects every row for one reason."""
    if polls.height or rejected.is_empty():
        return []
    counted = (
        rejected.group_by("reason").agg(pl.len(), pl.col("row").min()).sort("len", "row", descending=[True, False])
    )
    reason, n, row = counted.row(0)
    if rejected.height == 1:
        return [f"the only row is not used: {reason}"]
    return [f"none of the {rejected.height:,} rows is used; the commonest reason ({n:,}, first in row {row}): {reason}"]
