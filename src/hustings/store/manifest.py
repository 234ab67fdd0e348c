"""What a store holds after one load: every file, with its rows and its checksum."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from hustings.errors import StoreError

FORMAT = 1
SCORES = "scores"
"""The sidecar of scores: it speaks of the very rows it was made of, and is not carried over to changed ones."""


@dataclass(frozen=True)
class StoredFile:
    """One file of the store: where it is, how many rows it has, and what its bytes hash to."""

    path: str
    rows: int
    size: int
    sha256: str

    @property
    def number(self) -> int:
        """Snapshot that wrote it."""
        return int(self.path.rpartition("/")[2][:6])


@dataclass(frozen=True)
class Election:
    """An election of a state's list; its place in the list is its code and its bit."""

    date: str
    kind: str
    labels: tuple[str, ...]


@dataclass(frozen=True)
class StateFiles:
    """All that is stored of one state.

    Parameters
    ----------
    base : StoredFile
        Voters in slot order.
    delta : StoredFile or None
        Rows that stand for slots of the base, and those that follow after its last.
    slots : int
        Rows of the base and those that follow.
    present : int
        Voters who were in the last file.
    file_date : str
        Date of the last voter file.
    vault : tuple of StoredFile
        Identities; their rows are numbered on from file to file.
    sidecars : dict
        Name -> file whose row k belongs to slot k; slots after its last have no value.
    history : StoredFile or None
        Every ballot known of the state's voters, those of voters who are not in the file too.
    elections : tuple of Election
    """

    base: StoredFile
    slots: int
    present: int
    file_date: str
    delta: StoredFile | None = None
    vault: tuple[StoredFile, ...] = ()
    sidecars: Mapping[str, StoredFile] = field(default_factory=dict)
    history: StoredFile | None = None
    elections: tuple[Election, ...] = ()

    def is_older(self, sidecar: str) -> bool:
        """Whether a sidecar was written before the voters' rows: what it says is of who they were then."""
        file = self.sidecars.get(sidecar)
        rows = [self.base, *([self.delta] if self.delta is not None else [])]
        return file is not None and any(one.number > file.number for one in rows)

    def files(self) -> Iterator[StoredFile]:
        """Every file of the state."""
        yield self.base
        if self.delta is not None:
            yield self.delta
        yield from self.vault
        yield from self.sidecars.values()
        if self.history is not None:
            yield self.history


@dataclass(frozen=True)
class Manifest:
    """What the store holds after one load."""

    number: int = 0
    as_of: str = ""
    code_version: str = ""
    load: Mapping[str, Any] = field(default_factory=dict)
    states: Mapping[str, StateFiles] = field(default_factory=dict)
    logs: Mapping[str, tuple[StoredFile, ...]] = field(default_factory=dict)
    codebooks: StoredFile | None = None
    provenance: Mapping[str, str] = field(default_factory=dict)

    @property
    def date(self) -> dt.date:
        """Day of the snapshot."""
        return dt.date.fromisoformat(self.as_of)

    def files(self) -> Iterator[StoredFile]:
        """Every file that the snapshot consists of."""
        for state in self.states.values():
            yield from state.files()
        for files in self.logs.values():
            yield from files
        if self.codebooks is not None:
            yield self.codebooks

    def with_state(self, name: str, files: StateFiles) -> Manifest:
        """The same with one state's files replaced; states stay in order of their names."""
        return replace(self, states=dict(sorted({**self.states, name: files}.items())))

    def with_log(self, name: str, file: StoredFile) -> Manifest:
        """The same with one more file in a log."""
        return replace(self, logs={**self.logs, name: (*self.logs.get(name, ()), file)})


def manifest_from_json(data: Mapping[str, Any]) -> Manifest:
    """Make a manifest of what its file holds.

    Raises
    ------
    StoreError
        It was written by another version.
    """
    if data.get("format") != FORMAT:
        raise StoreError(f"a manifest of format {data.get('format')!r}, expected {FORMAT}", hint="update hustings")

    def file(found: Mapping[str, Any] | None) -> StoredFile | None:
        return None if found is None else StoredFile(**found)

    def files(found: Any) -> tuple[StoredFile, ...]:  # noqa: ANN401 (JSON)
        return tuple(StoredFile(**one) for one in found)

    states = {
        name: StateFiles(
            base=StoredFile(**one["base"]),
            delta=file(one["delta"]),
            slots=one["slots"],
            present=one["present"],
            file_date=one["file_date"],
            vault=files(one["vault"]),
            sidecars={key: StoredFile(**value) for key, value in one["sidecars"].items()},
            history=file(one["history"]),
            elections=tuple(Election(e["date"], e["kind"], tuple(e["labels"])) for e in one["elections"]),
        )
        for name, one in data["states"].items()
    }
    return Manifest(
        number=data["number"],
        as_of=data["as_of"],
        code_version=data["code_version"],
        load=data["load"],
        states=states,
        logs={name: files(found) for name, found in data["logs"].items()},
        codebooks=file(data["codebooks"]),
        provenance=data["provenance"],
    )
