"""Sidecars: columns beside a state's voters, row k for slot k."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl

from hustings.electorate.loading.compact import sidecar_column
from hustings.electorate.state import StateReader
from hustings.store.columns import ColumnWriter, polars_schema
from hustings.store.manifest import StateFiles
from hustings.store.snapshots import Writing
from hustings.tables.contract import Column

_PIECE = 1_000_000


def read_sidecar(reader: StateReader, name: str, columns: tuple[Column, ...]) -> pl.DataFrame:
    """A sidecar with a row for every slot; empty where there is none yet."""
    types = polars_schema(columns)
    old = reader.sidecar(name)
    if old is None:
        old = pl.DataFrame(schema=types)
    missing = [pl.lit(None, types[column]).alias(column) for column in types if column not in old.columns]
    whole = old.with_columns(missing)
    return pl.concat([whole, whole.clear(reader.files.slots - old.height)])


def write_sidecar(
    writing: Writing, state: str, files: StateFiles, name: str, rows: pl.DataFrame, columns: tuple[Column, ...]
) -> StateFiles:
    """Write a sidecar and put it beside the state's voters."""
    path = writing.name(name, state)
    with ColumnWriter(writing.path(path), columns) as sidecar:
        for first in range(0, rows.height, _PIECE):
            sidecar.append(rows.slice(first, _PIECE))
    return replace(files, sidecars={**files.sidecars, name: writing.written(path, rows.height)})


def columns_of(reader: StateReader, name: str) -> tuple[Column, ...]:
    """Columns of a sidecar as its file says."""
    import pyarrow.parquet as pq

    file = reader.files.sidecars.get(name)
    if file is None:
        return ()
    return tuple(sidecar_column(field.name, str(field.type)) for field in pq.read_schema(reader.path(file)))


def set_values(rows: pl.DataFrame, slots: np.ndarray, values: pl.DataFrame) -> pl.DataFrame:
    """Put values of some slots into a sidecar's rows.

    Parameters
    ----------
    rows : pl.DataFrame
        One row a slot.
    slots : array of int, shape (k,)
        Distinct.
    values : pl.DataFrame, k rows
        Columns of `rows`; others stay.
    """
    places = pl.Series(slots.astype(np.int64))
    return rows.with_columns(
        rows[name].scatter(places, values[name].cast(rows.schema[name])) for name in values.columns
    )
