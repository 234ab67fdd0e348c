"""Washington's registration extract: pipes, header, latin-1, the year of birth only; the history apart."""

from __future__ import annotations

import polars as pl

from hustings.electorate.synthetic.formats.block import Block, Part
from hustings.electorate.synthetic.history import METHODS, us_day
from hustings.electorate.synthetic.settings import columns
from hustings.electorate.synthetic.text import day_text, pick

SEPARATOR, QUOTE, HEADER, ENCODING = "|", False, True, "latin-1"
COLUMNS = columns("wa-vrdb")


def voters(block: Block) -> list[Part]:
    """Rows of ``YYYYMMDD_VRDB_Extract.txt``; the removed, the denied and the confidential are not in it."""
    t = block.texts
    last = (
        pl.DataFrame({"row": block.votes["row"], "e": block.votes["election"]}).group_by("row").agg(pl.col("e").max())
    )
    voted = t.select(pl.int_range(pl.len(), dtype=pl.UInt32).alias("row")).join(
        last, on="row", how="left", maintain_order="left"
    )
    days = [us_day(e.date) for e in block.elections]
    frame = t.with_columns(**dict.fromkeys(COLUMNS, pl.lit(None, pl.String))).with_columns(
        StateVoterID="source_id",
        FName="first_name",
        MName="middle_name",
        LName="last_name",
        NameSuffix="suffix",
        Birthdate="birth_year",
        Gender="sex",
        RegStNum="house_number",
        RegStName=pl.col("street").str.split(" ").list.first(),
        RegStType=pl.col("street").str.split(" ").list.last(),
        RegUnitType=pl.col("unit").str.slice(0, 3),
        RegUnitNum=pl.col("unit").str.slice(4),
        RegCity="city",
        RegState=pl.lit("WA"),
        RegZipCode="zip",
        CountyCode=pick(block.plan.counties, t["county_code"].to_numpy()),
        PrecinctCode=pl.col("precinct_number").cast(pl.String),
        LegislativeDistrict=pl.col("house_district").cast(pl.String),
        CongressionalDistrict=pl.col("congress").cast(pl.String),
        Mail1=pl.when("own_mail").then("box"),
        MailCity=pl.when("own_mail").then("city"),
        MailZip=pl.when("own_mail").then("zip"),
        MailState=pl.when("own_mail").then(pl.lit("WA")),
        Registrationdate=day_text(t["registered_day"].to_numpy()),
        LastVoted=pick(days, voted["e"].fill_null(-1).to_numpy()),
        StatusCode=pl.when(pl.col("status") == "inactive").then(pl.lit("Inactive")).otherwise(pl.lit("Active")),
    )  # fmt: skip
    open_ = frame.filter(pl.col("status_code").is_in([0, 1, 4]) & ~pl.col("confidential"))
    return [Part(f"{block.day:%Y%m%d}_VRDB_Extract.txt", "", open_.select(COLUMNS))]


def history(block: Block) -> list[Part]:
    """Rows of ``YYYYMMDD_VotingHistory.txt``: who voted in what, and nothing about how."""
    counted = block.votes["method"] != METHODS.index("did not vote")
    votes = {name: column[counted] for name, column in block.votes.items()}
    row = pl.Series(votes["row"])
    county = pick(block.plan.counties, block.texts["county_code"].gather(row).to_numpy())
    frame = pl.DataFrame({
        "VoterHistoryID": pl.Series(block.people["number"][votes["row"]] * 100 + votes["election"] + 1),
        "CountyCode": county,
        "CountyCode_Voting": county,
        "StateVoterID": block.texts["source_id"].gather(row),
        "ElectionDate": pick([us_day(e.date) for e in block.elections], votes["election"]),
    })  # fmt: skip
    return [Part(f"{block.day:%Y%m%d}_VotingHistory.txt", "", frame)]
