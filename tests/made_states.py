"""A small contest by public polls alone, for commands that plan."""

from __future__ import annotations

CONTEST = """name = "two-states"
title = "Two states and a third"
date = 2016-11-08
rule = "electors"
nation = "ALL"

[[option]]
id = "alder"
label = "Ada Alder"
[[option]]
id = "birch"
label = "Ben Birch"
"""
UNITS = [("EAST", 10, 3_000_000), ("WEST", 9, 2_000_000), ("NORTH", 5, 800_000)]
POLLS = """pollster,unit,start_date,end_date,sample_size,population,alder,birch
Northgate,EAST,2016-10-01,2016-10-03,900,LV,48,46
Public Ear,WEST,2016-10-02,2016-10-04,900,LV,47,47
Harbour,NORTH,2016-10-02,2016-10-04,900,LV,60,33
Harbour,ALL,2016-10-02,2016-10-04,900,LV,48,46
"""


def two_states(folder):
    """Options that name the contest, its polls and a day."""
    units = "".join(
        f'\n[[unit]]\nid = "{unit}"\nname = "{unit.title()}"\nseats = {seats}\nexpected_votes = {votes}\n'
        for unit, seats, votes in UNITS
    )
    (folder / "contest.toml").write_text(CONTEST + units)
    (folder / "polls.csv").write_text(POLLS)
    return ["--contest", folder / "contest.toml", "--polls", folder / "polls.csv", "--as-of", "2016-10-10"]
