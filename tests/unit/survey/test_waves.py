"""Surveys and waves on disk."""

from __future__ import annotations

import pytest

from hustings.errors import ConfigError, InputError, StoreError
from hustings.survey.waves import new_survey, open_survey


def test_begin_and_find(tmp_path):
    survey = new_survey(tmp_path, "tracker")
    for day in ("2016-10-02", "2016-10-01"):
        survey.new_wave(day, {"seed": 1})
    assert [wave.name for wave in open_survey(tmp_path, "tracker").waves()] == ["2016-10-01", "2016-10-02"]
    assert survey.wave("2016-10-01").about() == {"seed": 1}
    with pytest.raises(InputError, match="waves: 2016-10-01, 2016-10-02"):
        survey.wave("2016-10-03")
    with pytest.raises(InputError, match="surveys: tracker"):
        open_survey(tmp_path, "traker")
    with pytest.raises(StoreError, match="survey tracker exists"):
        new_survey(tmp_path, "tracker")


@pytest.mark.parametrize("name", ["", "../x", "A", "a b", "x" * 42, ".hidden"])
def test_names_that_make_no_folder(tmp_path, name):
    with pytest.raises(ConfigError, match="expected lower-case"):
        new_survey(tmp_path, name)


@pytest.mark.parametrize("text", ["", "[1]", "{"])
def test_a_damaged_note(tmp_path, text):
    wave = new_survey(tmp_path, "tracker").new_wave("w1", {})
    wave.path("wave.json").write_text(text)
    with pytest.raises(StoreError, match=r"wave\.json"):
        wave.about()
