"""Cutting lines into cells against the csv module, on texts made at random."""

import csv
import io

import numpy as np
import pytest

from hustings.electorate.reading.rows import Shape, split_rows
from hustings.electorate.reading.stream import Piece


def piece(data, line=1):
    return Piece(data, line, data.count(b"\n"))


def shape_of(delimiter, quote='"'):
    return Shape("f", ("a", "b", "c"), ("a", "c"), delimiter, quote)


@pytest.mark.parametrize("seed", range(30))
@pytest.mark.parametrize("delimiter", [",", "\t", "|"])
def test_well_made_text_is_read_as_the_csv_module_reads_it(seed, delimiter):
    rng = np.random.default_rng(seed)
    alphabet = ["a", "é", " ", '"', "\n", delimiter, "'", "0", ""]
    rows = []
    for n in range(60):
        width = 3 if rng.random() < 0.9 else int(rng.integers(1, 6))
        rows.append([f"{n}", *("".join(rng.choice(alphabet, 4)) for _ in range(width - 1))])
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter, lineterminator="\n").writerows(rows)
    data = text.getvalue()
    found = split_rows(piece(data.encode()), shape_of(delimiter))
    expected, bad, line = {}, [], 1
    reader = csv.reader(io.StringIO(data, newline=""), delimiter=delimiter)
    for record in reader:
        if len(record) == 3:
            expected[line] = (record[0], record[2] or None)
        else:
            bad.append(line)
        line = reader.line_num + 1
    assert dict(zip(found.line.to_list(), found.frame.rows(), strict=True)) == expected
    # A bad record of several lines is set aside by its first lines; none is lost, none is made up.
    assert set(bad) <= set(found.rejected["line"].to_list())
    assert not set(expected) & set(found.rejected["line"].to_list())


def test_both_ways_of_reading_agree():
    good = b"".join(b"%d\tb%d\t\n" % (n, n) for n in range(100_000))
    fast = split_rows(piece(good, 5), shape_of("\t"))
    slow = split_rows(piece(good + b"x\n", 5), shape_of("\t"))
    assert fast.frame.equals(slow.frame)
    assert fast.line.equals(slow.line)
    assert fast.rejected.is_empty()
    assert slow.rejected.rows() == [("f", 100_005, None, "found 1 fields, expected 3", "x")]


def test_a_first_row_that_does_not_fit_spoils_nothing():
    found = split_rows(piece(b"1,2\n3,4,5\n"), shape_of(","))
    assert found.frame.rows() == [("3", "5")]
    assert found.rejected["line"].to_list() == [1]
    found = split_rows(piece(b"1,2,3,4,5,6\n3,4,5\n"), shape_of(","))
    assert found.frame.rows() == [("3", "5")]


def test_nothing_but_bad_rows():
    found = split_rows(piece(b"1,2\n3\n"), shape_of(","))
    assert found.frame.height == 0
    assert found.rejected["line"].to_list() == [1, 2]


def test_the_text_of_a_rejected_row_is_kept_within_reason():
    found = split_rows(piece(b"x" * 100_000 + b"\n1,2,3\n"), shape_of(","))
    assert found.rejected["text"].str.len_chars().to_list() == [4000]


@pytest.mark.parametrize("quote", ['"', ""])
@pytest.mark.parametrize("delimiter", [",", "\t"])
def test_a_short_row_and_a_long_one_do_not_make_up_for_each_other(delimiter, quote):
    data = b"1,2,3\n4\n5,6,7,8,9\n\n6,7,8\n".replace(b",", delimiter.encode())
    found = split_rows(piece(data), shape_of(delimiter, quote))
    assert found.frame.rows() == [("1", "3"), ("6", "8")]
    assert found.line.to_list() == [1, 5]
    assert found.rejected["reason"].to_list() == ["found 1 fields, expected 3", "found 5 fields, expected 3"]


def test_stray_marks_do_not_swallow_the_rows_between_them():
    shape = Shape("f", ("a", "b", "c", "d", "e"), ("a", "e"), ",", '"')
    data = b'1,"x,3,4,5\n' + b"2,b,c,d,e\n" * 3 + b'3,y",c,d,e\n'
    found = split_rows(piece(data), shape)
    assert found.line.to_list() == [2, 3, 4, 5]
    assert found.rejected.select("line", "reason").rows() == [(1, "a quotation mark is opened and never closed")]


def test_marks_in_mid_cell_cost_nothing_but_themselves():
    good = b'"1","b","c"\n' * 1000
    found = split_rows(piece(good + b'"2","JOHN "JR" DOE","c"\n' + good), shape_of(","))
    assert found.line.to_list() == list(range(1, 2002))
    assert found.rejected.is_empty()


@pytest.mark.parametrize("seed", range(5))
def test_no_line_of_any_text_is_lost_or_made_up(seed):
    rng = np.random.default_rng(seed)
    for _ in range(200):
        letters = rng.choice(list(b'abc,,"\n\n\r\t '), int(rng.integers(1, 200)))
        data = bytes(letters.astype(np.uint8))
        found = split_rows(piece(data), shape_of(",", ""))
        lines = found.line.to_list() + found.rejected["line"].to_list()
        filled = [at for at, line in enumerate(data.replace(b"\r\n", b"\n").split(b"\n"), start=1) if line]
        assert sorted(lines) == filled
