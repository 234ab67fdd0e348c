"""Every shipped table names its source, and can be rebuilt from it."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

from hustings import facts
from hustings.facts.reading import data_folder, read_table

ROOT = Path(__file__).parents[3]
SOURCE_DATA = ROOT / ".." / "shared" / "data"
BY_HAND = {
    "campaign_effects",
    "contact_costs",
    "interview_costs",
    "time_zones",
    "calling_hours",
    "unit_places",
    "visit_effects",
}
"""Read out of laws and publications by people; tested in tests/unit/survey/fieldwork/test_hours.py and beside this file."""
LEARNED = {"tracker_constants", "tracker_scales"}
"""Written by tools/learn_scales.py, and tested in tests/unit/polls/tracker/test_constants.py."""
WITH_GAPS = {"campaign_effects"}
"""An empty cell says something there (an effect that does not fade); tested in test_effects.py."""


def shipped():
    return sorted(entry.name.removesuffix(".csv") for entry in data_folder().iterdir())


def test_every_table_has_a_source_and_every_source_a_table():
    assert sorted(facts.sources()) == shipped()


@pytest.mark.parametrize("name", shipped())
def test_a_source_says_something(name):
    source = facts.sources()[name]
    assert len(source.source) > 20
    assert source.licence
    assert source.as_of.year >= 2016


@pytest.mark.parametrize("name", shipped())
def test_a_table_is_whole(name):
    table = read_table(name)
    assert table.height > 0
    assert name in WITH_GAPS or table.null_count().sum_horizontal().item() == 0
    assert table.is_unique().all()


def test_the_script_writes_the_same_bytes(tmp_path, monkeypatch):
    if not SOURCE_DATA.is_dir():
        pytest.skip(f"the source data are not at {SOURCE_DATA}")
    spec = importlib.util.spec_from_file_location("build_facts", ROOT / "tools" / "build_facts.py")
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    monkeypatch.setattr(script, "OUT", tmp_path)
    script.main(SOURCE_DATA)
    for name in set(shipped()) - LEARNED - BY_HAND:
        assert (tmp_path / f"{name}.csv").read_bytes() == (data_folder() / f"{name}.csv").read_bytes(), name
