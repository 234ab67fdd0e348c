"""A file of interviews as it came."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl


@dataclass(frozen=True)
class RawFile:
    """A file of interviews as it came: nothing interpreted.

    Parameters
    ----------
    path : Path
    kind : str
        spss, qualtrics, decipher, csv or parquet.
    rows : pl.DataFrame
        One row a record, every value text; empty and missing are null.
    first_row : int
        Row of the file that the first record stands in (1-based), for messages.
    wordings : mapping
        Column -> its question, where the file says it.
    labels : mapping
        Column -> {code: label}, where the file says it.
    sets : mapping
        Question with several answers -> {column: code}, where the file says it.
    chosen : mapping
        The same question -> the value that means "chosen", where the file says it; an empty one where each of its
        columns holds the code of an answer.
    missing : mapping
        Column -> values that the file declares to be no answer.
    numbers : pl.Series, optional
        Row of the file that each record stands in, where they do not simply follow each other.
    damaged : tuple of (int, str)
        Rows of the file that are no records, and why.
    """

    path: Path
    kind: str
    rows: pl.DataFrame
    first_row: int = 2
    wordings: Mapping[str, str] = field(default_factory=dict)
    labels: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    sets: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    chosen: Mapping[str, str] = field(default_factory=dict)
    missing: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    numbers: pl.Series | None = None
    damaged: tuple[tuple[int, str], ...] = ()

    @property
    def row_numbers(self) -> pl.Series:
        """Row of the file that each record stands in (Int64)."""
        if self.numbers is not None:
            return self.numbers.alias("row")
        end = self.first_row + self.rows.height
        return pl.int_range(self.first_row, end, dtype=pl.Int64, eager=True).alias("row")


def as_text(rows: pl.DataFrame) -> pl.DataFrame:
    """Turn every column into text: whole numbers without ``.0``, days as YYYY-MM-DD, blanks as null."""
    return rows.select(_text(rows[name]).alias(name) for name in rows.columns)


def _text(values: pl.Series) -> pl.Series:
    if values.dtype.is_float():
        whole = values.is_finite() & (values == values.floor()) & (values.abs() < 2**53)
        frame = pl.DataFrame({"v": values, "w": whole.fill_null(value=False)})
        plain = pl.when("w").then(pl.col("v").cast(pl.Int64, strict=False).cast(pl.String))
        number = pl.when(pl.col("v").is_nan()).then(None).otherwise(pl.col("v").cast(pl.String))
        return frame.select(plain.otherwise(number).alias("v"))["v"]
    if values.dtype == pl.Boolean:
        return values.cast(pl.Int8).cast(pl.String)
    text = values.cast(pl.String).str.strip_chars()
    return text.to_frame("v").select(pl.when(pl.col("v") != "").then("v").alias("v"))["v"]
