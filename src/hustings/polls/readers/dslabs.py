"""FiveThirtyEight's 2016 list as the R package *dslabs* ships it: ``rawpoll_<surname>`` columns."""

from __future__ import annotations

from hustings.contests.contest import Contest
from hustings.polls.readers.build import answer_frame, question_frame, ragged_rows
from hustings.polls.readers.matching import require_two_options
from hustings.polls.readers.raw import RawPolls
from hustings.store.textfile import TextFile

NAME = "dslabs"
SIGNATURE = ("pollster", "state", "startdate", "enddate", "samplesize", "rawpoll_<surname>")

_PREFIX = "rawpoll_"


def matches(header: tuple[str, ...]) -> bool:
    """Whether a file with this header is one of these."""
    return any(name.startswith(_PREFIX) for name in header)


def read(table: TextFile, contest: Contest) -> RawPolls:
    """Read the layout (see the module)."""
    for name in ("pollster", "state", "enddate", "samplesize"):
        table.require(NAME, name)
    stems = {name: name.removeprefix(_PREFIX) for name in table.header if name.startswith(_PREFIX)}
    require_two_options(table, contest, NAME, stems, prefix=_PREFIX)
    texts = {
        "poll_id": table.column("poll_id", "rownames"),
        "pollster": table.column("pollster"),
        "unit": table.column("state"),
        "start_date": table.column("startdate"),
        "end_date": table.column("enddate"),
        "published_date": table.column("createddate"),
        "sample_size": table.column("samplesize"),
        "population": table.column("population"),
        "mode": table.column("mode"),
        "cycle": table.column("cycle"),
    }
    return RawPolls(
        file=table.path,
        layout=NAME,
        questions=question_frame(table, texts),
        answers=answer_frame(table, stems),
        rejected=ragged_rows(table),
        month_first=True,
        remarks=table.remarks,
    )
