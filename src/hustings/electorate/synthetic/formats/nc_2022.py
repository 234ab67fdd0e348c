"""North Carolina's statewide file since 2022, and its history: TAB, every field quoted, latin-1."""

from __future__ import annotations

import numpy as np
import polars as pl

from hustings.electorate.synthetic.formats.block import Block, Part
from hustings.electorate.synthetic.history import METHODS, label, us_day
from hustings.electorate.synthetic.settings import columns, parties
from hustings.electorate.synthetic.text import day_text, pick

SEPARATOR, QUOTE, HEADER, ENCODING = "\t", True, True, "latin-1"
VOTERS, HISTORY = "ncvoter_Statewide", "ncvhis_Statewide"

COLUMNS = columns("nc-2022")
HISTORY_COLUMNS = columns("nc-history-2022")

LEGACY = ("absent_ind", "name_prefx_cd", "dist_2_abbrv", "dist_2_desc")
"""Columns of the older file that were never used."""

# By the order of STATUSES: letter, word, reason's letters, reason's words.
STATUS = (
    ("A", "ACTIVE", "AV", "VERIFIED"),
    ("I", "INACTIVE", "IN", "CONFIRMATION NOT RETURNED"),
    ("R", "REMOVED", "RM", "REMOVED AFTER 2 FED GENERAL ELECTIONS IN INACTIVE STATUS"),
    ("D", "DENIED", "DU", "VERIFICATION RETURNED UNDELIVERABLE"),
    ("S", "TEMPORARY", "SM", "MILITARY"),
)
# By the order of the model's races.
RACES = ("W", "B", "O", "A", "I", "P", "M", "O", "U")
ETHNIC = {"not hispanic": "NL", "hispanic": "HL", "unknown": "UN"}
# What the file says of each method; later words for the same thing come in repeated rows.
METHOD_WORDS = {
    "election day": "IN-PERSON",
    "early": "ABSENTEE ONESTOP",
    "mail": "ABSENTEE BY MAIL",
    "curbside": "CURBSIDE",
    "provisional": "PROVISIONAL",
    "transfer": "TRANSFER",
    "did not vote": "ELIGIBLE DID NOT VOTE",
}
LATER_WORDS = {"IN-PERSON": "ELECTION DAY IN-PERSON", "ABSENTEE ONESTOP": "EARLY VOTING IN-PERSON"}
REPEATED_OF = 1000
"""One vote of these is in the file twice, under the older and the later words."""


def voters(block: Block) -> list[Part]:
    """Rows of ``ncvoter_Statewide.txt``."""
    return [Part(f"{VOTERS}.zip", f"{VOTERS}.txt", standard_columns(block).select(COLUMNS))]


def standard_columns(block: Block) -> pl.DataFrame:
    """Every column that some version of the file has, under its present name."""
    t, counties = block.texts, block.plan.counties
    precinct = pl.format("{}", t["precinct_number"].cast(pl.String).str.zfill(2))
    ward = t["precinct_number"] % 5 + 1
    status = t["status_code"].to_numpy()
    county = t["county_code"].to_numpy()
    frame = t.with_columns(
        (t["county_code"] + 1).alias("county_id"),
        pick(counties, county).alias("county_desc"),
        *[pick([s[k] for s in STATUS], status).alias(name) for k, name in enumerate(
            ("status_cd", "voter_status_desc", "reason_cd", "voter_status_reason_desc")
        )],
        pick(RACES, t["race_code"].to_numpy()).alias("race_code"),
        pl.col("ethnicity").replace_strict(ETHNIC).alias("ethnic_code"),
        day_text(t["registered_day"].to_numpy()).alias("registr_dt"),
        precinct.alias("precinct_abbrv"),
        ward.cast(pl.String).alias("ward"),
        # The file pads: two spaces after the number, some at the end.
        (pl.col("house_number") + "  " + pl.col("street") + pl.lit("   ") + pl.col("unit").fill_null("")).alias("street_line"),
    )  # fmt: skip
    number = pl.col("precinct_abbrv")
    county_number = pl.col("county_id").cast(pl.String)
    return frame.with_columns(
        **dict.fromkeys(sorted({*COLUMNS, *LEGACY} - set(frame.columns)), pl.lit(None, pl.String))
    ).with_columns(
        voter_reg_num="county_voter_id",
        ncid="source_id",
        name_suffix_lbl="suffix",
        **_address_columns(),
        party_cd="party",
        gender_code="sex",
        birth_state=pl.when(pl.col("household") % 3 != 0).then(pl.lit("NC")),
        drivers_lic=pl.when(pl.col("household") % 7 != 0).then(pl.lit("Y")).otherwise(pl.lit("N")),
        precinct_desc="PRECINCT " + number,
        municipality_abbrv=pl.col("city").str.slice(0, 3),
        municipality_desc="city",
        ward_abbrv="ward",
        ward_desc="WARD " + pl.col("ward"),
        cong_dist_abbrv=pl.col("congress").cast(pl.String),
        super_court_abbrv=county_number + "A",
        judic_dist_abbrv=county_number,
        nc_senate_abbrv=pl.col("senate").cast(pl.String),
        nc_house_abbrv=pl.col("house_district").cast(pl.String),
        county_commiss_abbrv="ward",
        county_commiss_desc="COMMISSIONER " + pl.col("ward"),
        township_abbrv=number,
        township_desc="TOWNSHIP " + number,
        school_dist_abbrv="ward",
        school_dist_desc="SCHOOL " + pl.col("ward"),
        dist_1_abbrv=county_number,
        dist_1_desc="PROSECUTORIAL DIST " + county_number,
        vtd_abbrv=number,
        vtd_desc=number,
    )  # fmt: skip


def _address_columns() -> dict[str, pl.Expr]:
    """Where somebody lives and gets post; withheld for the confidential, gone for the removed."""
    hidden = pl.col("confidential")
    shown = pl.when(~(hidden | (pl.col("status") == "removed")))
    unit = pl.when(pl.col("unit").is_null()).then(pl.lit("")).otherwise(" " + pl.col("unit"))
    house = pl.col("house_number") + " " + pl.col("street") + unit
    mail = pl.when(pl.col("own_mail")).then(pl.col("box")).otherwise(house)
    return {
        "res_street_address": shown.then("street_line").when(hidden).then(pl.lit("CONFIDENTIAL")).otherwise(pl.lit("REMOVED")),
        "res_city_desc": shown.then("city"),
        "state_cd": shown.then(pl.lit("NC")),
        "zip_code": shown.then("zip"),
        "mail_addr1": shown.then(mail),
        "mail_city": shown.then("city"),
        "mail_state": shown.then(pl.lit("NC")),
        "mail_zipcode": shown.then("zip"),
        "full_phone_number": pl.when(~hidden).then("phone"),
        "confidential_ind": pl.when(hidden).then(pl.lit("Y")).otherwise(pl.lit("N")),
    }  # fmt: skip


def history(block: Block) -> list[Part]:
    """Rows of ``ncvhis_Statewide.txt``."""
    votes, t = block.votes, block.texts
    row = pl.Series(votes["row"])
    voter = t.select("county_code", "county_voter_id", "source_id", "precinct_number").select(pl.all().gather(row))
    county = voter["county_code"].to_numpy()
    names = pick(block.plan.counties, county)
    at = voter["precinct_number"].cast(pl.String).str.zfill(2)
    ballot = np.where(votes["ballot"] >= 0, votes["ballot"], block.people["party"][votes["row"]])
    codes, words = [p.code for p in parties()], [p.name for p in parties()]
    frame = pl.DataFrame({
        "county_id": county + 1,
        "county_desc": names,
        "voter_reg_num": voter["county_voter_id"],
        "election_lbl": pick([us_day(e.date) for e in block.elections], votes["election"]),
        "election_desc": pick([label(e) for e in block.elections], votes["election"]),
        "voting_method": pick([METHOD_WORDS[m] for m in METHODS], votes["method"]),
        "voted_party_cd": pick(codes, ballot),
        "voted_party_desc": pick(words, ballot),
        "pct_label": at,
        "pct_description": "PRECINCT " + at,
        "ncid": voter["source_id"],
        "voted_county_id": county + 1,
        "voted_county_desc": names,
        "vtd_label": at,
        "vtd_description": at,
    })  # fmt: skip
    twice = frame.filter(pl.Series(block.people["number"][votes["row"]] % REPEATED_OF == 0)).with_columns(
        pl.col("voting_method").replace(LATER_WORDS)
    )
    return [Part(f"{HISTORY}.zip", f"{HISTORY}.txt", pl.concat([frame, twice]).select(HISTORY_COLUMNS))]
