"""The journal of a wave: every event once, in order, on disk before anybody is answered.

One SQLite file, append-only. Whoever appends is given a future; a single thread collects what has arrived, commits it at
once (one ``fsync`` for many callers) and only then fulfils the futures. What was acknowledged survives ``kill -9``.
"""

from __future__ import annotations

import json
import queue
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from hustings.errors import StoreError

JOURNAL = "field.sqlite"
VERSION = 1
_APPLICATION = 0x48555331
_SCHEMA = """
CREATE TABLE events (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    event_key TEXT NOT NULL UNIQUE,
    case_id INTEGER NOT NULL,
    at TEXT NOT NULL,
    mode TEXT NOT NULL,
    kind TEXT NOT NULL,
    body TEXT NOT NULL
);
CREATE TRIGGER events_stay BEFORE UPDATE ON events BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
CREATE TRIGGER events_last BEFORE DELETE ON events BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
"""
_INSERT = "INSERT INTO events (event_key, case_id, at, mode, kind, body) SELECT " + ", ".join(
    f"json_extract(value, '$[{i}]')" for i in range(6)
)
_INSERT += " FROM json_each(?) ORDER BY key"
_KNOWN = "SELECT json_group_array(event_key) FROM events WHERE event_key IN (SELECT value FROM json_each(?))"
_COLUMNS = "number, event_key, case_id, at, mode, kind, body"


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened.

    Parameters
    ----------
    key : str
        Unique in the wave: the same key again is the same event, and is not stored again.
    case_id : int
        Case of the sample; 0 for what concerns no case.
    at : str
        When, ISO 8601 in UTC.
    mode : str
        web, sms, ivr; empty for none.
    kind : str
        What happened (``interview`` lists the kinds).
    body : Mapping
        The rest, as JSON has it.
    number : int
        Its place in the journal; 0 as long as it is not stored.
    """

    key: str
    case_id: int
    at: str
    mode: str
    kind: str
    body: Mapping[str, Any] = field(default_factory=dict)
    number: int = 0


class Journal:
    """A wave's journal, opened for writing by this process alone.

    Parameters
    ----------
    path : Path
        The file; begun when it is not there.
    on_commit : callable, optional
        Is given each group of events after it is on disk and before its future is fulfilled, in the journal's order,
        by one thread.
    linger_seconds : float
        How long a commit waits for more to arrive.

    Raises
    ------
    StoreError
        The file is damaged, is no journal, is a newer version's, or another process writes it.
    """

    def __init__(
        self,
        path: Path,
        on_commit: Callable[[Sequence[Event]], None] | None = None,
        *,
        linger_seconds: float = 0.002,
    ) -> None:
        self.path = path
        self._on_commit = on_commit or (lambda _events: None)
        self._linger = linger_seconds
        self._lock = FileLock(path.with_name(path.name + ".lock"))
        try:
            self._lock.acquire(timeout=0)
        except Timeout:
            raise StoreError(
                f"{path} is being written by another process", hint="only one server fields a wave; end the other one"
            ) from None
        try:
            self._writer = _connect(path, begin=True)
            self._reader = _connect(path)
        except BaseException:
            self._lock.release()
            raise
        self._reading = threading.Lock()
        self._queue: queue.SimpleQueue[tuple[Sequence[Event], Future[bool]] | None] = queue.SimpleQueue()
        self._closed = False
        self._thread = threading.Thread(target=self._run, name="journal", daemon=True)
        self._thread.start()

    def append(self, *events: Event) -> Future[bool]:
        """Append events, all of them or none.

        Returns
        -------
        Future
            Fulfilled when they are on disk: True, or False when the first one's key was there already (then none of
            them is stored again). Fails with StoreError when the disk does.
        """
        done: Future[bool] = Future()
        if self._closed:
            done.set_exception(StoreError(f"{self.path} is closed"))
        else:
            self._queue.put((events, done))
        return done

    def find(self, key: str) -> Event | None:
        """Give the event of a key."""
        with self._reading:
            row = self._reader.execute(f"SELECT {_COLUMNS} FROM events WHERE event_key = ?", (key,)).fetchone()  # noqa: S608 (constants)
        return None if row is None else _event(row)

    def events(self) -> Iterator[Event]:
        """Every event, in order."""
        with self._reading:
            rows = self._reader.execute(f"SELECT {_COLUMNS} FROM events ORDER BY number").fetchall()  # noqa: S608
        return _events(rows)

    def close(self) -> None:
        """Store what is waiting, then let go of the file."""
        if self._closed:
            return
        self._closed = True
        self._queue.put(None)
        self._thread.join()
        self._reader.close()
        self._writer.close()
        self._lock.release()

    def _run(self) -> None:
        """Collect, commit, answer; until closed."""
        more = True
        while more:
            batch = [self._queue.get()]
            if self._linger and batch[0] is not None:
                time.sleep(self._linger)
            while not self._queue.empty():
                batch.append(self._queue.get())
            more = None not in batch
            self._commit([one for one in batch if one is not None])

    def _commit(self, batch: Sequence[tuple[Sequence[Event], Future[bool]]]) -> None:
        """Store a batch in one transaction.

        Few statements, each over the whole batch: every one gives the interpreter to the threads that answer, and gets
        it back only after them.
        """
        try:
            self._writer.execute("BEGIN IMMEDIATE")
            stored = self._insert([events for events, _ in batch])
            self._writer.execute("COMMIT")
        except sqlite3.Error as err:
            if self._writer.in_transaction:
                self._writer.execute("ROLLBACK")
            hint = "nothing of it was stored; is the disk full?"
            for _, done in batch:
                done.set_exception(StoreError(f"{self.path} cannot be written: {err}", hint=hint))
            return
        for (events, done), new in zip(batch, stored, strict=True):
            try:
                if new:
                    self._on_commit(events)
                done.set_result(new)
            except Exception as err:  # noqa: BLE001 (the caller is told; the thread goes on)
                done.set_exception(err)

    def _insert(self, groups: Sequence[Sequence[Event]]) -> list[bool]:
        """Insert the groups whose first key is new; nobody else writes, so what is looked up stays true."""
        asked = json.dumps([events[0].key for events in groups])
        seen = set(json.loads(self._writer.execute(_KNOWN, (asked,)).fetchone()[0]))
        stored, rows = [], []
        for events in groups:
            new = events[0].key not in seen
            stored.append(new)
            if new:
                seen.update(event.key for event in events)
                rows += [[e.key, e.case_id, e.at, e.mode, e.kind, _json(e.body)] for e in events]
        if rows:
            self._writer.execute(_INSERT, (_json(rows),))
        return stored


def read_events(path: Path) -> Iterator[Event]:
    """Every event of a journal that another process may be writing; none where there is no journal.

    Raises
    ------
    StoreError
        The file is damaged, is no journal, or is a newer version's.
    """
    if not path.is_file():
        return iter(())
    connection = _connect(path)
    try:
        rows = connection.execute(f"SELECT {_COLUMNS} FROM events ORDER BY number").fetchall()  # noqa: S608
    except sqlite3.DatabaseError as err:
        raise _damaged(path, err) from err
    finally:
        connection.close()
    return _events(rows)


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _events(rows: Sequence[tuple[Any, ...]]) -> Iterator[Event]:
    """Events of rows; their bodies are decoded in one go, which is twice as fast."""
    bodies = json.loads("[" + ",".join(row[6] for row in rows) + "]")
    return (Event(r[1], r[2], r[3], r[4], r[5], body, r[0]) for r, body in zip(rows, bodies, strict=True))


def _event(row: tuple[Any, ...]) -> Event:
    return Event(row[1], row[2], row[3], row[4], row[5], json.loads(row[6]), row[0])


def _connect(path: Path, *, begin: bool = False) -> sqlite3.Connection:
    """Open the file and hold it to what a journal is."""
    try:
        connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=10)
    except sqlite3.Error as err:
        raise StoreError(f"{path} cannot be opened: {err}") from err
    try:
        _check(connection, path, begin=begin)
    except sqlite3.DatabaseError as err:
        connection.close()
        raise _damaged(path, err) from err
    except BaseException:
        connection.close()
        raise
    return connection


def _check(connection: sqlite3.Connection, path: Path, *, begin: bool) -> None:
    """Begin an empty file; refuse one that is another's."""
    empty = not connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    if begin and empty:
        connection.executescript(
            f"PRAGMA journal_mode = WAL; BEGIN; PRAGMA application_id = {_APPLICATION};"
            f"PRAGMA user_version = {VERSION}; {_SCHEMA} COMMIT;"
        )
    application = connection.execute("PRAGMA application_id").fetchone()[0]
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if application != _APPLICATION:
        raise StoreError(f"{path} is no journal of a wave", hint="move it away; the journal is begun anew")
    if version != VERSION:
        raise StoreError(
            f"{path} is of version {version}, this program reads version {VERSION}", hint="update hustings"
        )
    if begin:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        found = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
        if found != "ok":
            raise sqlite3.DatabaseError(found)


def _damaged(path: Path, err: Exception) -> StoreError:
    return StoreError(
        f"{path} is damaged or is no journal: {err}",
        hint="nothing was changed; restore it from a backup, with the -wal file beside it",
    )
