"""From canonical text to what is stored: pseudonyms, households, codes."""

from __future__ import annotations

import polars as pl

from hustings.electorate.codebooks import Codebooks
from hustings.electorate.identities import voter_ids
from hustings.store.vault import Vault
from hustings.tables import VOTERS

CODED = {
    column.name: column.storage
    for column in VOTERS.columns
    if column.unit.startswith("code") and column.name not in {"state", "source", "precinct"}
}
COMPARED = (
    "household_id",
    *CODED,
    "precinct",
    "birth_year",
    "registered_on",
)
"""Columns whose change makes a voter a changed voter."""


def household_ids(vault: Vault, state: str, identities: pl.DataFrame) -> pl.Series:
    """Keyed numbers of residential addresses, written the same way; null where there is none."""
    parts = [identities[name].fill_null("") for name in ("address", "address_extra", "zip")]
    address = (
        pl.select(pl.concat_str([parts[0], parts[1], parts[2].str.slice(0, 5)], separator=" "))
        .to_series()
        .str.to_uppercase()
    )
    # A line without a number or postcode (REMOVED, HOMELESS) is no house that people share.
    house = (parts[0] != "") & (parts[0].str.contains(r"\d") | (parts[2] != ""))
    known = pl.select(pl.when(house).then(f"{state} " + address)).to_series()
    return vault.text_keys(known).rename("household_id")


def code_voters(
    voters: pl.DataFrame, identities: pl.DataFrame, *, state: str, source: str, vault: Vault, books: Codebooks
) -> pl.DataFrame:
    """Code one block of one state.

    Parameters
    ----------
    voters, identities : pl.DataFrame
        Canonical text, row k of one belonging to row k of the other.
    state, source : str
        The state and the layout.

    Returns
    -------
    pl.DataFrame
        Columns of the voters table, without what only the whole state can tell (dates seen, row in the vault).
    """
    one = {name: books.encode(pl.Series([value]), name)[0] for name, value in (("state", state), ("source", source))}
    filled = voters.with_columns(pl.col("county").fill_null(""), pl.col("precinct").fill_null(""))
    precinct = pl.select(pl.concat_str([filled["county"], filled["precinct"]], separator="\x1f")).to_series()
    codes = [
        books.encode(filled[name].cast(pl.String), name, state=state, storage=storage).rename(name)
        for name, storage in CODED.items()
    ]
    return pl.DataFrame(
        [
            voter_ids(vault, state, voters["source_id"]),
            household_ids(vault, state, identities),
            *codes,
            books.encode(precinct, "precinct", state=state).rename("precinct"),
            voters["birth_year"].cast(pl.Int16),
            voters["registered_on"],
        ]
    ).with_columns(state=pl.lit(one["state"], pl.Int32), source=pl.lit(one["source"], pl.Int32))
