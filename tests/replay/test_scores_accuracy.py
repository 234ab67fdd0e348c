"""Scores against real votes and results: what docs/accuracy-scores.md says, made again where that is quick."""

from __future__ import annotations

import importlib.util
import re
import sys
from pathlib import Path

import numpy as np
import pytest

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "accuracy-scores.md"


@pytest.fixture(scope="module")
def accuracy():
    """The benchmark as a module; it imports its neighbours by name."""
    sys.path.insert(0, str(ROOT / "benchmarks"))
    try:
        spec = importlib.util.spec_from_file_location(
            "bench_scores_accuracy", ROOT / "benchmarks" / "bench_scores_accuracy.py"
        )
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
    finally:
        sys.path.remove(str(ROOT / "benchmarks"))
    if module.absent():
        pytest.skip(f"not beside the repository: {module.absent()}")
    return module


def numbers(text):
    """Every number of a table, row by row."""
    return [[float(one) for one in re.findall(r"[+-]?\d*\.\d+|\b\d+\b", line)] for line in text.splitlines()[2:]]


def section(title):
    """The table under a heading of the page."""
    text = PAGE.read_text(encoding="utf-8").split(f"## {title}")[1].split("\n## ")[0]
    return "\n".join(line for line in text.splitlines() if line.startswith("|"))


def test_georgia_is_that_of_the_page_and_no_worse_than_published(accuracy):
    slots = accuracy.georgia()
    for said, found in zip(numbers(section("Georgia's 14 districts")), numbers(slots["georgia"]), strict=True):
        np.testing.assert_allclose(found, said, atol=0.02)
    rows = slots["georgia"].splitlines()[2:]
    assert accuracy.rmse_of(rows[1]) <= accuracy.rmse_of(rows[2])


@pytest.mark.slow
def test_polls_and_voters_together_beat_the_polls_at_the_eve(accuracy):
    rng = np.random.default_rng(2016)
    found = accuracy.bench_support.estimate_cces(rng)
    truth = accuracy.bench_support.two_party(2016).sort("state")["share"].to_numpy()
    off = found.corrected.shares[:, 0] - truth
    assert np.sqrt(np.mean(off**2)) < 0.040, "the voters alone"
    rho = accuracy.SHARED_WITH_POLLS
    alone, both = numbers(accuracy.together(found, horizons=(1,), correlations=(rho,))["together"])
    page = numbers(section("Polls and voters together"))
    np.testing.assert_allclose(alone, page[0], rtol=0.02, atol=0.002)
    np.testing.assert_allclose(both, next(row for row in page if row[:2] == [1, rho]), rtol=0.02, atol=0.002)
    # Behind the days (and the correlation, where there is one): RMSE and CRPS.
    assert both[2] < alone[1]
    assert both[3] < alone[2]
