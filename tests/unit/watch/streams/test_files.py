"""Rules on files: what is missing, halved, never said before, or old."""

from types import SimpleNamespace

import pytest

from hustings.store import empty_table
from hustings.tables import SETTLED
from hustings.watch.registry import register
from hustings.watch.streams import files
from hustings.watch.streams.files import FILES_WHOLE, SOURCES_FRESH
from made_watch import add_wave, make_campaign, morning_of, people

NONE = empty_table(SETTLED)
INBOX = '[[inbox]]\nload = "voters"\nfiles = "inbox/*.zip"\n'


def state(present, file_date):
    return SimpleNamespace(present=present, file_date=file_date)


@pytest.fixture
def folder(tmp_path):
    found = make_campaign(tmp_path / "campaign", INBOX)
    (found / "inbox").mkdir()
    return found


def morning(folder, day, *, voters=1000, parties=("DEM", "REP")):
    found = morning_of(folder, day, manifest=SimpleNamespace(states={"NC": state(voters, day)}))
    books = SimpleNamespace(values=lambda book: list(parties) if book == "party" else [])
    found.__dict__["electorate"] = SimpleNamespace(words=SimpleNamespace(books=books))
    return found


def told(rule, now, claim):
    seen = rule.observe(now, claim, NONE)
    rows = {name: (one, limit) for name, one, limit in seen.rows.select("segment", "observed", "predicted").iter_rows()}
    return rows, " ".join(seen.notes)


def test_what_is_missing_halved_or_new_is_named(folder, monkeypatch):
    kept = [SimpleNamespace(date=morning_of(folder, "2016-09-30").as_of, states={"NC": state(1000, "2016-09-30")})]
    monkeypatch.setattr(files, "Snapshots", lambda _: SimpleNamespace(all=lambda: kept))
    (folder / "inbox/voters.zip").write_bytes(b"")
    claim = register(FILES_WHOLE, morning(folder, "2016-09-30"))
    rows, notes = told(FILES_WHOLE, morning(folder, "2016-10-01", voters=1030), claim)
    assert rows == {
        "missing files": (0.0, 0.0),
        "voters of NC": (pytest.approx(0.03), 0.05),
        "codes of party": (0.0, 0.0),
    }
    assert notes == ""
    (folder / "inbox/voters.zip").unlink()
    rows, notes = told(FILES_WHOLE, morning(folder, "2016-10-02", voters=500, parties=("DEM", "REP", "XYZ")), claim)
    assert rows == {"missing files": (1.0, 0.0), "voters of NC": (0.5, 0.05), "codes of party": (1.0, 0.0)}
    assert "no file like inbox/*.zip" in notes
    assert "XYZ" in notes
    assert "NC had 1,000 voters in the file of 2016-09-30, and 500" in notes


def test_interviews_that_are_no_longer_linked(folder, monkeypatch):
    monkeypatch.setattr(files, "interviewed", lambda now: now.memo["rows"])
    import polars as pl

    def linked(day, lost):
        now = morning(folder, day)
        ids = [None if k < lost else k for k in range(40)]
        now.memo["rows"] = pl.DataFrame({"day": [now.as_of] * 40, "voter_id": ids})
        return now

    claim = register(FILES_WHOLE, linked("2016-09-30", 4))
    rows, notes = told(FILES_WHOLE, linked("2016-10-01", 20), claim)
    assert rows["interviews not linked"] == (pytest.approx(0.4), 0.1)
    claim_of_none = register(FILES_WHOLE, linked("2016-09-30", 40))
    assert "interviews not linked" not in told(FILES_WHOLE, linked("2016-10-01", 40), claim_of_none)[0]
    assert "50 % of the interviews of 30 days are linked to no voter, 10 % were" in notes


def test_ages_of_sources(folder):
    add_wave(folder, "2016-09-20", people(5, "2016-09-20"))
    claim = register(SOURCES_FRESH, morning_of(folder, "2016-09-30"))
    rows, _ = told(SOURCES_FRESH, morning_of(folder, "2016-10-05"), claim)
    assert rows == {"own interviews": (15.0, 14.0)}
