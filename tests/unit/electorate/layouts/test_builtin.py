"""The built-in layouts against lists of columns and codes kept elsewhere."""

import csv
from pathlib import Path

import pytest

from hustings.electorate.layouts import load_layout

SHARED = Path(__file__).parents[5] / "shared" / "data"


def facts(name):
    path = SHARED / name
    if not path.is_file():
        pytest.skip(f"{name} is not there")
    with path.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize(
    ("layout", "state", "file", "n"),
    [
        ("nc-2022", "NC", "ncvoter (since", 67),
        ("nc-2009", "NC", "ncvoter (until", 71),
        ("nc-history-2022", "NC", "ncvhis", 15),
        ("oh-swvf", "OH", "SWVF", 46),
        ("fl-extract", "FL", "YYYYMMDD_VoterDetail", 38),
        ("fl-history", "FL", "YYYYMMDD_VoterHistory", 5),
    ],
)
def test_columns_are_the_published_ones_in_order(layout, state, file, n):
    rows = facts("voterfile_layouts_nc_oh_fl_wa.csv")
    published = [row["column"] for row in rows if row["state"] == state and row["file"].startswith(file)][:n]

    def plain(names):
        return ["".join(c for c in name.casefold() if c.isalnum()) for name in names]

    found, expected = plain(load_layout(layout).columns), plain(published)
    if state == "FL":
        # Its published names are labels, here and there with a remark in brackets.
        assert len(found) == len(expected) == n
        assert [a[:7] for a in found] == [b[:7] for b in expected]
    else:
        assert found == expected


def test_washington_has_the_published_columns():
    rows = facts("voterfile_layouts_nc_oh_fl_wa.csv")
    published = {row["column"].casefold() for row in rows if row["state"] == "WA"}
    layout = load_layout("wa-vrdb")
    known = {name.casefold() for name in (*layout.columns, *layout.aliases)}
    assert published <= known


@pytest.mark.parametrize(
    ("layout", "field", "state", "code_field"),
    [
        ("nc-2022", "status", "NC", "status_cd"),
        ("nc-2022", "race", "NC", "race_code"),
        ("nc-2022", "ethnicity", "NC", "ethnic_code"),
        ("nc-2022", "county", "NC", "county_id"),
        ("fl-extract", "race", "FL", "Race"),
    ],
)
def test_every_published_code_has_a_meaning(layout, field, state, code_field):
    rows = facts("voterfile_codes_nc_fl.csv")
    published = {row["code"]: row["meaning"] for row in rows if row["state"] == state and row["field"] == code_field}
    codes = load_layout(layout).fields[field].codes
    assert set(published) <= set(codes)
    if field == "county":
        squeezed = {code: codes[code].replace(" ", "") for code in published}
        assert squeezed == {code: name.replace(" ", "") for code, name in published.items()}


def test_race_codes_of_two_states_by_hand():
    assert load_layout("nc-2022").fields["race"].codes == {
        "A": "asian", "B": "black", "I": "native", "M": "multiple", "O": "other", "P": "pacific", "U": "unknown",
        "W": "white",
    }  # fmt: skip
    assert load_layout("fl-extract").fields["race"].codes == {
        "1": "native", "2": "asian", "3": "black", "4": "hispanic", "5": "white", "6": "other", "7": "multiple",
        "9": "unknown",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("layout", "n", "code", "county"),
    [
        ("nc-2022", 100, "65", "NEW HANOVER"),
        ("oh-swvf", 88, "18", "CUYAHOGA"),
        ("oh-swvf", 88, "09", "BUTLER"),
        ("oh-swvf", 88, "88", "WYANDOT"),
        ("fl-extract", 67, "DAD", "MIAMI-DADE"),
        ("fl-extract", 67, "STJ", "ST. JOHNS"),
        ("wa-vrdb", 39, "KI", "KING"),
        ("wa-vrdb", 39, "YA", "YAKIMA"),
    ],
)
def test_counties(layout, n, code, county):
    codes = load_layout(layout).fields["county"].codes
    assert len(set(codes.values())) == n
    assert codes[code] == county
