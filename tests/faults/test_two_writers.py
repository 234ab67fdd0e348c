"""Two processes at once: one waits, or is told who holds the lock; readers read on."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time

import pytest

from hustings.errors import StoreError
from hustings.store.lock import locked
from hustings.store.snapshots import Snapshots
from made_electorate import load_week, store_bytes

HOLDER = """
import sys
from pathlib import Path
from hustings.store.lock import locked
with locked(Path(sys.argv[1]), what="load voters other.zip"):
    print("held", flush=True)
    sys.stdin.readline()
"""


@pytest.fixture
def held(begun, tmp_path):
    """A store that another process is writing to, and that process."""
    store = shutil.copytree(begun["update"], tmp_path / "store")
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(store)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout.readline() == "held\n"
        yield store, process
        if process.poll() is None:
            process.communicate("\n")


def test_the_second_is_told_who_holds_the_lock(held, small_raw):
    store, process = held
    before = store_bytes(store)
    with pytest.raises(StoreError, match=rf"load voters other\.zip \(process {process.pid} on .*--wait"):
        load_week(store, small_raw, 1)
    assert store_bytes(store) == before


def test_the_second_waits_and_then_loads(held, small_raw):
    store, process = held
    number = Snapshots(store).latest().number
    began = time.monotonic()
    with subprocess.Popen(["sh", "-c", f"sleep 0.5; kill {process.pid}"]):
        report = load_week(store, small_raw, 1, wait_seconds=30)
    assert time.monotonic() - began > 0.4
    assert report.snapshot == number + 1


def test_a_wait_that_is_too_short(held, small_raw):
    store, _ = held
    with pytest.raises(StoreError, match="another process is writing"):
        load_week(store, small_raw, 1, wait_seconds=0.1)


def test_a_killed_holder_holds_nothing(held, small_raw):
    store, process = held
    process.kill()
    process.wait()
    assert (store / "lock.json").is_file()
    load_week(store, small_raw, 1)
    assert not (store / "lock.json").exists()


def test_who_reads_needs_no_lock(held):
    store, _ = held
    assert Snapshots(store).latest().number > 0
    with pytest.raises(StoreError), locked(store, what="test"):
        pass
