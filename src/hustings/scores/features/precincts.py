"""Turnout of a voter's precinct in the last comparable election that was over on the day.

``share_p = (ballots_p + 20 share_state) / (entitled_p + 20)``: a precinct of few voters is drawn to its state.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator

import numpy as np
from numpy.typing import NDArray

from hustings.scores.features.ballots import VOTING_AGE, PastElection, past_elections, words_of
from hustings.scores.features.history import day_number, history_of
from hustings.scores.features.reading import SlotReader
from hustings.scores.features.target import Target
from hustings.tables import BALLOTS

PRIOR_VOTERS = 20.0
_KEPT = 128
"""States and elections whose turnout is remembered."""
_FOUND: dict[Hashable, NDArray[np.float32]] = {}
_NEEDED = ("precinct", "registered_on", "birth_year", "last_seen")


def precinct_turnout(slots: SlotReader, target: Target, piece_rows: int) -> NDArray[np.float32] | None:
    """Turnout by code of the precinct: place k for code k, NaN for precincts without voters; None without an election.

    What was found is kept for the files it was found in: a night samples, counts and scores the same voters.
    """
    files = slots.reader.files
    comparable = target.comparable(files.elections)
    if not comparable:
        return None
    past = [one for one in past_elections(files.elections, target).values() if comparable[0] in one.days]
    if not past:
        return None
    key = (files.base.sha256, files.delta and files.delta.sha256, files.sidecars.get(BALLOTS.name), past[0])
    if key not in _FOUND:
        while len(_FOUND) >= _KEPT:
            _FOUND.pop(next(iter(_FOUND)))
        _FOUND[key] = _turnout(slots, past[0], piece_rows)
    return _FOUND[key]


def forget_precincts() -> None:
    """Find them again when they are asked for: for measuring."""
    _FOUND.clear()


def _turnout(slots: SlotReader, past: PastElection, piece_rows: int) -> NDArray[np.float32]:
    votes = could = np.zeros(0)
    for counts in _counts(slots, past, piece_rows):
        votes, could = _added(votes, counts[:, 2]), _added(could, counts[:, 1] + counts[:, 2])
    share = votes.sum() / max(could.sum(), 1.0)
    drawn = (votes + PRIOR_VOTERS * share) / (could + PRIOR_VOTERS)
    return np.where(could > 0, drawn, np.nan).astype(np.float32)


def _counts(slots: SlotReader, past: PastElection, piece_rows: int) -> Iterator[NDArray[np.int64]]:
    """By code of the precinct: present voters who could not vote, who could and did not, who did; shape (codes, 3)."""
    words = words_of(past.numbers, ("voted",))
    last = max(past.days)
    for start in range(0, slots.reader.files.slots, piece_rows):
        stop = min(start + piece_rows, slots.reader.files.slots)
        rows = slots.rows(start, stop, _NEEDED).with_columns(slots.ballots(start, stop, words))
        history = history_of(rows, {past.name: past})
        # The same as History.may for one election, without placing each voter among all of them.
        may = (history.registered <= day_number(last)) & (history.born <= last.year - VOTING_AGE)
        voted = history.bit("voted", past.numbers)
        kind = may.view(np.uint8) | voted
        kind += voted
        seen = rows["last_seen"]
        if seen.null_count() < len(seen):
            kind *= seen.is_null().to_numpy().view(np.uint8)
        place = rows["precinct"].to_numpy() * np.int32(3)
        place += kind
        found = np.bincount(place)
        yield np.pad(found, (0, -len(found) % 3)).reshape(-1, 3)


def _added(counts: NDArray[np.float64], more: NDArray[np.int64]) -> NDArray[np.float64]:
    """Counts by code with some more."""
    whole = np.zeros(max(len(counts), len(more)))
    whole[: len(counts)] += counts
    whole[: len(more)] += more
    return whole
