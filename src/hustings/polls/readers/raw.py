"""What every reader hands to the cleaning: questions and answers, still as the text that was in the file."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import polars as pl

QUESTION_TEXTS = (
    "poll_id",
    "pollster",
    "sponsor",
    "unit",
    "start_date",
    "end_date",
    "published_date",
    "sample_size",
    "population",
    "mode",
    "partisan",
    "cycle",
    "election_date",
    "office",
    "stage",
    "is_subgroup",
    "is_duplicate",
    "is_transferred",
    "conflict",
)
"""Text columns of ``RawPolls.questions``: empty text means that the file does not say."""

ANSWER_TEXTS = ("answer", "candidate", "party", "share")
"""Text columns of ``RawPolls.answers``."""


class RawPolls(NamedTuple):
    """A poll file as read: nothing judged, nothing converted, every row accounted for.

    Attributes
    ----------
    file : Path
        Where it came from.
    layout : str
        Name of the layout it was read with.
    questions : pl.DataFrame
        One row per poll question: ``question`` (its number), ``row`` (first source row, header = 1),
        ``n_rows`` (source rows it is made of) and the text columns `QUESTION_TEXTS`.
    answers : pl.DataFrame
        One row per answer: ``question`` and the text columns `ANSWER_TEXTS`. A cell left empty in a
        layout with one column per answer means "not offered" and is not listed.
    rejected : pl.DataFrame
        Rows that could not even be split into cells: ``row, poll_id, reason``.
    date_format : str | None
        Format of the dates (``strptime``); None reads ISO dates, and month/day/year when `month_first`.
    month_first : bool
        Whether ``6/1/16`` is the first of June.
    scale : float | None
        What a share of one hundred percent is in this file (100 or 1); None: found out in the cleaning.
    decimal_comma : bool
        Whether ``1.200,5`` is twelve hundred and a half.
    remarks : tuple[str, ...]
        What the reader wants people to know (an old encoding, for instance).
    """

    file: Path
    layout: str
    questions: pl.DataFrame
    answers: pl.DataFrame
    rejected: pl.DataFrame
    date_format: str | None = None
    month_first: bool = False
    scale: float | None = None
    decimal_comma: bool = False
    remarks: tuple[str, ...] = ()

    @property
    def n_questions(self) -> int:
        """Questions in the file, the unreadable rows included: kept + rejected comes to this."""
        return self.questions.height + self.rejected.height
