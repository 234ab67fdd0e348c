import pytest

from hustings.electorate.reading import TextFile
from hustings.electorate.reading.stream import count, pieces


def pieces_of(tmp_path, data, **how):
    path = tmp_path / "file.txt"
    path.write_bytes(data)
    how = {"encoding": "latin-1", "quote": '"', "block_bytes": 64} | how
    return list(pieces(TextFile(path), **how))


@pytest.mark.parametrize("share", [0.001, 0.3])
def test_latin_1_becomes_what_the_codec_makes_of_it(tmp_path, share):
    # Every byte from 128 on at some distance from the others; with a share of .3 the dense way is taken.
    step = max(int(1 / share), 2)
    data = b"".join(bytes([128 + n % 128]) + b"a" * (step - 1) for n in range(500)) + b"\n"
    found = b"".join(piece.data for piece in pieces_of(tmp_path, data, block_bytes=1 << 20))
    assert found == data.decode("latin-1").encode("utf-8")


def test_lines_are_counted_from_one(tmp_path):
    found = pieces_of(tmp_path, b"".join(b"%03d\n" % n for n in range(100)), block_bytes=16)
    assert [piece.line for piece in found[:3]] == [1, 5, 9]
    assert all(piece.data.startswith(b"%03d" % (piece.line - 1)) for piece in found)


def test_a_line_longer_than_a_piece_stays_whole(tmp_path):
    found = pieces_of(tmp_path, b"a" * 200 + b"\nb\n", block_bytes=64)
    assert b"".join(piece.data for piece in found) == b"a" * 200 + b"\nb\n"
    assert found[0].data.startswith(b"a" * 200 + b"\n")


@pytest.mark.parametrize("n", [10, 5000, 300_000])
def test_counting_bytes(n):
    data = b"ab" * n + b"a"
    assert count(data, b"a") == n + 1
    assert count(data, b"a", 2 * n) == n
