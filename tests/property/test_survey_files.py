"""Damaged files of interviews: cut anywhere, bytes turned; only errors that explain themselves come out."""

from __future__ import annotations

import contextlib

import numpy as np
import polars as pl
import pytest

from hustings.errors import HustingsError
from hustings.survey.codebook import Choice, Codebook, Item, read_codebook, write_codebook
from hustings.survey.files import convert, guess_codebook, read_file_codebook, read_raw
from made_files import QUALTRICS_BOOK, QUALTRICS_VALUES, write_plain_sav

TRIES = 40
PLAIN = "id,vote,age,why\n" + "".join(f'p{k},{k % 3},{20 + k},"so, {k}"\n' for k in range(30))


def damaged(data, rng):
    """Cut, turn some bytes, or double a part."""
    kind = rng.integers(0, 3)
    if kind == 0:
        return data[: rng.integers(0, len(data))]
    turned = bytearray(data)
    for place in rng.integers(0, len(data), rng.integers(1, 6)):
        turned[place] = rng.integers(0, 256)
    if kind == 2:
        start = rng.integers(0, len(data))
        turned[start:start] = turned[start : start + rng.integers(1, 50)]
    return bytes(turned)


def sources(tmp_path):
    pl.DataFrame({"id": [f"p{k}" for k in range(20)], "vote": [1, 2] * 10}).write_parquet(tmp_path / "o.parquet")
    return {
        ".csv": PLAIN.encode(),
        "-q.csv": QUALTRICS_VALUES.encode(),
        "-16.csv": PLAIN.encode("utf-16"),
        ".parquet": (tmp_path / "o.parquet").read_bytes(),
    }


@pytest.mark.parametrize("ending", [".csv", "-q.csv", "-16.csv", ".parquet"])
def test_damaged_files_of_interviews(tmp_path, ending):
    rng = np.random.default_rng(sum(ending.encode()))
    data = sources(tmp_path)[ending]
    path, toml = tmp_path / f"x{ending}", tmp_path / "book.toml"
    understood = 0
    for _ in range(TRIES):
        path.write_bytes(damaged(data, rng))
        try:
            raw = read_raw(path)
            toml.write_text(guess_codebook(raw), encoding="utf-8")
            converted = convert(raw, read_file_codebook(toml))
        except HustingsError:
            continue
        understood += 1
        # Every record is a respondent, or is set aside with its row.
        rows = converted.rejected.filter(pl.col("column").is_null())
        assert converted.interviews.respondents.height + rows.height == raw.rows.height + len(raw.damaged)
    assert understood


def test_spss_files_that_were_cut(tmp_path):
    """Few: each is tried in a process of its own first."""
    data = write_plain_sav(tmp_path / "o.sav").read_bytes()
    path = tmp_path / "x.sav"
    for end in np.random.default_rng(13).integers(0, len(data), 8):
        path.write_bytes(data[:end])
        with pytest.raises(HustingsError):
            read_raw(path)


def test_damaged_codebooks(tmp_path):
    rng = np.random.default_rng(11)
    shipped = read_file_codebook("cces-2016").path.read_bytes()
    path = tmp_path / "book.toml"
    for data in (QUALTRICS_BOOK.encode(), shipped):
        for _ in range(TRIES):
            path.write_bytes(damaged(data, rng))
            with contextlib.suppress(HustingsError):
                read_file_codebook(path)


def test_damaged_json_codebooks(tmp_path):
    rng = np.random.default_rng(12)
    path = tmp_path / "codebook.json"
    book = Codebook("t", (Item("vote", "single", "?", (Choice("a", "A", score=1.0), Choice("b", "B"))),))
    write_codebook(book, path)
    assert read_codebook(path) == book
    data = path.read_bytes()
    for _ in range(TRIES):
        path.write_bytes(damaged(data, rng))
        with contextlib.suppress(HustingsError):
            read_codebook(path)
