"""`hustings brief`."""

from __future__ import annotations

import json

import pytest

from hustings.cli.app import load
from hustings.errors import StoreError


@pytest.fixture
def brief(capsys):
    def call(*args):
        load("brief")([str(arg) for arg in args], standalone_mode=False)
        return capsys.readouterr().out

    return call


def test_it_writes_the_page_and_says_the_verdict(us_run, brief):
    assert brief(us_run).startswith("As of 7 November 2016")
    assert (us_run / "brief.html").read_text(encoding="utf-8").startswith("<!doctype html>")


def test_quiet_and_elsewhere(us_run, tmp_path, brief):
    assert brief(us_run, "--out", tmp_path / "page.html", "--quiet") == ""
    assert (tmp_path / "page.html").exists()
    assert not (us_run / "brief.html").exists()


def test_json(us_run, brief):
    said = json.loads(brief(us_run, "--json"))
    assert said["brief"] == str(us_run / "brief.html")
    assert said["charts"] == []


def test_open(us_run, brief, monkeypatch):
    opened = []
    monkeypatch.setattr("webbrowser.open", opened.append)
    brief(us_run, "--open")
    assert opened == [(us_run / "brief.html").as_uri()]


def test_a_folder_that_is_none(tmp_path, brief):
    with pytest.raises(StoreError, match="is not a folder"):
        brief(tmp_path / "nothing")
