"""Weighted intentions of 2016 against the result: what docs/accuracy-survey.md says, made again."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def load():
    spec = importlib.util.spec_from_file_location("survey_accuracy", ROOT / "benchmarks" / "survey_accuracy.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


accuracy = load()
needs_data = pytest.mark.skipif(bool(accuracy.absent()), reason=f"not beside the repository: {accuracy.absent()}")


@needs_data
def test_georgia_s_table_is_that_of_the_page():
    table = accuracy.measure("georgia")
    page = (ROOT / "docs" / "accuracy-survey.md").read_text(encoding="utf-8")
    assert accuracy.as_markdown(table) in page


@needs_data
@pytest.mark.slow
def test_weighting_brings_states_nearer_to_the_result():
    table = accuracy.measure("cces")
    page = (ROOT / "docs" / "accuracy-survey.md").read_text(encoding="utf-8")
    assert accuracy.as_markdown(table) in page
    mae = {(row["weights"], row["counted"]): row["mae"] for row in table.iter_rows(named=True)}
    assert mae["raked by state", "everybody"] < mae["raw", "everybody"]
    assert 0.07 < mae["raw", "everybody"] < 0.11, "the study leans; a smaller error would be a look ahead"
