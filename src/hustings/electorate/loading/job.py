"""What every load does before and after: the lock, the same file twice, codebooks, quarantine, the manifest."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

from hustings.electorate.canonical.rows import BlockReport
from hustings.electorate.codebooks import Codebooks
from hustings.electorate.layouts import Layout
from hustings.electorate.loading.ahead import ahead
from hustings.electorate.loading.quarantine import Quarantine
from hustings.electorate.loading.report import LoadReport
from hustings.electorate.reading import RawBlock, read_blocks
from hustings.errors import InputError
from hustings.store.columns import write_columns
from hustings.store.snapshots import Manifest, Writing, writing
from hustings.store.vault import Vault
from hustings.store.writing import hash_file
from hustings.tables import CODEBOOKS

Converted = TypeVar("Converted", bound=BlockReport)


@dataclass(frozen=True)
class Job:
    """A load that has begun."""

    writing: Writing
    what: str
    layout: str
    files: tuple[Path, ...]
    inputs: tuple[dict[str, Any], ...]
    as_of: dt.date

    @property
    def codebooks_path(self) -> Path | None:
        """The codebooks of the snapshot before."""
        stored = self.writing.before.codebooks
        return None if stored is None else self.writing.snapshots.path(stored)

    def report(self, what: str) -> LoadReport:
        """Begin a report."""
        return LoadReport(what, snapshot=self.writing.before.number, as_of=self.as_of.isoformat())


@contextmanager
def begin(
    store: Path, what: str, layout: str, files: Sequence[Path], as_of: dt.date, *, wait_seconds: float = 0
) -> Iterator[Job]:
    """Look at the files and take the lock.

    Raises
    ------
    InputError
        A file is missing, or given twice.
    StoreError
        The store is being written to by another.
    """
    inputs: list[dict[str, Any]] = []
    for path in files:
        for file in sorted(p for p in path.rglob("*") if p.is_file()) if path.is_dir() else [path]:
            if not file.is_file():
                raise InputError("there is no such file", file=file)
            inputs.append({"name": file.name, "bytes": file.stat().st_size, "sha256": hash_file(file)})
    hashes = [one["sha256"] for one in inputs]
    for one in inputs:
        if hashes.count(one["sha256"]) > 1 and one["bytes"]:
            raise InputError("the same file is given twice", file=one["name"], hint="give each file once")
    with writing(store, what=what, wait_seconds=wait_seconds) as place:
        yield Job(place, what, layout, tuple(files), tuple(inputs), as_of)


def read_converted(
    job: Job,
    layout: Layout,
    convert: Callable[[RawBlock], Converted],
    report: LoadReport,
    quarantine: Quarantine,
    *,
    parameters: Mapping[str, str],
    progress: Callable[[str], None],
) -> Iterator[tuple[RawBlock, Converted]]:
    """Read a load's files block by block, convert each, and account for every row.

    Parameters
    ----------
    convert : callable
        Makes a canonical block of a raw one.
    report, quarantine
        Take the counts and the rows set aside.
    """
    _note_period(layout, job.as_of, report)
    blocks = ((raw, convert(raw)) for raw in read_blocks(job.files, layout, parameters=parameters))
    for raw, block in ahead(blocks):
        report.rows_in += raw.frame.height + raw.rejected.height
        quarantine.add(raw.rejected)
        quarantine.add(block.rejected)
        report.merge(report.dropped, block.dropped)
        report.merge(report.warnings, block.warnings)
        for (column, code), rows in block.unknown_codes.items():
            report.merge(report.warnings, {f"{column} {code!r} is not in the layout; kept as it is": rows})
        yield raw, block
        progress(f"{report.rows_in:,} rows read")


def _note_period(layout: Layout, as_of: dt.date, report: LoadReport) -> None:
    """Say when the source has published another layout since; older files may well be handed out in a newer form."""
    if layout.valid_to is not None and as_of > layout.valid_to:
        report.notes.append(f"the layout {layout.name} was published until {layout.valid_to}; the file is of {as_of}")


def already_loaded(job: Job, report: LoadReport) -> bool:
    """Whether these very files were loaded before; then there is nothing to do, and the report says so."""
    own = sorted(one["sha256"] for one in job.inputs)
    for manifest in job.writing.snapshots.all():
        load = manifest.load
        if load.get("layout") == job.layout and sorted(one["sha256"] for one in load["inputs"]) == own:
            report.notes.append(
                f"the same files were loaded before, as snapshot {manifest.number} of {manifest.as_of}: nothing changed"
            )
            return True
    return False


def finish(
    job: Job,
    manifest: Manifest,
    report: LoadReport,
    *,
    books: Codebooks,
    quarantine: Quarantine,
    vault: Vault,
    code_version: str,
) -> None:
    """Write codebooks, quarantine and manifest: from here on the load has happened."""
    place = job.writing
    report.set_aside = quarantine.rows
    aside = quarantine.write(place, vault)
    if books.changed:
        name = place.name("codebooks")
        frame = books.frame()
        write_columns(frame, place.path(name), CODEBOOKS)
        manifest = replace(manifest, codebooks=place.written(name, frame.height))
    report.snapshot = place.number
    place.commit(
        replace(
            manifest,
            number=place.number,
            as_of=max(job.as_of.isoformat(), place.before.as_of),
            code_version=code_version,
            load={
                "what": report.what,
                "layout": job.layout,
                "file_date": job.as_of.isoformat(),
                "inputs": list(job.inputs),
                "set_aside_files": aside,
                "report": report.to_json(),
            },
        )
    )
