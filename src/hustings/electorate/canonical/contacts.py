"""Blocks of a contact history or of survey answers to canonical contacts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from hustings.electorate.canonical.fields import days, text, texts
from hustings.electorate.canonical.rows import BlockReport, begin
from hustings.electorate.canonical.schema import CONTACTS
from hustings.electorate.layouts import Layout
from hustings.electorate.reading import RawBlock


@dataclass(frozen=True)
class ContactsBlock(BlockReport):
    """Contacts of one block.

    Attributes
    ----------
    contacts : pl.DataFrame
        Columns `CONTACTS`; ``canvasser`` as in the file.
    """

    contacts: pl.DataFrame


def to_contacts(block: RawBlock, layout: Layout, *, parameters: Mapping[str, str] | None = None) -> ContactsBlock:
    """Bring a block of a contact history into canonical form.

    Parameters
    ----------
    block : RawBlock
        Text columns, as :func:`read_blocks` gives them.
    layout : Layout
        A layout for contacts.
    parameters : Mapping[str, str] or None
        What the layout needs to be told.

    Raises
    ------
    ConfigError
        A parameter is missing or unknown.
    """
    rows = begin(block, layout, parameters)
    day = days(rows, "contacted_on")
    undated = day.is_null()
    if undated.any():
        rows.set_aside(undated, "contacted_on", "the day of the contact is missing or cannot be read")
        day = day.filter(~undated)
    found = texts(rows, [name for name, dtype in CONTACTS.items() if dtype == pl.String])
    reported = text(rows, "result_reported" if "result_reported" in layout.fields else "result")
    contacts = found.with_columns(
        day,
        reported.str.strip_chars().fill_null("").alias("result_reported"),
        pl.lit(layout.id_system).alias("id_system"),
        pl.col("contact_type").fill_null("other"),
        pl.col("result").fill_null("attempted"),
    )
    return ContactsBlock(**vars(rows.report()), contacts=contacts.select(CONTACTS.keys()))
