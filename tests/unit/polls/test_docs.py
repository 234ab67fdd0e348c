"""docs/polls.md says what the code does."""

from __future__ import annotations

import re
from pathlib import Path

from hustings.contests.load import load_contest
from hustings.polls.cleaning.rows import EARLIEST_DAYS_BEFORE_ELECTION, LONGEST_FIELDWORK_DAYS
from hustings.polls.cleaning.shares import LARGEST_SUM_SHARE
from hustings.polls.readers.mapped import FIELDS, load_mapping
from hustings.polls.readers.read import LAYOUTS
from made_polls import Desk

TEXT = (Path(__file__).parents[3] / "docs" / "polls.md").read_text(encoding="utf-8")


def test_mapping_example_is_a_mapping(desk: Desk):
    example = re.search(r"```toml\n(.*?)```", TEXT, re.DOTALL)
    assert example is not None
    said = load_mapping(desk.write(example[1], "m.toml"), load_contest("us-president-2016"))
    assert said["options"] == {"dem": "Clinton", "rep": "Trump"}
    assert all(re.search(rf"\b{field}\b", example[1]) for field in FIELDS)


def test_every_layout_and_limit_is_there():
    assert all(f"| `{layout.name}` |" in TEXT for layout in LAYOUTS)
    for limit in (LONGEST_FIELDWORK_DAYS, EARLIEST_DAYS_BEFORE_ELECTION, round(LARGEST_SUM_SHARE * 100)):
        assert re.search(rf"\b{limit}\b", TEXT)
