"""One small campaign and its first night, for every test of the night."""

import shutil

import pytest

from made_night import KEY, hustings, make_campaign, night, quickly


@pytest.fixture(scope="session")
def first(raw_weeks, tmp_path_factory):
    """The campaign after its first night, and what became of the steps."""
    folder = make_campaign(tmp_path_factory.mktemp("campaign"), raw_weeks)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HUSTINGS_VAULT_KEY", KEY)
        quickly(patch)
        week = folder / "inbox" / "2016-10-01"
        for kind, file in (("voters", "ncvoter"), ("history", "ncvhis")):
            code, _, err = hustings(
                "load", kind, week / f"{file}_Statewide.zip", "--layout", "nc-2022", "--campaign", folder, "--quiet"
            )
            assert code == 0, err
        given = ["--wave", "2016-10-30", "--codebook", folder / "inbox/interviews.toml", "--campaign", folder]
        code, _, err = hustings("survey", "load", "poll", folder / "inbox/interviews.csv", *given, "--quiet")
        assert code == 0, err
        found = night(folder, "2016-11-06")
    return folder, found


@pytest.fixture
def campaign(first, tmp_path, monkeypatch):
    """A copy of the campaign after its first night."""
    monkeypatch.setenv("HUSTINGS_VAULT_KEY", KEY)
    quickly(monkeypatch)
    return shutil.copytree(first[0], tmp_path / "campaign")
