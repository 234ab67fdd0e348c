"""From a journal to tables that keep their contracts."""

from __future__ import annotations

import datetime as dt

import pytest

from hustings.errors import InputError
from hustings.store.writing import check_table
from hustings.survey.fieldwork import case_dispositions, collect, rates_of
from hustings.survey.fieldwork.journal import Event
from hustings.survey.interviews import read_interviews, write_interviews
from hustings.tables import ATTEMPTS
from made_field import made_field, made_wave

AT = "2016-10-01T15:00:0%d+00:00"
LATER = dt.datetime(2016, 10, 2, tzinfo=dt.UTC)


@pytest.fixture
def wave(tmp_path):
    """Case 1 answers all by text, case 2 is left in the middle of a call, case 3 is not reached, the rest untouched."""
    field = made_field(tmp_path, 6)
    told = [
        (1, "sms", "sending", {"attempt": 1}),
        (1, "sms", "sent", {"attempt": 1, "provider_id": "SM1"}),
        (1, "sms", "begun", {"device": "d1"}),
        (1, "sms", "answer", {"answers": {"vote": "bob", "heard": None, "age": 44.0}}),
        (1, "sms", "finished", {"outcome": "complete"}),
        (2, "ivr", "sending", {"attempt": 1}),
        (2, "ivr", "begun", {"skipped": ["heard"]}),
        (2, "ivr", "answer", {"answers": {"vote": "ann"}}),
        (3, "ivr", "sending", {"attempt": 1}),
        (3, "ivr", "status", {"attempt": 1, "outcome": "busy"}),
    ]
    for i, (case, mode, kind, body) in enumerate(told):
        field.record(Event(f"k{i}", case, AT % i, mode, kind, body)).result()
    field.opt_outs.add(at=AT % 0, source="dnc.csv", voter_id=1006)
    field.close()
    return field.wave


def test_the_tables_are_as_declared_and_come_back(wave):
    interviews, attempts = collect(wave, at=LATER)
    write_interviews(interviews, wave.folder)
    check_table(attempts, ATTEMPTS)
    again = read_interviews(wave.folder)
    assert again.respondents.select("respondent_id", "mode", "disposition", "seconds", "device").rows() == [
        ("1", "sms", "1.1", 2.0, "d1"),
        ("2", "ivr", "2.12", 1.0, None),
    ]
    # Asked and left empty is a row without an answer; what a call cannot ask is no row.
    assert sorted(again.answers.rows()) == [
        ("1", "age", None, 44.0, None),
        ("1", "heard", None, None, None),
        ("1", "vote", "bob", None, None),
        ("2", "vote", "ann", None, None),
    ]
    assert again.splits.height == 2
    assert attempts.select("case_id", "outcome", "disposition").rows() == [
        (1, "sent", "1.1"),
        (2, "sending", "2.12"),
        (3, "busy", "3.12"),
    ]


def test_every_case_has_a_disposition_and_rates_follow(wave):
    cases = case_dispositions(wave, at=LATER)
    assert cases["disposition"].to_list() == ["1.1", "2.12", "3.12", "3.11", "3.11", "2.36"]
    # One of six; of those known to be eligible, one of three.
    found = rates_of(cases, weight="base_weight")
    assert found["RR1"] == pytest.approx(1 / 6)
    assert found["RR5"] == pytest.approx(1 / 3)


def test_a_wave_that_nobody_fielded_has_no_interviews(tmp_path):
    interviews, attempts = collect(made_wave(tmp_path), at=LATER)
    assert (interviews.respondents.height, attempts.height) == (0, 0)


def test_a_wave_without_a_sample_says_so(tmp_path):
    wave = made_wave(tmp_path)
    wave.path("sample.parquet").unlink()
    with pytest.raises(InputError, match="no sample"):
        collect(wave, at=LATER)
