"""The same inputs and seed give the same bytes, whatever the process, the threads or the order of the rows."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys

import numpy as np
import polars as pl
import pytest

from made_night import hustings
from replay.test_look_ahead import HEAD, season

RUN = ["project", "us-president-2016", "--as-of", "2016-10-01", "--draws", "300", "--quiet"]


def run(folder, rows, *more, **environment):
    """Run the command in its own process and its own folder; name -> bytes of what it wrote."""
    folder.mkdir()
    (folder / "polls.csv").write_text("\n".join([HEAD, *rows]) + "\n")
    done = subprocess.run(
        [sys.executable, "-m", "hustings", *RUN, "--polls", "polls.csv", "--out", "out", *more],
        cwd=folder,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    return {path.name: path.read_bytes() for path in (folder / "out").iterdir()}


def run_here(folder, rows, *more):
    """The same in this process."""
    folder.mkdir()
    (folder / "polls.csv").write_text("\n".join([HEAD, *rows]) + "\n")
    with contextlib.chdir(folder):
        assert hustings(*RUN, "--polls", "polls.csv", "--out", "out", *more) == (0, "", "")
    return {path.name: path.read_bytes() for path in (folder / "out").iterdir()}


@pytest.fixture(scope="module")
def once(tmp_path_factory):
    return run(tmp_path_factory.mktemp("once") / "run", season(), PYTHONHASHSEED="1", OPENBLAS_NUM_THREADS="1")


def test_another_process_with_other_threads_writes_the_same_bytes(once, tmp_path):
    again = run(tmp_path / "run", season(), PYTHONHASHSEED="2", OPENBLAS_NUM_THREADS="2", POLARS_MAX_THREADS="1")
    assert sorted(again) == sorted(once)
    assert len(again) == 6
    for name in set(once) - {"run.json"}:
        assert again[name] == once[name], name
    one, other = (json.loads(found["run.json"]) for found in (once, again))
    assert one.pop("timings").keys() == other.pop("timings").keys()
    assert one == other


def test_another_seed_changes_the_draws_and_no_exact_number(once, tmp_path):
    other = run_here(tmp_path / "run", season(), "--seed", "2")
    assert other["draws.parquet"] != once["draws.parquet"]
    assert other["polls_used.csv"] == once["polls_used.csv"]
    one, two = (pl.read_csv(found["units.csv"]).drop("tipping_prob") for found in (once, other))
    assert one.equals(two)


def test_the_order_of_the_rows_plays_no_part(once, tmp_path):
    rows = [season()[i] for i in np.random.default_rng(3).permutation(60)]
    shuffled = run_here(tmp_path / "run", rows)
    assert shuffled["units.csv"] == once["units.csv"]
    assert shuffled["verdict.json"] == once["verdict.json"]
    assert shuffled["draws.parquet"] == once["draws.parquet"]
