"""Ohio's statewide voter files: quoted CSV, four files of counties, one column an election."""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from hustings.electorate.synthetic.elections import Election
from hustings.electorate.synthetic.formats.block import Block, Part
from hustings.electorate.synthetic.history import METHODS, us_day, votes_matrix
from hustings.electorate.synthetic.settings import columns, parties
from hustings.electorate.synthetic.text import day_text, pick

SEPARATOR, QUOTE, HEADER, ENCODING = ",", True, True, "latin-1"
COLUMNS = columns("oh-swvf")
FILES = ((22, "SWVF_1_22"), (44, "SWVF_23_44"), (66, "SWVF_45_66"), (88, "SWVF_67_88"))
KINDS = {"general": "GENERAL", "primary": "PRIMARY", "municipal": "GENERAL"}


def voters(block: Block) -> list[Part]:
    """Rows of the four files; the removed and the denied are in none of them."""
    t = block.texts
    table = votes_matrix(block.votes, t.height, len(block.elections))
    letters = np.array([p.code[0] for p in parties()])
    shown = pl.when(~pl.col("confidential"))
    house = pl.col("house_number") + " " + pl.col("street")
    frame = t.with_columns(
        **dict.fromkeys(COLUMNS, pl.lit(None, pl.String)),
    ).with_columns(
        SOS_VOTERID="source_id",
        COUNTY_NUMBER=(pl.col("county_code") + 1).cast(pl.String).str.zfill(2),
        COUNTY_ID="county_voter_id",
        LAST_NAME="last_name",
        FIRST_NAME="first_name",
        MIDDLE_NAME="middle_name",
        SUFFIX="suffix",
        DATE_OF_BIRTH=day_text(t["born_shown"].to_numpy(), "%Y-%m-%d").zip_with(
            t["birth_year"].is_not_null(), pl.Series([None], dtype=pl.String)
        ),
        REGISTRATION_DATE=day_text(t["registered_day"].to_numpy(), "%Y-%m-%d"),
        VOTER_STATUS=pl.when(pl.col("status") == "inactive").then(pl.lit("CONFIRMATION")).otherwise(pl.lit("ACTIVE")),
        PARTY_AFFILIATION=pick(letters.tolist(), _last_ballot(table, block.elections)),
        RESIDENTIAL_ADDRESS1=shown.then(house),
        RESIDENTIAL_SECONDARY_ADDR=shown.then("unit"),
        RESIDENTIAL_CITY=shown.then("city"),
        RESIDENTIAL_STATE=pl.lit("OH"),
        RESIDENTIAL_ZIP=shown.then("zip"),
        MAILING_ADDRESS1=pl.when("own_mail").then("box"),
        MAILING_CITY=pl.when("own_mail").then("city"),
        MAILING_STATE=pl.when("own_mail").then(pl.lit("OH")),
        MAILING_ZIP=pl.when("own_mail").then("zip"),
        CITY=pl.col("city") + " CITY",
        CONGRESSIONAL_DISTRICT=pl.col("congress").cast(pl.String).str.zfill(2),
        PRECINCT_NAME=pl.col("city") + " " + pl.col("precinct_number").cast(pl.String),
        PRECINCT_CODE=(pl.col("county_code") + 1).cast(pl.String).str.zfill(2)
        + pl.col("precinct_number").cast(pl.String).str.zfill(4),
        STATE_REPRESENTATIVE_DISTRICT=pl.col("house_district").cast(pl.String).str.zfill(2),
        STATE_SENATE_DISTRICT=pl.col("senate").cast(pl.String).str.zfill(2),
        WARD=pl.col("city") + " WARD",
        **_election_columns(table, block.elections, letters),
    )  # fmt: skip
    frame = frame.filter(pl.col("status_code").is_in([0, 1, 4]))
    names = [*COLUMNS, *(name for name in frame.columns if "-" in name)]
    first, parts = 0, []
    for last, file in FILES:
        mine = frame.filter((pl.col("county_code") + 1).is_between(first + 1, last))
        if mine.height:
            parts.append(Part(f"{file}.txt", "", mine.select(names)))
        first = last
    return parts


def _last_ballot(table: NDArray[np.int64], elections: tuple[Election, ...]) -> NDArray[np.int64]:
    """Party of the last primary that each voted in, -1 none."""
    last = np.full(len(table), -1)
    for k, election in enumerate(elections):
        if election.kind == "primary":
            ballot = table[:, k] % 100 - 1
            last = np.where(_counted(table[:, k]) & (ballot >= 0), ballot, last)
    return last


def _election_columns(
    table: NDArray[np.int64], elections: tuple[Election, ...], letters: NDArray[np.str_]
) -> dict[str, pl.Series]:
    """One column an election: blank no vote, X, in primaries the ballot's letter."""
    marks = ["X", *letters.tolist()]
    found = {}
    for k, election in enumerate(elections):
        cell = table[:, k]
        found[f"{KINDS[election.kind]}-{us_day(election.date)}"] = pick(marks, np.where(_counted(cell), cell % 100, -1))
    return found


def _counted(cell: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Whether there was a vote."""
    found: NDArray[np.bool_] = (cell >= 0) & (cell // 100 != METHODS.index("did not vote"))
    return found


def history(block: Block) -> list[Part]:
    """Nothing: the history is in the columns of the voters."""
    del block
    return []
