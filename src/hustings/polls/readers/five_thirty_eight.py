"""FiveThirtyEight's published columns: one row per answer, rows of one question share poll and question id.

Vintages differ (``party`` or ``candidate_party``, ``answer`` with or without ``candidate_name``): only what is needed is
asked for. A question is its rows with the same poll, question, place, population and round of counting; when
they disagree about dates or sample size, the question is set aside.
"""

from __future__ import annotations

import polars as pl

from hustings.contests.contest import Contest
from hustings.polls.readers.build import ragged_rows
from hustings.polls.readers.raw import QUESTION_TEXTS, RawPolls
from hustings.store.textfile import TextFile

NAME = "538"
SIGNATURE = ("poll_id", "question_id", "pollster", "state", "end_date", "answer", "pct")

_KEY = ("poll", "question_text", "unit", "population", "is_transferred")
_SAME = {"start_date": "start dates", "end_date": "end dates", "sample_size": "sample sizes", "cycle": "cycles"}


def matches(header: tuple[str, ...]) -> bool:
    """Whether a file with this header is one of these."""
    return "pct" in header and ("answer" in header or "candidate_name" in header)


def read(table: TextFile, contest: Contest) -> RawPolls:  # noqa: ARG001 (one signature for all readers)
    """Read the layout (see the module)."""
    for names in (
        ("poll_id",),
        ("pollster", "display_name"),
        ("end_date", "enddate"),
        ("sample_size", "samplesize"),
        ("state",),
    ):
        table.require(NAME, *names)
    rows = _answer_rows(table)
    # Order of first appearance: questions keep the order and the row numbers of the file.
    numbers = rows.group_by(_KEY).agg(pl.col("row").min().alias("first")).sort("first").with_row_index("question")
    rows = rows.join(numbers.select(*_KEY, pl.col("question").cast(pl.Int64)), on=_KEY, how="left")
    return RawPolls(
        file=table.path,
        layout=NAME,
        questions=_questions(rows),
        answers=rows.select("question", "answer", "candidate", "party", "share"),
        rejected=ragged_rows(table),
        month_first=True,
        remarks=table.remarks,
    )


def _answer_rows(table: TextFile) -> pl.DataFrame:
    question = table.column("question_id", "race_id")
    poll = table.column("poll_id")
    return pl.DataFrame(
        {
            "row": pl.Series(table.row_numbers, dtype=pl.Int64),
            "poll": poll,
            "question_text": question,
            "pollster": _first_given(table, "pollster", "display_name"),
            "sponsor": table.column("sponsors", "sponsor"),
            "unit": table.column("state"),
            "start_date": table.column("start_date", "startdate"),
            "end_date": table.column("end_date", "enddate"),
            "published_date": table.column("created_at", "createddate"),
            "sample_size": table.column("sample_size", "samplesize"),
            "population": _population(table),
            "mode": table.column("methodology"),
            "partisan": _first_given(table, "partisan", "sponsor_candidate_party"),
            "cycle": table.column("cycle"),
            "election_date": table.column("election_date"),
            "office": table.column("office_type"),
            "stage": table.column("stage"),
            "is_transferred": table.column("ranked_choice_reallocated").str.to_lowercase(),
            "answer": table.column("answer"),
            "candidate": table.column("candidate_name"),
            "party": table.column("candidate_party", "party"),
            "share": table.column("pct"),
        }
    ).with_columns(
        # In this layout a place left empty is the nation.
        pl.when(pl.col("unit") == "").then(pl.lit("national")).otherwise(pl.col("unit")).alias("unit"),
        pl.when(pl.col("question_text") == "")
        .then(pl.col("poll"))
        .otherwise(pl.col("poll") + "-" + pl.col("question_text"))
        .alias("poll_id"),
    )


def _questions(rows: pl.DataFrame) -> pl.DataFrame:
    given = [name for name in QUESTION_TEXTS if name in rows.columns]
    disagree = [
        pl.when(pl.col(name).n_unique() > 1).then(pl.lit(f"its rows have different {what}")).alias(f"{name}_conflict")
        for name, what in _SAME.items()
    ]
    questions = rows.group_by("question").agg(
        pl.col("row").min(),
        pl.len().cast(pl.Int64).alias("n_rows"),
        # The smallest text, not the first: the order of the rows must not matter.
        *(pl.col(name).min() for name in given),
        *disagree,
    )
    conflict = pl.coalesce(*(f"{name}_conflict" for name in _SAME), pl.lit("")).alias("conflict")
    absent = [pl.lit("").alias(name) for name in QUESTION_TEXTS if name not in given and name != "conflict"]
    return (
        questions.with_columns(conflict, *absent).select("question", "row", "n_rows", *QUESTION_TEXTS).sort("question")
    )


def _first_given(table: TextFile, *names: str) -> pl.Series:
    """Text of the first of these columns that is not empty, row by row."""
    out = table.column(names[0]) if table.has(names[0]) else table.column()
    for name in names[1:]:
        if table.has(name):
            out = out.to_frame("a").select(
                pl.when(pl.col("a") == "").then(table.column(name).alias("b")).otherwise(pl.col("a")).alias("a")
            )["a"]
    return out


def _population(table: TextFile) -> pl.Series:
    """Population, with the subgroup where there is one ("lv-d"), so that the cleaning sees it."""
    plain, full, sub = table.column("population"), table.column("population_full"), table.column("subpopulation")
    frame = pl.DataFrame({"plain": plain, "full": full, "sub": sub})
    return frame.select(
        pl.when((pl.col("sub") != "") & (pl.col("sub").str.to_lowercase() != pl.col("plain").str.to_lowercase()))
        .then(pl.col("plain") + "-" + pl.col("sub"))
        .when(pl.col("full") != "")
        .then(pl.col("full"))
        .otherwise(pl.col("plain"))
        .alias("population")
    )["population"]
