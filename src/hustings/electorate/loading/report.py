"""What a load did, row by row: nothing leaves the count."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import polars as pl

SET_ASIDE_TYPES = {"file": pl.String, "line": pl.Int64, "reason": pl.String, "text": pl.String}


@dataclass
class LoadReport:
    """Rows in, and what became of them.

    Parameters
    ----------
    what : str
        voters, history, contacts, early votes or consumer.
    snapshot : int
        Number of the snapshot that holds the result; that of the one before where nothing changed.
    as_of : str
        Its day.
    rows_in : int
        Rows of the source, empty lines and headers not counted.
    counts : dict
        What became of the rows that were used: stored, changed, unchanged, ...
    set_aside : int
        Rows that could not be used; they are in quarantine with file, line and reason.
    dropped : dict
        Rows not kept on purpose (confidential voters), by reason.
    warnings : dict
        Values that were taken with a doubt, counted.
    notes : list of str
        What else there is to know.
    linkage : list of dict
        Match rates by group, of a load that links.
    """

    what: str
    snapshot: int = 0
    as_of: str = ""
    rows_in: int = 0
    counts: dict[str, int] = field(default_factory=dict)
    set_aside: int = 0
    dropped: dict[str, int] = field(default_factory=dict)
    warnings: dict[str, int] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    linkage: list[dict[str, Any]] = field(default_factory=list)

    def add(self, key: str, rows: int) -> None:
        """Count rows."""
        if rows:
            self.counts[key] = self.counts.get(key, 0) + rows

    def merge(self, into: dict[str, int], found: Mapping[str, int]) -> None:
        """Add counts by reason."""
        for key, rows in found.items():
            into[key] = into.get(key, 0) + rows

    def to_json(self) -> dict[str, Any]:
        """Give the report for a script."""
        return {
            "what": self.what,
            "snapshot": self.snapshot,
            "as_of": self.as_of,
            "rows_in": self.rows_in,
            "counts": self.counts,
            "set_aside": self.set_aside,
            "dropped": self.dropped,
            "warnings": self.warnings,
            "notes": self.notes,
            **({"linkage": self.linkage} if self.linkage else {}),
        }
