"""Write a state anew: base and delta become one base, sidecars follow, the vault stays as it is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import polars as pl

from hustings.electorate.loading.fresh import ORDER, Places
from hustings.electorate.loading.spill import buckets
from hustings.electorate.state import StateReader
from hustings.store.columns import ColumnWriter
from hustings.store.snapshots import StateFiles, StoredFile, Writing
from hustings.tables import BALLOTS, VOTERS
from hustings.tables.contract import Column


def compact_state(writing: Writing, state: str, files: StateFiles, places: Places) -> StateFiles:
    """Write a state's base anew, in order, with every slot; give its files.

    Gone voters stay in it: what they did before is history. The vault's rows keep their numbers.
    """
    reader = StateReader(writing.snapshots, files, work=writing)
    name = writing.name("voters", state)
    moved: list[np.ndarray] = []
    with ColumnWriter(writing.path(name), VOTERS) as base:
        for rows in _in_order(reader, places):
            moved.append(rows["slot"].to_numpy())
            base.append(rows.drop("slot"))
    order = np.concatenate(moved) if moved else np.zeros(0, np.int64)
    return replace(
        files,
        base=writing.written(name, base.rows),
        slots=base.rows,
        delta=None,
        sidecars={key: _reorder(writing, state, reader, key, order) for key in files.sidecars},
    )


def _in_order(reader: StateReader, places: Places) -> Iterator[pl.DataFrame]:
    """Yield rows bucket by bucket in the order of a fresh file."""
    counts = reader.lazy(["county", "precinct"]).group_by("county", "precinct").len().collect(engine="streaming")
    rows = {(county, precinct): n for county, precinct, n in counts.iter_rows()}
    for bucket in buckets(rows, places.of_code):
        found = places.column(reader.in_precincts(bucket.precincts))
        order = found.select(pl.arg_sort_by(ORDER, nulls_last=True)).to_series()
        yield found[order].drop("place")


def _reorder(writing: Writing, state: str, reader: StateReader, key: str, order: np.ndarray) -> StoredFile:
    """Write a sidecar in the new order; slots that it did not reach have no value, or no ballots."""
    import pyarrow.parquet as pq

    old = reader.sidecar(key)
    assert old is not None
    stored = pq.read_metadata(reader.path(reader.files.sidecars[key])).schema.to_arrow_schema()
    columns = tuple(sidecar_column(field.name, str(field.type)) for field in stored)
    name = writing.name(key, state)
    with ColumnWriter(writing.path(name), columns) as sidecar:
        missing = reader.files.slots - old.height
        whole = pl.concat([old, old.clear(missing)]) if missing else old
        if key == BALLOTS.name:
            whole = whole.fill_null(0)
        for first in range(0, len(order), 1_000_000):
            sidecar.append(whole[order[first : first + 1_000_000].tolist()])
    return writing.written(name, sidecar.rows)


def sidecar_column(name: str, arrow_type: str) -> Column:
    """Describe a sidecar's column by what its file says."""
    storage = {"date32[day]": "date32", "float": "float32", "bool": "bool_"}.get(arrow_type, arrow_type)
    return Column(name, "int", "", "", nullable=True, storage=storage, encoding="plain" if storage == "int64" else "")
