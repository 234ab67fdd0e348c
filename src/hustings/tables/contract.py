"""What a table between rooms promises: columns in order, each with type, unit and meaning."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Column:
    """One promised column.

    Parameters
    ----------
    name : str
        Column name; carries its unit as a suffix (``_share``, ``_prob``, ``_votes``, ...).
    dtype : str
        ``text``, ``date``, ``int``, ``float``, ``bool``.
    unit : str
        Unit or range, for people (``0-1``, ``votes``, ``days``).
    meaning : str
        One sentence.
    nullable : bool
        Whether a cell may be empty; the meaning then says when.
    """

    name: str
    dtype: str
    unit: str
    meaning: str
    nullable: bool = False


@dataclass(frozen=True)
class Table:
    """One promised table: where it is written, what a row is, its key and its columns."""

    name: str
    file: str
    row: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]

    @property
    def column_names(self) -> list[str]:
        """Names of the columns, in their promised order."""
        return [column.name for column in self.columns]
