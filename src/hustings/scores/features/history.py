"""What a run of voters did in earlier elections, from their bits: arrays of small numbers, a few instructions a voter.

An election's bit is taken from the byte that holds it. Since when a voter could vote is one number: the place, among the
days of the state's elections, of the first one on which he or she was registered and of age.
"""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from hustings.scores.features.ballots import VOTING_AGE, PastElection
from hustings.scores.scorecard import Indexed
from hustings.tables.electorate import BITS

Codes = NDArray[np.uint8]
LONG_AGO = -1_000_000
"""Day, since 1970, of a registration whose day is not known: such voters are taken to be entitled."""
_EPOCH = dt.date(1970, 1, 1)

PATTERN = ("general_2y", "general_4y", "primary_0y", "primary_2y")
"""Elections of the pattern, in its order."""
PATTERNS = pl.Enum(["".join(signs) for signs in itertools.product("v-.?", repeat=len(PATTERN))])


@dataclass(frozen=True)
class History:
    """Voters' ballots in the elections of their state that are looked at.

    Parameters
    ----------
    past : mapping
        Feature -> its elections.
    words : mapping
        Column of the ballots sidecar -> (n,) int64.
    registered : array of int32, shape (n,)
        Days since 1970; ``LONG_AGO`` where not known.
    born : array of int16, shape (n,)
        Years; 0 where not known.
    """

    past: Mapping[str, PastElection]
    words: Mapping[str, NDArray[np.int64]]
    registered: NDArray[np.int32]
    born: NDArray[np.int16]

    @cached_property
    def days(self) -> list[dt.date]:
        """Days that count for being entitled, in order: of elections in one feature, the last."""
        return sorted({max(one.days) for one in self.past.values()})

    @cached_property
    def first(self) -> Codes:
        """Place in `days` of the first on which each voter was entitled; their number where on none."""
        by_day = _first_by([day_number(day) for day in self.days], self.registered)
        by_age = _first_by([day.year - VOTING_AGE for day in self.days], self.born)
        return np.maximum(by_day, by_age)

    @cached_property
    def _bytes(self) -> dict[tuple[str, int], Codes]:
        return {}

    def byte(self, word: str, number: int) -> Codes:
        """A byte of a word for every voter, side by side: what is looked at next to each other fits the cache."""
        known = self._bytes.get((word, number))
        if known is None:
            known = np.ascontiguousarray(self.words[word].view(np.uint8).reshape(-1, 8)[:, number])
            self._bytes[word, number] = known
        return known

    def bit(self, plane: str, numbers: Sequence[int]) -> Codes:
        """1 where one of some elections' bits is set, 0 elsewhere."""
        found: Codes | None = None
        for number in numbers:
            byte, place = divmod(number % BITS, 8)
            one = self.byte(f"{plane}_{number // BITS}", byte) >> np.uint8(place)
            one &= np.uint8(1)
            found = one if found is None else found | one
        assert found is not None
        return found

    def may(self, past: PastElection) -> Codes:
        """1 where the voter was entitled, 0 elsewhere."""
        return (self.first <= np.uint8(self.days.index(max(past.days)))).view(np.uint8)

    def level(self, past: PastElection) -> Codes:
        """What the voters did in an election: codes of ``ballots.LEVELS``.

        With bits v, e, m and entitlement w: ``v (1 - e) (2 - m) + (1 - v) (4 - w)``. Arithmetic on bytes is ten times as fast
        as a look-up by them.
        """
        voted, early, mail = (self.bit(plane, past.numbers) for plane in ("voted", "early", "mail"))
        found = np.uint8(4) - self.may(past)
        found *= voted ^ np.uint8(1)
        early ^= np.uint8(1)
        early &= voted
        early *= np.uint8(2) - mail
        found += early
        return found

    def pattern(self) -> Codes:
        """Four elections at once: codes of ``PATTERNS``."""
        code = np.zeros(len(self.registered), dtype=np.uint8)
        for name in PATTERN:
            code <<= np.uint8(2)
            one = self.past.get(name)
            if one is None:
                code |= np.uint8(3)
                continue
            sign = np.uint8(2) - self.may(one)
            sign *= self.bit("voted", one.numbers) ^ np.uint8(1)
            code |= sign
        return code

    def times_voted_share(self) -> Indexed:
        """Ballots over elections to which the voter was entitled, or in which he or she voted; null without any."""
        did = np.zeros(len(self.registered), dtype=np.uint8)
        could, elections = did.copy(), 0
        for word, places in self._by_word().items():
            mask = sum(1 << bit for bit, _ in places)
            since = [sum(1 << bit for bit, place in places if place >= first) for first in range(len(self.days) + 1)]
            bits = self.words[word] & np.int64(mask)
            did += np.bitwise_count(bits)
            could += np.bitwise_count(np.take(np.array(since, dtype=np.int64), self.first, mode="clip") | bits)
            elections += len(places)
        some = np.arange(elections + 1)
        with np.errstate(invalid="ignore", divide="ignore"):
            table = (some[:, None] / some[None, :]).astype(np.float32)
        table[:, 0] = np.nan
        codes = did.astype(np.uint16)
        codes *= np.uint16(elections + 1)
        codes += could
        return Indexed(codes, pl.Series(table.ravel()).fill_nan(None))

    def _by_word(self) -> dict[str, list[tuple[int, int]]]:
        """Word of ``voted`` -> (bit, place of its day) of the elections in it."""
        found: dict[str, list[tuple[int, int]]] = {}
        for one in self.past.values():
            place = self.days.index(max(one.days))
            for number in one.numbers:
                found.setdefault(f"voted_{number // BITS}", []).append((number % BITS, place))
        return found


def history_of(rows: pl.DataFrame, past: Mapping[str, PastElection]) -> History:
    """The history of rows that hold registered_on, birth_year and words of ballots."""
    words = {name: _array(rows[name]) for name in rows.columns if name.rpartition("_")[0] in {"voted", "early", "mail"}}
    return History(past, words, registered_days(rows["registered_on"]), _array(rows["birth_year"].fill_null(0)))


def registered_days(column: pl.Series) -> NDArray[np.int32]:
    """Days of registration as numbers."""
    return _array(column.to_physical().fill_null(LONG_AGO))


def day_number(day: dt.date) -> int:
    """Days since 1970."""
    return (day - _EPOCH).days


def _array(column: pl.Series) -> NDArray[Any]:
    return np.ascontiguousarray(column.to_numpy())


def _first_by(limits: Iterable[int], values: NDArray[np.integer]) -> Codes:
    """First of some rising limits that each value does not exceed; their number where it exceeds all."""
    edges = np.asarray(list(limits))
    low, high = int(edges[0]), int(edges[-1]) + 1
    table = np.searchsorted(edges, np.arange(low, high + 1), side="left").astype(np.uint8)
    place = np.clip(values, low, high)
    place -= values.dtype.type(low)
    found: Codes = np.take(table, place.astype(np.uint16), mode="clip")
    return found
