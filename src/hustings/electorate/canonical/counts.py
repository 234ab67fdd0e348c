"""What was met on the way and must not pass in silence: unknown codes, values set to absent, rows left out."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field


@dataclass
class Tally:
    """Counts of one block; the only thing that its reading changes.

    Attributes
    ----------
    unknown_codes : Counter[tuple[str, str]]
        (Canonical field, code as in the file) to rows.
    warnings : Counter[str]
        What was done about a value that cannot be, to rows.
    dropped : Counter[str]
        Reason to rows left at the door.
    """

    unknown_codes: Counter[tuple[str, str]] = field(default_factory=Counter)
    warnings: Counter[str] = field(default_factory=Counter)
    dropped: Counter[str] = field(default_factory=Counter)

    def warn(self, what: str, rows: int) -> None:
        """Count rows for a warning; none is no warning."""
        if rows:
            self.warnings[what] += rows
