"""Load a file of voters: a state's first becomes its base, a later one a difference."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Unpack

import polars as pl

from hustings.electorate.canonical import to_voters
from hustings.electorate.identities import pack_identities
from hustings.electorate.layouts import Layout
from hustings.electorate.loading.ballots import BallotSpill, pack_newcomers, write_ballots
from hustings.electorate.loading.coding import code_voters
from hustings.electorate.loading.compact import compact_state
from hustings.electorate.loading.difference import Difference, compare_changes, compare_file, delta_rows
from hustings.electorate.loading.fresh import precinct_places, sorted_buckets, write_fresh
from hustings.electorate.loading.job import Job, LoadOptions, begin
from hustings.electorate.loading.quarantine import Quarantine
from hustings.electorate.loading.report import LoadReport
from hustings.electorate.loading.spill import SealedHeap, Spill
from hustings.electorate.state import StateReader
from hustings.errors import InputError
from hustings.store.columns import write_columns
from hustings.store.manifest import StateFiles
from hustings.store.sealed import VaultWriter
from hustings.store.snapshots import Writing
from hustings.store.vault import Vault
from hustings.tables import VOTERS_DELTA

LARGEST_LOSS_SHARE = 0.2
"""Share of a state's voters that a full file may lack before it is taken for a part of one."""


@dataclass
class _FirstPass:
    """What the first pass over the files left: rows by state, ballots of wide files, rows set aside."""

    folder: Path
    heap: SealedHeap
    spills: dict[str, Spill] = field(default_factory=dict)
    ballots: dict[str, BallotSpill] = field(default_factory=dict)
    files: dict[str, int] = field(default_factory=dict)

    def spill(self, state: str) -> Spill:
        """Where a state's rows are laid aside."""
        if state not in self.spills:
            folder = self.folder / f"voters-{state}"
            folder.mkdir(parents=True)
            self.spills[state] = Spill(folder, self.heap)
        return self.spills[state]

    def ballot_spill(self, state: str) -> BallotSpill:
        """Where a state's ballots are laid aside."""
        if state not in self.ballots:
            self.ballots[state] = BallotSpill(self.folder / f"ballots-{state}")
        return self.ballots[state]


def load_voters(
    store: Path,
    files: Sequence[Path],
    layout: Layout,
    *,
    coverage: str | None = None,
    allow_older: bool = False,
    allow_gone: bool = False,
    allow_other: bool = False,
    compact_share: float = 0.1,
    **options: Unpack[LoadOptions],
) -> LoadReport:
    """Load voter files into a campaign's store.

    Parameters
    ----------
    store : Path
        The campaign's store.
    files : sequence of Path
        All files of one delivery.
    layout : Layout
        How they are laid out; `layout.coverage` says whether who is missing is gone.
    coverage : str, optional
        ``full`` or ``changes``, where it is not as the layout says: a file of changes says nothing of whom it lacks.
    allow_older, allow_gone, allow_other : bool
        Take a file older than what is stored, one that lacks more than a fifth of the stored voters, a vendor's over a
        state's own.
    compact_share : float
        Share of a state's rows that may differ from its base before the state is written anew.
    options
        :class:`LoadOptions`.

    Raises
    ------
    InputError
        A file that cannot be used as a whole; nothing is changed.
    StoreError
        The store is being written to, or cannot be.
    """
    if layout.id_system != "state":
        raise InputError(
            f"the layout {layout.name!r} holds ids of {layout.id_system!r}, not the state's own",
            hint=f"hustings link FILE --layout {layout.name} finds who these people are",
        )
    layout = layout if coverage is None else replace(layout, coverage=coverage)
    with begin(store, "voters", layout, files, **options) as job:
        # Who asks for an older file wants to go back to it, though it was loaded before.
        if not allow_older and job.done_before:
            return job.report
        first = _first_pass(job, layout)
        manifest = job.before
        for state in sorted(first.spills):
            job.progress(f"sorting {state}")
            before = manifest.states.get(state)
            _check_age(before, state, job.as_of, allow_older=allow_older)
            _check_source(job, before, state, layout, allow_other=allow_other)
            after = _load_state(job, first, state, before, layout)
            _check_gone(before, after, state, allow_gone=allow_gone)
            after = _with_ballots(job, first, state, before, after)
            if after.delta is not None and after.delta.rows > compact_share * after.base.rows:
                job.progress(f"writing {state} anew")
                after = compact_state(job.writing, state, after, precinct_places(job.books, state))
            manifest = manifest.with_state(state, after)
        job.finish(manifest)
    return job.report


def _with_ballots(job: Job, first: _FirstPass, state: str, before: StateFiles | None, files: StateFiles) -> StateFiles:
    """Store the ballots of a file that has a column for each election; else give newcomers those known of them."""
    if state not in first.ballots:
        return files if before is None else pack_newcomers(job.writing, state, before, files, job.books)
    spill = first.ballots[state]
    return write_ballots(job.writing, state, files, spill, job.books, job.report, stored_as="ballots stored")


def _first_pass(job: Job, layout: Layout) -> _FirstPass:
    """Read the files block by block and lay their rows aside by state and county."""
    found = _FirstPass(job.writing.work, SealedHeap(job.writing.work / "names"))
    convert = partial(to_voters, layout=layout, as_of=job.as_of, parameters=job.parameters)
    with closing(found.heap):
        for raw, block in job.read(layout, convert):
            file = found.files.setdefault(raw.file, len(found.files))
            numbered = block.voters.with_columns(line=block.line, row=pl.int_range(pl.len(), dtype=pl.UInt32))
            for part in numbered.partition_by("state", maintain_order=True):
                state = part["state"][0]
                whole = part.height == block.identities.height
                identities = block.identities if whole else block.identities[part["row"]]
                coded = code_voters(
                    part, identities, state=state, source=layout.name, vault=job.vault, books=job.books
                ).with_columns(part["line"], file=pl.lit(file, pl.Int32))
                found.spill(state).put(coded, pack_identities(identities))
            if block.history is not None and block.history.height:
                for part in block.history.partition_by("state", maintain_order=True):
                    found.ballot_spill(part["state"][0]).put(part, vault=job.vault, books=job.books)
    return found


def _check_age(before: StateFiles | None, state: str, as_of: dt.date, *, allow_older: bool) -> None:
    """Refuse a file that is older than what is stored of its state."""
    if before is not None and as_of.isoformat() < before.file_date and not allow_older:
        raise InputError(
            f"the file is of {as_of}, the voters of {state} are of {before.file_date}",
            hint="a newer file is stored already; --allow-older takes it all the same; nothing was changed",
        )


def _check_source(job: Job, before: StateFiles | None, state: str, layout: Layout, *, allow_other: bool) -> None:
    """Refuse a vendor's file over voters from elsewhere: what voters reported would be lost under what is modelled."""
    if before is None or layout.state is not None or allow_other:
        return
    first = pl.scan_parquet(job.writing.snapshots.path(before.base)).select("source").head(1).collect()["source"]
    stored = job.books.values("source")[first[0]] if len(first) else layout.name
    if stored != layout.name:
        raise InputError(
            f"the voters of {state} come from {stored!r}, the file is {layout.name!r}",
            hint="hustings load consumer takes a vendor's attributes beside them; --allow-other replaces them; nothing was changed",
        )


def _check_gone(before: StateFiles | None, after: StateFiles, state: str, *, allow_gone: bool) -> None:
    """Refuse a file that would make a state lose a fifth of its voters: it is one part of several, or cut off."""
    if before is not None and after.present < (1 - LARGEST_LOSS_SHARE) * before.present and not allow_gone:
        raise InputError(
            f"{before.present - after.present:,} of {before.present:,} voters of {state} would be gone",
            hint="give all parts of a delivery in one command; --changes for a file of changes; --allow-gone if it is true; "
            "nothing was changed",
        )


def _load_state(job: Job, first: _FirstPass, state: str, before: StateFiles | None, layout: Layout) -> StateFiles:
    """Make a state's base, or the difference to what is stored of it."""
    spill, report, file_date = first.spills[state], job.report, job.as_of.isoformat()
    keep = _one_of_each(first, spill, job.quarantine, report)
    found = sorted_buckets(spill, precinct_places(job.books, state), keep)
    stripped = ((bucket, coded.drop("line", "file"), names) for bucket, coded, names in found)
    if before is None:
        after = write_fresh(job.writing, state, stripped, vault=job.vault, file_date=file_date)
        report.add("stored", after.slots)
        return after
    reader = StateReader(job.writing.snapshots, before)
    compare = compare_file if layout.coverage == "full" else compare_changes
    difference = compare(reader, stripped, vault=job.vault)
    for kind, rows in difference.counts.items():
        report.add("stored" if kind == "new" else kind, rows)
    return write_difference(job.writing, state, reader, difference, vault=job.vault, file_date=file_date)


def _one_of_each(
    first: _FirstPass, spill: Spill, quarantine: Quarantine, report: LoadReport
) -> Callable[[pl.DataFrame], pl.Series] | None:
    """Of rows with the same id keep the one registered last (then the later line); set the others aside."""
    twice = spill.duplicated()
    if not len(twice):
        return None
    ids = pl.Series(twice).implode()
    counties = list(dict.fromkeys(piece[0] for piece in spill.pieces))
    found = [
        coded.with_columns(names["identity"]).filter(pl.col("voter_id").is_in(ids))
        for coded, names in spill.fetch(counties)
    ]
    rows = pl.concat(found).sort("voter_id", "registered_on", "file", "line", nulls_last=False)
    winners = rows.unique("voter_id", keep="last", maintain_order=True).select("voter_id", "file", "line", best="line")
    winning = winners.select("voter_id", "file", "line")
    losers = rows.join(winning, on=["voter_id", "file", "line"], how="anti", maintain_order="left")
    losers = losers.join(winners.select("voter_id", "best"), on="voter_id", how="left", maintain_order="left")
    names = {number: name for name, number in first.files.items()}
    quarantine.add(
        losers.select(
            pl.col("file").replace_strict(names, return_dtype=pl.String),
            "line",
            reason=pl.format("the same id stands on line {}, whose registration is later or equal", "best"),
            text="identity",
        )
    )
    report.merge(report.warnings, {"ids that occur more than once in the file": len(twice)})
    dead = losers.select("file", "line").with_columns(dead=pl.lit(value=True))

    def keep(coded: pl.DataFrame) -> pl.Series:
        return (
            coded.select("file", "line")
            .join(dead, on=["file", "line"], how="left", maintain_order="left")["dead"]
            .is_null()
        )

    return keep


def write_difference(
    writing: Writing, state: str, reader: StateReader, difference: Difference, *, vault: Vault, file_date: str
) -> StateFiles:
    """Write a state's delta, the old one's rows included, and the identities that are new."""
    before = reader.files
    first_vault_row = sum(file.rows for file in before.vault)
    rows, names = delta_rows(difference, reader, file_date=file_date, first_vault_row=first_vault_row)
    after = replace(
        before,
        file_date=file_date,
        present=before.present
        + sum(difference.counts.get(kind, 0) for kind in ("new", "back"))
        - difference.counts.get("gone", 0),
        slots=before.slots + difference.counts.get("new", 0),
    )
    if rows.height == 0:
        return after
    old = reader.delta()
    if old is not None:
        rows = pl.concat([old.join(rows.select("slot"), on="slot", how="anti"), rows.select(old.columns)])
    name = writing.name("voters", state, suffix="-delta.parquet")
    write_columns(rows.sort("slot"), writing.path(name), VOTERS_DELTA)
    after = replace(after, delta=writing.written(name, rows.height))
    if names.height:
        sealed = writing.name("vault", state, suffix=".vault")
        with VaultWriter(vault, sealed, writing.path(sealed)) as writer:
            writer.append(names)
        after = replace(after, vault=(*before.vault, writing.written(sealed, names.height)))
    return after
