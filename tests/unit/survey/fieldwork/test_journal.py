"""The journal: once, in order, whole groups, and files that are none."""

from __future__ import annotations

import sqlite3
from concurrent.futures import ThreadPoolExecutor

import pytest

from hustings.errors import StoreError
from hustings.survey.fieldwork.journal import Event, Journal, read_events

AT = "2016-10-01T15:00:00+00:00"


def event(key, case_id=1, kind="answer", **body):
    return Event(key, case_id, AT, "web", kind, body)


@pytest.fixture
def journal(tmp_path):
    opened = Journal(tmp_path / "field.sqlite")
    yield opened
    opened.close()


def test_events_come_back_in_order_and_verbatim(journal):
    words = 'slur & "quote", 🙂 日本 \x00 end'
    assert journal.append(event("a", text=words)).result() is True
    assert journal.append(event("b", 2), event("c", 2, "finished")).result() is True
    found = list(read_events(journal.path))
    assert [(e.number, e.key, e.case_id, e.kind) for e in found] == [
        (1, "a", 1, "answer"),
        (2, "b", 2, "answer"),
        (3, "c", 2, "finished"),
    ]
    assert found[0].body == {"text": words}
    assert journal.find("b") == found[1]
    assert journal.find("z") is None


def test_a_key_counts_once_and_its_group_is_all_or_nothing(journal):
    journal.append(event("a", n=1)).result()
    assert journal.append(event("a", n=2), event("a:1")).result() is False
    assert [(e.key, e.body) for e in journal.events()] == [("a", {"n": 1})]


def test_the_same_key_from_many_threads_is_stored_once(journal):
    with ThreadPoolExecutor(8) as pool:
        new = list(pool.map(lambda i: journal.append(event(f"k{i % 10}", n=i)).result(), range(200)))
    assert sum(new) == 10
    assert len(list(journal.events())) == 10


def test_states_are_told_after_the_disk_and_in_its_order(tmp_path):
    told = []
    opened = Journal(tmp_path / "field.sqlite", lambda events: told.extend(e.key for e in events))
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda i: opened.append(event(f"k{i}")).result(), range(50)))
    assert told == [e.key for e in opened.events()]
    opened.close()


def test_nothing_is_changed_or_deleted(journal):
    journal.append(event("a")).result()
    with sqlite3.connect(journal.path) as other:
        for statement in ("UPDATE events SET body = '{}'", "DELETE FROM events"):
            with pytest.raises(sqlite3.IntegrityError, match="append-only"):
                other.execute(statement)
    other.close()


def test_one_writer(journal):
    with pytest.raises(StoreError, match="another process"):
        Journal(journal.path)


def test_a_write_that_fails_is_told_and_the_next_one_works(journal):
    whole = journal._writer

    class Full:
        in_transaction = False

        def execute(self, *_):
            raise sqlite3.OperationalError("database or disk is full")

    journal._writer = Full()
    with pytest.raises(StoreError, match="disk is full"):
        journal.append(event("a")).result(timeout=5)
    journal._writer = whole
    assert journal.append(event("a")).result(timeout=5) is True


@pytest.mark.parametrize("kind", ["text", "torn", "foreign", "newer"])
def test_a_file_that_is_no_journal_says_so(tmp_path, kind):
    path = tmp_path / "field.sqlite"
    if kind == "text":
        path.write_text("this is no database, and long enough to be looked at" * 20)
    elif kind == "foreign":
        with sqlite3.connect(path) as other:
            other.execute("CREATE TABLE people (name TEXT)")
        other.close()
    else:
        made = Journal(path)
        for i in range(300):
            made.append(event(f"k{i}", text="x" * 300))
        made.close()
        if kind == "torn":
            data = path.read_bytes()
            path.write_bytes(data[: len(data) // 2 + 100])
        else:
            with sqlite3.connect(path) as other:
                other.execute("PRAGMA user_version = 9")
            other.close()
    said = {"text": "damaged or is no journal", "torn": "damaged", "foreign": "no journal", "newer": "version 9"}[kind]
    with pytest.raises(StoreError, match=said):
        Journal(path)
