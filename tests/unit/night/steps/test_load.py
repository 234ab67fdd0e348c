"""Interviews that the night loads: a wave a file, each file once, a bad one alone."""

import json

import polars as pl
import pytest

from hustings.cli.nights import night_of
from hustings.errors import ConfigError, InputError
from hustings.night.steps.load import LOAD
from hustings.store.campaign import open_campaign
from made_night import CONTEST

SETTINGS = """contest = "nc.toml"

[[inbox]]
load = "interviews"
files = "inbox/**/calls*.csv"
survey = "tracker"
codebook = "inbox/calls.toml"
"""
CODEBOOK = """respondent = "id"
date = "day"

[items.vote]
role = "vote"
choices = [{ code = "a", option = "alder" }, { code = "b", option = "birch" }]
"""


@pytest.fixture
def folder(tmp_path):
    """A campaign without voters, and the codebook of its interviews."""
    (tmp_path / "inbox").mkdir()
    (tmp_path / "campaign.toml").write_text(SETTINGS)
    (tmp_path / "nc.toml").write_text(CONTEST)
    (tmp_path / "inbox/calls.toml").write_text(CODEBOOK)
    return tmp_path


def calls(folder, name, day, votes):
    file = folder / "inbox" / name
    file.parent.mkdir(exist_ok=True)
    rows = [f"{k},{day},{vote}" for k, vote in enumerate(votes)]
    file.write_text("\n".join(["id,day,vote", *rows]) + "\n")


def held(folder):
    """Wave -> how many interviews it holds."""
    waves = sorted((folder / "surveys/tracker/waves").glob("*/respondents.parquet"))
    return {path.parent.name: pl.read_parquet(path).height for path in waves}


def load(folder, day):
    return LOAD.work(night_of(folder, day))


def test_each_file_is_a_wave_of_its_day_and_is_loaded_once(folder):
    calls(folder, "calls-2016-10-02.csv", "2016-10-02", "ab")
    calls(folder, "calls-2016-10-03.csv", "2016-10-03", "aab")
    calls(folder, "calls-2016-10-09.csv", "2016-10-09", "b")
    assert load(folder, "2016-10-03") == "5 interviews"
    assert held(folder) == {"2016-10-02": 2, "2016-10-03": 3}
    first = folder / "surveys/tracker/waves/2016-10-02/respondents.parquet"
    before = first.stat().st_mtime_ns
    assert load(folder, "2016-10-03") == "nothing new"
    assert load(folder, "2016-10-10") == "1 interview"
    assert first.stat().st_mtime_ns == before


def test_several_files_of_a_day_are_named_by_the_file_and_keep_the_day(folder):
    calls(folder, "2016-10-02/calls-East.csv", "2016-10-02", "ab")
    calls(folder, "2016-10-02/calls-West.csv", "2016-10-02", "bba")
    load(folder, "2016-10-02")
    assert held(folder) == {"2016-10-02": 2, "2016-10-02-calls-west": 3}
    about = json.loads((folder / "surveys/tracker/waves/2016-10-02-calls-west/wave.json").read_text())
    assert about["date"] == "2016-10-02"


def test_a_file_that_grows_takes_the_place_of_what_it_was(folder):
    calls(folder, "calls.csv", "2016-10-02", "ab")
    load(folder, "2016-10-02")
    calls(folder, "calls.csv", "2016-10-02", "abab")
    assert load(folder, "2016-10-05") == "4 interviews"
    assert held(folder) == {"2016-10-02": 4}


def test_the_same_contents_under_another_name_are_not_loaded_again(folder):
    calls(folder, "calls-2016-10-02.csv", "2016-10-02", "ab")
    load(folder, "2016-10-02")
    calls(folder, "calls-2016-10-03.csv", "2016-10-02", "ab")
    assert load(folder, "2016-10-03") == "nothing new"


def test_a_bad_file_does_not_keep_the_others_out(folder):
    (folder / "inbox/calls-2016-10-01.csv").write_text("who,when\n1,2016-10-01\n")
    calls(folder, "calls-2016-10-02.csv", "2016-10-02", "ab")
    with pytest.raises(InputError, match=r"calls-2016-10-01\.csv: .*'id'.*\(loaded: 2 interviews\)"):
        load(folder, "2016-10-03")
    assert held(folder) == {"2016-10-02": 2}


def test_a_codebook_that_is_corrected_is_reason_to_look_again(folder):
    calls(folder, "calls-2016-10-02.csv", "2016-10-02", "ab")
    before = LOAD.inputs(night_of(folder, "2016-10-02"))
    (folder / "inbox/calls.toml").write_text(CODEBOOK + "# corrected\n")
    assert LOAD.inputs(night_of(folder, "2016-10-02")) != before


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('survey = "tracker"\n', "", "interviews need survey"),
        ('load = "interviews"', 'load = "voters"', "voters takes no survey and no codebook"),
        ('survey = "tracker"', 'survey = "tracker"\nlayout = "nc-2022"', "interviews takes no layout"),
    ],
)
def test_keys_that_do_not_belong_to_the_kind_are_refused(folder, old, new, words):
    (folder / "campaign.toml").write_text(SETTINGS.replace(old, new))
    with pytest.raises(ConfigError, match=words):
        open_campaign(folder)
