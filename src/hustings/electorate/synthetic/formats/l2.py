"""A commercial file in the manner of L2: TAB, header, one wide row a voter."""

from __future__ import annotations

import polars as pl

from hustings.electorate.synthetic.formats.block import Block, Part
from hustings.electorate.synthetic.formats.vendor import open_rows, registers_parties, vote_codes
from hustings.electorate.synthetic.settings import columns, party_words
from hustings.electorate.synthetic.text import day_text, pick

SEPARATOR, QUOTE, HEADER, ENCODING = "\t", False, True, "utf-8"
ETHNIC = {
    "white": "European",
    "black": "Likely African-American",
    "hispanic": "Hispanic and Portuguese",
    "asian": "East and South Asian",
}
COLUMNS = columns("l2")


def voters(block: Block) -> list[Part]:
    """Rows of ``VM2--ST--YYYY-MM-DD-DEMOGRAPHIC.tab``."""
    t, state = block.texts, block.plan.spec.state
    party = pl.col("party").replace(party_words("l2")) if registers_parties(block) else pl.lit(None, pl.String)
    dashed = pl.format(
        "({}) {}-{}", pl.col("phone").str.slice(0, 3), pl.col("phone").str.slice(3, 3), pl.col("phone").str.slice(6)
    )
    registered = day_text(t["registered_day"].to_numpy())
    county = pick(block.plan.counties, t["county_code"].to_numpy())
    frame = t.with_columns(
        LALVOTERID=pl.format("LAL{}{}", pl.lit(state), pl.col("number") + 600_000_000),
        Voters_Active=pl.when(pl.col("status") == "inactive").then(pl.lit("I")).otherwise(pl.lit("A")),
        Voters_StateVoterID="source_id",
        Voters_CountyVoterID="county_voter_id",
        VoterTelephones_LandlineFormatted=pl.when(pl.col("number") % 2 == 0).then(dashed),
        VoterTelephones_CellPhoneFormatted=pl.when(pl.col("number") % 2 == 1).then(dashed),
        Voters_FirstName=pl.col("first_name").str.to_titlecase(),
        Voters_MiddleName=pl.col("middle_name").str.to_titlecase(),
        Voters_LastName=pl.col("last_name").str.to_titlecase(),
        Voters_NameSuffix=pl.col("suffix"),
        Residence_Addresses_AddressLine=(pl.col("house_number") + " " + pl.col("street")).str.to_titlecase(),
        Residence_Addresses_ExtraAddressLine=pl.col("unit").str.to_titlecase(),
        Residence_Addresses_City=pl.col("city").str.to_titlecase(),
        Residence_Addresses_State=pl.lit(state),
        Residence_Addresses_Zip="zip",
        Mailing_Families_FamilyID=pl.col("household").cast(pl.String),
        Voters_Age="age_at_year_end",
        Voters_Gender=pl.when(pl.col("sex") != "U").then("sex"),
        Parties_Description=party,
        EthnicGroups_EthnicGroup1Desc=pl.col("race").replace_strict(ETHNIC, default=None, return_dtype=pl.String),
        Voters_CalculatedRegDate=registered,
        Voters_OfficialRegDate=registered,
        US_Congressional_District=pl.col("congress").cast(pl.String).str.zfill(2),
        State_Senate_District=pl.col("senate").cast(pl.String).str.zfill(3),
        State_House_District=pl.col("house_district").cast(pl.String).str.zfill(3),
        County=county,
        Precinct=pl.col("precinct_number").cast(pl.String),
        **_votes(block),
    )  # fmt: skip
    votes = [name for name in frame.columns if name[-4:].isdigit() and name not in t.columns]
    return [Part(f"VM2--{state}--{block.day}-DEMOGRAPHIC.tab", "", open_rows(frame).select([*COLUMNS, *votes]))]


def _votes(block: Block) -> dict[str, pl.Series]:
    """``General_YYYY``, ``Primary_YYYY``, ``PresidentialPrimary_YYYY`` and ``OtherElection_YYYY``: Y or blank."""
    codes = vote_codes(block)
    found = {}
    for k, election in enumerate(block.elections):
        kind = {"general": "General", "primary": "Primary", "municipal": "OtherElection"}[election.kind]
        if election.kind == "primary" and election.presidential:
            kind = "PresidentialPrimary"
        found[f"{kind}_{election.date.year}"] = pick(["Y"] * 10, codes[:, k])
    return found


def history(block: Block) -> list[Part]:
    """Nothing: the votes are in the columns of the voters."""
    del block
    return []
