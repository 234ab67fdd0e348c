import datetime as dt

import polars as pl

from hustings.electorate.canonical.fields import by_day, days, marks, text, texts
from hustings.electorate.canonical.rows import begin
from hustings.electorate.layouts.parse import build_layout
from hustings.electorate.reading import REJECTED_SCHEMA, RawBlock


def rows_of(fields, columns, **said):
    layout = build_layout(
        {"name": "own", "title": "Own", "kind": "voters", "permitted_use": "Any.", "columns": list(columns)}
        | {"fields": fields}
        | said,
        file="own.toml",
    )
    frame = pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.String))
    line = pl.int_range(2, 2 + frame.height, eager=True)
    given = dict.fromkeys(said.get("parameters", {}), "GIVEN")
    return begin(RawBlock(frame, line, "f", pl.DataFrame(schema=REJECTED_SCHEMA)), layout, given)


def test_joined_coalesced_extracted_and_put_together():
    rows = rows_of(
        {
            "address": {"join": ["a", "b"]},
            "city": {"first": ["b", "a"]},
            "zip": {"column": "a", "extract": r"(\d+)"},
            "source_id": {"template": "{who}/{a}-{b}"},
            "county": {"parameter": "who"},
            "state": {"constant": "NC"},
            "last_name": {"column": "b", "upper": True},
        },
        {"a": ["12", "x7", None], "b": ["Oak", None, None]},
        parameters={"who": "who it is"},
    )
    found = texts(rows, ["address", "city", "zip", "source_id", "county", "state", "last_name", "email"])
    assert found.rows() == [
        ("12 Oak", "Oak", "12", "GIVEN/12-Oak", "GIVEN", "NC", "OAK", None),
        ("x7", "x7", "7", "GIVEN/x7-", "GIVEN", "NC", None, None),
        (None, None, None, "GIVEN/-", "GIVEN", "NC", None, None),
    ]


def test_constants_alone_have_as_many_rows_as_the_block():
    rows = rows_of({"state": {"constant": "NC"}}, {"a": ["1", "2"]})
    assert texts(rows, ["state"]).rows() == [("NC",), ("NC",)]
    assert text(rows, "state").to_list() == ["NC", "NC"]


def test_codes_parts_of_text_and_what_nobody_knows():
    spec = {"column": "a", "codes": {"G": "general"}, "contains": [["run", "runoff"], ["PRIM", "primary"]]}
    said = {"a": ["G", "Primary run-off", "a primary", "general", "huh", "huh", None]}
    rows = rows_of({"election_kind": spec}, said)
    found = texts(rows, ["election_kind"])["election_kind"].to_list()
    assert found == ["general", "runoff", "primary", "general", "huh", "huh", None]
    assert rows.unknown_codes == {("election_kind", "huh"): 2}
    closed = rows_of({"election_kind": spec | {"otherwise": "other"}}, said)
    assert texts(closed, ["election_kind"])["election_kind"].to_list()[4:] == ["other", "other", None]
    assert closed.unknown_codes == {("election_kind", "huh"): 2}


def test_dates_in_several_formats():
    said = {"a": ["2016-02-29", "2/29/2016", "20160229", "2015-02-29", None]}
    rows = rows_of({"registered_on": "a"}, said, dates=["%Y-%m-%d", "%m/%d/%Y", "%Y%m%d"])
    leap = dt.date(2016, 2, 29)
    assert days(rows, "registered_on").to_list() == [leap, leap, leap, None, None]
    assert rows.warnings == {"registered_on: a date that cannot be read, left out": 1}
    assert days(rows, "sent_on").to_list() == [None] * 5


def test_yes_unless_the_text_says_no():
    rows = rows_of({"counted": {"column": "a", "absent": ["N"]}}, {"a": ["N", "Y", None]})
    assert marks(rows, "counted").to_list() == [False, True, True]
    assert marks(rows, "other").to_list() == [True, True, True]


def test_a_single_day_goes_before_its_month():
    rows = rows_of(
        {"k": {"column": "a", "months": {"3": "m"}, "days": {"2016-03-15": "d"}, "otherwise": "o"}}, {"a": ["x"]}
    )
    day = pl.Series([dt.date(2016, 3, 15), dt.date(2016, 3, 16), dt.date(2016, 4, 15)])
    assert by_day(day, rows.layout.fields["k"], "k").to_list() == ["d", "m", "o"]
