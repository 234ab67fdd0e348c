"""One writer at a time."""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from hustings.errors import BusyError, StoreError


@contextmanager
def locked(store: Path, *, what: str, wait_seconds: float = 0) -> Iterator[None]:
    """Hold the store's lock while writing.

    Parameters
    ----------
    store : Path
        The campaign's store.
    what : str
        What is being done; told to whoever finds the lock taken.
    wait_seconds : float
        How long to wait for another writer.

    Raises
    ------
    BusyError
        Another process holds the lock; says which, and what it does.
    StoreError
        The store cannot be written to.
    """
    from filelock import FileLock, Timeout

    holder = store / "lock.json"
    lock = FileLock(str(store / "lock"))
    try:
        store.mkdir(parents=True, exist_ok=True)
        lock.acquire(timeout=wait_seconds)
    except Timeout as err:
        raise BusyError(
            f"another process is writing to {store}: {_holder(holder)}",
            hint="wait for it, or give --wait SECONDS; nothing was changed",
        ) from err
    except OSError as err:
        raise StoreError(f"cannot write to {store}: {err.strerror or err}", hint="nothing was changed") from err
    try:
        # On a full disk there is no room to say who holds it; whoever waits is told less.
        with suppress(OSError):
            holder.write_text(json.dumps({"pid": os.getpid(), "host": socket.gethostname(), "what": what}))
        yield
    finally:
        holder.unlink(missing_ok=True)
        lock.release()


def _holder(path: Path) -> str:
    """Say who holds the lock."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        return f"{found['what']} (process {found['pid']} on {found['host']})"
    except (OSError, ValueError, KeyError):
        return "it did not say what it does"
