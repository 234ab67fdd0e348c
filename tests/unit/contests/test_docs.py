"""The page about contests says what the code does."""

from __future__ import annotations

import re
from pathlib import Path

from hustings.contests import parse_contest
from hustings.contests.rules import RULES

PAGE = (Path(__file__).parents[3] / "docs" / "contests.md").read_text(encoding="utf-8")


def test_the_example_file_can_be_read():
    contest = parse_contest(re.search(r"```toml\n(.*?)```", PAGE, re.DOTALL)[1])
    assert contest.rule == "majority"
    assert [unit.expected_votes for unit in contest.units] == [60_000, 60_000]


def test_every_rule_and_setting_is_in_the_table():
    rows = dict(re.findall(r"^\| `(\w+)` \|.*\| (.*) \|$", PAGE, re.MULTILINE))
    assert set(rows) == set(RULES)
    for name, rule in RULES.items():
        assert set(re.findall(r"`(\w+)`", rows[name])) == set(rule.defaults)
        for setting, default in rule.defaults.items():
            assert f"`{setting}` ({default}" in rows[name]
