"""Tables on disk keep their contract; JSON keeps every digit."""

from __future__ import annotations

import datetime as dt
import hashlib
import math

import numpy as np
import polars as pl
import pytest

from hustings.errors import StoreError
from hustings.store import Run, hash_file, read_run, write_csv, write_json, write_parquet
from hustings.tables import POLLS_REJECTED, TRACK


@pytest.fixture
def track():
    return pl.DataFrame(
        {
            "date": [dt.date(2016, 11, 7)] * 2,
            "unit": ["US", "US"],
            "option": ["dem", "rep"],
            "share_mean": [0.1 + 0.2, 0.7],
            "share_sd": [0.01, 0.01],
            "share_q05": [0.29, 0.69],
            "share_q95": [0.31, 0.71],
        },
    )


def test_a_table_comes_back_as_it_was(tmp_path, track):
    write_csv(track.select(reversed(track.columns)), tmp_path / "track.csv", TRACK)
    assert (tmp_path / "track.csv").read_text().splitlines()[1].startswith("2016-11-07,US,dem,0.30000000000000004,")
    assert Run(tmp_path, {}).table(TRACK).equals(track)
    assert [path.name for path in tmp_path.iterdir()] == ["track.csv"]


def test_parquet_too(tmp_path, track):
    write_parquet(track, tmp_path / "track.parquet", TRACK)
    assert pl.read_parquet(tmp_path / "track.parquet").equals(track)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda df: df.drop("share_sd"), "missing"),
        (lambda df: df.with_columns(extra=1), "not declared"),
        (lambda df: df.with_columns(share_mean=pl.lit(1.5)), "outside 0-1"),
        (lambda df: df.with_columns(share_mean=pl.lit(math.nan)), "not finite"),
        (lambda df: df.with_columns(share_mean=pl.lit(None, pl.Float64)), "empty"),
        (lambda df: df.with_columns(share_mean=pl.Series([None, 0.5])), "empty"),
        (lambda df: df.with_columns(date=pl.lit("7 November")), "expected date"),
        (lambda df: df.with_columns(option=pl.lit("dem")), "not unique"),
    ],
)
def test_a_broken_contract_is_not_written(tmp_path, track, change, says):
    with pytest.raises(StoreError, match=says):
        write_csv(change(track), tmp_path / "track.csv", TRACK)
    assert list(tmp_path.iterdir()) == []


def test_an_empty_table_is_fine(tmp_path):
    empty = pl.DataFrame(schema={"row": pl.Int64, "poll_id": pl.String, "reason": pl.String})
    write_csv(empty, tmp_path / "polls_rejected.csv", POLLS_REJECTED)
    assert Run(tmp_path, {}).table(POLLS_REJECTED).height == 0


def test_json_in_full_precision_and_in_order(tmp_path):
    data = {"z": 0.1 + 0.2, "a": np.float64(1) / 3, "day": dt.date(2016, 11, 7), "list": np.arange(2), "path": tmp_path}
    write_json(data, tmp_path / "run.json")
    back = read_run(tmp_path).info
    assert list(back) == ["z", "a", "day", "list", "path"]
    assert back["z"] == 0.1 + 0.2
    assert back["a"] == 1 / 3
    assert back["day"] == "2016-11-07"
    assert back["list"] == [0, 1]


def test_json_without_nan(tmp_path):
    with pytest.raises(StoreError):
        write_json({"a": math.nan}, tmp_path / "run.json")
    with pytest.raises(TypeError):
        write_json({"a": object()}, tmp_path / "run.json")
    assert list(tmp_path.iterdir()) == []


def test_hash(tmp_path):
    (tmp_path / "polls.csv").write_bytes(b"a,b\n")
    assert hash_file(tmp_path / "polls.csv") == "sha256:" + hashlib.sha256(b"a,b\n").hexdigest()
    with pytest.raises(StoreError, match="cannot read"):
        hash_file(tmp_path / "nothing.csv")


@pytest.mark.parametrize("content", [None, "{", "[]"])
def test_what_is_no_run_is_said_so(tmp_path, content):
    if content is not None:
        (tmp_path / "run.json").write_text(content)
    with pytest.raises(StoreError):
        read_run(tmp_path)


def test_a_missing_or_old_table_is_said_so(tmp_path):
    run = Run(tmp_path, {})
    assert not run.has(TRACK)
    with pytest.raises(StoreError, match="is missing"):
        run.table(TRACK)
    (tmp_path / "track.csv").write_text("date,unit\n")
    with pytest.raises(StoreError, match="columns missing"):
        run.table(TRACK)
    (tmp_path / "track.csv").write_text(",".join(TRACK.column_names) + "\n2016-11-07,US,dem,many,0,0,0\n")
    with pytest.raises(StoreError, match="cannot be read"):
        run.table(TRACK)
