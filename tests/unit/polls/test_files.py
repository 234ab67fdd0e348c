"""Files as people have them: odd encodings, delimiters, line ends, and files that are no use."""

from __future__ import annotations

import gzip

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hustings.errors import InputError
from hustings.polls.readers import read_polls
from made_polls import EVE, GOOD, Desk, checked, make_contest


@pytest.mark.parametrize(
    "change",
    [
        lambda text: b"\xef\xbb\xbf" + text.encode(),
        lambda text: text.encode("utf-16"),
        lambda text: text.replace("\n", "\r\n").encode(),
        lambda text: text.replace("\n", "\r").encode(),
        lambda text: text.replace(",", ";").encode(),
        lambda text: text.replace(",", "\t").encode(),
        lambda text: text.replace(",", "|").encode(),
        lambda text: ("\n" + text.replace("\n", "\n\n")).encode(),
        lambda text: text.replace("\n", ",\n").encode(),
        lambda text: text.replace("Northwind", '"Northwind"').encode(),
        lambda text: text.replace("poll_id", "POLL_ID").replace("end_date", " End Date ").encode(),
        lambda text: text.encode().rstrip(b"\n"),
    ],
)
def test_the_same_polls_in_other_clothes(desk: Desk, change):
    clean = checked(desk.read(change(desk.wide({}))), desk.contest, EVE)
    assert clean.polls.drop("row").row(0)[:3] == ("p1", "Northwind", "OH")


def test_latin_1_is_read_and_said(desk: Desk):
    clean = checked(desk.read(desk.wide({"pollster": "Küste"}).encode("latin-1")), desk.contest, EVE)
    assert clean.polls["pollster"].to_list() == ["Küste"]
    assert clean.notes == ["not UTF-8 (first in row 2): read as Windows-1252"]


def test_quoted_commas_and_line_ends(desk: Desk):
    clean = checked(desk.read(desk.wide({"pollster": "North,wind"})), desk.contest, EVE)
    assert clean.polls["pollster"].to_list() == ["North,wind"]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "empty"),
        (b"\n\n  \n", "empty"),
        (b";;\n ; \n", "empty"),
        (b"\xef\xbb\xbf", "empty"),
        (b"PK\x03\x04rest", "save the sheet as CSV"),
        (b"PAR1rest", "Parquet"),
        (gzip.compress(b"a,b", mtime=0), "unpack"),
        (b"a,b\n1,\x00\n", "row 2"),
        (b"<!doctype html><html>", "web page"),
        (b"name,age\nx,3\n", "known layouts are 538: "),
        (b"pollster,pollster,end_date\n", "two columns have the same name"),
        (b'pollster,end_date,unit,sample_size,dem,rep\n"N' + b",\n" * 100, "never closed"),
    ],
)
def test_useless_file_is_one_clear_line(desk: Desk, content: bytes, says: str):
    with pytest.raises(InputError) as caught:
        desk.read(content)
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)
    assert str(desk.folder) in str(caught.value)


def test_no_file_and_a_folder(desk: Desk):
    desk.write("x", "polls.csv")
    with pytest.raises(InputError, match=r"did you mean polls\.csv"):
        read_polls(desk.folder / "poll.csv", desk.contest)
    with pytest.raises(InputError, match="folder"):
        read_polls(desk.folder, desk.contest)
    with pytest.raises(InputError, match="did you mean 'wide'"):
        read_polls(desk.folder / "polls.csv", desk.contest, layout="wid")


@pytest.mark.parametrize("column", ["pollster", "state", "end_date", "sample_size", "dem_pct", "rep_pct"])
def test_missing_column_is_named_with_the_nearest(desk: Desk, column: str):
    wrong = column + "s"
    with pytest.raises(InputError) as caught:
        desk.read(desk.wide({}).replace(column, wrong, 1))
    assert caught.value.column == column
    assert caught.value.row == 1
    assert wrong in str(caught.value)


@pytest.mark.parametrize("column", ["poll_id", "pollster", "state", "end_date", "sample_size"])
def test_missing_538_column(desk: Desk, column: str):
    header = [
        "poll_id",
        "question_id",
        "pollster",
        "state",
        "start_date",
        "end_date",
        "sample_size",
        "population",
        "answer",
        "party",
        "pct",
    ]
    text = ",".join(name for name in header if name != column) + "\n"
    with pytest.raises(InputError) as caught:
        desk.read(text)
    assert caught.value.column == column


def test_header_alone_is_no_polls_in_every_layout(desk: Desk):
    headers = {
        "538": "poll_id,question_id,pollster,state,start_date,end_date,sample_size,population,answer,party,pct",
        "dslabs": "state,startdate,enddate,pollster,samplesize,population,rawpoll_lovelace,rawpoll_babbage",
        "wide": ",".join(GOOD),
        "simple": "pollster,unit,end_date,sample_size,dem,rep",
    }
    for name, header in headers.items():
        raw = desk.read(header + "\n")
        assert raw.layout == name
        assert checked(raw, desk.contest, EVE).polls.is_empty()


CELL = st.one_of(
    st.text(max_size=12),
    st.sampled_from(
        [
            "",
            "nan",
            "inf",
            "-1",
            "1e400",
            "0",
            "99999999999999999999",
            "2024-02-30",
            "0000-00-00",
            "1,2",
            '"',
            "=1+1",
            "NULL",
        ]
    ),
)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_cell_raises_anything_but_input_error(desk: Desk, data: st.DataObject):
    rows = data.draw(st.lists(st.dictionaries(st.sampled_from(list(GOOD)), CELL, max_size=4), max_size=6))
    _read_and_clean(desk, desk.wide(*rows).encode("utf-8", "surrogatepass"))


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_538_cell_raises_anything_but_input_error(desk: Desk, data: st.DataObject):
    names = [
        "poll_id",
        "question_id",
        "pollster",
        "state",
        "start_date",
        "end_date",
        "sample_size",
        "population",
        "answer",
        "party",
        "pct",
        "created_at",
        "cycle",
    ]
    good = dict(
        zip(
            names,
            ["1", "2", "N", "Ohio", "10/1/24", "10/4/24", "800", "lv", "Lovelace", "DEM", "46", "10/5/24", "2024"],
            strict=True,
        )
    )
    rows = data.draw(st.lists(st.dictionaries(st.sampled_from(names), CELL, max_size=3), max_size=6))
    lines = [",".join((good | row)[name] for name in names) for row in rows]
    _read_and_clean(desk, "\n".join([",".join(names), *lines]).encode("utf-8", "surrogatepass"))


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=st.binary(max_size=300))
def test_no_bytes_raise_anything_but_input_error(desk: Desk, content: bytes):
    _read_and_clean(desk, content)
    _read_and_clean(desk, ",".join(GOOD).encode() + b"\n" + content)


def _read_and_clean(desk: Desk, content: bytes) -> None:
    try:
        raw = desk.read(content)
    except InputError:
        return
    checked(raw, make_contest(), EVE)
