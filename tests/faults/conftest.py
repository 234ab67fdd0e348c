"""A small store, a process that runs loads on copies of it, and what must hold whenever one ends."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from hustings.electorate.query import open_electorate
from hustings.electorate.synthetic import ElectorateSpec, write_voters
from hustings.engines import connect
from hustings.store.snapshots import Snapshots, check_alignment, verify_file
from made_electorate import DAYS, VOTERS, csv_rows, load_ballots, load_week, rewritten

COUNTIES = (b"WAKE", b"MECKLENBURG", b"GUILFORD", b"FORSYTH", b"CUMBERLAND", b"DURHAM")
PERSONAL = ("ncid", "last_name", "res_street_address", "full_phone_number")


@pytest.fixture(scope="session")
def small_raw(tmp_path_factory):
    """Weekly files of a thousand voters in six counties: a load takes the longer the more there are."""
    all_counties, raw = tmp_path_factory.mktemp("counties"), tmp_path_factory.mktemp("small")
    write_voters(ElectorateSpec(3000, weeks=3, seed=8), all_counties)

    def some(lines):
        return [lines[0], *(line for line in lines[1:] if any(b'"%s"' % county in line for county in COUNTIES))]

    for file in all_counties.rglob("*.zip"):
        place = raw / file.relative_to(all_counties)
        place.parent.mkdir(exist_ok=True)
        rewritten(file, place, some)
    return raw


@pytest.fixture(scope="session")
def begun(small_raw, tmp_path_factory):
    """Kind of load -> a store that it finds; do not write into it."""
    root = tmp_path_factory.mktemp("begun")
    empty, voters, both = root / "empty", root / "voters", root / "both"
    empty.mkdir()
    load_week(voters, small_raw, 0)
    shutil.copytree(voters, both)
    load_ballots(both, small_raw)
    return {"first": empty, "history": voters, "update": both, "compact": both, "early votes": both}


@pytest.fixture(scope="session")
def ask():
    """Runs a load in a child process; gives what it says, or that it was killed."""
    script = Path(__file__).with_name("loads.py")
    with subprocess.Popen(
        [sys.executable, str(script)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:

        def run(store, raw, kind, **settings):
            process.stdin.write(json.dumps({"store": str(store), "raw": str(raw), "kind": kind, **settings}) + "\n")
            process.stdin.flush()
            return json.loads(process.stdout.readline())

        yield run
        process.stdin.close()


@pytest.fixture(scope="session")
def secrets(small_raw):
    """Names, addresses, phones and ids that nobody may read: those of letters and digits that nothing else consists of."""
    rows = csv_rows(small_raw / DAYS[0].isoformat() / VOTERS) + csv_rows(small_raw / DAYS[1].isoformat() / VOTERS)
    open_words = {row["county_desc"] for row in rows} | {"REMOVED", "CONFIDENTIAL"}
    found = {row[column] for row in rows for column in PERSONAL if len(row[column]) >= 7}
    return sorted(word.encode("latin-1") for word in found - open_words)


@pytest.fixture(scope="session")
def whole(secrets):
    """Holds a store that a load was interrupted in to what it must still be."""
    searched: set[bytes] = set()

    def check(store, *, was: int, voters: tuple[int, int] | None):
        """`was`: number of the snapshot before; `voters`: present before and after the load."""
        snapshots = Snapshots(store)
        last = snapshots.latest()
        assert last.number in (was, was + 1)
        assert {file.path: verify_file(store, file) for file in last.files()} == dict.fromkeys(
            (file.path for file in last.files()), ""
        )
        assert [check_alignment(files) for files in last.states.values()] == [[]] * len(last.states)
        if last.number:
            engine = connect("duckdb", folder=store)
            counted = open_electorate(store, engine, None).count()["voters"][0]
            engine.close()
            assert counted == voters[last.number - was]
        for path in store.rglob("*"):
            if path.is_file():
                data = path.read_bytes()
                digest = hashlib.sha256(data).digest()
                if digest in searched:
                    continue
                searched.add(digest)
                readable = [word for word in secrets if word in data]
                assert not readable, (path, readable[:3])
        return last.number - was

    return check
