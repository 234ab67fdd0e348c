"""The words of a question: columns, functions, and the nearest to one that does not exist."""

from __future__ import annotations

import datetime as dt
import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import polars as pl

from hustings.electorate.codebooks import Codebooks
from hustings.errors import InputError, StoreError
from hustings.store.manifest import SCORES, Manifest
from hustings.store.snapshots import Snapshots
from hustings.tables import BALLOTS, CONTACT_SUMMARY, EARLY_SUMMARY, ELECTORATE_TABLES, VOTERS

DERIVED = {"age": ("birth_year",), "age_band": ("birth_year",)}
"""What is made of stored columns."""
HIDDEN = frozenset({"vault_row"})
AGE_BANDS = ((18, "under 18"), (25, "18-24"), (35, "25-34"), (45, "35-44"), (55, "45-54"), (65, "55-64"), (75, "65-74"))
"""Age below which a band ends, and its name; the last is 75 and over."""
OLDEST_BAND, UNKNOWN_AGE = "75+", "unknown"

BOOK_OF = {
    "last_result": "result",
    "early_status": "ballot_status",
}
"""Columns whose codes stand in another column's book."""


_UNCODED_VALUES = 100
"""Values of a column without codes, for want of a better number: years, ages."""
_CODED = frozenset(c.name for table in ELECTORATE_TABLES for c in table.columns if c.unit.startswith("code:"))


@dataclass(frozen=True)
class Vocabulary:
    """What can be asked of one snapshot."""

    snapshots: Snapshots
    manifest: Manifest
    books: Codebooks

    @cached_property
    def sidecar_columns(self) -> dict[str, str]:
        """Column -> sidecar that holds it, ballots (whose bits have functions) left out."""
        found: dict[str, str] = {}
        for state in self.manifest.states.values():
            for name, file in state.sidecars.items():
                if name != BALLOTS.name:
                    for column in pl.read_parquet_schema(self.snapshots.path(file)):
                        found[column] = name
        return found

    @cached_property
    def columns(self) -> list[str]:
        """Every column one may name."""
        stored = [name for name in VOTERS.column_names if name not in HIDDEN]
        return [*stored, *DERIVED, *self.sidecar_columns]

    def describe(self) -> list[dict[str, str]]:
        """Every column: name, where it comes from (observed, modelled, derived, the campaign), meaning.

        Observed is what voters or election offices reported; modelled is what a vendor or a model made of it.
        """
        contracts = (VOTERS, CONTACT_SUMMARY, EARLY_SUMMARY)
        declared = {one.name: (one.meaning, table.name) for table in contracts for one in table.columns}
        found = []
        for name in self.columns:
            meaning, table = declared.get(name, ("", ""))
            origin = self.manifest.provenance.get(name, "observed" if table else "derived")
            if table == CONTACT_SUMMARY.name:
                origin = "the campaign"
            if name in DERIVED:
                meaning = "Age reached in the year of --as-of" + (", in bands." if name == "age_band" else ".")
            found.append({"column": name, "origin": origin, "meaning": meaning})
        return found

    def coded(self, column: str) -> bool:
        """Whether a column is stored as codes."""
        if column in _CODED:
            return True
        return column in self.sidecar_columns and bool(self.books.values(BOOK_OF.get(column, column)))

    def book(self, column: str) -> str:
        """The book of a coded column."""
        return BOOK_OF.get(column, column)

    def cells(self, columns: Iterable[str]) -> int:
        """How many cells some columns may have at most, roughly: as many as their values make together."""
        many = 1
        for name in columns:
            many *= (len(self.books.values(self.book(name))) if self.coded(name) else _UNCODED_VALUES) + 1
        return many

    def check(self, column: str) -> str:
        """Give a column's name as it is stored.

        Raises
        ------
        InputError
            There is no such column; says which is nearest.
        StoreError
            It is a score of voters who have changed since.
        """
        if column.lower() in self.columns:
            self._check_scores(column.lower())
            return column.lower()
        raise InputError(f"there is no column {column!r}", hint=nearest(column, self.columns))

    def _check_scores(self, column: str) -> None:
        """Refuse scores that were made of an earlier file than the voters' own."""
        if self.sidecar_columns.get(column) != SCORES:
            return
        for state, files in self.manifest.states.items():
            if files.is_older(SCORES):
                raise StoreError(
                    f"{column} of {state} is of snapshot {files.sidecars[SCORES].number}, and the voters have changed since",
                    hint="score them again: hustings score",
                )

    def codes(self, column: str, value: str) -> list[int]:
        """Codes of a value.

        Raises
        ------
        InputError
            No voter has it; says which is nearest.
        """
        found = self.books.codes(self.book(column), value)
        if not found:
            raise InputError(
                f"no voter has {column} {value!r}", hint=nearest(value, self.books.values(self.book(column)))
            )
        return found

    def elections(self, state: str, day: dt.date | None = None, kind: str | None = None) -> list[int]:
        """Numbers of a state's elections, latest first; of one day, of one kind, none after the snapshot's day."""
        known = self.manifest.states[state].elections
        chosen = [
            number
            for number, one in enumerate(known)
            if (day is None or one.date == day.isoformat())
            and (kind is None or one.kind == kind)
            and one.date <= self.manifest.as_of
        ]
        return sorted(chosen, key=lambda number: (known[number].date, number), reverse=True)

    def check_election(self, day: dt.date) -> None:
        """Refuse a day on which no state's history has an election.

        Raises
        ------
        InputError
            There was none; names the days there are.
        """
        days = {one.date for state in self.manifest.states.values() for one in state.elections}
        if day.isoformat() not in days:
            known = nearest(day.isoformat(), sorted(days, reverse=True)) if days else "load history first"
            raise InputError(f"no election of {day} is in the history", hint=known)


def nearest(word: str, known: Iterable[str]) -> str:
    """A hint: the nearest known word, and some of the others."""
    words = list(known)
    near = difflib.get_close_matches(word, words, n=1) or difflib.get_close_matches(word.upper(), words, n=1)
    some = ", ".join(words[:12]) + (", ..." if len(words) > 12 else "")
    return (f"did you mean {near[0]}? " if near else "") + (f"known: {some}" if words else "none are known")
