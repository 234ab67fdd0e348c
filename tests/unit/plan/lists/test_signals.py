"""Whom logs say to leave in peace, and whom nobody should have touched: small logs, read by eye."""

from __future__ import annotations

import datetime as dt
import shutil

import numpy as np
import polars as pl
import pytest

from hustings.errors import StoreError
from hustings.plan.lists.signals import (
    contamination,
    locked_lists,
    of_contacts,
    of_lists,
    read_contacts,
    registered_elsewhere,
    voted,
)
from hustings.scores.persuasion import cut_list, lock_list

DAY = dt.date(2016, 10, 20)


def contacts(*rows):
    names = ("voter_id", "contacted_on", "contact_type", "result", "result_reported")
    types = {"voter_id": pl.Int64, "contacted_on": pl.Date}
    return pl.DataFrame(rows, schema={name: types.get(name, pl.String) for name in names}, orient="row")


LOG = contacts(
    (1, DAY, "door", "deceased_moved", "deceased"),
    (2, DAY - dt.timedelta(days=30), "door", "deceased_moved", "moved"),
    (3, DAY - dt.timedelta(days=30), "phone", "refused", "do not call"),
    (4, DAY - dt.timedelta(days=30), "door", "refused", "refused"),
    (5, DAY - dt.timedelta(days=30), "phone", "bad_contact", "wrong number"),
    (6, DAY - dt.timedelta(days=6), "mail", "attempted", "mailed"),
    (7, DAY - dt.timedelta(days=7), "mail", "attempted", "mailed"),
    (8, DAY - dt.timedelta(days=30), "door", "refused", "hostile"),
)


@pytest.mark.parametrize(("channel", "refused", "bad"), [("phone", {3, 8}, {5}), ("door", {8}, set())])
def test_contacts_speak_of_their_channel(channel, refused, bad):
    found = {name: set(ids) for name, ids in of_contacts(LOG, channel, DAY, 7).items()}
    assert found == {"deceased": {1}, "moved": {2}, "refused": refused, "unreachable": bad, "recent": {1, 6}}
    assert len(of_contacts(LOG, channel, DAY, 0)["recent"]) == 0


@pytest.fixture
def doors(tmp_path):
    """A locked list of a hundred voters, a fifth held out."""
    voters = pl.DataFrame({"voter_id": np.arange(100)})
    cut = cut_list(voters, 0.2, np.random.default_rng(1), name="doors", day=DAY)
    return lock_list(cut, tmp_path / "lists" / "doors")


def test_contacts_that_touch_a_hold_out(doors):
    held = doors.rows.filter(arm="held out")["voter_id"].to_list()
    free = doors.contacted["voter_id"].to_list()
    later = [DAY + dt.timedelta(days=k) for k in range(4)]
    log = contacts(
        (held[0], later[2], "door", "completed", "canvassed"),
        (held[0], later[3], "phone", "attempted", "not home"),
        (held[1], later[1], "phone", "attempted", "not home"),
        # Of the day of the cut, and of somebody who was to be contacted.
        (held[2], later[0], "door", "completed", "canvassed"),
        (free[0], later[1], "door", "completed", "canvassed"),
    )
    assert contamination([doors], log).rows() == [("doors", DAY, 20, 2, later[1], later[3], "door, phone")]
    clean = contamination([doors], log.clear()).row(0, named=True)
    assert (clean["touched"], clean["first_on"], clean["channels"]) == (0, None, "")


def test_other_lists_are_held_to_their_locks(doors, tmp_path):
    found = of_lists(locked_lists(tmp_path, DAY))
    assert set(found["held_out"]) == set(doors.rows.filter(arm="held out")["voter_id"])
    assert set(found["held_out"]) | set(found["listed"]) == set(range(100))
    assert locked_lists(tmp_path, DAY - dt.timedelta(days=1)) == []
    assert len(of_lists([])["listed"]) == 0
    rows = tmp_path / "lists" / "doors" / "list.parquet"
    pl.read_parquet(rows).with_columns(arm=pl.lit("contact")).write_parquet(rows)
    with pytest.raises(StoreError, match="not what was locked"):
        locked_lists(tmp_path, DAY)


def test_logs_of_a_store(full_store):
    from hustings.electorate.query import open_electorate
    from made_electorate import csv_rows

    def at(day):
        return open_electorate(full_store.store, None, day)

    late = at(dt.date(2016, 10, 15))
    found = read_contacts(late)
    assert found["contacted_on"].max() <= dt.date(2016, 10, 15)
    assert {"door", "phone"} <= set(found["contact_type"])
    assert read_contacts(at(dt.date(2016, 10, 8))).is_empty()
    rows = csv_rows(full_store.raw / "2016-10-15" / "absentee_20161015.zip", delimiter=",")
    back = {row["ncid"] for row in rows if row["ballot_rtn_status"].startswith("ACCEPTED")}
    assert len(voted(late, dt.date(2016, 11, 8))) == len(back) > 0
    assert len(voted(at(dt.date(2016, 10, 8)), dt.date(2016, 11, 8))) == 0
    assert len(voted(late, dt.date(2014, 11, 4))) == 0


def test_who_registered_later_in_another_state_has_moved(full_store, tmp_path):
    from dataclasses import replace

    from hustings.electorate.query import open_electorate
    from hustings.electorate.state import StateReader
    from hustings.store.columns import write_columns
    from hustings.store.snapshots import writing
    from hustings.tables import PERSONS

    store = shutil.copytree(full_store.store, tmp_path / "store")
    electorate = open_electorate(store, None, None)
    assert len(registered_elsewhere(electorate)) == 0
    files = electorate.words.manifest.states
    found = {state: StateReader(electorate.words.snapshots, files[state]).lazy().collect() for state in ("NC", "OH")}
    nc, oh = (
        rows.filter(pl.col("last_seen").is_null(), pl.col("registered_on").is_not_null()).sort(
            "registered_on", "voter_id"
        )["voter_id"]
        for rows in found.values()
    )
    # Two who moved, one each way; one person with two registrations in one state; one alone.
    pairs = [(nc[0], oh[-1]), (oh[0], nc[-1]), (nc[1], nc[-2]), (nc[2],)]
    persons = [(voter, person) for person, voters in enumerate(pairs) for voter in voters]
    rows = pl.DataFrame(persons, schema={"voter_id": pl.Int64, "person_id": pl.Int64}, orient="row")
    rows = rows.with_columns(match_prob=pl.lit(0.99, pl.Float32)).sort("voter_id")
    with writing(store, what="link") as place:
        name = place.name("persons")
        write_columns(rows, place.path(name), PERSONS)
        logs = {**place.before.logs, "persons": (place.written(name, rows.height),)}
        place.commit(replace(place.before, number=place.number, logs=logs, load={**place.before.load, "what": "link"}))
    assert set(registered_elsewhere(open_electorate(store, None, None))) == {nc[0], oh[0]}
