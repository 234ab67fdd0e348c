"""`hustings plan value`, as its user meets it."""

from __future__ import annotations

import json

import polars as pl
import pytest

from made_night import hustings
from made_states import two_states


@pytest.fixture(scope="module")
def seen(tmp_path_factory):
    return two_states(tmp_path_factory.mktemp("plan"))


def test_units_dearest_first_with_the_rows_it_rests_on(seen, tmp_path):
    code, out, err = hustings("plan", "value", *seen, "--out", tmp_path / "out")
    assert (code, err) == (0, "")
    assert max(map(len, out.splitlines())) <= 80
    assert "Effects used" in out
    table = pl.read_csv(tmp_path / "out" / "worth.csv")
    assert table["win_per_point"].is_sorted(descending=True)
    assert out.index(table["unit"][0]) < out.index(table["unit"][1])
    run = json.loads((tmp_path / "out" / "run.json").read_text())
    assert (run["command"], len(run["inputs"])) == ("plan value", 2)
    # Another command's folder is not replaced.
    code, _, err = hustings("plan", "money", "--budget", "1M", *seen, "--out", tmp_path / "out")
    assert code == 2
    assert "holds a run of `hustings plan value`" in err


def test_as_json(seen):
    code, out, _ = hustings("plan", "value", *seen, "--json")
    assert code == 0
    found = json.loads(out)
    assert (found["option"], found["as_of"]) == ("alder", "2016-10-10")
    assert {"unit", "win_per_point", "vote_decides_prob"} <= set(found["worth"][0])


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--option", "nobody"), "has no option 'nobody'"),
        (("--as-of", "yesterday"), "is not a day"),
        (("--campaign", "."), "either in a campaign's folder or from public polls"),
    ],
)
def test_what_cannot_be(seen, options, said):
    code, out, err = hustings("plan", "value", *seen, *options)
    assert (code, out) == (2, "")
    assert said in err
