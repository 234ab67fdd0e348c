"""A commercial file in the manner of TargetSmart: CSV, prefixed names, votes and scores in columns."""

from __future__ import annotations

from typing import Any

import polars as pl

from hustings.electorate.synthetic.formats.block import Block, Part
from hustings.electorate.synthetic.formats.vendor import open_rows, registers_parties, vote_codes
from hustings.electorate.synthetic.history import METHODS
from hustings.electorate.synthetic.settings import party_words
from hustings.electorate.synthetic.text import day_text, pick

SEPARATOR, QUOTE, HEADER, ENCODING = ",", True, True, "utf-8"
RACES = {
    "white": "Caucasian",
    "black": "African-American",
    "hispanic": "Hispanic",
    "asian": "Asian",
    "native": "Native American",
}
CODES = {"election day": "P", "early": "E", "mail": "M"}


def voters(block: Block) -> list[Part]:
    """Rows of ``targetsmart_ST.csv``."""
    t, state = block.texts, block.plan.spec.state
    party = (
        pl.col("party").replace(party_words("targetsmart"))
        if registers_parties(block)
        else pl.lit("No Party", pl.String)
    )
    gender = {"F": "Female", "M": "Male", "U": "Unknown"}
    unit = pl.when(pl.col("unit").is_null()).then(pl.lit("")).otherwise(" " + pl.col("unit"))
    named: dict[str, Any] = {
        "vb.voterbase_id": pl.format("{}-{}", pl.lit(state), pl.col("number") + 1_000_000),
        "vb.voterid": pl.col("source_id"),
        "vb.vf_reg_state": pl.lit(state),
        "vb.vf_voter_status": pl.when(pl.col("status") == "inactive").then(pl.lit("Inactive")).otherwise(pl.lit("Active")),
        "vb.voterbase_registration_status": pl.lit("Registered"),
        "vb.voterbase_dob": day_text(t["born_shown"].to_numpy(), "%Y%m%d").zip_with(
            t["birth_year"].is_not_null(), pl.Series([None], dtype=pl.String)
        ),
        "vb.voterbase_age": pl.col("age_at_year_end"),
        "vb.voterbase_gender": pl.col("sex").replace(gender),
        "vb.voterbase_race": pl.col("race").replace_strict(RACES, default="Uncoded"),
        "vb.vf_party": party,
        "vb.vf_county_name": pick(block.plan.counties, t["county_code"].to_numpy()),
        "vb.tsmart_first_name": pl.col("first_name"),
        "vb.tsmart_middle_name": pl.col("middle_name"),
        "vb.tsmart_last_name": pl.col("last_name"),
        "vb.tsmart_full_address": pl.col("house_number") + " " + pl.col("street") + unit,
        "vb.tsmart_city": pl.col("city"),
        "vb.tsmart_state": pl.lit(state),
        "vb.tsmart_zip": pl.col("zip"),
        "vb.tsmart_cd": pl.col("congress").cast(pl.String),
        "vb.voterbase_phone": pl.col("phone"),
        "vb.voterbase_deceased_flag": pl.lit(None, pl.String),
        **_votes(block),
    }  # fmt: skip
    frame = t.with_columns(**named)
    return [Part(f"targetsmart_{state}.csv", "", open_rows(frame).select(list(named)))]


def _votes(block: Block) -> dict[str, pl.Series]:
    """``vb.vf_g2016``, ``vb.vf_p2016`` (``vb.vf_pp2016`` of a presidency), ``vb.vf_m2015``: how, or blank."""
    words = [CODES.get(method, "Y") for method in METHODS]
    codes = vote_codes(block)
    found = {}
    for k, election in enumerate(block.elections):
        letter = "pp" if election.kind == "primary" and election.presidential else election.kind[0]
        found[f"vb.vf_{letter}{election.date.year}"] = pick(words, codes[:, k])
    return found


def history(block: Block) -> list[Part]:
    """Nothing: the votes are in the columns of the voters."""
    del block
    return []
