"""CSV as people export it: separators, encodings, rows that do not fit; Parquet."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest

from hustings.errors import InputError
from hustings.survey.files import read_raw
from hustings.survey.files.plain import decoded, separator_of

TEXT = "id,vote,why\n1,ann,weil\n2,bob,für Größe\n"


def written(path, data):
    path.write_bytes(data)
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "latin-1", "cp1252", "utf-16"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_encodings_and_separators_read_alike(tmp_path, encoding, separator):
    raw = read_raw(written(tmp_path / "x.csv", TEXT.replace(",", separator).encode(encoding)))
    assert raw.rows.rows() == [("1", "ann", "weil"), ("2", "bob", "für Größe")]
    assert raw.row_numbers.to_list() == [2, 3]


def test_windows_quotes_and_emoji_stay(tmp_path):
    assert decoded("“so”".encode("cp1252")) == "“so”"
    raw = read_raw(
        written(tmp_path / "x.csv", 'id,why\n1,"🤬 that \\"f-word\\" 👩‍👩‍👧"\n'.replace('\\"', '""').encode())
    )
    assert raw.rows["why"][0] == '🤬 that "f-word" 👩‍👩‍👧'


def test_rows_that_do_not_fit_are_set_aside_with_their_row(tmp_path):
    raw = read_raw(written(tmp_path / "x.csv", b"id,a,b\n1,x,y\n2,x\n\n3,x,y,z\n4,x,\n"))
    assert raw.rows.rows() == [("1", "x", "y"), ("4", "x", None)]
    assert raw.row_numbers.to_list() == [2, 6]
    assert raw.damaged == (
        (3, "the row has 2 values, the header has 3"),
        (5, "the row has 4 values, the header has 3"),
    )


def test_a_file_cut_within_a_character_loses_that_row_alone(tmp_path):
    data = "id,a,b\n1,x,y\n2,ü".encode()[:-1]
    raw = read_raw(written(tmp_path / "x.csv", data))
    assert raw.rows["id"].to_list() == ["1"]
    assert [row for row, _ in raw.damaged] == [3]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "is empty"),
        (b"\n \n", "is empty"),
        (b"\xef\xbb\xbf", "is empty"),
        (b"id,vote\n", "holds no record"),
        (b"id,vote", "holds no record"),
        (b"id,id\n1,2\n", "column 'id' twice"),
        (b"id,vote\n1,\0\0\n", "row 2: holds bytes of no text"),
        (b"i\0d\0,\0v\0\n\0", "no text"),
    ],
)
def test_what_is_no_table_is_refused(tmp_path, data, said):
    with pytest.raises(InputError, match=said):
        read_raw(written(tmp_path / "x.csv", data))


def test_other_endings_and_no_file(tmp_path):
    with pytest.raises(InputError, match=r"ends in \.docx"):
        read_raw(tmp_path / "x.docx")
    with pytest.raises(InputError, match="no such file"):
        read_raw(tmp_path / "x.csv")


def test_a_separator_in_quotes_parts_nothing():
    assert separator_of('"a,b,c,d";x;y\n') == ";"


def test_parquet_values_become_text(tmp_path):
    path = tmp_path / "x.parquet"
    pl.DataFrame(
        {"id": [1, 2], "x": [1.0, 2.5], "ok": [True, False], "day": [dt.date(2016, 10, 1), None], "w": ["", " a "]}
    ).write_parquet(path)
    assert read_raw(path).rows.rows() == [("1", "1", "1", "2016-10-01", None), ("2", "2.5", "0", None, "a")]
    pl.DataFrame({"id": [1], "x": [[1, 2]]}).write_parquet(path)
    with pytest.raises(InputError, match="column 'x'"):
        read_raw(path)
    path.write_bytes(path.read_bytes()[:100])
    with pytest.raises(InputError, match="no whole Parquet"):
        read_raw(path)
