"""Turnout of a voter's precinct in the last comparable election that was over on the day.

``share_p = (ballots_p + 20 share_state) / (entitled_p + 20)``: a precinct of few voters is drawn to its state.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import numpy as np
import polars as pl

from hustings.scores.features.ballots import any_bit, entitled, past_elections, words_of
from hustings.scores.features.reading import SlotReader
from hustings.scores.features.target import Target

PRIOR_VOTERS = 20.0
_NEEDED = ("precinct", "registered_on", "birth_year", "last_seen")


def precinct_turnout(slots: SlotReader, target: Target, piece_rows: int) -> pl.Series | None:
    """Turnout by code of the precinct: place k for code k, null for precincts without voters; None without an election."""
    elections = slots.reader.files.elections
    comparable = target.comparable(elections)
    if not comparable:
        return None
    numbers = [past.numbers for past in past_elections(elections, target).values() if comparable[0] in past.days]
    if not numbers:
        return None
    parts = [
        piece.group_by("precinct").agg(pl.col("voted").sum(), pl.len().alias("could"))
        for piece in _entitled(slots, numbers[0], comparable[0], piece_rows)
    ]
    sums = pl.concat(parts).group_by("precinct").sum()
    share = float(sums["voted"].sum()) / max(float(sums["could"].sum()), 1.0)
    drawn = (sums["voted"] + PRIOR_VOTERS * share) / (sums["could"] + PRIOR_VOTERS)
    highest = sums["precinct"].max()
    table = np.full((highest if isinstance(highest, int) else -1) + 1, np.nan, dtype=np.float32)
    table[sums["precinct"].to_numpy()] = drawn.to_numpy()
    return pl.Series("precinct_turnout", table).fill_nan(None)


def _entitled(slots: SlotReader, numbers: tuple[int, ...], day: dt.date, piece_rows: int) -> Iterator[pl.DataFrame]:
    """Those who could vote on a day, and whether they did."""
    words = words_of(numbers, ("voted",))
    for start in range(0, slots.reader.files.slots, piece_rows):
        stop = min(start + piece_rows, slots.reader.files.slots)
        rows = slots.rows(start, stop, _NEEDED).with_columns(slots.ballots(start, stop, words))
        voted = any_bit("voted", numbers)
        here = pl.col("last_seen").is_null() & (entitled([day]) | voted)
        yield rows.filter(here).select("precinct", voted=voted)
