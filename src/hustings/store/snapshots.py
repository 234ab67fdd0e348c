"""Snapshots: what the electorate was, file by file, after each load.

Files are never changed once they have their name. A load writes new ones into ``work/``, moves them to their places and
then writes its manifest: the manifest is the load. Killed before that, the load has not happened, and the next one
sweeps up what it left; after it, it has. An older manifest is an older electorate: that is ``--as-of``.

::

    store/manifests/000007.json       what the store holds after load 7
    store/voters/NC/000003.parquet    voters of a state (base), in slots 0, 1, 2, ...
    store/voters/NC/000007-delta.parquet   rows that differ since, each with its slot
    store/ballots/NC/000004.parquet   a sidecar: the same slots in the same order
    store/vault/NC/000003.vault       who they are, sealed
"""

from __future__ import annotations

import datetime as dt
import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from hustings.errors import StoreError
from hustings.store.columns import sync
from hustings.store.lock import locked
from hustings.store.manifest import FORMAT, Manifest, StateFiles, StoredFile, manifest_from_json
from hustings.store.writing import hash_file, write_json

_MANIFESTS = "manifests"
_WORK = "work"
_KEPT = {_MANIFESTS, "lock", "lock.json", "vault.json"}


class Snapshots:
    """The manifests of a store, oldest first."""

    def __init__(self, store: Path) -> None:
        self.store = store
        # A manifest never changes: each is read once.
        self._known: dict[Path, Manifest] = {}

    def all(self) -> list[Manifest]:
        """Every snapshot, oldest first."""
        return [self._read(path) for path in self._paths()]

    def latest(self) -> Manifest:
        """The last snapshot; an empty one where nothing was loaded yet."""
        paths = self._paths()
        return self._read(paths[-1]) if paths else Manifest()

    def at(self, as_of: dt.date | None) -> Manifest:
        """The last snapshot of a day or before.

        Raises
        ------
        StoreError
            Nothing was loaded yet, or only later.
        """
        paths = self._paths()
        if not paths:
            raise StoreError(f"{self.store} holds no voters yet", hint="hustings load voters FILE --layout NAME")
        # Days never go back from one snapshot to the next: the first that is early enough is the last of its day.
        for path in reversed(paths):
            found = self._read(path)
            if as_of is None or found.date <= as_of:
                return found
        raise StoreError(
            f"nothing was known on {as_of}: the first snapshot is of {self._read(paths[0]).as_of}",
            hint="`hustings snapshots` lists them",
        )

    def path(self, file: StoredFile) -> Path:
        """Where a stored file lies."""
        return self.store / file.path

    def _paths(self) -> list[Path]:
        return sorted((self.store / _MANIFESTS).glob("[0-9]*.json"))

    def _read(self, path: Path) -> Manifest:
        try:
            if path not in self._known:
                self._known[path] = manifest_from_json(json.loads(path.read_text(encoding="utf-8")))
            return self._known[path]
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as err:
            raise StoreError(f"manifest {path} cannot be read: {err}", hint="restore it from a backup") from err


@dataclass
class Writing:
    """A load in progress: where its files go, and what they become."""

    snapshots: Snapshots
    before: Manifest
    work: Path

    @property
    def number(self) -> int:
        """Number of the snapshot that is being made."""
        return self.before.number + 1

    def name(self, kind: str, state: str | None = None, *, suffix: str = ".parquet") -> str:
        """Name within the store for a new file."""
        return "/".join([kind, *([state] if state else []), f"{self.number:06d}{suffix}"])

    def path(self, name: str) -> Path:
        """Where to write a file that shall get this name."""
        path = self.work / "new" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        return path

    def path_of(self, file: StoredFile) -> Path:
        """Where a stored file lies: in its place, or still among the new ones."""
        new = self.work / "new" / file.path
        return new if new.is_file() else self.snapshots.path(file)

    def written(self, name: str, rows: int) -> StoredFile:
        """Describe a file that is finished."""
        path = self.path(name)
        sync(path)
        return StoredFile(path=name, rows=rows, size=path.stat().st_size, sha256=hash_file(path))

    def commit(self, manifest: Manifest) -> None:
        """Move the new files to their places, then say that they are there."""
        new = self.work / "new"
        for path in sorted(path for path in new.rglob("*") if path.is_file()):
            place = self.snapshots.store / path.relative_to(new)
            place.parent.mkdir(parents=True, exist_ok=True)
            path.replace(place)
        place = self.snapshots.store / _MANIFESTS / f"{self.number:06d}.json"
        place.parent.mkdir(exist_ok=True)
        beside = self.work / "manifest.json"
        write_json({"format": FORMAT, **asdict(manifest)}, beside)
        sync(beside)
        beside.replace(place)


@contextmanager
def writing(store: Path, *, what: str, wait_seconds: float = 0) -> Iterator[Writing]:
    """Begin a load: take the lock, sweep up what a killed one left, give a place to work.

    Leaving the block, by an exception too, removes what was not committed.
    """
    with locked(store, what=what, wait_seconds=wait_seconds):
        snapshots = Snapshots(store)
        work = store / _WORK
        try:
            sweep(snapshots)
            work.mkdir(parents=True)
            yield Writing(snapshots, snapshots.latest(), work)
        except OSError as err:
            raise StoreError(
                f"cannot write to {store}: {err.strerror or err}",
                hint="make room and run the same command again; the last snapshot is as it was",
            ) from err
        finally:
            sweep(snapshots)


def sweep(snapshots: Snapshots) -> None:
    """Remove files that no manifest knows: what a load left that was killed or failed."""
    shutil.rmtree(snapshots.store / _WORK, ignore_errors=True)
    known = {file.path for manifest in snapshots.all() for file in manifest.files()}
    for manifest in snapshots.all():
        known.update(manifest.load.get("set_aside_files", ()))
    for path in sorted(snapshots.store.rglob("*"), reverse=True):
        name = path.relative_to(snapshots.store).as_posix()
        if path.is_file() and name.split("/")[0] not in _KEPT and path.name not in _KEPT and name not in known:
            path.unlink()
        elif path.is_dir() and not any(path.iterdir()):
            path.rmdir()


def verify_file(store: Path, file: StoredFile) -> str:
    """Say what is wrong with a stored file; empty when nothing is."""
    path = store / file.path
    if not path.is_file():
        return "is missing"
    if path.stat().st_size != file.size:
        return f"has {path.stat().st_size:,} bytes, expected {file.size:,}"
    if hash_file(path) != file.sha256:
        return "has other bytes than were written (checksum)"
    if path.suffix == ".parquet":
        import pyarrow.parquet as pq

        rows = pq.read_metadata(path).num_rows
        if rows != file.rows:
            return f"has {rows:,} rows, expected {file.rows:,}"
    return ""


def check_alignment(files: StateFiles) -> list[str]:
    """Say which sidecars cannot belong to the state's voters."""
    return [
        f"{name} has {file.rows:,} rows for {files.slots:,} voters"
        for name, file in files.sidecars.items()
        if not files.base.rows <= file.rows <= files.slots
    ]
