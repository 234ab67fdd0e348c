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
        ``text``, ``date``, ``int``, ``float``, ``bool``; ``floats`` is a list of numbers, in Parquet only.
    unit : str
        Unit or range, for people (``0-1``, ``votes``, ``days``).
    meaning : str
        One sentence.
    nullable : bool
        Whether a cell may be empty; the meaning then says when.
    storage : str
        How a column of the electorate is stored: ``int8``, ``int16``, ``int32``, ``int64``, ``date32``, ``bool_`` or
        ``string``; codes are signed, because that is what every engine reads the same.
    encoding : str
        Parquet encoding where the dictionary would not pay: ``plain`` or ``delta``.
    """

    name: str
    dtype: str
    unit: str
    meaning: str
    nullable: bool = False
    storage: str = ""
    encoding: str = ""


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
