"""Florida's monthly disk: TAB, no header, a file a county in one zip, and the same for the history."""

from __future__ import annotations

import polars as pl

from hustings.electorate.synthetic.formats.block import Block, Part
from hustings.electorate.synthetic.history import METHODS, us_day
from hustings.electorate.synthetic.settings import columns, party_words
from hustings.electorate.synthetic.text import day_text, pick

SEPARATOR, QUOTE, HEADER, ENCODING = "\t", False, False, "latin-1"
COLUMNS = columns("fl-extract")
# By the order of the model's races.
RACES = ("5", "3", "4", "2", "1", "2", "7", "6", "9")
KINDS = {"general": "GEN", "primary": "PRI", "municipal": "OTH"}
CODES = {
    "election day": "Y",
    "early": "E",
    "mail": "A",
    "curbside": "Y",
    "provisional": "Z",
    "transfer": "F",
    "did not vote": "P",
}
# What is left of a voter whose records are exempt.
OPEN = ("County_Code", "Voter_ID", "Requested_public_records_exemption", "Voter_Status")


def voters(block: Block) -> list[Part]:
    """Rows of ``YYYYMMDD_VoterDetail.zip``; the removed and the denied are not in it."""
    t = block.texts
    frame = t.with_columns(**dict.fromkeys(COLUMNS, pl.lit(None, pl.String))).with_columns(
        County_Code=pick(block.plan.counties, t["county_code"].to_numpy()),
        Voter_ID="source_id",
        Name_Last="last_name",
        Name_Suffix="suffix",
        Name_First="first_name",
        Name_Middle="middle_name",
        Requested_public_records_exemption=pl.when("confidential").then(pl.lit("Y")).otherwise(pl.lit("N")),
        Residence_Address_Line_1=pl.col("house_number") + " " + pl.col("street"),
        Residence_Address_Line_2="unit",
        Residence_City="city",
        Residence_State=pl.lit("FL"),
        Residence_Zipcode="zip",
        Mailing_Address_Line_1=pl.when("own_mail").then("box"),
        Mailing_City=pl.when("own_mail").then("city"),
        Mailing_State=pl.when("own_mail").then(pl.lit("FL")),
        Mailing_Zipcode=pl.when("own_mail").then("zip"),
        Gender="sex",
        Race=pick(RACES, t["race_code"].to_numpy()),
        Birth_Date=day_text(t["born_shown"].to_numpy()).zip_with(
            t["birth_year"].is_not_null(), pl.Series([None], dtype=pl.String)
        ),
        Registration_Date=day_text(t["registered_day"].to_numpy()),
        Party_Affiliation=pl.col("party").replace(party_words("fl-extract")),
        Precinct=pl.col("precinct_number").cast(pl.String),
        Voter_Status=pl.when(pl.col("status") == "inactive").then(pl.lit("INA")).otherwise(pl.lit("ACT")),
        Congressional_District=pl.col("congress").cast(pl.String),
        House_District=pl.col("house_district").cast(pl.String),
        Senate_District=pl.col("senate").cast(pl.String),
        Daytime_Area_Code=pl.col("phone").str.slice(0, 3),
        Daytime_Phone_Number=pl.col("phone").str.slice(3),
    )  # fmt: skip
    day = f"{block.day:%Y%m%d}"
    shown = frame.filter(pl.col("status_code").is_in([0, 1, 4])).select(
        *[pl.col(c) if c in OPEN else pl.when(~pl.col("confidential")).then(c).alias(c) for c in COLUMNS]
    )
    return _by_county(shown, "County_Code", f"{day}_VoterDetail", f"_{day}.txt")


def history(block: Block) -> list[Part]:
    """Rows of ``YYYYMMDD_VoterHistory.zip``."""
    votes, row = block.votes, pl.Series(block.votes["row"])
    county = block.texts["county_code"].gather(row).to_numpy()
    frame = pl.DataFrame({
        "county": pick(block.plan.counties, county),
        "id": block.texts["source_id"].gather(row),
        "date": pick([us_day(e.date) for e in block.elections], votes["election"]),
        "type": pick(
            ["PPP" if e.kind == "primary" and e.presidential else KINDS[e.kind] for e in block.elections],
            votes["election"],
        ),
        "code": pick([CODES[m] for m in METHODS], votes["method"]),
    })  # fmt: skip
    day = f"{block.day:%Y%m%d}"
    return _by_county(frame, "county", f"{day}_VoterHistory", f"_H_{day}.txt")


def _by_county(frame: pl.DataFrame, column: str, folder: str, tail: str) -> list[Part]:
    """One member a county."""
    return [
        Part(f"{folder}.zip", f"{folder}/{key[0]}{tail}", part)
        for key, part in sorted(frame.partition_by(column, as_dict=True).items())
    ]
