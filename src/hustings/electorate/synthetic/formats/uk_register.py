"""A British electoral register: CSV of fourteen columns, no party, no sex, a birth date for attainers only."""

from __future__ import annotations

import polars as pl

from hustings.electorate.synthetic.formats.block import Block, Part
from hustings.electorate.synthetic.text import pick

SEPARATOR, QUOTE, HEADER, ENCODING = ",", False, True, "utf-8"
COLUMNS = [
    "Elector Number Prefix",
    "Elector Number",
    "Elector Number Suffix",
    "Elector Markers",
    "Elector DOB",
    "Elector Surname",
    "Elector Forename",
    "PostCode",
    *[f"Address{k}" for k in range(1, 7)],
]
REGISTER = "register.csv"


def voters(block: Block) -> list[Part]:
    """Rows of ``register.csv``, the fourteen-field form; anonymous electors are left out."""
    letters = [chr(65 + k // 26) + chr(65 + k % 26) for k in range(len(block.plan.counties))]
    area = pick(letters, block.texts["county_code"].to_numpy())
    t = block.texts.with_columns(area=area)
    house = pl.col("house_number") + " " + pl.col("street").str.to_titlecase()
    frame = t.with_columns(**dict.fromkeys(COLUMNS, pl.lit(None, pl.String))).with_columns(
        **{
            "Elector Number Prefix": pl.col("area") + pl.col("precinct_number").cast(pl.String),
            "Elector Number": pl.col("source_id"),
            "Elector Surname": pl.col("last_name").str.to_titlecase(),
            "Elector Forename": pl.col("first_name").str.to_titlecase()
            + pl.when(pl.col("middle_name").is_null())
            .then(pl.lit(""))
            .otherwise(" " + pl.col("middle_name").str.to_titlecase()),
            "PostCode": pl.format("{}{} {}AA", "area", pl.col("precinct_number") % 20 + 1, pl.col("household") % 9 + 1),
            "Address1": pl.when(pl.col("unit").is_null()).then(house).otherwise("Flat " + pl.col("unit").str.slice(4)),
            "Address2": pl.when(pl.col("unit").is_not_null()).then(house),
            "Address3": pl.col("city").str.to_titlecase(),
        }
    )
    open_ = frame.filter(pl.col("status_code").is_in([0, 1, 4]) & ~pl.col("confidential"))
    return [Part(REGISTER, "", open_.select(COLUMNS))]


def history(block: Block) -> list[Part]:
    """Nothing: who voted stands in the marked register, which arrives on paper."""
    del block
    return []
