"""`hustings synth voters`: what it prints, writes and refuses."""

from __future__ import annotations

import json

import pytest


def test_a_folder_with_its_files_and_their_making(desk):
    said = desk("synth", "voters", "made", "--rows", "1_200", "--seed", 4)
    assert said.code == 0
    assert said.out.startswith("made: 1,200 voters, ")
    for name in ("ncvoter_Statewide.zip", "ncvhis_Statewide.zip", "truth.parquet", "run.json"):
        assert (desk.folder / "made" / name).is_file()
    info = json.loads((desk.folder / "made" / "run.json").read_text())
    assert (info["rows"], info["state"], info["format"], info["seed"]) == (1200, "NC", "nc-2022", 4)
    assert desk.left_behind() == ["made"]


def test_weeks_are_folders_of_their_days_and_json_says_so(desk):
    said = desk("synth", "voters", "made", "--rows", "600", "--weeks", 2, "--as-of", "2018-09-29", "--json")
    assert said.json["counts"]["voters"] == 600
    assert "2018-09-29/ncvoter_Statewide.zip" in said.json["files"]
    assert "2018-10-06/ncvoter_Statewide.zip" in said.json["files"]
    assert "changes.csv" in said.json["files"]


def test_quiet_says_nothing_and_a_run_is_replaced(desk):
    for _ in range(2):
        said = desk("synth", "voters", "made", "--rows", "500", "--quiet")
        assert (said.code, said.out, said.err) == (0, "", "")


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--rows", "many"], ["--rows 'many'", "1_000_000"]),
        (["--rows", "0"], ["rows is 0"]),
        (["--format", "nc"], ["unknown format 'nc'", "nc-2022"]),
        (["--state", "OH"], ["'nc-2022' is that of NC"]),
        (["--as-of", "1.10.2016"], ["--as-of", "YYYY-MM-DD"]),
    ],
)
def test_refused_in_one_line_and_nothing_is_written(desk, is_refused, options, words):
    is_refused(desk, desk("synth", "voters", "made", *options), *words)


def test_somebody_elses_folder_is_left_alone(desk):
    (desk.folder / "made").mkdir()
    (desk.folder / "made" / "thesis.txt").write_text("mine")
    said = desk("synth", "voters", "made", "--rows", "500")
    assert said.code == 2
    assert (desk.folder / "made" / "thesis.txt").read_text() == "mine"


def test_help_gives_an_example(desk):
    assert "hustings synth voters synth-nc --rows 1_000_000" in desk("synth", "voters", "--help").out


def test_a_season_is_a_campaign_that_can_be_opened(desk):
    from hustings.store.campaign import open_campaign

    options = ["--from", "2016-10-20", "--to", "2016-10-22", "--break", "2016-10-21", "--voters", "1_000"]
    said = desk("synth", "season", "autumn", "--world", "stale", *options, "--interviews-a-day", 5)
    assert said.code == 0
    assert said.out.startswith("made: 1,000 voters, 4 voter files, 120 interviews, ")
    campaign = open_campaign(desk.folder / "autumn")
    assert {one.load for one in campaign.inbox} == {"voters", "history", "early-votes", "interviews"}
    assert all(list(campaign.folder.glob(one.files)) for one in campaign.inbox)
    assert campaign.watch.party == "DEM"
    again = desk("synth", "season", "autumn")
    assert again.code == 2
    assert "exists and is not empty" in again.err
