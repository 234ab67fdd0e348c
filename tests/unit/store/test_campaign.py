"""A campaign's folder and its settings."""

from __future__ import annotations

import pytest

from hustings.errors import ConfigError, StoreError
from hustings.store.campaign import ElectorateSettings, find_campaign, new_campaign, open_campaign


def with_text(folder, text):
    folder.mkdir(exist_ok=True)
    (folder / "campaign.toml").write_text(text, encoding="utf-8")
    return folder


def test_a_new_campaign_has_the_defaults_it_shows(tmp_path):
    made = new_campaign(tmp_path / "mine", contest="us-president-2016")
    assert made.electorate == ElectorateSettings()
    assert made.vault.key == "env"
    assert made.contest == "us-president-2016"
    assert (tmp_path / "mine" / "store").is_dir()
    text = (tmp_path / "mine" / "campaign.toml").read_text()
    for shown in ('engine = "duckdb"', 'memory = "4GB"', "compact_share = 0.1", 'key = "env"'):
        assert shown in text
    assert open_campaign(tmp_path / "mine") == made


def test_never_into_a_folder_with_something_in_it(tmp_path):
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(StoreError, match="not empty"):
        new_campaign(tmp_path, contest="x")
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]


def test_is_found_from_a_folder_below(tmp_path):
    made = new_campaign(tmp_path / "mine", contest="x")
    below = tmp_path / "mine" / "runs" / "one"
    below.mkdir(parents=True)
    assert find_campaign(below).folder == made.folder
    with pytest.raises(StoreError, match=r"no campaign\.toml"):
        find_campaign(tmp_path)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "contest"),
        ('contest = ""', "contest"),
        ("contest = 3", "contest"),
        ('contst = "x"', "did you mean contest"),
        ('contest = "x"\n[electorate]\nmemroy = "1GB"', "did you mean electorate.memory"),
        ('contest = "x"\n[electorate]\nmemory = 4', "electorate.memory is 4"),
        ('contest = "x"\n[electorate]\ncompact_share = 0', "expected 0-1"),
        ('contest = "x"\n[electorate]\ncompact_share = 2', "expected 0-1"),
        ('contest = "x"\n[night]\ninterview_days = 0', "interview_days is 0, expected 1 or more days"),
        ('contest = "x"\n[night]\nstale_days = -1', "stale_days is -1, expected 0 or more days"),
        ('contest = "x"\n[electorate]\ncompact_share = true', "compact_share is True"),
        ('contest = "x"\nvault = "env"', r"expected a table \[vault\]"),
        ('contest = "x"\n[vault]\nkey = "file"', '"env" or "keyring"'),
        ("contest = ", r"campaign\.toml"),
    ],
)
def test_a_wrong_setting_is_named(tmp_path, text, said):
    with pytest.raises(ConfigError, match=said):
        open_campaign(with_text(tmp_path, text))


def test_whole_numbers_do_for_shares(tmp_path):
    assert (
        open_campaign(with_text(tmp_path, 'contest = "x"\n[electorate]\ncompact_share = 1')).electorate.compact_share
        == 1
    )
