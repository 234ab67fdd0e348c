"""Ballots that are asked for and come back before the next general election: North Carolina's daily file."""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from hustings.electorate.synthetic.elections import next_general
from hustings.electorate.synthetic.formats.block import Block, Part
from hustings.electorate.synthetic.history import METHODS, draw_method, early_logit, us_day
from hustings.electorate.synthetic.settings import columns, parties
from hustings.electorate.synthetic.spec import Arrays, day_number, stream
from hustings.electorate.synthetic.text import day_text, pick

COLUMNS = columns("nc-early-vote")
MAIL_OPENS_DAYS, EARLY_OPENS_DAYS = 60, 19
CURED_SHARE, REJECTED_SHARE, SPOILED_SHARE = 0.02, 0.02, 0.01
RACE_WORDS = {
    "white": "WHITE",
    "black": "BLACK or AFRICAN AMERICAN",
    "hispanic": "OTHER",
    "asian": "ASIAN",
    "native": "INDIAN AMERICAN or ALASKA NATIVE",
    "pacific": "NATIVE HAWAIIAN or PACIFIC ISLANDER",
    "multiple": "TWO or MORE RACES",
    "other": "OTHER",
    "unknown": "UNDESIGNATED",
}
ETHNICITY_WORDS = {
    "not hispanic": "NOT HISPANIC or NOT LATINO",
    "hispanic": "HISPANIC or LATINO",
    "unknown": "UNDESIGNATED",
}


def early_votes(block: Block, number: int, hidden: Arrays) -> Part:
    """Rows of ``absentee_YYYYMMDD.csv`` known on the block's day.

    Parameters
    ----------
    block : Block
        The last week's records.
    number : int
        Which block.
    hidden : dict of str to numpy.ndarray
        The truth about the same rows: only those who will vote ask for a ballot.
    """
    rng = stream(block.plan.spec, "early votes", number)
    election = next_general(block.day)
    people = block.people
    method = draw_method(rng, early_logit(people), election)
    mail, early = method == METHODS.index("mail"), method == METHODS.index("early")
    dates = ballot_days(rng, mail, day_number(election.date), day_number(block.day))
    may = hidden["will_vote"] & (people["status"] == 0) & ~people["confidential"]
    rows = np.flatnonzero(may & (mail | early) & (dates["asked"] <= day_number(block.day)))
    at = {name: column[rows] for name, column in dates.items()}
    stem = f"absentee_{block.day:%Y%m%d}"
    return Part(f"{stem}.zip", f"{stem}.csv", ballot_table(block, rows, mail[rows], at, rng.random(len(rows))))


def ballot_days(
    rng: np.random.Generator, mail: NDArray[np.bool_], election: int, today: int
) -> dict[str, NDArray[np.int64]]:
    """Day of the request, of sending and of the return as known today; 0 is not yet."""
    n = len(mail)
    by_mail = election - rng.integers(8, MAIL_OPENS_DAYS, n)
    in_person = election - rng.integers(3, EARLY_OPENS_DAYS, n)
    asked = np.where(mail, by_mail, in_person)
    sent = np.where(mail, asked + rng.integers(1, 5, n), asked)
    returned = np.where(mail, np.minimum(sent + rng.integers(3, 30, n), election), asked)
    return {
        "asked": asked,
        "sent": np.where(sent <= today, sent, 0),
        "returned": np.where(returned <= today, returned, 0),
    }


def ballot_table(
    block: Block, rows: NDArray[np.int64], mail: NDArray[np.bool_], at: Arrays, u: NDArray[np.float64]
) -> pl.DataFrame:
    """Ballots in the file's words.

    Parameters
    ----------
    block : Block
    rows : (ballot,) array
        Whose each is.
    mail : (ballot,) array of bool
        By mail, not in person.
    at : dict of str to numpy.ndarray
        ``asked``, ``sent``, ``returned``: days, 0 is not yet.
    u : (ballot,) array
        Chance's number, 0-1, that says whether a ballot that came by mail is accepted.
    """
    t = block.texts.select(pl.all().gather(pl.Series(rows, dtype=pl.UInt32)))
    status = np.select(
        [u < REJECTED_SHARE, u < REJECTED_SHARE + SPOILED_SHARE, u < REJECTED_SHARE + SPOILED_SHARE + CURED_SHARE],
        [1, 2, 3],
        0,
    )
    status = np.where(mail, status, 0)
    status = np.where(at["returned"] > 0, status, -1)
    words = pl.Series(mail)
    names = [p.code for p in parties()]
    return t.select(
        pick(block.plan.counties, t["county_code"].to_numpy()).alias("county_desc"),
        pl.col("county_voter_id").alias("voter_reg_num"),
        pl.col("source_id").alias("ncid"),
        pl.col("last_name").alias("voter_last_name"),
        pl.col("first_name").alias("voter_first_name"),
        pl.col("middle_name").alias("voter_middle_name"),
        pl.col("race").replace_strict(RACE_WORDS),
        pl.col("ethnicity").replace_strict(ETHNICITY_WORDS),
        pl.col("sex").alias("gender"),
        pl.col("age_at_year_end").alias("age"),
        (pl.col("house_number") + " " + pl.col("street")).alias("voter_street_address"),
        pl.col("city").alias("voter_city"),
        pl.lit(block.plan.spec.state).alias("voter_state"),
        pl.col("zip").alias("voter_zip"),
        pl.lit(us_day(next_general(block.day).date)).alias("election_dt"),
        pick(names, t["party_code"].to_numpy()).alias("voter_party_code"),
        ("PRECINCT " + pl.col("precinct_number").cast(pl.String).str.zfill(2)).alias("precinct_desc"),
        ("CONGRESSIONAL DISTRICT " + pl.col("congress").cast(pl.String)).alias("cong_dist_desc"),
        ("NC HOUSE DISTRICT " + pl.col("house_district").cast(pl.String)).alias("nc_house_desc"),
        ("NC SENATE DISTRICT " + pl.col("senate").cast(pl.String)).alias("nc_senate_desc"),
        pl.when(words).then(pl.lit("MAIL")).otherwise(pl.lit("IN PERSON")).alias("ballot_req_delivery_type"),
        pl.when(words).then(pl.lit("MAIL")).otherwise(pl.lit("ONE-STOP")).alias("ballot_req_type"),
        pick(names, t["party_code"].to_numpy()).alias("ballot_request_party"),
        _day_or_none(at["asked"]).alias("ballot_req_dt"),
        _day_or_none(at["sent"]).alias("ballot_send_dt"),
        _day_or_none(at["returned"]).alias("ballot_rtn_dt"),
        pick(["ACCEPTED", "REJECTED", "SPOILED", "ACCEPTED - CURED"], status).alias("ballot_rtn_status"),
        pl.when(~words).then(pl.col("city") + " COMMUNITY CENTER").alias("site_name"),
    ).select(COLUMNS)


def _day_or_none(days: NDArray[np.int64]) -> pl.Series:
    """Days as text; 0 is none."""
    return day_text(days).zip_with(pl.Series(days > 0), pl.Series([None], dtype=pl.String))
