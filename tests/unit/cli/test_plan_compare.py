"""`hustings plan compare`, as its user meets it."""

from __future__ import annotations

import json

import polars as pl
import pytest

from made_night import hustings
from made_states import two_states


@pytest.fixture(scope="module")
def seen(tmp_path_factory):
    return two_states(tmp_path_factory.mktemp("plan"))


def test_plans_side_by_side_and_what_was_done(seen, tmp_path):
    file = tmp_path / "done.csv"
    file.write_text("unit,amount\nNORTH,10\nEAST,1\n")
    code, out, err = hustings("plan", "compare", *seen, "--budget", "1M", "--done", file, "--out", tmp_path / "out")
    assert (code, err) == (0, "")
    assert max(map(len, out.splitlines())) <= 80
    for said in ("Each plan spends $1,000,000", "plan for win", "cheapest votes", "seats^1.5", "Effects used"):
        assert said in out
    table = pl.read_csv(tmp_path / "out" / "compared.csv")
    assert set(table["plan"]) >= {"plan for win", "cheapest votes", "equal by unit", "done"}
    # Doors in a state that is won are doors where they decide nothing.
    assert table.filter(plan="done")["behind"].item() > 0
    assert json.loads((tmp_path / "out" / "run.json").read_text())["budget_dollars"] == 1e6


@pytest.mark.parametrize(
    ("text", "said"),
    [("EAST,1\n", "lacks the column 'unit'"), ("unit,amount\nEST,1\n", "row 2"), ("unit,amount\nEAST,-1\n", "'-1'")],
)
def test_a_file_of_what_was_done_that_cannot_be(seen, tmp_path, text, said):
    file = tmp_path / "done.csv"
    file.write_text(text)
    code, _, err = hustings("plan", "compare", *seen, "--done", file)
    assert code == 2
    assert said in err


def test_a_budget_that_is_none(seen):
    code, _, err = hustings("plan", "compare", *seen, "--budget", "much")
    assert code == 2
    assert "'much' is no amount of money" in err
