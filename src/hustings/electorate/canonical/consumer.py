"""Blocks of a vendor's attributes to canonical columns, each known as observed or modelled."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from hustings.electorate.canonical.fields import texts
from hustings.electorate.canonical.rows import BlockReport, begin
from hustings.electorate.canonical.schema import CONSUMER
from hustings.electorate.layouts import Layout
from hustings.electorate.reading import RawBlock


@dataclass(frozen=True)
class ConsumerBlock(BlockReport):
    """Attributes of one block.

    Attributes
    ----------
    consumer : pl.DataFrame
        Columns `CONSUMER`, then one text column per attribute that the layout knows.
    provenance : dict[str, str]
        Attribute to "observed" or "modelled".
    """

    consumer: pl.DataFrame
    provenance: dict[str, str]


def to_consumer(block: RawBlock, layout: Layout, *, parameters: Mapping[str, str] | None = None) -> ConsumerBlock:
    """Bring a block of a vendor's attributes into canonical form.

    Parameters
    ----------
    block : RawBlock
        Text columns, as :func:`read_blocks` gives them.
    layout : Layout
        A layout for consumer attributes.
    parameters : Mapping[str, str] or None
        What the layout needs to be told.

    Raises
    ------
    ConfigError
        A parameter is missing or unknown.
    """
    rows = begin(block, layout, parameters)
    provenance = {name: spec.provenance for name, spec in layout.fields.items() if name not in CONSUMER}
    found = texts(rows, ["source_id", "state", *provenance])
    consumer = found.select(pl.lit(layout.id_system).alias("id_system"), pl.all())
    return ConsumerBlock(**vars(rows.report()), consumer=consumer, provenance=provenance)
