"""Who a voter is: the pseudonym of the state's own id, and the identity as the vault keeps it.

An identity is one text, its fields in order, which sorts and seals faster than columns.
"""

from __future__ import annotations

import polars as pl

from hustings.store.vault import Vault

IDENTITY_COLUMNS = (
    "source_id",
    "county_voter_id",
    "vendor_id",
    "first_name",
    "middle_name",
    "last_name",
    "suffix",
    "birth_date",
    "address",
    "address_extra",
    "city",
    "zip",
    "mail_address",
    "mail_city",
    "mail_state",
    "mail_zip",
    "phone",
    "cell_phone",
    "email",
)
"""What the vault keeps of a voter, all text."""

FIELD_END = "\x1f"
"""The unit separator of ASCII: in no file of names."""


def pack_identities(identities: pl.DataFrame) -> pl.DataFrame:
    """Put each identity into one text.

    Parameters
    ----------
    identities : pl.DataFrame
        Some of `IDENTITY_COLUMNS`, text; those that a source does not have are empty.

    Returns
    -------
    pl.DataFrame
        One column, ``identity``; fields that are absent and fields that are empty are the same.
    """
    known = [
        pl.col(name).fill_null("").str.replace_all(FIELD_END, " ", literal=True)
        if name in identities.columns and identities[name].null_count() < identities.height
        else pl.lit("")
        for name in IDENTITY_COLUMNS
    ]
    return identities.select(pl.concat_str(known, separator=FIELD_END).alias("identity"))


def unpack_identities(packed: pl.Series) -> pl.DataFrame:
    """Give the fields of packed identities: `IDENTITY_COLUMNS`, text, null where empty."""
    fields = packed.str.split_exact(FIELD_END, len(IDENTITY_COLUMNS) - 1).struct.unnest()
    return fields.select(
        pl.col(found).replace("", None).alias(name)
        for found, name in zip(fields.columns, IDENTITY_COLUMNS, strict=True)
    )


def voter_ids(vault: Vault, state: str, source_ids: pl.Series) -> pl.Series:
    """Pseudonyms of a state's own ids: Int64, null where the id is null."""
    return vault.pseudonyms(f"{state}:" + source_ids).rename("voter_id")
