import datetime as dt

import pytest

from hustings.electorate.layouts.parse import build_layout
from hustings.errors import ContestError

SMALL = {
    "name": "small", "title": "Small", "kind": "history", "permitted_use": "Any.", "columns": ["id", "day", "kind"],
    "fields": {"source_id": "id", "election_date": "day"},
}  # fmt: skip


def built(**field):
    return build_layout(SMALL | {"fields": SMALL["fields"] | {"election_kind": field}}, file="f.toml")


def test_a_field_in_all_its_ways():
    spec = built(
        first=["kind", {"column": "day", "extract": "(x)"}],
        codes={"G": "general"},
        contains=[["PRI", "primary"]],
        months={"11": "general"},
        days={"2016-05-24": "presidential primary"},
        otherwise="other",
    ).fields["election_kind"]
    assert [source.column for source in spec.sources] == ["kind", "day"]
    assert spec.sources[1].extract == "(x)"
    assert spec.contains == (("PRI", "primary"),)
    assert spec.months == {11: "general"}
    assert spec.days == {dt.date(2016, 5, 24): "presidential primary"}
    assert spec.names() == ("kind", "day")


def test_cells_may_be_joined_by_nothing():
    assert built(join=["id", "kind"], between="").fields["election_kind"].sources[0].between == ""
    assert built(join=["id", "kind"]).fields["election_kind"].sources[0].between == " "


@pytest.mark.parametrize(
    ("field", "found"),
    [
        ({"column": "kind", "months": {"13": "x"}}, "expected months 1 to 12"),
        ({"column": "kind", "days": {"May": "x"}}, "expected days such as 2016-03-15"),
        ({"column": "kind", "contains": ["PRI"]}, "'contains' holds 'PRI'; expected pairs"),
        ({"column": "kind", "constant": "x"}, "found column and constant; expected one of"),
        ({"column": "kind", "extract": "("}, "is not a regular expression"),
        ({"parameter": "who"}, "names the parameter 'who'"),
        ({"template": "{id}-{who}"}, "names the column 'who'"),
        ({"column": "kind", "knwon": ["x"]}, "unknown key 'knwon'.*'known'"),
        ({"first": [3]}, "'first' holds 3"),
    ],
)
def test_slips_in_a_field_say_where(field, found):
    with pytest.raises(ContestError, match=found):
        built(**field)


@pytest.mark.parametrize(
    ("wide", "found"),
    [
        ({"pattern": "^(?P<year>x)$"}, "'pattern' lacks a group"),
        ({"pattern": "^(?P<kind>x)(?P<year>y)$", "dates": {"x": 3}}, "'dates' holds something that is no day"),
    ],
)
def test_slips_in_the_election_columns(wide, found):
    with pytest.raises(ContestError, match=found):
        build_layout(SMALL | {"wide_history": wide}, file="f.toml")


def test_a_drop_rule_has_one_way_to_find_its_rows():
    for rule in ({"reason": "x"}, {"reason": "x", "column": "id", "values": ["1"], "blank": ["id"]}):
        with pytest.raises(ContestError, match="either 'column' with 'values', or 'blank'"):
            build_layout(SMALL | {"drop": [rule]}, file="f.toml")
