"""One number in many forms, and what is none."""

from __future__ import annotations

import polars as pl
import pytest

from hustings.survey.fieldwork.phones import read_phone, read_phones

FORMS = (
    "9195550123",
    "(919) 555-0123",
    "919-555-0123",
    "919.555.0123",
    "1 919 555 0123",
    "+1 (919) 555-0123",
    "+19195550123",
    " 919 555 0123 ",
    "tel:919-555-0123",
)
BAD = {
    None: "no number",
    "": "no number",
    "555-0123": "area code",
    "919555012": "digits",
    "0195550123": "cannot be",
    "9191550123": "cannot be",
    "(919) 555-0123 ext. 4": "extension",
    "unlisted": "no phone number",
    "+44 1": "too short",
}


@pytest.mark.parametrize("text", FORMS)
def test_every_form_is_the_same_number(text):
    assert read_phone(text).e164 == "+19195550123"


@pytest.mark.parametrize("text", list(BAD))
def test_what_is_none_says_why(text):
    found = read_phone(text)
    assert found.e164 == ""
    assert BAD[text] in found.problem


def test_a_column_reads_as_its_cells_do():
    texts = pl.Series([*FORMS, *BAD, "+44 20 7946 0958", "2115550123", "9115550123"])
    table = read_phones(texts)
    one_by_one = [read_phone(text) for text in texts]
    assert table["e164"].to_list() == [one.e164 or None for one in one_by_one]
    assert table["problem"].to_list() == [one.problem for one in one_by_one]
