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


def test_compacting_changes_files_and_no_answer(camp, monkeypatch):
    monkeypatch.delenv("HUSTINGS_VAULT_KEY")
    questions = [
        ("voters", "count", "--by", "county,party,voted('2012-11-06')", "--csv"),
        ("voters", "count", "--by", "last_result", "--gone", "--csv"),
        ("voters", "list", "--columns", "county,precinct,party,first_seen,last_seen", "--gone", "--json"),
        ("voters", "diff", "--from", "2016-10-01", "--to", "2016-10-15", "--json"),
        ("sql", "select method, count(*) as n from history group by 1 order by 1", "--json"),
        ("voters", "count", "--as-of", "2016-10-01", "--csv"),
    ]
    before = [camp(*question).out for question in questions]
    assert camp("voters", "count", "--gone", "--csv").out != camp("voters", "count", "--csv").out
    said = camp("snapshots", "--compact")
    assert (said.code, said.err) == (0, "")
    everybody = int(camp("voters", "count", "--gone", "--csv").out.split()[1])
    assert f"NC{everybody:,}".replace(",", "") in said.out.replace(" ", "").replace(",", "")
    assert said.out.splitlines()[-1] == "stored as snapshot 6; the answers are as before"
    assert [camp(*question).out for question in questions] == before
    last = camp("snapshots", "--json").json[-1]
    assert (last["loaded"], last["rows_in"]) == ("compact", everybody)
    assert not list((camp.folder / "store" / "voters" / "NC").glob("000006-delta*"))
    assert camp("verify").code == 0
    assert "nothing changed" in camp("snapshots", "--compact").out
    assert camp("snapshots", "--json").json[-1]["snapshot"] == 6


def test_nothing_yet(desk):
    desk("new", "mine", "--contest", "example-senate")
    assert desk("snapshots", "--campaign", "mine").out.startswith("nothing is stored yet")
    assert desk("snapshots", "--campaign", "mine", "--json").json == []
    assert desk("snapshots", "--campaign", "mine", "--compact").out == "no state has a delta: nothing changed\n"


def test_sizes_for_people():
    said = [size_text(size) for size in (12, 1200, 123_456, 4_400_000, 4_400_000_000)]
    assert said == ["12 B", "1.2 kB", "123 kB", "4.4 MB", "4.4 GB"]
