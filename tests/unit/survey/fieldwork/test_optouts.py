"""Opt-outs: for ever, for voters and numbers, and a do-not-call list with bad rows."""

from __future__ import annotations

import datetime as dt
import sqlite3

import pytest

from hustings.errors import InputError, StoreError
from hustings.survey.fieldwork.optouts import OPT_OUTS, OptOuts
from made_field import made_vault

AT = "2016-10-01T15:00:00+00:00"


@pytest.fixture
def outs(tmp_path):
    return OptOuts(tmp_path / "surveys", made_vault(tmp_path))


def test_a_voter_and_a_number_are_off_for_ever(outs):
    assert not outs.holds(5, outs.phone_key("+19195550123"))
    outs.add(at=AT, source="sms", voter_id=5, phone="+19195550123")
    assert outs.holds(5, None)
    assert outs.holds(None, outs.phone_key("+19195550123"))
    assert not outs.holds(6, outs.phone_key("+19195550124"))
    assert outs.voters().to_list() == [5]
    with sqlite3.connect(outs.path) as other, pytest.raises(sqlite3.IntegrityError, match="for ever"):
        other.execute("DELETE FROM opt_outs")
    other.close()


def test_no_number_is_readable_in_the_file(outs):
    outs.add(at=AT, source="sms", phone="+19195550123")
    assert b"9195550123" not in outs.path.read_bytes()


def test_a_list_is_taken_and_bad_rows_say_why(outs, tmp_path):
    path = tmp_path / "dnc.csv"
    path.write_text("name,Phone,voter_id\nA,(919) 555-0123,\nB,555-0124,\nC,,77\nD,,x7\nE,,\n\n", encoding="utf-8")
    listed = outs.add_file(path, at=dt.datetime(2016, 10, 1, tzinfo=dt.UTC))
    assert listed.taken == 2
    assert listed.set_aside.select("line", "reason").rows() == [
        (3, "phone has no area code"),
        (5, "voter_id 'x7' is no pseudonym, expected digits"),
        (6, "has neither phone nor voter_id"),
    ]
    assert outs.holds(77, None)
    assert outs.holds(None, outs.phone_key("+19195550123"))


def test_a_bare_list_of_numbers_needs_no_head(outs, tmp_path):
    path = tmp_path / "dnc.txt"
    path.write_text("919-555-0123\n919.555.0124\n", encoding="utf-8")
    assert outs.add_file(path, at=dt.datetime(2016, 10, 1, tzinfo=dt.UTC)).taken == 2


def test_a_list_of_something_else_is_refused(outs, tmp_path):
    path = tmp_path / "dnc.csv"
    path.write_text("name,street\nA,B\n", encoding="utf-8")
    with pytest.raises(InputError, match="expected one named phone or voter_id"):
        outs.add_file(path, at=dt.datetime(2016, 10, 1, tzinfo=dt.UTC))


def test_a_damaged_list_stops_everything(tmp_path):
    (tmp_path / OPT_OUTS).write_text("not a database at all" * 100)
    with pytest.raises(StoreError, match="nobody is contacted without it"):
        OptOuts(tmp_path).holds(1, None)
