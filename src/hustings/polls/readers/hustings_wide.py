"""One row per question, one column ``<answer>_pct`` per answer: the layout of most tidy poll collections.

``<answer>`` is an option's id, one of its aliases, its candidate's name, or ``third``, ``other``, ``undecided``.
"""

from __future__ import annotations

from hustings.contests.contest import Contest
from hustings.polls.readers.build import answer_frame, question_frame, ragged_rows
from hustings.polls.readers.matching import require_two_options
from hustings.polls.readers.raw import RawPolls
from hustings.store.textfile import TextFile

NAME = "wide"
SIGNATURE = ("pollster", "state", "end_date", "<option>_pct", "<option>_pct")

_SUFFIX = "_pct"
_NOT_ANSWERS = ("margin", "moe", "lead", "turnout", "response", "response_rate", "weight")
"""Percentages that are not answers to the question."""


def matches(header: tuple[str, ...]) -> bool:
    """Whether a file with this header is one of ours."""
    about = sum(name in header for name in ("pollster", "state", "unit", "end_date"))
    return about >= 1 and any(name.endswith(_SUFFIX) for name in header)


def read(table: TextFile, contest: Contest) -> RawPolls:
    """Read the layout (see the module)."""
    for alternatives in (("pollster",), ("end_date",), ("sample_size",), ("state", "unit")):
        table.require(NAME, *alternatives)
    stems = {name: name.removesuffix(_SUFFIX) for name in table.header if _is_answer(name)}
    require_two_options(table, contest, NAME, stems, suffix=_SUFFIX)
    texts = {
        "poll_id": table.column("poll_id"),
        "pollster": table.column("pollster"),
        "sponsor": table.column("sponsors", "sponsor"),
        "unit": table.column("unit", "state"),
        "start_date": table.column("start_date"),
        "end_date": table.column("end_date"),
        "published_date": table.column("published_date", "created_at"),
        "sample_size": table.column("sample_size"),
        "population": table.column("population"),
        "mode": table.column("mode", "methodology"),
        "partisan": table.column("partisan", "partisan_sponsor"),
        "cycle": table.column("cycle"),
        "is_subgroup": table.column("is_subgroup"),
        "is_duplicate": table.column("dup_of_earlier_row"),
    }
    return RawPolls(
        file=table.path,
        layout=NAME,
        questions=question_frame(table, texts),
        answers=answer_frame(table, stems),
        rejected=ragged_rows(table),
        remarks=table.remarks,
    )


def _is_answer(name: str) -> bool:
    stem = name.removesuffix(_SUFFIX)
    return name.endswith(_SUFFIX) and not stem.startswith("adj_") and stem not in _NOT_ANSWERS
