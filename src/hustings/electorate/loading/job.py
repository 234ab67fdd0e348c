"""What every load does before and after: the lock, the same file twice, codebooks, quarantine, the manifest."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Required, TypedDict, TypeVar, Unpack

from hustings.electorate.canonical.rows import BlockReport
from hustings.electorate.codebooks import Codebooks, read_codebooks
from hustings.electorate.layouts import Layout
from hustings.electorate.layouts.parameters import check_parameters
from hustings.electorate.loading.ahead import ahead
from hustings.electorate.loading.quarantine import Quarantine
from hustings.electorate.loading.report import LoadReport
from hustings.electorate.reading import RawBlock, read_blocks
from hustings.errors import InputError, StoreError
from hustings.store.columns import write_columns
from hustings.store.manifest import Manifest
from hustings.store.snapshots import Writing, writing
from hustings.store.vault import KEY_FILE, Vault
from hustings.store.writing import hash_file
from hustings.tables import CODEBOOKS

Converted = TypeVar("Converted", bound=BlockReport)


class LoadOptions(TypedDict, total=False):
    """What every load takes beside its files.

    Parameters
    ----------
    vault : Vault
        The opened vault.
    as_of : date
        Day of the files.
    parameters : mapping, optional
        What the layout asks for and the file does not say.
    code_version : str, optional
        Noted in the manifest.
    wait_seconds : float, optional
        How long to wait for another writer.
    progress : callable, optional
        Told what is being done.
    of_state : str, optional
        Whose ids a file of contacts or attributes holds, where it does not say and several states are stored.
    """

    vault: Required[Vault]
    as_of: Required[dt.date]
    parameters: Mapping[str, str] | None
    code_version: str
    wait_seconds: float
    progress: Callable[[str], None]
    of_state: str | None


@dataclass
class Job:
    """A load that has begun: where it writes, what it knows, what it has to account for.

    Parameters
    ----------
    writing : Writing
        Where new files go.
    source : str
        Name of the layout, or of what stands in its place.
    files, inputs
        The files, and their names, sizes and hashes.
    vault, as_of, parameters, code_version, progress, of_state
        As in :class:`LoadOptions`.
    report, books, quarantine
        Filled on the way; saved by :meth:`finish`.
    """

    writing: Writing
    source: str
    files: tuple[Path, ...]
    inputs: tuple[dict[str, Any], ...]
    vault: Vault
    as_of: dt.date
    parameters: Mapping[str, str]
    code_version: str
    progress: Callable[[str], None]
    report: LoadReport
    books: Codebooks
    of_state: str | None = None
    quarantine: Quarantine = field(default_factory=Quarantine)

    @property
    def before(self) -> Manifest:
        """The snapshot that the load begins with."""
        return self.writing.before

    def read(self, layout: Layout, convert: Callable[[RawBlock], Converted]) -> Iterator[tuple[RawBlock, Converted]]:
        """Read the files block by block, convert each, and account for every row."""
        _note_period(layout, self.as_of, self.report)
        report = self.report
        blocks = ((raw, convert(raw)) for raw in read_blocks(self.files, layout, parameters=self.parameters))
        for raw, block in ahead(blocks):
            report.rows_in += raw.frame.height + raw.rejected.height
            self.quarantine.add(raw.rejected)
            self.quarantine.add(block.rejected)
            report.merge(report.dropped, block.dropped)
            report.merge(report.warnings, block.warnings)
            report.notes.extend(remark for remark in raw.remarks if remark not in report.notes)
            for (column, code), rows in block.unknown_codes.items():
                report.merge(report.warnings, {f"{column} {code!r} is not in the layout; kept as it is": rows})
            yield raw, block
            self.progress(f"{report.rows_in:,} rows read")

    def stored_state(self, state: str, file: str) -> str:
        """Give a state's name, and refuse one none of whose voters are stored."""
        if state not in self.before.states:
            raise InputError(
                f"rows of {state}, but no voters of {state} are stored",
                file=file,
                hint="load the voter file first: hustings load voters FILE --layout NAME",
            )
        return state

    @property
    def done_before(self) -> bool:
        """Whether these very files were loaded before; then there is nothing to do, and the report says so."""
        own = sorted(one["sha256"] for one in self.inputs)
        for manifest in self.writing.snapshots.all() if own else ():
            load = manifest.load
            if load.get("layout") == self.source and sorted(one["sha256"] for one in load["inputs"]) == own:
                self.report.notes.append(
                    f"the same files were loaded before, as snapshot {manifest.number} of {manifest.as_of}: nothing changed"
                )
                return True
        return False

    def finish(self, manifest: Manifest) -> None:
        """Write codebooks, quarantine and manifest: from here on the load has happened."""
        place, report = self.writing, self.report
        report.set_aside = self.quarantine.rows
        aside = self.quarantine.write(place, self.vault)
        if self.books.changed:
            name = place.name("codebooks")
            frame = self.books.frame()
            write_columns(frame, place.path(name), CODEBOOKS)
            manifest = replace(manifest, codebooks=place.written(name, frame.height))
        report.snapshot = place.number
        self.vault.keep()
        place.commit(
            replace(
                manifest,
                number=place.number,
                as_of=max(self.as_of.isoformat(), place.before.as_of),
                code_version=self.code_version,
                load={
                    "what": report.what,
                    "layout": self.source,
                    "file_date": self.as_of.isoformat(),
                    "inputs": list(self.inputs),
                    "set_aside_files": aside,
                    "report": report.to_json(),
                },
            )
        )


@contextmanager
def begin(
    store: Path, what: str, source: Layout | str, files: Sequence[Path], **options: Unpack[LoadOptions]
) -> Iterator[Job]:
    """Look at the files and take the lock.

    Parameters
    ----------
    store : Path
        The campaign's store.
    what : str
        What is loaded, as the report calls it.
    source : Layout or str
        The layout, or what stands in its place.
    files : sequence of Path
    options
        :class:`LoadOptions`.

    Raises
    ------
    ConfigError
        A parameter is missing, or the layout does not know it.
    InputError
        A file is missing, or given twice.
    StoreError
        The store is being written to by another, or its vault's key file is gone.
    VaultError
        Another load has begun the vault since it was opened.
    """
    if isinstance(source, Layout):
        # Before anything is looked at: files that are stored already would hide a parameter that does not exist.
        check_parameters(source, options.get("parameters") or {})
    inputs = _described(files)
    doing = f"load {what} {', '.join(path.name for path in files)}"
    with writing(store, what=doing, wait_seconds=options.get("wait_seconds", 0)) as place:
        _check_vault(options["vault"], place.before)
        stored = place.before.codebooks
        yield Job(
            writing=place,
            source=source.name if isinstance(source, Layout) else source,
            files=tuple(files),
            inputs=inputs,
            vault=options["vault"],
            as_of=options["as_of"],
            parameters=options.get("parameters") or {},
            code_version=options.get("code_version", ""),
            progress=options.get("progress", lambda _: None),
            of_state=options.get("of_state"),
            report=LoadReport(what, snapshot=place.before.number, as_of=options["as_of"].isoformat()),
            books=read_codebooks(None if stored is None else place.snapshots.path(stored)),
        )


def _check_vault(vault: Vault, before: Manifest) -> None:
    """Refuse to seal names under a key that would not be that of the names stored before."""
    if not vault.kept and any(state.vault for state in before.states.values()):
        raise StoreError(
            f"{vault.folder / KEY_FILE} is missing, and names are sealed with it",
            hint="restore it from a backup: without it no key opens the vault; nothing was changed",
        )


def _described(files: Sequence[Path]) -> tuple[dict[str, Any], ...]:
    """Name, size and hash of every file, those of folders too."""
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
    return tuple(inputs)


def _note_period(layout: Layout, as_of: dt.date, report: LoadReport) -> None:
    """Say when the source has published another layout since; older files may well be handed out in a newer form."""
    if layout.valid_to is not None and as_of > layout.valid_to:
        report.notes.append(f"the layout {layout.name} was published until {layout.valid_to}; the file is of {as_of}")
