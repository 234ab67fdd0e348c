"""Our own names, for a file typed by hand: one row per question, one column per option, named by its id."""

from __future__ import annotations

from hustings.contests.contest import Contest
from hustings.polls.readers.build import answer_frame, question_frame, ragged_rows
from hustings.polls.readers.matching import Matcher, require_two_options
from hustings.polls.readers.raw import RawPolls
from hustings.store.textfile import TextFile

NAME = "simple"
SIGNATURE = ("pollster", "unit", "end_date", "sample_size", "<option>", "<option>")

FIELDS = (
    "poll_id",
    "pollster",
    "sponsor",
    "unit",
    "state",
    "start_date",
    "end_date",
    "published_date",
    "sample_size",
    "population",
    "mode",
    "partisan",
    "cycle",
    "is_subgroup",
)
"""Columns that say something about the question; every other known name is an answer."""
_ANSWERS = ("third", "other", "undecided", "refused")


def matches(header: tuple[str, ...]) -> bool:
    """Whether a file with this header is one of ours."""
    return "pollster" in header and "end_date" in header


def read(table: TextFile, contest: Contest) -> RawPolls:
    """Read the layout (see the module)."""
    for name in ("pollster", "end_date", "sample_size"):
        table.require(NAME, name)
    if len(contest.units) > 1:
        table.require(NAME, "unit", "state")
    matcher = Matcher(contest)
    stems = {
        name: name
        for name in table.header
        if name not in FIELDS and (name in _ANSWERS or matcher.could_be_option(name))
    }
    require_two_options(table, contest, NAME, stems)
    texts = {name: table.column(name) for name in FIELDS if name not in ("unit", "state")}
    texts["unit"] = table.column("unit", "state")
    if not (table.has("unit") or table.has("state")):
        # One place only: the file need not name it.
        texts["unit"] = texts["unit"].str.replace("^$", contest.units[0].id, literal=False)
    return RawPolls(
        file=table.path,
        layout=NAME,
        questions=question_frame(table, texts),
        answers=answer_frame(table, stems),
        rejected=ragged_rows(table),
        remarks=table.remarks,
    )
