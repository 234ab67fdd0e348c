"""The command line in this process, on a small contest, in a folder of its own."""

from __future__ import annotations

import contextlib
import io
import json
import shutil
from dataclasses import dataclass

import pytest

from hustings.cli import app

HEAD = "poll_id,pollster,unit,start_date,end_date,sample_size,population,alder,birch"
GOOD = (
    "p1,Northgate,FAIRMONT,2026-08-01,2026-08-04,800,LV,47,45",
    "p2,Public Ear,FAIRMONT,2026-08-20,2026-08-22,600,RV,46,46",
    "p3,Northgate,ALL,2026-09-02,2026-09-05,900,LV,48,44",
)
AS_OF = "2026-09-20"


@dataclass
class Said:
    code: int
    out: str
    err: str

    @property
    def json(self):
        return json.loads(self.out)


class Desk:
    """Runs commands in a folder and looks at what is left there."""

    def __init__(self, folder, capsys):
        self.folder, self.capsys = folder, capsys

    def __call__(self, *args):
        self.capsys.readouterr()
        with pytest.raises(SystemExit) as left:
            app.main([str(arg) for arg in args])
        captured = self.capsys.readouterr()
        return Said(left.value.code, captured.out, captured.err)

    def write(self, *rows, head=HEAD, name="polls.csv"):
        """A polls file; bytes are written as they are."""
        path = self.folder / name
        if rows and isinstance(rows[0], bytes):
            path.write_bytes(rows[0])
        else:
            path.write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
        return path

    def project(self, *more, contest="example-senate", out="out"):
        return self("project", contest, "--polls", "polls.csv", "--as-of", AS_OF, "--out", out, "--draws", 200, *more)

    def verdict(self, out="out"):
        return json.loads((self.folder / out / "verdict.json").read_text())

    def left_behind(self):
        """Everything in the folder but the polls, hidden things included."""
        return sorted(path.name for path in self.folder.iterdir() if path.name != "polls.csv")


@pytest.fixture
def desk(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(app.signal, "signal", lambda *_: None)
    made = Desk(tmp_path, capsys)
    made.write(*GOOD)
    return made


def refused(desk, said, *words):
    """One clear line on the error stream, exit code 2, nothing written."""
    assert said.code == 2
    assert said.out == ""
    assert said.err.startswith("error: ")
    assert said.err.count("\n") == 1
    for word in words:
        assert word in said.err
    assert desk.left_behind() == []


@pytest.fixture
def is_refused():
    return refused


KEY = "a key that tests use"


def run_here(*args):
    """Run a command line in this process and this folder; its output is not looked at."""
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed), pytest.raises(SystemExit) as left:
        app.main([str(arg) for arg in args])
    assert left.value.code == 0, printed.getvalue()


@pytest.fixture(scope="session")
def finished_campaign(raw_weeks, tmp_path_factory):
    """A campaign that the commands have made: two weeks of voters, history, ballots, contacts; do not write into it."""
    folder = tmp_path_factory.mktemp("campaign") / "mine"
    first, last = raw_weeks / "2016-10-01", raw_weeks / "2016-10-15"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HUSTINGS_VAULT_KEY", KEY)
        patch.setattr(app.signal, "signal", lambda *_: None)
        run_here("new", folder, "--contest", "example-senate")
        patch.chdir(folder)
        run_here("load", "voters", first / "ncvoter_Statewide.zip", "--layout", "nc-2022")
        run_here("load", "history", first / "ncvhis_Statewide.zip", "--layout", "nc-2022")
        run_here("load", "voters", raw_weeks / "2016-10-08" / "ncvoter_Statewide.zip", "--layout", "nc-2022")
        run_here("load", "crosswalk", last / "vanid_crosswalk.csv", "--system", "van", "--state", "NC")
        run_here("load", "contacts", last / "van_contact_history.xls")
    return folder


@pytest.fixture
def camp(finished_campaign, tmp_path, monkeypatch, capsys):
    """Runs commands in a copy of the finished campaign, with its key."""
    folder = shutil.copytree(finished_campaign, tmp_path / "mine")
    monkeypatch.chdir(folder)
    monkeypatch.setenv("HUSTINGS_VAULT_KEY", KEY)
    monkeypatch.setattr(app.signal, "signal", lambda *_: None)
    return Desk(folder, capsys)


def no(said, *words):
    """One clear line on the error stream, exit code 2."""
    assert (said.code, said.out) == (2, ""), said
    assert said.err.startswith("error: ")
    assert said.err.count("\n") == 1
    for word in words:
        assert word in said.err
