"""`hustings plan polls` as its users see it: a small contest by public polls, and what it refuses."""

from __future__ import annotations

import json

import polars as pl
import pytest

from hustings.cli.plan.polls import read_sizes
from hustings.errors import ConfigError
from made_night import hustings

CONTEST = """name = "three-districts"
title = "Three districts"
date = 2022-11-08
rule = "electors"

[[option]]
id = "alder"
label = "Ada Alder"
[[option]]
id = "birch"
label = "Ben Birch"
"""
UNIT = '\n[[unit]]\nid = "{0}"\nname = "District {0}"\nseats = {1}\nexpected_votes = 600_000\n'
POLLS = """pollster,unit,start_date,end_date,sample_size,population,mode,alder,birch
Northgate,N,2022-09-20,2022-09-23,800,LV,Live Phone,47,46
Northgate,S,2022-09-21,2022-09-23,700,LV,Online,46,47
Harbour,S,2022-10-12,2022-10-14,900,LV,Online,48,46
Harbour,W,2022-10-12,2022-10-14,900,LV,Live Phone,40,52
"""


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("polls")
    units = "".join(UNIT.format(unit, seats) for unit, seats in (("N", 4), ("S", 3), ("W", 4)))
    (folder / "three.toml").write_text(CONTEST + units)
    (folder / "polls.csv").write_text(POLLS)
    return folder


def polls(folder, *more):
    where = ("--contest", folder / "three.toml", "--polls", folder / "polls.csv", "--as-of", "2022-10-18")
    return hustings("plan", "polls", *where, *more)


def test_what_to_ask_and_why(made):
    code, out, err = polls(
        made, "--budget", "60k", "--spend", "500_000", "--sizes", "400,1000", "--modes", "text,online"
    )
    assert (code, err) == (0, "")
    assert max(len(line) for line in out.splitlines()) <= 80
    for said in (
        "A poll must beat what its price adds",
        "The best next poll of each place",
        "What to buy for $60,000",
    ):
        assert said in out
    # Nobody has asked in N for 25 days.
    assert "Unwatched, though they could decide: N (25 days ago)" in out


def test_the_tables_and_the_json_say_the_same(made, tmp_path):
    code, out, _ = polls(
        made, "--budget", "$60,000", "--spend", "500_000", "--sizes", "400,1000", "--json", "--out", tmp_path / "out"
    )
    assert code == 0
    said = json.loads(out)
    values = pl.read_csv(tmp_path / "out" / "poll_values.csv")
    assert len(said["values"]) == values.height == 4 * 4 * 2
    assert said["too_slow"] == ["mail"]
    assert said["polls_dollars"] + said["left_dollars"] == pytest.approx(60_000.0)
    bought = pl.read_csv(tmp_path / "out" / "poll_portfolio.csv")
    assert bought["cost_dollars"].sum() == pytest.approx(said["polls_dollars"])
    assert (bought["win_gain"] > bought["ads_gain"]).all()


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (("--budget", "0"), "nothing can be had for that"),
        (("--budget", "-5"), "nothing can be had for that"),
        (("--budget", "much"), "is no amount of money"),
        (("--budget", "500"), "buys no poll: the cheapest, 400 interviews by ivr, costs 4,900 dollars"),
        (("--budget", "60k", "--sizes", "400,0"), "'0' is no number of interviews"),
        (("--budget", "60k", "--modes", "semaphore"), "no price for the mode 'semaphore'"),
        (("--budget", "60k", "--units", "NN"), "has no unit 'NN' (did you mean N?)"),
    ],
)
def test_what_it_refuses(made, more, said):
    code, _, err = polls(made, *more)
    assert code == 2
    assert said in " ".join(err.split())


def test_sizes_as_people_write_them():
    assert read_sizes("800, 400,800") == [400, 800]
    with pytest.raises(ConfigError, match="no number of interviews"):
        read_sizes("400,x")
