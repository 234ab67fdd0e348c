from __future__ import annotations

import polars as pl
import pytest

from hustings.electorate.linkage.normalise import check_people, has, prepare
from hustings.errors import InputError


def prepared(**columns):
    rows = len(next(iter(columns.values())))
    given = {"id": list(range(rows)), "first_name": ["A"] * rows, "last_name": ["B"] * rows} | columns
    return prepare(check_people(pl.DataFrame(given), "left"))


def alike(frame, column):
    """Whether the first two rows agree and the third does not."""
    first, second, third = frame[column].to_list()
    assert first is not None
    return first == second != third


def test_accents_hyphens_apostrophes_and_case():
    found = prepared(first_name=["José", "JOSE", "Josef"], last_name=["O'Brien", "obrien", "O’Bryan"])
    assert found["first"].to_list() == ["JOSE", "JOSE", "JOSEF"]
    assert found["last"].to_list() == ["OBRIEN", "OBRIEN", "OBRYAN"]
    assert alike(found, "last_code")


def test_double_surnames_have_parts_and_particles_are_none():
    found = prepared(last_name=["García-López", "GARCIA", "de la Cruz"])
    assert found["last"].to_list() == ["GARCIALOPEZ", "GARCIA", "DELACRUZ"]
    assert found["last_part"][0] == found["last_part"][1]
    assert found["last_part_2"][0] != found["last_part_2"][1]
    assert found["last_part"][2] == prepared(last_name=["CRUZ"])["last_part"][0]


def test_a_suffix_is_found_wherever_it_was_written():
    found = prepared(last_name=["Smith Jr.", "SMITH", "SMITH III"], suffix=[None, "Junior", None])
    assert alike(found, "suffix")
    assert found["last"].to_list() == ["SMITH"] * 3


def test_a_second_first_name_is_a_middle_name():
    found = prepared(first_name=["Mary Ann", "MARY", "MARY"], middle_name=[None, "ANN", "BETH"])
    assert alike(found, "middle_code")
    assert found["first"].to_list() == ["MARY"] * 3


def test_one_address_however_it_is_written():
    found = prepared(
        address=["12 North Main Street Apt 4", "12 N. MAIN ST", "12 N MAIN AVE"], zip=["27601-1234", "27601", "27601"]
    )
    assert alike(found, "place")
    assert found["zip"].n_unique() == 1


def test_an_address_without_zip_is_no_place():
    assert prepared(address=["12 OAK ST"], zip=[None])["place"].to_list() == [None]


def test_dates_years_and_days_that_are_not_known():
    found = prepared(birth_date=["1980-02-03", None, "1980-01-01", "not a date"], birth_year=[None, 1970, 1980, 1990])
    assert found["birth_year"].to_list() == [1980, 1970, 1980, 1990]
    # The first of January is written for want of a day.
    assert found["birth_day"].to_list() == [203, None, None, None]


def test_phones_and_sexes():
    found = prepared(phone=["(919) 555-1212", "1-919-555-1212", "n/a"], sex=["Female", "f", "U"])
    assert found["phone"].to_list() == [9195551212, 9195551212, None]
    assert found["sex"].to_list() == [1, 1, None]


def test_rows_come_in_order_of_id():
    frame = pl.DataFrame({"id": [3, 1], "first_name": ["C", "A"], "last_name": ["X", "Y"]})
    assert prepare(check_people(frame, "left"))["first"].to_list() == ["A", "C"]


@pytest.mark.parametrize(
    ("frame", "said"),
    [
        (pl.DataFrame({"id": [1], "first_name": ["A"]}), "the left file has no column 'last_name'"),
        (pl.DataFrame({"id": [1, 1], "first_name": ["A", "B"], "last_name": ["A", "B"]}), "repeat an id, for example 1"),
        (pl.DataFrame({"id": [1, None], "first_name": ["A", "B"], "last_name": ["A", "B"]}), "1 rows of the left file have no id"),
        (pl.DataFrame({"id": ["x"], "first_name": ["A"], "last_name": ["B"]}), "another type"),
    ],
)  # fmt: skip
def test_files_that_cannot_be_used(frame, said):
    with pytest.raises(InputError, match=said):
        check_people(frame, "left")


def test_a_column_that_is_mostly_empty_is_not_had():
    frames = [pl.DataFrame({"x": [1, 2, 3, 4]}), pl.DataFrame({"x": [None, None, None, None, None, 1]})]
    assert has(frames[:1], "x")
    assert not has(frames, "x")
