"""Interviews side by side: asked, answered, several answers; what is damaged says so."""

from __future__ import annotations

import polars as pl
import pytest

from hustings.errors import InputError, StoreError
from hustings.survey.interviews import read_interviews, write_interviews
from made_interviews import made


def test_wide_tells_asked_from_answered():
    wide = made([{"vote": "a", "age": 40.0}, {"vote": None}, {}]).wide("vote", "age")
    assert wide["respondent_id"].to_list() == ["r0", "r1", "r2"]
    assert wide["vote"].to_list() == ["a", None, None]
    assert wide["asked_vote"].to_list() == [True, True, False]
    assert wide["age"].to_list() == [40.0, None, None]
    with pytest.raises(InputError, match="did you mean vote"):
        made([{}]).wide("vot")


def test_interviewed_are_complete_and_partial():
    people = made([{"vote": "a"}, {"disposition": "1.2"}, {"disposition": "2.1", "vote": "b"}])
    asked = people.interviewed()
    assert asked.respondents["respondent_id"].to_list() == ["r0", "r1"]
    assert asked.answers["respondent_id"].to_list() == ["r0"]


def test_to_disk_and_back(tmp_path):
    with pytest.raises(InputError, match="has no interviews yet"):
        read_interviews(tmp_path)
    given = made([{"vote": "a", "why": "🤬"}, {"age": 30.0}])
    write_interviews(given, tmp_path)
    back = read_interviews(tmp_path)
    assert back.respondents.equals(given.respondents)
    assert back.answers.equals(given.answers)
    assert back.codebook == given.codebook
    (tmp_path / "answers.parquet").write_bytes((tmp_path / "answers.parquet").read_bytes()[:50])
    with pytest.raises(StoreError, match="damaged"):
        read_interviews(tmp_path)
    assert isinstance(given.splits, pl.DataFrame)
