"""A process that runs loads in children of its own, so that they can be killed: one line of JSON asks, one answers.

Asked ``{"store": ..., "raw": ..., "kind": ..., "die_at": k}`` a child kills itself before its k-th file operation (a file
closed, moved to its place, synced, removed); with ``after`` it is killed so many seconds after it began; with ``room``
no file may grow beyond so many bytes. Forking spares the second that every start of a process would cost.
"""

from __future__ import annotations

import functools
import importlib
import json
import os
import resource
import signal
import sys
import threading
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import made_electorate as made
from hustings.electorate.loading import load_early_votes
from hustings.electorate.loading.spill import Spill
from hustings.errors import HustingsError
from hustings.store import vault
from hustings.store.columns import ColumnWriter
from hustings.store.sealed import VaultWriter


def early_votes(store: Path, raw: Path):
    file = raw / made.DAYS[2].isoformat() / "absentee_20161015.zip"
    return load_early_votes(store, [file], made.layout("early-votes"), vault=made.opened(store), as_of=made.DAYS[2])


KINDS = {
    "first": lambda store, raw: made.load_week(store, raw, 0),
    "history": made.load_ballots,
    "update": lambda store, raw: made.load_week(store, raw, 1),
    "compact": lambda store, raw: made.load_week(store, raw, 1, compact_share=1e-9),
    "early votes": early_votes,
}
OPERATIONS = (
    (os, "replace"),
    (os, "fsync"),
    (os, "unlink"),
    (os, "rmdir"),
    (Path, "replace"),
    (Path, "mkdir"),
    (Path, "unlink"),
    (Path, "rmdir"),
    (ColumnWriter, "append"),
    (ColumnWriter, "close"),
    (VaultWriter, "append"),
    (VaultWriter, "close"),
    (Spill, "put"),
)


def count_operations(die_at: int) -> list[int]:
    """Count file operations; die before the k-th."""
    done = [0]

    def counted(function):
        def wrapper(*args, **kwargs):
            done[0] += 1
            if done[0] == die_at:
                os.kill(os.getpid(), signal.SIGKILL)
            return function(*args, **kwargs)

        return wrapper

    for owner, name in OPERATIONS:
        setattr(owner, name, counted(getattr(owner, name)))
    return done


def child(asked: dict, answer: int) -> None:
    """Load, and write what came of it."""
    if "room" in asked:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (asked["room"], asked["room"]))
    if "after" in asked:
        threading.Timer(asked["after"], os.kill, (os.getpid(), signal.SIGKILL)).start()
    done = count_operations(asked.get("die_at", 0))
    began = time.monotonic()
    found: dict = {}
    try:
        report = KINDS[asked["kind"]](Path(asked["store"]), Path(asked["raw"]))
        found["counts"] = report.counts
    except HustingsError as err:
        found["refused"] = [type(err).__name__, str(err)]
    except Exception as err:  # noqa: BLE001 (told to the test)
        found["failed"] = repr(err)
    os.write(answer, json.dumps({**found, "operations": done[0], "seconds": time.monotonic() - began}).encode())
    os._exit(0)


def main() -> None:
    # What every child would do again: the imports that wait for the first use, and the key.
    for name in ("cryptography.hazmat.primitives.ciphers.aead", "filelock", "pyarrow.parquet"):
        importlib.import_module(name)
    vault._derive = functools.cache(vault._derive)
    vault._derive(made.PASSPHRASE, made.SALT)
    for line in sys.stdin:
        read, write = os.pipe()
        pid = os.fork()
        if not pid:
            child(json.loads(line), write)
        os.close(write)
        with os.fdopen(read) as pipe:
            said = pipe.read()
        _, status = os.waitpid(pid, 0)
        found = json.loads(said or "{}") | {"killed": os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL}
        print(json.dumps(found), flush=True)


if __name__ == "__main__":
    main()
