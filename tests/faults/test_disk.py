"""A full disk: the last snapshot is whole, the error says what to do, and with room the same load ends with the same bytes."""

from __future__ import annotations

import shutil
import subprocess
from contextlib import contextmanager

import pytest

from hustings.store.snapshots import Snapshots
from made_electorate import raw_voters, store_bytes

TOO_LITTLE = (0, 16, 48, 96, 160)
"""Kilobytes free where the update needs more."""


@contextmanager
def small_disk(folder, kilobytes):
    """A file system of so many kilobytes."""
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={kilobytes}k", "tmpfs", str(folder)], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip(f"no file system can be mounted here: {mounted.stderr.decode().strip()}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def pages(store):
    """Kilobytes that a store takes there, each file whole pages."""
    return sum(-(-path.stat().st_size // 4096) * 4 if path.is_file() else 4 for path in [store, *store.rglob("*")])


@pytest.fixture
def expected(begun, ask, small_raw, tmp_path):
    store = shutil.copytree(begun["update"], tmp_path / "uninterrupted")
    assert "counts" in ask(store, small_raw, "update")
    return store_bytes(store)


@pytest.fixture
def voters(small_raw):
    return tuple(len(raw_voters(small_raw, week)) for week in (0, 1))


def test_a_full_disk(begun, ask, small_raw, whole, expected, voters, tmp_path):
    was = Snapshots(begun["update"]).latest().number
    for free in TOO_LITTLE:
        with small_disk(tmp_path / f"disk{free}", pages(begun["update"]) + free) as disk:
            store = shutil.copytree(begun["update"], disk / "store")
            before = store_bytes(store)
            said = ask(store, small_raw, "update")
            kind, message = said.get("refused", (said, ""))
            assert kind == "StoreError"
            assert "No space left" in message
            assert "make room and run the same command again" in message
            assert whole(store, was=was, voters=voters) == 0
            assert store_bytes(store) == before
            subprocess.run(["mount", "-o", "remount,size=64m", str(disk)], check=True)
            assert "counts" in ask(store, small_raw, "update")
            assert store_bytes(store) == expected


@pytest.mark.parametrize("room", [0, 4_000, 20_000])
def test_a_file_that_may_not_grow(begun, ask, small_raw, whole, expected, voters, tmp_path, room):
    was = Snapshots(begun["update"]).latest().number
    store = shutil.copytree(begun["update"], tmp_path / "store")
    before = store_bytes(store)
    said = ask(store, small_raw, "update", room=room)
    kind, message = said.get("refused", (said, ""))
    assert kind == "StoreError"
    assert "make room and run the same command again" in message
    assert whole(store, was=was, voters=voters) == 0
    assert store_bytes(store) == before
    assert "counts" in ask(store, small_raw, "update")
    assert store_bytes(store) == expected
