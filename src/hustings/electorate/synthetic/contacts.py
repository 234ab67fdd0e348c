"""Conversations of a campaign: contact history and survey responses as a field tool exports them.

The exports are TAB text in UTF-16 under the name of a spreadsheet, and know people by the tool's own id; the file
``vanid_crosswalk.csv`` says which voter that is.
"""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from hustings.electorate.synthetic.formats.block import Block, Part
from hustings.electorate.synthetic.spec import Arrays, day_number, stream
from hustings.electorate.synthetic.text import day_text, pick

CONTACTED_SHARE = 0.03
WEEKS_BACK = 6
TYPES, TYPE_SHARES = ("Walk", "Phone", "SMS Text"), (0.5, 0.4, 0.1)
INPUTS = ("MiniVAN", "VPB", "Bulk Upload")
RESULTS = (
    "Canvassed",
    "Not Home",
    "Refused",
    "Moved",
    "Deceased",
    "Wrong Number",
    "Left Message",
    "Inaccessible",
    "Language Barrier",
)
RESULT_SHARES = (0.24, 0.52, 0.07, 0.04, 0.01, 0.03, 0.05, 0.02, 0.02)
QUESTION = "Candidate support"
ANSWERS = ("1 - Strong support", "2 - Lean support", "3 - Undecided", "4 - Lean opposed", "5 - Strong opposed")
CANVASSERS = 200
NEVER_IN_TOOL_SHARE = 0.02
_VAN_STEP, _VAN_SPACE = 7_368_787, 900_000_000


def van_ids(number: NDArray[np.int64]) -> pl.Series:
    """Ids of the field tool, another number for each record."""
    return pl.Series("vanid", 100_000_000 + (number + 31_337) * _VAN_STEP % _VAN_SPACE).cast(pl.String)


def contact_parts(block: Block, number: int, hidden: Arrays) -> list[Part]:
    """Contact history and survey responses of one block, as UTF-16 exports."""
    rng = stream(block.plan.spec, "contacts", number)
    n = len(block.people["number"])
    rows = np.flatnonzero(
        (rng.random(n) < CONTACTED_SHARE) & (block.people["status"] < 2) & ~block.people["confidential"]
    )
    # Some are tried twice.
    rows = np.sort(np.concatenate([rows, rows[rng.random(len(rows)) < 0.25]]))
    kind = rng.choice(len(TYPES), len(rows), p=TYPE_SHARES)
    result = rng.choice(len(RESULTS), len(rows), p=RESULT_SHARES)
    day = day_number(block.day) - 1 - (rng.random(len(rows)) * 7 * WEEKS_BACK).astype(np.int64)
    t = block.texts.select("first_name", "last_name").select(pl.all().gather(pl.Series(rows, dtype=pl.UInt32)))
    who = "Canvasser " + pl.Series(rng.integers(1, CANVASSERS, len(rows))).cast(pl.String).str.zfill(3)
    frame = pl.DataFrame({
        "Voter File VANID": van_ids(block.people["number"][rows]),
        "Contact Name": t["last_name"] + ", " + t["first_name"],
        "Date Canvassed": day_text(day),
        "Result": pick(RESULTS, result),
        "Contact Type": pick(TYPES, kind),
        "Canvassed By": who,
        "Created By": who,
        "Date Created": day_text(day),
        "Input Type Name": pick(INPUTS, kind),
        "MiniVAN Campaign": pl.Series([None] * len(rows), dtype=pl.String),
    })  # fmt: skip
    answer = _answers(rng, hidden["support_prob"][rows])
    survey = frame.filter(pl.Series(result == 0)).select(
        "Voter File VANID",
        "Contact Name",
        "Date Canvassed",
        pick(ANSWERS, answer[result == 0]).alias("Survey Response"),
        pl.lit(QUESTION).alias("Survey Question Name"),
        pl.lit("Candidate").alias("Survey Question Type"),
        "Canvassed By",
        "Contact Type",
    )
    return [Part("van_contact_history.xls", "", frame), Part("van_survey_responses.xls", "", survey)]


def _answers(rng: np.random.Generator, support: NDArray[np.float64]) -> NDArray[np.int64]:
    """Answers on five steps: the probability of support, heard with an error."""
    logit = np.log(support / (1 - support)) + rng.normal(0.0, 0.8, len(support))
    found: NDArray[np.int64] = np.searchsorted([-1.8, -0.6, 0.6, 1.8], -logit).astype(np.int64)
    return found


def crosswalk(block: Block, number: int) -> Part:
    """Rows of ``vanid_crosswalk.csv``: the tool's id and the state's, for nearly everybody."""
    rng = stream(block.plan.spec, "crosswalk", number)
    known = pl.Series(rng.random(len(block.people["number"])) >= NEVER_IN_TOOL_SHARE)
    table = pl.DataFrame({"vanid": van_ids(block.people["number"]), "source_id": block.texts["source_id"]})
    return Part("vanid_crosswalk.csv", "", table.filter(known))
