"""``kill -9`` at any moment: the last snapshot is whole, and the same load again ends with the same bytes."""

from __future__ import annotations

import random
import shutil

import pytest

from hustings.store.snapshots import Snapshots
from made_electorate import raw_voters, store_bytes

MOMENTS = 10


@pytest.fixture(scope="module")
def uninterrupted(begun, ask, small_raw, tmp_path_factory):
    """Kind -> bytes of the store after the load, its file operations, its seconds."""
    root = tmp_path_factory.mktemp("uninterrupted")
    found = {}
    for kind, start in begun.items():
        store = shutil.copytree(start, root / kind)
        said = ask(store, small_raw, kind)
        assert "counts" in said, said
        # The first load of a process is slower: once more for the time it takes.
        again = ask(shutil.copytree(start, root / f"{kind} again"), small_raw, kind)
        found[kind] = (store_bytes(store), said["operations"], again["seconds"])
        assert store_bytes(root / f"{kind} again") == found[kind][0]
    return found


@pytest.fixture(scope="module")
def present(small_raw):
    weeks = [len(raw_voters(small_raw, week)) for week in (0, 1)]
    return {
        "first": (0, weeks[0]),
        "history": (weeks[0], weeks[0]),
        "early votes": (weeks[0], weeks[0]),
        "update": tuple(weeks),
        "compact": tuple(weeks),
    }


def finish(ask, store, raw, kind, expected):
    """The same load once more, and what must come of it."""
    said = ask(store, raw, kind)
    assert "counts" in said, said
    assert store_bytes(store) == expected


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["first", "history", "compact"])
def test_killed_before_each_file_operation(kind, begun, ask, small_raw, uninterrupted, whole, present, tmp_path):
    expected, operations, _ = uninterrupted[kind]
    was = Snapshots(begun[kind]).latest().number
    store = shutil.copytree(begun[kind], tmp_path / "store")
    # Every twelfth, and each of the last nine: there the files get their names. A store is killed in again and again.
    moments = sorted({*range(1, operations, 12), *range(operations - 8, operations + 1)})
    happened = []
    for k in moments:
        assert ask(store, small_raw, kind, die_at=k)["killed"], k
        happened.append(whole(store, was=was, voters=present[kind]))
        if happened[-1] or len(happened) % 5 == 0:
            finish(ask, store, small_raw, kind, expected)
            shutil.rmtree(store)
            shutil.copytree(begun[kind], store)
    # The load has not happened until the manifest has its name, and has from then on.
    assert happened == sorted(happened)
    assert happened[0] == 0
    assert happened[-1] == 1


@pytest.mark.slow
def test_killed_at_random_moments(begun, ask, small_raw, uninterrupted, whole, present, tmp_path):
    expected, _, seconds = uninterrupted["compact"]
    rng = random.Random(20161108)
    was = Snapshots(begun["compact"]).latest().number
    killed = 0
    for k in range(2 * MOMENTS):
        store = shutil.copytree(begun["compact"], tmp_path / str(k))
        if ask(store, small_raw, "compact", after=rng.uniform(0, seconds))["killed"]:
            killed += 1
        else:
            seconds *= 0.8  # the machine is faster now than when it was timed
        whole(store, was=was, voters=present["compact"])
        finish(ask, store, small_raw, "compact", expected)
        shutil.rmtree(store)
        if killed == MOMENTS:
            break
    assert killed == MOMENTS
