"""`hustings load`: what it prints adds up, which layout and day it takes, what it refuses."""

from __future__ import annotations

import csv
import datetime as dt
import gzip
import re
import shutil
from pathlib import Path

import pytest

from made_electorate import csv_rows, raw_voters
from unit.cli.conftest import KEY, no

WEEK_3 = "2016-10-15"


def numbers(out):
    """The report's lines: what -> rows."""
    found = re.findall(r"^ +([a-z][a-z ]*?) +([\d,]+)(?: .*)?$", out, flags=re.MULTILINE)
    return {label: int(number.replace(",", "")) for label, number in found}


def test_next_week_is_compared_and_every_row_is_accounted_for(camp, raw_weeks):
    file = raw_weeks / WEEK_3 / "ncvoter_Statewide.zip"
    said = camp("load", "voters", file, "--layout", "nc-2022")
    assert (said.code, said.err) == (0, "")
    head = said.out.splitlines()[0]
    assert head == f"voters from {file.name}, layout nc-2022, as of {WEEK_3} (by the name {WEEK_3})"
    rows = csv_rows(file)
    with (raw_weeks / "changes.csv").open(newline="") as stream:
        kinds = [row["kind"] for row in csv.DictReader(stream) if row["date"] == WEEK_3]
    got = numbers(said.out)
    assert got["rows in"] == len(rows)
    parts = ("unchanged", "changed", "back", "new", "dropped", "set aside")
    assert sum(got.get(part, 0) for part in parts) == len(rows)
    assert got["dropped"] == sum(row["confidential_ind"] == "Y" for row in rows)
    before, after = raw_voters(raw_weeks, 1), raw_voters(raw_weeks, 2)
    assert got["gone"] == len(before.keys() - after.keys()) == kinds.count("gone")
    assert got["new"] + got.get("back", 0) == len(after.keys() - before.keys())
    assert said.out.splitlines()[-1] == "stored as snapshot 6"


def test_the_same_file_again_changes_nothing_and_says_so(camp, raw_weeks):
    said = camp("load", "voters", raw_weeks / "2016-10-08" / "ncvoter_Statewide.zip", "--layout", "nc-2022")
    assert said.code == 0
    assert "nothing changed" in said.out
    assert camp("snapshots", "--json").json[-1]["snapshot"] == 5


def test_an_unknown_parameter_is_said_of_files_that_are_stored_already(camp, raw_weeks):
    file = raw_weeks / "2016-10-08" / "ncvoter_Statewide.zip"
    no(camp("load", "voters", file, "--layout", "nc-2022", "--set", "stat=NC"), "knows no parameter 'stat'")


def test_the_layout_may_be_left_out_where_one_fits(camp, raw_weeks):
    said = camp("load", "early-vote", raw_weeks / WEEK_3 / "absentee_20161015.zip")
    assert "layout nc-early-vote, the only one that fits, as of 2016-10-15" in said.out
    rows = csv_rows(raw_weeks / WEEK_3 / "absentee_20161015.zip", delimiter=",")
    assert numbers(said.out)["rows in"] == len(rows)
    assert "layout consumer, the only" in camp("load", "consumer", raw_weeks / WEEK_3 / "consumer.csv").out


def test_several_layouts_that_fit_are_named(camp, raw_weeks):
    said = camp("load", "voters", raw_weeks / WEEK_3 / "ncvoter_Statewide.zip")
    no(said, "several layouts fit: nc-2009, nc-2022", "--layout NAME")


def test_without_a_day_in_any_name_it_is_today(camp, raw_weeks, tmp_path):
    shutil.copy(raw_weeks / WEEK_3 / "consumer.csv", tmp_path / "consumer.csv")
    report = camp("load", "consumer", tmp_path / "consumer.csv", "--json").json
    # Near enough at midnight, in any time zone.
    assert abs((dt.date.fromisoformat(report["as_of"]) - dt.datetime.now(tz=dt.UTC).date()).days) <= 1
    assert report["files"] == [str(tmp_path / "consumer.csv")]


def test_rows_that_do_not_fit_are_set_aside_with_their_reasons(camp, raw_weeks, tmp_path):
    rows = (raw_weeks / WEEK_3 / "vanid_crosswalk.csv").read_text().splitlines()
    (tmp_path / "ids_20161015.csv").write_text("\n".join([rows[0], rows[1], "77,", rows[2]]))
    said = camp("load", "crosswalk", tmp_path / "ids_20161015.csv", "--system", "van", "--state", "nc")
    assert numbers(said.out) == {"rows in": 3, "stored": 2, "set aside": 1}
    aside = said.out.split("why: ")[1].split("\n")[0]
    with Path(aside).open(newline="") as stream:
        (row,) = csv.DictReader(stream)
    assert row == {"file": "ids_20161015.csv", "line": "3", "reason": "an id is missing"}


def test_quiet_says_nothing(camp, raw_weeks):
    said = camp("load", "voters", raw_weeks / WEEK_3 / "ncvoter_Statewide.zip", "--layout", "nc-2022", "-q")
    assert (said.code, said.out, said.err) == (0, "", "")


BAD = {
    "no file": (["voters", "nope.zip", "--layout", "nc-2022"], ["nope.zip: there is no such file"]),
    "no file, no layout": (["contacts", "nope.xls"], ["nope.xls: there is no such file"]),
    "no layout": (["voters", "WEEK/ncvoter_Statewide.zip", "--layout", "nc-2O22"], ["did you mean 'nc-2022'"]),
    "layout of other files": (["voters", "WEEK/consumer.csv", "--layout", "consumer"], ["reads consumer, not voters"]),
    "wrong columns": (["history", "WEEK/ncvoter_Statewide.zip", "--layout", "nc-2022"], ["columns are not those"]),
    "nothing fits": (
        ["contacts", "WEEK/consumer.csv"],
        ["no built-in layout for contacts fits", "van-contact-history"],
    ),
    "a day": (["consumer", "WEEK/consumer.csv", "--as-of", "15.10.2016"], ["--as-of '15.10.2016'", "YYYY-MM-DD"]),
    "a pair": (["consumer", "WEEK/consumer.csv", "--set", "state"], ["--set 'state'", "KEY=VALUE"]),
    "an unknown pair": (["consumer", "WEEK/consumer.csv", "--set", "stat=NC"], ["knows no parameter 'stat'"]),
    "two days": (
        ["voters", "WEEK/ncvoter_Statewide.zip", "FIRST/ncvoter_Statewide.zip", "--layout", "nc-2022"],
        ["files of different days", "2016-10-15", "2016-10-01"],
    ),
    "twice": (
        ["voters", "WEEK/ncvoter_Statewide.zip", "WEEK/ncvoter_Statewide.zip", "--layout", "nc-2022"],
        ["given twice"],
    ),
    "older": (
        ["voters", "WEEK/ncvoter_Statewide.zip", "--layout", "nc-2022", "--as-of", "2016-09-01"],
        ["the file is of 2016-09-01", "--allow-older"],
    ),
    "system": (["crosswalk", "WEEK/vanid_crosswalk.csv", "--system", "vna", "--state", "NC"], ["'vna'", "van, dwid"]),
    "no crosswalk": (["crosswalk", "WEEK/consumer.csv", "--system", "van", "--state", "NC"], ["expected two"]),
    "campaign": (["consumer", "WEEK/consumer.csv", "--campaign", "inbox"], ["inbox is no campaign's folder"]),
}


@pytest.mark.parametrize("case", BAD)
def test_refused_in_one_line_and_nothing_is_changed(camp, raw_weeks, case):
    given, words = BAD[case]
    places = {"WEEK": raw_weeks / WEEK_3, "FIRST": raw_weeks / "2016-10-01"}
    args = [re.sub("^(WEEK|FIRST)", lambda found: str(places[found[0]]), arg) for arg in given]
    no(camp("load", *args), *words)
    assert len(camp("snapshots", "--json").json) == 5


def test_a_cut_off_archive_and_an_empty_file(camp, raw_weeks, tmp_path):
    whole = (raw_weeks / WEEK_3 / "ncvoter_Statewide.zip").read_bytes()
    (tmp_path / "cut_20161015.zip").write_bytes(whole[:4000])
    no(camp("load", "voters", tmp_path / "cut_20161015.zip", "--layout", "nc-2022"), "damaged or cut off")
    (tmp_path / "empty_20161015.txt.gz").write_bytes(gzip.compress(b""))
    no(camp("load", "voters", tmp_path / "empty_20161015.txt.gz", "--layout", "nc-2022"), "empty")


@pytest.mark.parametrize(
    ("key", "words"),
    [
        (None, ["HUSTINGS_VAULT_KEY is not set", "the key that this campaign was begun with"]),
        ("short", ["5 characters"]),
        (KEY + "!", ["does not open the vault"]),
    ],
)
def test_without_the_right_key_nothing_is_loaded(camp, raw_weeks, monkeypatch, key, words):
    if key is None:
        monkeypatch.delenv("HUSTINGS_VAULT_KEY")
    else:
        monkeypatch.setenv("HUSTINGS_VAULT_KEY", key)
    said = camp("load", "voters", raw_weeks / WEEK_3 / "ncvoter_Statewide.zip", "--layout", "nc-2022")
    no(said, *words)
    assert len(camp("snapshots", "--json").json) == 5


def test_a_mistyped_first_key_does_not_outlive_a_load_that_fails(desk, raw_weeks, monkeypatch):
    desk("new", "mine", "--contest", "example-senate")
    monkeypatch.chdir(desk.folder / "mine")
    file = raw_weeks / "2016-10-01" / "ncvoter_Statewide.zip"
    monkeypatch.setenv("HUSTINGS_VAULT_KEY", "a kye that tests use")
    no(desk("load", "voters", raw_weeks / WEEK_3 / "consumer.csv", "--layout", "nc-2022"), "columns are not those")
    no(desk("load", "history", raw_weeks / "2016-10-01" / "ncvhis_Statewide.zip", "--layout", "nc-2022"), "no voters")
    monkeypatch.setenv("HUSTINGS_VAULT_KEY", KEY)
    assert desk("load", "voters", file, "--layout", "nc-2022").code == 0
    monkeypatch.setenv("HUSTINGS_VAULT_KEY", "a kye that tests use")
    no(desk("load", "voters", raw_weeks / WEEK_3 / "ncvoter_Statewide.zip", "--layout", "nc-2022"), "does not open")


def test_without_its_key_file_a_vault_is_not_begun_anew(camp, raw_weeks):
    (camp.folder / "store" / "vault" / "vault.json").unlink()
    said = camp("load", "voters", raw_weeks / WEEK_3 / "ncvoter_Statewide.zip", "--layout", "nc-2022")
    no(said, "vault.json is missing", "restore it from a backup")
    assert not (camp.folder / "store" / "vault" / "vault.json").exists()
