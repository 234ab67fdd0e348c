"""`hustings new`: the folder, and what to do next."""

from __future__ import annotations

import tomllib

from unit.cli.conftest import no


def test_a_folder_with_its_settings_and_the_next_commands(desk):
    said = desk("new", "mine", "--contest", "us-president-2016")
    assert (said.code, said.err) == (0, "")
    assert {path.name for path in (desk.folder / "mine").iterdir()} == {"campaign.toml", "inbox", "store", "runs"}
    assert tomllib.loads((desk.folder / "mine" / "campaign.toml").read_text())["contest"] == "us-president-2016"
    assert 'export HUSTINGS_VAULT_KEY="$(openssl rand -hex 32)"' in said.out
    assert "hustings load voters FILE --layout NAME" in said.out


def test_a_contest_of_ones_own_is_found_from_every_folder(desk):
    shown = desk("contests", "show", "example-senate")
    (desk.folder / "own.toml").write_text(shown.out, encoding="utf-8")
    assert desk("new", "mine", "--contest", "own.toml", "--quiet").out == ""
    named = tomllib.loads((desk.folder / "mine" / "campaign.toml").read_text())["contest"]
    assert named == str(desk.folder / "own.toml")


def test_a_contest_that_is_not_there_makes_no_folder(desk, is_refused):
    is_refused(desk, desk("new", "mine", "--contest", "us-presidnet-2016"), "us-presidnet-2016")


def test_a_folder_with_something_in_it_is_left_alone(desk):
    (desk.folder / "mine").mkdir()
    (desk.folder / "mine" / "thesis.txt").write_text("mine")
    no(desk("new", "mine", "--contest", "example-senate"), "not empty", "nothing was changed")
    assert (desk.folder / "mine" / "thesis.txt").read_text() == "mine"
