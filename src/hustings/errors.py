"""Every error a user can meet, in one tree.

::

    HustingsError                 anything we can explain: message + hint, exit code 2
    ├── InputError                a file that cannot be used: file, row, column
    ├── ContestError              a contest definition that contradicts itself or is unknown
    ├── ConfigError               a setting or option that cannot be
    └── StoreError                a folder that cannot be read or written
        └── BusyError             another process is writing there

A bad *row* is never an error: it is set aside with its reason and counted.
"""

from __future__ import annotations

from pathlib import Path


class HustingsError(Exception):
    """A problem we can explain.

    Parameters
    ----------
    message : str
        What was found and what was expected, in one line.
    hint : str
        What to do about it; empty when there is nothing to add.
    """

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        """One line: the message, then the hint."""
        return f"{self.message} ({self.hint})" if self.hint else self.message


class InputError(HustingsError):
    """A file that cannot be used; says which file and, where known, which row and column."""

    def __init__(
        self,
        message: str,
        *,
        file: str | Path | None = None,
        row: int | None = None,
        column: str | None = None,
        hint: str = "",
    ) -> None:
        where = [str(file)] if file is not None else []
        if row is not None:
            where.append(f"row {row}")
        if column is not None:
            where.append(f"column {column!r}")
        super().__init__(": ".join([", ".join(where), message]) if where else message, hint=hint)
        self.file = file
        self.row = row
        self.column = column


class ContestError(HustingsError):
    """A contest that is unknown or whose definition contradicts itself."""


class ConfigError(HustingsError):
    """A setting or command-line option that cannot be."""


class StoreError(HustingsError):
    """A folder that cannot be read or written."""


class BusyError(StoreError):
    """Another process is writing where one would write: the same command works later."""
