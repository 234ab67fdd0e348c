"""The watch of a folder: what is lost, garbled or damaged in it is said, and silences no alarm."""

from __future__ import annotations

import datetime as dt
import json

import pytest

from hustings.errors import StoreError
from hustings.store.campaign import open_campaign
from hustings.watch.acknowledge import FILE, acknowledgements
from hustings.watch.campaign import watch_campaign
from made_watch import add_wave, make_campaign, morning_of, people

OWN = """
[[watch.assumption]]
name = "own"
claim = "Half of those interviewed are black"
column = "race"
answers = ["black"]
expect = 0.5
"""


@pytest.fixture
def folder(tmp_path):
    folder = make_campaign(tmp_path / "campaign", OWN)
    add_wave(folder, "2016-09-20", people(60, "2016-09-20"))
    night(folder, "2016-09-30")
    return folder


def night(folder, day):
    board = watch_campaign(morning_of(folder, day), open_campaign(folder))
    return {row["assumption"]: row for row in board.table.iter_rows(named=True)}


@pytest.mark.parametrize("file", ["observations.parquet", "settled.parquet"])
def test_what_was_compared_and_is_gone_is_not_begun_anew_in_silence(folder, file):
    (folder / "watch" / file).unlink()
    with pytest.raises(StoreError, match=f"{file} is gone, and claims were registered from 2016-09-30 on"):
        night(folder, "2016-10-01")


def test_a_damaged_claim_is_said_and_the_others_are_watched(folder):
    (folder / "watch/claims/own/001.json").write_text("{")
    rows = night(folder, "2016-10-01")
    assert (rows["own"]["status"], rows["sources-fresh"]["status"]) == ("idle", "stirring")
    assert "001.json cannot be read" in rows["own"]["said"]
    assert "backup" in rows["own"]["action"]


def test_a_claim_of_another_version_is_said_and_the_others_are_watched(folder):
    file = folder / "watch/claims/own/001.json"
    claim = json.loads(file.read_text())
    del claim["foreseen"]["prediction"]["shares"]
    file.write_text(json.dumps(claim))
    add_wave(folder, "2016-10-01", people(20, "2016-10-01", name="later"))
    rows = night(folder, "2016-10-02")
    assert "has no 'shares'" in rows["own"]["said"]
    assert "hustings watch renew own" in rows["own"]["said"]
    assert rows["sources-fresh"]["status"] == "quiet"


def test_a_night_before_the_first_is_not_watched(folder):
    rows = night(folder, "2016-09-25")
    assert rows["own"]["said"] == "Not watched: it is watched from 2016-09-30 on."


@pytest.mark.parametrize("record", [b'{"a": 1}\n', b"\xff\xfe\x00", b"not json\n"])
def test_a_record_of_acknowledgements_that_is_garbled_stops_no_board(folder, record):
    (folder / FILE).write_bytes(record)
    assert night(folder, "2016-10-01")["own"]["status"] == "quiet"
    with pytest.raises(StoreError, match="line 1 cannot be read"):
        acknowledgements(folder, dt.date(2016, 10, 1))
