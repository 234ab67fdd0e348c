"""`hustings plan visits`, as its user meets it."""

from __future__ import annotations

import json

import polars as pl
import pytest

from made_night import hustings
from made_states import two_states


@pytest.fixture(scope="module")
def seen(tmp_path_factory):
    return two_states(tmp_path_factory.mktemp("plan"))


def test_a_plan_its_days_and_what_it_rests_on(seen, tmp_path):
    code, out, err = hustings("plan", "visits", *seen, "--days", 5, "--must", "NORTH=1", "--out", tmp_path / "out")
    assert (code, err) == (0, "")
    assert max(map(len, out.splitlines())) <= 80
    for said in (
        "20 of at most 20 stops",
        "cheapest votes",
        "Proved",
        "chosen, not measured",
        "Where the units lie is not known",
    ):
        assert said in out
    visits = pl.read_csv(tmp_path / "out" / "visits.csv")
    assert visits["visits"].sum() == 20
    assert visits.filter(unit="NORTH")["visits"].sum() >= 1
    assert pl.read_csv(tmp_path / "out" / "itinerary.csv")["stops"].sum() == 20
    about = json.loads((tmp_path / "out" / "run.json").read_text())
    assert about["gap"] < 0.01


def test_json_says_the_same(seen):
    code, out, _ = hustings("plan", "visits", *seen, "--days", 2, "--candidates", 1, "--json")
    found = json.loads(out)
    assert code == 0
    assert sum(row["visits"] for row in found["visits"]) == 4
    assert found["gain_low"] < found["gain"] < found["gain_high"]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--days", 0], "0 days"),
        (["--days", 30], "end after the election: 29 are left"),
        (["--candidates", 0], "0 candidates"),
        (["--days", 1, "--must", "EAST=9"], "9 stops, 5 more"),
        (["--must", "OUEST=1"], "no unit 'OUEST'"),
    ],
)
def test_what_cannot_be_is_said(seen, options, said):
    code, _, err = hustings("plan", "visits", *seen, *options)
    assert code == 2
    assert said in err
