import gzip
import io
import zipfile

import pytest

from hustings.electorate.layouts import HeaderError, load_layout
from hustings.electorate.reading import read_blocks
from hustings.errors import ConfigError, InputError

OWN = """
name = "own"
title = "Three columns"
kind = "voters"
encoding = "latin-1"
delimiters = ["\\t"]
key = ["id"]
permitted_use = "Any."
columns = ["id", "name", "town"]
[fields]
source_id = "id"
last_name = "name"
city = "town"
"""


def layout_of(tmp_path, text=OWN, **changes):
    for key, value in changes.items():
        text = text.replace("permitted_use", f"{key} = {value}\npermitted_use", 1)
    path = tmp_path / "own.toml"
    path.write_text(text, encoding="utf-8")
    return load_layout(path)


@pytest.fixture
def own(tmp_path):
    return layout_of(tmp_path)


def rows_of(blocks):
    """Line number to cells, over all blocks."""
    return {
        line: cells for block in blocks for line, cells in zip(block.line.to_list(), block.frame.rows(), strict=True)
    }


def rejected_of(blocks):
    return [row for block in blocks for row in block.rejected.rows()]


def put(tmp_path, data, name="voters.txt"):
    path = tmp_path / name
    path.write_bytes(data)
    return path


PLAIN = b"id\tname\ttown\n001\tDoe\tWAKE\n002\t\tCARY\n"
EXPECTED = {2: ("001", "Doe", "WAKE"), 3: ("002", None, "CARY")}


@pytest.mark.parametrize(
    "data",
    [
        PLAIN,
        PLAIN.rstrip(b"\n"),
        PLAIN.replace(b"\n", b"\r\n"),
        b"\xef\xbb\xbf" + PLAIN,
        PLAIN.decode().encode("utf-16"),
        PLAIN.decode().replace("\n", "\r\n").encode("utf-16-le").join([b"\xff\xfe", b""]),
        gzip.compress(PLAIN),
        b'"id"\t"name"\t"town"\n"001"\t"Doe"\t"WAKE"\n"002"\t""\t"CARY"\n',
    ],
    ids=["plain", "no last line end", "crlf", "mark", "utf-16", "utf-16 crlf", "gzip", "quoted"],
)
def test_the_same_rows_however_they_are_written(tmp_path, own, data):
    blocks = list(read_blocks(put(tmp_path, data), own))
    assert rows_of(blocks) == EXPECTED
    assert rejected_of(blocks) == []
    assert blocks[0].frame.columns == ["id", "name", "town"]


def test_a_zip_member_is_named(tmp_path, own):
    path = tmp_path / "all.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("inside.txt", PLAIN)
    (block,) = read_blocks(path, own)
    assert block.file == "all.zip/inside.txt"
    assert rows_of([block]) == EXPECTED


@pytest.mark.parametrize("encoding", ["latin-1", "cp1252", "utf-8"])
def test_accents_survive_in_any_encoding(tmp_path, own, encoding):
    path = put(tmp_path, "id\tname\ttown\n1\tNúñez\tCañón\n2\tÅse\tx\n".encode(encoding))
    assert rows_of(read_blocks(path, own)) == {2: ("1", "Núñez", "Cañón"), 3: ("2", "Åse", "x")}


def test_what_is_neither_is_said(tmp_path):
    layout = layout_of(tmp_path, OWN.replace('"latin-1"', '"utf-8"'))
    (block,) = read_blocks(put(tmp_path, "id\tname\ttown\n1\tO’Neal\tx\n".encode("cp1252")), layout)
    assert rows_of([block]) == {2: ("1", "O’Neal", "x")}
    assert "Windows-1252" in block.remarks[0]


@pytest.mark.parametrize("block_bytes", [8, 16, 40, 100, 1000, 1 << 20])
def test_blocks_of_any_size_give_the_same_rows(tmp_path, own, block_bytes):
    lines = [f"{n:04}\tName {n}\t{'x' * (n % 7)}" for n in range(300)]
    lines[17] = '0017\t"A name\nin two lines"\ttown'
    lines[50] = ""
    lines[99] = "0099\tshort"
    lines[140] = "0140\ta\tb\tlong"
    path = put(tmp_path, "\n".join(["id\tname\ttown", *lines]).encode())
    blocks = list(read_blocks(path, own, block_bytes=block_bytes))
    found = rows_of(blocks)
    # One more line than rows from line 19 on: the cell of two lines.
    expected = {}
    for n in range(300):
        if n in (50, 99, 140):
            continue
        line = n + 2 + (n > 17)
        expected[line] = (f"{n:04}", f"Name {n}", "x" * (n % 7) or None)
    expected[19] = ("0017", "A name\nin two lines", "town")
    assert found == expected
    assert rejected_of(blocks) == [
        ("voters.txt", 102, None, "found 2 fields, expected 3", "0099\tshort"),
        ("voters.txt", 143, None, "found 4 fields, expected 3", "0140\ta\tb\tlong"),
    ]


def test_half_a_last_row_is_set_aside(tmp_path, own):
    blocks = list(read_blocks(put(tmp_path, PLAIN + b"003\tSm"), own))
    assert rows_of(blocks) == EXPECTED
    assert rejected_of(blocks) == [("voters.txt", 4, None, "found 2 fields, expected 3", "003\tSm")]


def test_a_short_row_is_not_made_up_for_by_a_delimiter_within_quotes(tmp_path, own):
    path = put(tmp_path, b'id\tname\ttown\n1\t"a\tb"\tc\n2\td\n')
    blocks = list(read_blocks(path, own))
    assert rows_of(blocks) == {2: ("1", "a\tb", "c")}
    assert rejected_of(blocks)[0][1:4:2] == (3, "found 2 fields, expected 3")


def test_a_stray_quotation_mark_costs_one_row(tmp_path, own):
    good = "".join(f"{n}\tb\tc\n" for n in range(200))
    path = put(tmp_path, f'id\tname\ttown\n{good}x\t"never closed\tc\n{good}'.encode())
    blocks = list(read_blocks(path, own))
    assert len(rows_of(blocks)) == 400
    assert [(row[1], row[3]) for row in rejected_of(blocks)] == [(202, "a quotation mark is opened and never closed")]


def test_an_inch_mark_within_a_cell_is_kept(tmp_path, own):
    path = put(tmp_path, b'id\tname\ttown\n1\tJOHN "JR\tc\n2\td\te\n3\tsay ""\tf\n')
    found = rows_of(read_blocks(path, own))
    assert found[2] == ("1", 'JOHN "JR', "c")
    assert found[3] == ("2", "d", "e")
    assert 4 in found


def test_without_quoting_a_mark_is_a_letter(tmp_path):
    layout = layout_of(tmp_path, quote='""')
    path = put(tmp_path, b'id\tname\ttown\n1\t"Doe\tc\n2\t"d"\te\n')
    assert rows_of(read_blocks(path, layout)) == {2: ("1", '"Doe', "c"), 3: ("2", '"d"', "e")}


def test_a_column_too_many_far_down_in_a_file_names_its_line(tmp_path, own):
    many = b"".join(b"%07d\tDoe\tRaleigh of the oaks\n" % n for n in range(120_000))
    path = put(tmp_path, b"id\tname\ttown\n" + many + b"x\ty\tz\tw\n" + many)
    blocks = list(read_blocks(path, own, block_bytes=2 << 20))
    assert len(blocks) > 2
    assert sum(block.frame.height for block in blocks) == 240_000
    assert rejected_of(blocks) == [("voters.txt", 120_002, None, "found 4 fields, expected 3", "x\ty\tz\tw")]
    assert max(block.line.max() for block in blocks) == 240_002


def test_a_cell_spanning_the_border_of_two_blocks(tmp_path, own):
    path = put(tmp_path, b'id\tname\ttown\n1\t"first\nsecond\nthird"\tc\n2\td\te\n')
    for block_bytes in range(14, 60):
        found = rows_of(read_blocks(path, own, block_bytes=block_bytes))
        assert found == {2: ("1", "first\nsecond\nthird", "c"), 5: ("2", "d", "e")}, block_bytes


def test_a_truncated_zip(tmp_path, own):
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("voters.txt", PLAIN * 1000)
    path = put(tmp_path, whole.getvalue()[:-30], "cut.zip")
    with pytest.raises(InputError, match=r"damaged or cut off"):
        list(read_blocks(path, own))


def test_a_zip_damaged_within(tmp_path, own):
    whole = io.BytesIO()
    text = b"".join(b"%d\tname %d\ttown\n" % (n, n * 7919 % 1000) for n in range(20_000))
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("voters.txt", b"id\tname\ttown\n" + text)
    data = bytearray(whole.getvalue())
    data[len(data) // 2] ^= 0xFF
    with pytest.raises(InputError, match=r"hurt.zip/voters.txt.*damaged or cut off"):
        list(read_blocks(put(tmp_path, bytes(data), "hurt.zip"), own))


def test_a_truncated_gzip(tmp_path, own):
    path = put(tmp_path, gzip.compress(PLAIN * 1000)[:-20], "cut.txt.gz")
    with pytest.raises(InputError, match=r"cut.txt.gz.*damaged or cut off"):
        list(read_blocks(path, own))


def test_an_empty_file(tmp_path, own):
    for data in (b"", b"\n\n", b"\xef\xbb\xbf"):
        with pytest.raises(InputError, match="the file is empty"):
            list(read_blocks(put(tmp_path, data), own))


def test_a_header_alone_is_no_error(tmp_path, own):
    assert list(read_blocks(put(tmp_path, b"id\tname\ttown\n"), own)) == []


def test_a_header_that_is_another(tmp_path, own):
    with pytest.raises(HeaderError, match=r"voters.txt, row 1.*'nmae'"):
        list(read_blocks(put(tmp_path, b"id\tnmae\ttown\n1\t2\t3\n"), own))


@pytest.mark.parametrize(
    ("data", "what"),
    [(b"PAR1xxxx", "a Parquet file"), (b"%PDF-1.4", "a PDF"), (b"\xd0\xcf\x11\xe0aaaa", "an old Excel workbook")],
)
def test_files_of_another_kind(tmp_path, own, data, what):
    with pytest.raises(InputError, match=f"this is {what}"):
        list(read_blocks(put(tmp_path, data), own))


def test_a_file_without_a_header_must_have_all_columns(tmp_path):
    layout = layout_of(tmp_path, header='"no"')
    assert rows_of(read_blocks(put(tmp_path, b"1\ta\tb\n2\tc\td\n"), layout)) == {
        1: ("1", "a", "b"),
        2: ("2", "c", "d"),
    }
    with pytest.raises(InputError, match="first row has 2 fields; the layout 'own' has 3"):
        list(read_blocks(put(tmp_path, b"1\ta\n"), layout))
    with pytest.raises(InputError, match="the file has a header"):
        list(read_blocks(put(tmp_path, PLAIN), layout))


def test_a_header_that_may_lack(tmp_path):
    layout = layout_of(tmp_path, header='"maybe"')
    assert rows_of(read_blocks(put(tmp_path, PLAIN), layout)) == EXPECTED
    assert rows_of(read_blocks(put(tmp_path, b"1\ta\tb\n"), layout)) == {1: ("1", "a", "b")}


def test_the_delimiter_is_found_among_those_of_the_layout(tmp_path):
    layout = layout_of(tmp_path, OWN.replace('["\\t"]', '["|", "\\t"]'))
    assert rows_of(read_blocks(put(tmp_path, PLAIN), layout)) == EXPECTED
    assert rows_of(read_blocks(put(tmp_path, PLAIN.replace(b"\t", b"|")), layout)) == EXPECTED


def test_only_columns_in_use_are_read_and_absent_optional_ones_are_null(tmp_path):
    text = OWN.replace('"town"]', '"town", "shoe"]\noptional = ["town"]')
    layout = layout_of(tmp_path, text)
    (block,) = read_blocks(put(tmp_path, b"shoe\tid\tname\n9\t1\ta\n"), layout)
    assert block.frame.to_dict(as_series=False) == {"id": ["1"], "name": ["a"], "town": [None]}


def test_parameters_are_asked_for_before_anything_is_read(tmp_path):
    with pytest.raises(ConfigError, match=r"needs to know: the local authority.*--set authority"):
        read_blocks(tmp_path / "none.csv", load_layout("uk-register"))
    with pytest.raises(ConfigError, match="knows no parameter 'authorty'"):
        read_blocks(tmp_path / "none.csv", load_layout("uk-register"), parameters={"authorty": "x"})


def test_several_files_one_after_the_other(tmp_path, own):
    first = put(tmp_path, PLAIN, "a.txt")
    second = put(tmp_path, b"town\tid\tname\nX\t9\tY\n", "b.txt")
    blocks = list(read_blocks([first, second], own))
    assert [block.file for block in blocks] == ["a.txt", "b.txt"]
    assert blocks[1].frame.select("id", "name", "town").rows() == [("9", "Y", "X")]
