"""`hustings snapshots`: what is stored, load by load."""

from __future__ import annotations

from hustings.cli.snapshots import size_text
from made_electorate import csv_rows, raw_voters


def test_one_line_a_load(camp, raw_weeks, monkeypatch):
    monkeypatch.delenv("HUSTINGS_VAULT_KEY")
    found = camp("snapshots", "--json").json
    assert [one["loaded"] for one in found] == ["voters", "history", "voters", "crosswalk", "contacts"]
    assert [one["voters"] for one in found[:3]] == [len(raw_voters(raw_weeks, week)) for week in (0, 0, 1)]
    assert found[0]["rows_in"] == len(csv_rows(raw_weeks / "2016-10-01" / "ncvoter_Statewide.zip"))
    lines = camp("snapshots").out.splitlines()
    assert len(lines) == 6
    assert "2016-10-15  contacts" in lines[-1]


def test_nothing_yet(desk):
    desk("new", "mine", "--contest", "example-senate")
    assert desk("snapshots", "--campaign", "mine").out.startswith("nothing is stored yet")
    assert desk("snapshots", "--campaign", "mine", "--json").json == []


def test_sizes_for_people():
    said = [size_text(size) for size in (12, 1200, 123_456, 4_400_000, 4_400_000_000)]
    assert said == ["12 B", "1.2 kB", "123 kB", "4.4 MB", "4.4 GB"]
