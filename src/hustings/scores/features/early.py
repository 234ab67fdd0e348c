"""Where a voter's early or mail ballot for the target stood on the day."""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from hustings.scores.features.reading import SlotReader
from hustings.scores.features.target import Target
from hustings.tables import EARLY_VOTES

LEVELS = ("none", "requested", "sent", "returned")
EARLY = pl.Enum(LEVELS)
NONE, REQUESTED, SENT, RETURNED = range(4)
_REFUSED = ("rejected", "spoiled", "cancelled", "denied")
"""Words of a ballot that came back and does not count."""


def early_ballots(slots: SlotReader, target: Target) -> NDArray[np.uint8] | None:
    """Code of ``LEVELS`` by slot, shape (slots,); None where no ballots of this election are in the log.

    A ballot whose days are all after the target's day is not there yet; one that was refused is as good as sent.
    """
    words, state = slots.words, slots.state
    files = [file for file in words.manifest.logs.get(EARLY_VOTES.name, ()) if f"/{state}/" in file.path]
    if not files:
        return None
    log = pl.scan_parquet(words.snapshots.path(files[-1])).filter(pl.col("election_on") == target.election)
    books = words.books
    refused = [
        code
        for value in books.values("ballot_status")
        if value in _REFUSED
        for code in books.codes("ballot_status", value)
    ]
    found = log.select("voter_id", level=_level(target, refused)).filter(pl.col("level") > NONE).collect()
    if found.is_empty():
        return None
    best = found.group_by("voter_id").agg(pl.col("level").max())
    at = slots.reader.find(best["voter_id"]).join(best, on="voter_id")
    levels = np.zeros(slots.reader.files.slots, dtype=np.uint8)
    levels[at["slot"].to_numpy()] = at["level"].to_numpy()
    return levels


def _level(target: Target, refused: list[int]) -> pl.Expr:
    def by_then(column: str) -> pl.Expr:
        return (pl.col(column) <= target.as_of).fill_null(value=False)

    counts = ~pl.col("ballot_status").is_in(refused)
    return (
        pl.when(by_then("returned_on") & counts)
        .then(pl.lit(RETURNED, pl.UInt8))
        .when(by_then("sent_on") | by_then("returned_on"))
        .then(pl.lit(SENT, pl.UInt8))
        .when(by_then("requested_on"))
        .then(pl.lit(REQUESTED, pl.UInt8))
        .otherwise(pl.lit(NONE, pl.UInt8))
    )
