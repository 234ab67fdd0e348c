"""What the plan's commands share: whose contest, folders to write, no polls, JSON without NaN."""

from __future__ import annotations

import json
import math

import polars as pl
import pytest

from hustings.cli.plan.shared import counted, finite
from made_night import hustings
from made_states import two_states


@pytest.fixture(scope="module")
def seen(tmp_path_factory):
    return two_states(tmp_path_factory.mktemp("plan"))


def test_numbers_as_people_read_them():
    assert counted("win").number(0.025123) == "2.51"
    assert counted("win").number(-0.00001) == "0.00"
    assert counted("votes").span(-1200.4, 3400.6) == "-1,200 to 3,401"
    assert counted("seats").number(0.5, "+") == "+0.50"


def test_json_has_no_nan():
    said = finite({"a": math.nan, "b": [1.0, math.inf], "c": pl.DataFrame({"x": [1.0, math.nan]})})
    assert said == {"a": None, "b": [1.0, None], "c": [{"x": 1.0}, {"x": None}]}


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("value", "--contest", "example-senate"), "--contest example-senate has no --polls"),
        (("value", "--polls", "polls.csv"), "--polls polls.csv has no --contest"),
        (("money", "--budget", "2,5M"), "'2,5M' is no amount of money"),
        (("money", "--budget", "1M", "--goal", "glory"), "there is no goal 'glory'"),
        (("visits", "--candidates", "400"), "up to 20"),
        (("polls", "--budget", "60k", "--modes", ""), "--modes '' names nothing"),
        (("polls", "--budget", "60k", "--prices-out", "no/such/prices.csv"), "there is no folder no/such"),
        (("effects", "--out", "table.txt"), "people edit CSV"),
    ],
)
def test_what_is_refused_before_anything_is_projected(args, said):
    code, out, err = hustings("plan", *args)
    assert (code, out) == (2, "")
    assert said in " ".join(err.split())


def test_a_folder_that_cannot_be_written_is_refused_first(seen, tmp_path):
    (tmp_path / "file").write_text("")
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "diary.txt").write_text("mine")
    for name, said in (("file", "is a file, expected a folder"), ("notes", "does not look like a run")):
        # The polls cannot be read either: the folder is looked at first.
        args = ("--contest", "example-senate", "--polls", tmp_path / "none.csv", "--out", tmp_path / name)
        code, _, err = hustings("plan", "money", "--budget", "1M", *args)
        assert code == 2
        assert said in err
    assert (tmp_path / "notes" / "diary.txt").read_text() == "mine"


def test_before_any_poll_and_after_the_election(seen):
    whose = [*seen[:-1]]
    code, out, _ = hustings("plan", "value", *whose, "2016-03-01")
    assert code == 0
    assert "No poll was known on 2016-03-01" in out
    code, out, err = hustings("plan", "value", *whose, "2016-11-08")
    assert (code, out) == (2, "")
    assert "nothing left to plan" in err


def test_money_that_cannot_be_spent_moves_nothing(seen):
    code, _, err = hustings("plan", "polls", *seen, "--budget", "60k", "--spend", "999999M")
    assert code == 2
    assert "above all that contacts and ads can take" in err


@pytest.mark.parametrize("args", [("value",), ("visits", "--days", "2", "--candidates", "1")])
def test_quiet_prints_nothing_and_json_says_the_same_twice(seen, args):
    assert hustings("plan", *args, *seen, "--quiet") == (0, "", "")
    first, second = (hustings("plan", *args, *seen, "--json")[1] for _ in range(2))
    assert first == second
    found = json.loads(first, parse_constant=pytest.fail)
    assert found["contest"] == "two-states"
    assert found["n_polls"] > 0
