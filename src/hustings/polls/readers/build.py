"""Small steps that the readers share: from a text file to `RawPolls`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import polars as pl

from hustings.polls.readers.raw import ANSWER_TEXTS, QUESTION_TEXTS, RawPolls
from hustings.store.textfile import TextFile

NOT_OFFERED = ("", "na", "n/a", "nan", "null", "none", "-", "--", ".")
"""What stands in a cell when a layout with one column per answer has no number for it."""

REJECTED_SCHEMA = {"row": pl.Int64, "poll_id": pl.String, "reason": pl.String}


def question_frame(table: TextFile, texts: Mapping[str, pl.Series]) -> pl.DataFrame:
    """One question per row of the file; fields that the file does not have are empty."""
    n = len(table.rows)
    empty = pl.repeat("", n, dtype=pl.String, eager=True)
    columns = {name: texts.get(name, empty) for name in QUESTION_TEXTS}
    return pl.DataFrame(
        {
            "question": pl.int_range(n, dtype=pl.Int64, eager=True),
            "row": pl.Series(table.row_numbers, dtype=pl.Int64),
            "n_rows": pl.repeat(1, n, dtype=pl.Int64, eager=True),
            **columns,
        }
    )


def answer_frame(table: TextFile, stems: Mapping[str, str]) -> pl.DataFrame:
    """Answers of a layout with one column per answer.

    Parameters
    ----------
    table : TextFile
        The file.
    stems : Mapping[str, str]
        Column name -> the answer's name, in the order of the columns.
    """
    frames = [
        pl.DataFrame(
            {
                "question": pl.int_range(len(table.rows), dtype=pl.Int64, eager=True),
                "answer": pl.repeat(answer, len(table.rows), dtype=pl.String, eager=True),
                "candidate": pl.repeat("", len(table.rows), dtype=pl.String, eager=True),
                "party": pl.repeat("", len(table.rows), dtype=pl.String, eager=True),
                "share": table.column(name),
            }
        ).filter(~pl.col("share").str.to_lowercase().is_in(NOT_OFFERED))
        for name, answer in stems.items()
    ]
    return pl.concat(frames) if frames else empty_answers()


def empty_answers() -> pl.DataFrame:
    """No answers."""
    return pl.DataFrame(schema={"question": pl.Int64, **dict.fromkeys(ANSWER_TEXTS, pl.String)})


def ragged_rows(table: TextFile) -> pl.DataFrame:
    """Rows with more or fewer cells than the header has names: which cell is which is anybody's guess."""
    rows: Sequence[tuple[int, str, str]] = [
        (number, f"row-{number}", f"{n_cells} cells where the header has {len(table.header)}")
        for number, n_cells in table.ragged
    ]
    return pl.DataFrame(rows, schema=REJECTED_SCHEMA, orient="row")


def no_polls() -> RawPolls:
    """A file without a poll: what is projected then is what was known before."""
    questions = {"question": pl.Int64, "row": pl.Int64, "n_rows": pl.Int64, **dict.fromkeys(QUESTION_TEXTS, pl.String)}
    rejected = pl.DataFrame(schema=REJECTED_SCHEMA)
    return RawPolls(Path("no-polls"), "none", pl.DataFrame(schema=questions), empty_answers(), rejected, scale=100.0)
