"""Codes: small, never reused, the same for the same value."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hustings.electorate.codebooks import Codebooks, read_codebooks
from hustings.errors import StoreError


def test_codes_count_from_0_in_the_order_of_first_sight_and_then_of_the_alphabet():
    books = Codebooks()
    assert books.encode(pl.Series(["REP", None, "DEM", "REP"]), "party").to_list() == [1, None, 0, 1]
    assert books.encode(pl.Series(["UNA", "AAA", "REP"]), "party").to_list() == [3, 2, 1]
    assert books.values("party") == ["DEM", "REP", "AAA", "UNA"]


def test_books_of_a_state_are_apart_and_their_codes_distinct():
    books = Codebooks()
    books.encode(pl.Series(["ADAMS"]), "county", state="OH")
    books.encode(pl.Series(["ADAMS"]), "county", state="WA")
    assert books.codes("county", "ADAMS") == [0, 1]
    books.encode(pl.Series(["F"]), "sex", state="OH")
    assert books.encode(pl.Series(["F"]), "sex", state="WA").to_list() == [0]


def test_precincts_of_two_counties_are_two():
    books = Codebooks()
    found = books.encode(pl.Series(["WAKE\x1f01", "DURHAM\x1f01", "\x1f01"]), "precinct", state="NC")
    assert found.n_unique() == 3
    again = Codebooks(books.frame()).encode(pl.Series(["\x1f01", "WAKE\x1f01"]), "precinct", state="NC")
    assert again.to_list() == [found[2], found[0]]
    assert books.frame("precinct").select("county", "value").rows() == [("", "01"), ("DURHAM", "01"), ("WAKE", "01")]


def test_more_kinds_than_the_type_has_numbers():
    with pytest.raises(StoreError, match="sex has more than 127 different values"):
        Codebooks().encode(pl.Series([str(k) for k in range(128)]), "sex", storage="int8")
    assert Codebooks().encode(pl.Series([str(k) for k in range(127)]), "sex", storage="int8").max() == 126


@given(
    st.lists(
        st.lists(
            st.none() | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x1f"), min_size=1),
            max_size=8,
        ),
        max_size=5,
    )
)
def test_codes_survive_being_stored_and_read(loads):
    whole, stored = Codebooks(), Codebooks()
    for values in loads:
        series = pl.Series(values, dtype=pl.String)
        one = whole.encode(series, "answer").to_list()
        stored = Codebooks(stored.frame())
        assert not stored.changed
        assert stored.encode(series, "answer").to_list() == one
    names = whole.values("answer")
    assert len(set(names)) == len(names)


def test_none_yet():
    assert read_codebooks(None).frame().height == 0
