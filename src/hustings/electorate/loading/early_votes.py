"""Load ballots asked for and cast early: the day's file replaces what the days before said of the same ballots."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Unpack

import polars as pl

from hustings.electorate.canonical import to_early_votes
from hustings.electorate.codebooks import Codebooks
from hustings.electorate.identities import voter_ids
from hustings.electorate.layouts import Layout
from hustings.electorate.loading.job import Job, LoadOptions, begin
from hustings.electorate.loading.report import LoadReport
from hustings.electorate.loading.sidecars import set_values, write_sidecar
from hustings.electorate.state import StateReader
from hustings.errors import InputError
from hustings.store.columns import polars_schema, write_columns
from hustings.store.manifest import Manifest, StoredFile
from hustings.store.vault import Vault
from hustings.tables import EARLY_SUMMARY, EARLY_VOTES

LOG, SIDECAR = "early_votes", "early_summary"
_KEY = ["voter_id", "election_on", "method", "requested_on"]


def load_early_votes(store: Path, files: Sequence[Path], layout: Layout, **options: Unpack[LoadOptions]) -> LoadReport:
    """Load early and mail ballots.

    Parameters
    ----------
    store : Path
        The campaign's store.
    files : sequence of Path
    layout : Layout
    options
        :class:`LoadOptions`.

    Raises
    ------
    InputError
        A file that cannot be used as a whole, or a state none of whose voters are stored; nothing is changed.
    """
    with begin(store, "early votes", layout, files, **options) as job:
        if job.done_before:
            return job.report
        _check_age(job)
        parts: dict[str, list[pl.DataFrame]] = {}
        for raw, block in job.read(layout, partial(to_early_votes, layout=layout, parameters=job.parameters)):
            for part in block.early_votes.partition_by("state", maintain_order=True):
                state = job.stored_state(part["state"][0], raw.file)
                parts.setdefault(state, []).append(_code(part, state, job.vault, job.books))
        manifest = job.before
        for state in sorted(parts):
            manifest = _store(job, manifest, state, pl.concat(parts[state]))
        job.finish(manifest)
    return job.report


def _check_age(job: Job) -> None:
    """Refuse a file that is older than one of its kind that is stored: it would take back what is known since."""
    later = [
        manifest.load["file_date"]
        for manifest in job.writing.snapshots.all()
        if manifest.load.get("layout") == job.source and manifest.load["file_date"] > job.as_of.isoformat()
    ]
    if later:
        raise InputError(
            f"the file is of {job.as_of}, ballots of {max(later)} are stored",
            hint="each day's file holds the days before; nothing was changed",
        )


def state_file(manifest: Manifest, state: str) -> StoredFile | None:
    """The file of a state's early ballots."""
    found = [file for file in manifest.logs.get(LOG, ()) if file.path.startswith(f"{LOG}/{state}/")]
    return found[-1] if found else None


def _code(rows: pl.DataFrame, state: str, vault: Vault, books: Codebooks) -> pl.DataFrame:
    """Code one block of a state."""
    coded = pl.DataFrame(
        [
            voter_ids(vault, state, rows["source_id"]),
            books.encode(rows["state"], "state", storage="int16").rename("state"),
            rows["election_date"].rename("election_on"),
            rows["requested_on"],
            rows["sent_on"],
            rows["returned_on"],
            books.encode(rows["method"], "method", storage="int8").rename("method"),
            books.encode(rows["ballot_status"], "ballot_status", storage="int8").rename("ballot_status"),
            books.encode(rows["ballot_party"], "party", storage="int16").rename("ballot_party"),
        ]
    )
    types = polars_schema(EARLY_VOTES.columns)
    return coded.select(pl.col(name).cast(kind) for name, kind in types.items())


def _store(job: Job, manifest: Manifest, state: str, new: pl.DataFrame) -> Manifest:
    """Merge a state's ballots with those stored, and say of each voter where the ballot stands."""
    writing, report, books = job.writing, job.report, job.books
    before = state_file(manifest, state)
    old = pl.read_parquet(writing.snapshots.path(before)) if before else new.clear()
    fresh = new.unique(_KEY, keep="last", maintain_order=True)
    merged = pl.concat([old, fresh]).unique(_KEY, keep="last", maintain_order=True).sort(_KEY)
    replaced = old.height + fresh.height - merged.height
    report.add("stored", fresh.height - replaced)
    report.add("said anew", replaced)
    report.add("the same ballot twice", new.height - fresh.height)
    name = writing.name(LOG, state)
    write_columns(merged, writing.path(name), EARLY_VOTES)
    others = tuple(file for file in manifest.logs.get(LOG, ()) if file != before)
    manifest = replace(manifest, logs={**manifest.logs, LOG: (*others, writing.written(name, merged.height))})
    reader = StateReader(writing.snapshots, manifest.states[state])
    known = merged.join(reader.find(merged["voter_id"]), on="voter_id", how="inner")
    strangers = fresh.join(known, on="voter_id", how="anti").height
    report.merge(report.warnings, {"ballots of voters who are not in the file (kept)": strangers} if strangers else {})
    latest = _where_it_stands(known, books)
    empty = pl.DataFrame(
        {
            column: pl.Series([None] * reader.files.slots, dtype=kind)
            for column, kind in polars_schema(EARLY_SUMMARY.columns).items()
        }
    )
    values = latest.select(early_returned_on="returned_on", early_status="ballot_status")
    rows = set_values(empty, latest["slot"].to_numpy(), values)
    after = write_sidecar(writing, state, reader.files, SIDECAR, rows, EARLY_SUMMARY.columns)
    return manifest.with_state(state, after)


def _where_it_stands(known: pl.DataFrame, books: Codebooks) -> pl.DataFrame:
    """One row a voter: of the latest election the ballot that was accepted, else the one asked for last."""
    accepted = pl.col("ballot_status").is_in(books.codes("ballot_status", "accepted") or [-1])
    return (
        known.with_columns(accepted=accepted)
        .sort("slot", "election_on", "accepted", "returned_on", "requested_on", "method", nulls_last=False)
        .unique("slot", keep="last", maintain_order=True)
    )
