"""Column files: Parquet as every engine reads it, small because each column is stored in the way that suits it.

Version 2 pages, zstd, a dictionary for codes, delta packing for sorted numbers, nothing for numbers that are random.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

import numpy as np
import polars as pl
from numpy.typing import NDArray

from hustings.errors import StoreError
from hustings.tables import Column, Table

if TYPE_CHECKING:
    import pyarrow as pa

GROUP_ROWS = 122_880
"""Rows of a row group: the unit in which every engine skips and shares out work."""
_ZSTD_LEVEL = 3


def arrow_schema(columns: tuple[Column, ...]) -> pa.Schema:
    """Arrow schema of declared columns."""
    import pyarrow as pa

    return pa.schema(
        [pa.field(column.name, getattr(pa, column.storage)(), nullable=column.nullable) for column in columns]
    )


def polars_schema(columns: tuple[Column, ...]) -> dict[str, Any]:
    """Polars types of declared columns."""
    types = {
        "int8": pl.Int8,
        "int16": pl.Int16,
        "int32": pl.Int32,
        "int64": pl.Int64,
        "date32": pl.Date,
        "bool_": pl.Boolean,
        "string": pl.String,
        "float32": pl.Float32,
    }
    return {column.name: types[column.storage] for column in columns}


class ColumnWriter:
    """Writes a declared table as it comes, in row groups of equal size.

    Parameters
    ----------
    path : Path
        Where to write; the caller renames it into place.
    table : Table or tuple of Column
        What is written; every column with its `storage`.
    """

    def __init__(self, path: Path, table: Table | tuple[Column, ...]) -> None:
        import pyarrow.parquet as pq

        columns = table.columns if isinstance(table, Table) else table
        self.rows = 0
        self._schema = arrow_schema(columns)
        self._types = polars_schema(columns)
        self._waiting: list[pl.DataFrame] = []
        self._n_waiting = 0
        path.parent.mkdir(parents=True, exist_ok=True)
        special = {"plain": "PLAIN", "delta": "DELTA_BINARY_PACKED"}
        self._writer = pq.ParquetWriter(
            path,
            self._schema,
            version="2.6",
            data_page_version="2.0",
            compression="zstd",
            compression_level=_ZSTD_LEVEL,
            use_dictionary=[c.name for c in columns if not c.encoding],
            column_encoding={c.name: special[c.encoding] for c in columns if c.encoding},
            store_schema=False,
        )

    def append(self, rows: pl.DataFrame) -> None:
        """Add rows; their columns are put into the declared order and types.

        Raises
        ------
        StoreError
            A value does not fit the declared type.
        """
        try:
            fitting = rows.select(pl.col(name).cast(kind) for name, kind in self._types.items())
        except pl.exceptions.PolarsError as err:
            raise StoreError(f"a column does not fit its contract: {str(err).splitlines()[0]}") from err
        self.rows += rows.height
        self._waiting.append(fitting)
        self._n_waiting += rows.height
        if self._n_waiting >= GROUP_ROWS:
            together = pl.concat(self._waiting)
            full = self._n_waiting // GROUP_ROWS * GROUP_ROWS
            self._write(together.slice(0, full))
            self._waiting, self._n_waiting = [together.slice(full)], self._n_waiting - full

    def append_arrays(self, columns: Mapping[str, NDArray[Any]]) -> None:
        """Add rows given as arrays of the declared types, NaN for an empty cell: whole row groups go straight to the file.

        Raises
        ------
        StoreError
            A value does not fit the declared type.
        """
        import pyarrow as pa

        try:
            arrays = [_arrow_array(columns[field.name], field.type) for field in self._schema]
        except pa.ArrowException as err:
            raise StoreError(f"a column does not fit its contract: {str(err).splitlines()[0]}") from err
        table = pa.Table.from_arrays(arrays, schema=self._schema)
        full = 0 if self._n_waiting else table.num_rows // GROUP_ROWS * GROUP_ROWS
        if full:
            self._check_full({name: table[name].null_count for name in table.column_names})
            self._writer.write_table(table.slice(0, full), row_group_size=GROUP_ROWS)
            self.rows += full
        if full < table.num_rows:
            rest = pl.from_arrow(table.slice(full))
            assert isinstance(rest, pl.DataFrame)
            self.append(rest)

    def _write(self, rows: pl.DataFrame) -> None:
        self._check_full({field.name: rows[field.name].null_count() for field in self._schema})
        self._writer.write_table(rows.to_arrow().cast(self._schema), row_group_size=GROUP_ROWS)

    def _check_full(self, empty: Mapping[str, int]) -> None:
        for field in self._schema:
            if not field.nullable and empty[field.name]:
                raise StoreError(f"a column does not fit its contract: {field.name} has empty cells")

    def close(self) -> None:
        """Write what waits, and the footer."""
        if self._n_waiting or not self.rows:
            rows = pl.concat(self._waiting) if self._waiting else pl.DataFrame(schema=self._types)
            self._write(rows)
            self._waiting, self._n_waiting = [], 0
        self._writer.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, err: BaseException | None, tb: TracebackType | None) -> None:
        if kind is None:
            self.close()
        else:
            self._writer.is_open = False


def _arrow_array(values: NDArray[Any], kind: pa.DataType) -> pa.Array:
    """An array without a copy where it is of the type already; NaN is an empty cell."""
    import pyarrow as pa

    if values.dtype != kind.to_pandas_dtype() or not pa.types.is_floating(kind) or not values.flags.c_contiguous:
        return pa.array(values, kind, from_pandas=True)
    there = ~np.isnan(values)
    bits = pa.py_buffer(np.packbits(there, bitorder="little"))
    return pa.Array.from_buffers(kind, len(values), [bits, pa.py_buffer(values)], int(len(values) - there.sum()))


def write_columns(rows: pl.DataFrame, path: Path, table: Table | tuple[Column, ...]) -> None:
    """Write a whole table as a column file."""
    with ColumnWriter(path, table) as writer:
        writer.append(rows)


def sync(path: Path) -> None:
    """Make sure that a file's bytes are on the disk before it is given its name."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
