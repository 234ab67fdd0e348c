"""Write declared tables, and say what was read."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import polars as pl

from hustings.errors import StoreError
from hustings.tables import Column, Table

# Rounding of sums of shares leaves a share this far outside 0-1 at most.
_ROUNDING = 1e-9
LARGEST_KEY_CHECK = 1_000_000
ROW_GROUP = 250_000
"""Rows of a Parquet row group: writing needs memory for one group, not for the table."""


def hash_file(path: Path | str) -> str:
    """Return ``sha256:...`` of a file's bytes, read in pieces."""
    path = Path(path)
    try:
        with path.open("rb") as stream:
            return f"sha256:{hashlib.file_digest(stream, 'sha256').hexdigest()}"
    except OSError as err:
        raise StoreError(f"cannot read {path}: {err.strerror}") from err


def check_table(df: pl.DataFrame, table: Table) -> pl.DataFrame:
    """Hold a table to its contract and return it with the columns in the promised order.

    Raises
    ------
    StoreError
        Columns missing or not declared, a wrong type, an empty cell, a NaN, a value out of range, a key twice.
    """
    missing = [name for name in table.column_names if name not in df.columns]
    extra = [name for name in df.columns if name not in table.column_names]
    if missing or extra:
        raise StoreError(f"{table.name}: columns missing {missing}, not declared {extra}")
    df = df.select(table.column_names)
    for column in table.columns:
        problem = _problem(df[column.name], column)
        if problem:
            raise StoreError(f"{table.name}.{column.name}: {problem}")
    # The hash table of a key costs more than the table: draws, whose key is a product by construction, are not asked.
    if df.height <= LARGEST_KEY_CHECK and df.select(table.key).is_duplicated().any():
        raise StoreError(f"{table.name}: key {', '.join(table.key)} is not unique")
    return df


def _problem(values: pl.Series, column: Column) -> str | None:
    """Say what is wrong with a column; None when nothing is."""
    if values.null_count() == len(values):
        return None if column.nullable or len(values) == 0 else "has empty cells"
    right = {
        "text": values.dtype in (pl.String, pl.Categorical, pl.Enum),
        "date": values.dtype == pl.Date,
        "int": values.dtype.is_integer(),
        "float": values.dtype.is_numeric(),
        "bool": values.dtype == pl.Boolean,
        "floats": values.dtype == pl.List(pl.Float64),
    }
    if not right[column.dtype]:
        return f"is {values.dtype}, expected {column.dtype}"
    if values.null_count() and not column.nullable:
        return "has empty cells"
    if column.dtype == "float" and not values.drop_nulls().cast(pl.Float64).is_finite().all():
        return "has values that are not finite"
    low = {"0-1": 0.0, "-1-1": -1.0}.get(column.unit)
    if low is not None and not values.drop_nulls().is_between(low - _ROUNDING, 1 + _ROUNDING).all():
        return f"has values outside {column.unit}"
    return None


def write_csv(df: pl.DataFrame, path: Path | str, table: Table) -> None:
    """Check a table against its contract and write it as CSV, numbers in full precision."""
    _beside(Path(path), lambda target: check_table(df, table).write_csv(target))


def write_parquet(df: pl.DataFrame, path: Path | str, table: Table) -> None:
    """Check a table against its contract and write it as Parquet (zstd)."""
    _beside(
        Path(path),
        lambda target: check_table(df, table).write_parquet(target, compression="zstd", row_group_size=ROW_GROUP),
    )


def write_json(data: Mapping[str, Any], path: Path | str) -> None:
    """Write JSON in the order given, numbers in full precision, dates as ISO text.

    Raises
    ------
    StoreError
        When a number is NaN or infinite: a number that is not known is null, on purpose.
    """
    try:
        text = json.dumps(data, indent=2, ensure_ascii=False, allow_nan=False, default=_plain)
    except ValueError as err:
        raise StoreError(f"{Path(path).name}: {err}") from err
    write_text(text + "\n", path)


def write_text(text: str, path: Path | str) -> None:
    """Write text, all of it or nothing."""
    _beside(Path(path), lambda target: target.write_text(text, encoding="utf-8"))


def _beside(path: Path, write: Any) -> None:  # noqa: ANN401 (a one-argument callable whose result is not used)
    """Write under another name, then rename: no reader meets half a file."""
    beside = path.with_name(f".{path.name}.writing")
    try:
        write(beside)
        beside.replace(path)
    except OSError as err:
        raise StoreError(f"cannot write {path}: {err.strerror}") from err
    finally:
        beside.unlink(missing_ok=True)


def _plain(value: object) -> object:
    """Turn what JSON does not know into what it does: dates, paths, numpy's scalars and arrays."""
    if isinstance(value, dt.date | dt.datetime):
        return value.isoformat()
    if isinstance(value, Path):
        return str(value)
    if hasattr(value, "tolist"):
        return value.tolist()
    raise TypeError(f"{type(value).__name__} cannot be written as JSON")
