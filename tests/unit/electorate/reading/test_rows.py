"""Cutting lines into cells against the csv module, on texts made at random."""

import csv
import io

import numpy as np
import pytest

from hustings.electorate.reading.rows import Shape, split_rows
from hustings.electorate.reading.stream import Piece


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
    found = split_rows(Piece(data.encode(), 1), shape_of(delimiter))
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
    fast = split_rows(Piece(good, 5), shape_of("\t"))
    slow = split_rows(Piece(good + b"x\n", 5), shape_of("\t"))
    assert fast.frame.equals(slow.frame)
    assert fast.line.equals(slow.line)
    assert fast.rejected.is_empty()
    assert slow.rejected.rows() == [("f", 100_005, None, "found 1 fields, expected 3", "x")]


def test_a_first_row_that_does_not_fit_spoils_nothing():
    found = split_rows(Piece(b"1,2\n3,4,5\n", 1), shape_of(","))
    assert found.frame.rows() == [("3", "5")]
    assert found.rejected["line"].to_list() == [1]
    found = split_rows(Piece(b"1,2,3,4,5,6\n3,4,5\n", 1), shape_of(","))
    assert found.frame.rows() == [("3", "5")]


def test_nothing_but_bad_rows():
    found = split_rows(Piece(b"1,2\n3\n", 1), shape_of(","))
    assert found.frame.height == 0
    assert found.rejected["line"].to_list() == [1, 2]


def test_the_text_of_a_rejected_row_is_kept_within_reason():
    found = split_rows(Piece(b"x" * 100_000 + b"\n1,2,3\n", 1), shape_of(","))
    assert found.rejected["text"].str.len_chars().to_list() == [4000]
