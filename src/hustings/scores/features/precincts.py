"""Turnout of a voter's precinct in the last comparable election that was over on the day.

``share_p = (ballots_p + 20 share_state) / (entitled_p + 20)``: a precinct of few voters is drawn to its state.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from hustings.scores.features.ballots import PastElection, past_elections, words_of
from hustings.scores.features.history import history_of
from hustings.scores.features.reading import SlotReader
from hustings.scores.features.target import Target

PRIOR_VOTERS = 20.0
_NEEDED = ("precinct", "registered_on", "birth_year", "last_seen")


def precinct_turnout(slots: SlotReader, target: Target, piece_rows: int) -> NDArray[np.float32] | None:
    """Turnout by code of the precinct: place k for code k, NaN for precincts without voters; None without an election."""
    elections = slots.reader.files.elections
    comparable = target.comparable(elections)
    if not comparable:
        return None
    past = [one for one in past_elections(elections, target).values() if comparable[0] in one.days]
    if not past:
        return None
    votes, could = np.zeros(0), np.zeros(0)
    for voted, entitled in _pieces(slots, past[0], piece_rows):
        votes, could = _added(votes, voted), _added(could, entitled)
    share = votes.sum() / max(could.sum(), 1.0)
    votes = np.pad(votes, (0, len(could) - len(votes)))
    drawn = (votes + PRIOR_VOTERS * share) / (could + PRIOR_VOTERS)
    return np.where(could > 0, drawn, np.nan).astype(np.float32)


def _pieces(
    slots: SlotReader, past: PastElection, piece_rows: int
) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    """Codes of the precincts of those who voted, and of those who could, present voters only."""
    words = words_of(past.numbers, ("voted",))
    for start in range(0, slots.reader.files.slots, piece_rows):
        stop = min(start + piece_rows, slots.reader.files.slots)
        rows = slots.rows(start, stop, _NEEDED).with_columns(slots.ballots(start, stop, words))
        history = history_of(rows, {past.name: past})
        present = rows["last_seen"].is_null().to_numpy().view(np.uint8)
        voted = history.bit("voted", past.numbers) & present
        could = (history.may(past) & present) | voted
        precincts = rows["precinct"].to_numpy()
        yield precincts[voted.view(np.bool_)], precincts[could.view(np.bool_)]


def _added(counts: NDArray[np.float64], codes: NDArray[np.int64]) -> NDArray[np.float64]:
    """Counts by code with some more."""
    more = np.bincount(codes, minlength=len(counts)).astype(float)
    more[: len(counts)] += counts
    return more
