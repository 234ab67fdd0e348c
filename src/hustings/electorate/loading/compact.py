"""Write states anew: base and delta become one base, sidecars follow, the vault stays as it is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from hustings.electorate.codebooks import read_codebooks
from hustings.electorate.loading.fresh import ORDER, Places, precinct_places
from hustings.electorate.loading.report import LoadReport
from hustings.electorate.loading.spill import buckets
from hustings.electorate.state import StateReader
from hustings.store.columns import ColumnWriter
from hustings.store.manifest import SCORES, StateFiles, StoredFile
from hustings.store.snapshots import Writing, writing
from hustings.tables import BALLOTS, VOTERS
from hustings.tables.contract import Column


def compact_store(
    store: Path,
    *,
    code_version: str = "",
    wait_seconds: float = 0,
    progress: Callable[[str], None] = lambda _: None,
) -> LoadReport:
    """Write every state anew that has a delta, as one snapshot; no key is needed, and every answer stays as it was.

    Parameters
    ----------
    store : Path
        The campaign's store.
    code_version : str
        Noted in the manifest.
    wait_seconds : float
        How long to wait for another writer.
    progress : callable
        Told what is being done.

    Returns
    -------
    LoadReport
        `rows_in` and, by state, `counts` are rows written: voters who are gone among them. Where no state has a delta, a
        note says so and there is no new snapshot.

    Raises
    ------
    StoreError
        The store is being written to by another, or cannot be.
    """
    with writing(store, what="snapshots --compact", wait_seconds=wait_seconds) as place:
        manifest = place.before
        report = LoadReport("compact", snapshot=manifest.number, as_of=manifest.as_of)
        stored = manifest.codebooks
        books = read_codebooks(None if stored is None else place.snapshots.path(stored))
        for state, files in place.before.states.items():
            if files.delta is not None:
                progress(f"writing {state} anew")
                after = compact_state(place, state, files, precinct_places(books, state))
                manifest = manifest.with_state(state, after)
                report.rows_in += after.slots
                report.add(f"{state} written anew", after.slots)
        if not report.counts:
            report.notes.append("no state has a delta: nothing changed")
            return report
        report.snapshot = place.number
        load: dict[str, Any] = {"what": report.what, "layout": "compact", "file_date": manifest.as_of, "inputs": []}
        load |= {"set_aside_files": [], "report": report.to_json()}
        place.commit(replace(manifest, number=place.number, code_version=code_version, load=load))
    return report


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
    # Scores that are older than the rows would look as new as these: they are left behind.
    kept = [key for key in files.sidecars if key != SCORES or not files.is_older(SCORES)]
    order = np.concatenate(moved) if moved else np.zeros(0, np.int64)
    return replace(
        files,
        base=writing.written(name, base.rows),
        slots=base.rows,
        delta=None,
        sidecars={key: _reorder(writing, state, reader, key, order) for key in kept},
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
