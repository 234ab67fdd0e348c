"""What the electorate's commands share: folder, key, tables."""

from __future__ import annotations

import sys
import types

import polars as pl
import pytest

from hustings.cli.campaign import aligned, frame_json, frame_lines, report_lines, write_frame
from hustings.electorate.loading import LoadReport
from unit.cli.conftest import KEY, no


def test_the_campaign_is_the_nearest_above(camp, monkeypatch):
    monkeypatch.chdir(camp.folder / "store" / "manifests")
    assert len(camp("snapshots", "--json").json) == 5
    monkeypatch.chdir("/")
    no(camp("snapshots"), "no campaign.toml", "hustings new")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", ["contest is None"]),
        ("contest = 3", ["contest is 3"]),
        ('contest = "x"\n[electorate]\nengin = "duckdb"', ["unknown key electorate.engin", "electorate.engine"]),
        ('contest = "x"\n[electorate]\nengine = "oracle"', ["engine 'oracle' is unknown", "duckdb"]),
        ('contest = "x"\n[electorate]\nmemory = "lots"', ["memory"]),
        ('contest = "x"\n[vault]\nkey = "post-it"', ["'post-it'", "keyring"]),
        ("contest = ", ["campaign.toml"]),
    ],
)
def test_settings_that_cannot_be(camp, text, words):
    (camp.folder / "campaign.toml").write_text(text)
    no(camp("voters", "count"), *words)


@pytest.fixture
def keyring(camp, monkeypatch):
    """A keyring, and a campaign that asks it."""
    path = camp.folder / "campaign.toml"
    path.write_text(path.read_text().replace('key = "env"', 'key = "keyring"'))
    monkeypatch.delenv("HUSTINGS_VAULT_KEY")
    kept = {}
    errors = types.SimpleNamespace(KeyringError=RuntimeError)
    module = types.SimpleNamespace(get_password=lambda service, user: kept.get((service, user)), errors=errors)
    monkeypatch.setitem(sys.modules, "keyring", module)
    monkeypatch.setitem(sys.modules, "keyring.errors", errors)
    return kept


def test_the_key_from_the_keyring(camp, keyring):
    no(camp("voters", "list", "--identities"), "no key for the campaign 'mine'", "keyring set hustings mine")
    keyring["hustings", "mine"] = KEY
    assert camp("voters", "list", "--identities", "--limit", 1).code == 0


def test_cells_stand_under_each_other():
    assert aligned([["a", "1"], ["bcd", "234"]], right=(1,), indent=" ") == [" a      1", " bcd  234"]
    assert aligned([]) == []


def test_years_have_no_separators_and_counts_have():
    frame = pl.DataFrame({"birth_year": [1985, None], "voters": [12345, 6]})
    assert frame_lines(frame, counts=["voters"]) == ["birth_year  voters", "      1985  12,345", "    (none)       6"]


def test_json_keeps_names_and_days():
    frame = pl.DataFrame({"name": ["José"]}).with_columns(day=pl.date(2016, 11, 8))
    assert '"José"' in frame_json(frame)
    assert '"2016-11-08"' in frame_json(frame)


def test_a_report_of_a_difference_adds_up(tmp_path):
    report = LoadReport("voters", rows_in=1110, set_aside=4, dropped={"confidential": 6})
    report.counts = {"unchanged": 1000, "changed": 60, "moved": 50, "status": 12, "back": 10, "stored": 30, "gone": 7}
    lines = [line.split() for line in report_lines(report, tmp_path / "000002.csv")]
    assert ["new", "30"] in lines
    assert ["changed", "60", "50", "moved,", "12", "status"] in lines
    assert ["gone", "7", "stored", "before,", "not", "in", "this", "file"] in lines
    assert ["set", "aside", "4", "why:", str(tmp_path / "000002.csv")] in lines


def test_ballots_that_come_with_voters_are_no_rows(tmp_path):
    counts = {"stored": 30, "ballots stored": 90, "the same ballot twice": 2}
    lines = report_lines(LoadReport("voters", rows_in=30, counts=counts), tmp_path)
    assert [line.rsplit(maxsplit=1) for line in lines] == [
        ["  rows in", "30"],
        ["    stored", "30"],
        ["    set aside", "0"],
        ["  ballots stored", "90"],
        ["  the same ballot twice", "2"],
    ]


def test_a_file_is_written_whole_or_not_at_all(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("before")

    class Broken:
        def write_csv(self, out):
            out.write(b"half")
            raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space"):
        write_frame(Broken(), path)
    assert path.read_text() == "before"
    assert [one.name for one in tmp_path.iterdir()] == ["a.csv"]


def test_a_folder_that_was_removed_under_us_is_said(camp, tmp_path, monkeypatch):
    here = tmp_path / "gone"
    here.mkdir()
    monkeypatch.chdir(here)
    here.rmdir()
    no(camp("voters", "count"), "does not exist any more")
    assert camp("voters", "count", "--campaign", camp.folder, "--csv").code == 0
