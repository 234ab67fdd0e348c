"""Blocks of a daily file of early and mail ballots to canonical rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from hustings.electorate.canonical.fields import days, texts
from hustings.electorate.canonical.rows import BlockReport, begin
from hustings.electorate.canonical.schema import EARLY_VOTES
from hustings.electorate.layouts import Layout
from hustings.electorate.reading import RawBlock

_DAYS = ("election_date", "requested_on", "sent_on", "returned_on")


@dataclass(frozen=True)
class EarlyVotesBlock(BlockReport):
    """Ballots of one block.

    Attributes
    ----------
    early_votes : pl.DataFrame
        Columns `EARLY_VOTES`. A voter may have several ballots.
    """

    early_votes: pl.DataFrame


def to_early_votes(block: RawBlock, layout: Layout, *, parameters: Mapping[str, str] | None = None) -> EarlyVotesBlock:
    """Bring a block of a file of early and mail ballots into canonical form.

    A ballot whose return is not yet reported is "sent" once there is a day on which it was, else "requested".

    Parameters
    ----------
    block : RawBlock
        Text columns, as :func:`read_blocks` gives them.
    layout : Layout
        A layout for early votes.
    parameters : Mapping[str, str] or None
        What the layout needs to be told.

    Raises
    ------
    ConfigError
        A parameter is missing or unknown.
    """
    rows = begin(block, layout, parameters)
    dates = [days(rows, name) for name in _DAYS]
    found = texts(rows, [name for name, dtype in EARLY_VOTES.items() if dtype == pl.String]).with_columns(dates)
    waiting = pl.when(pl.col("sent_on").is_not_null()).then(pl.lit("sent")).otherwise(pl.lit("requested"))
    ballots = found.with_columns(pl.coalesce("ballot_status", waiting).alias("ballot_status"))
    return EarlyVotesBlock(**vars(rows.report()), early_votes=ballots.select(EARLY_VOTES.keys()))
