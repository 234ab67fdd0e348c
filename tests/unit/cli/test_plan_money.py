"""`hustings plan money` as a user meets it: a small contest from a file of polls."""

from __future__ import annotations

import json

import polars as pl
import pytest

from hustings.cli.plan.shared import read_dollars, short
from hustings.errors import ConfigError
from made_night import hustings
from made_states import two_states


@pytest.mark.parametrize(
    "text", ["10_000_000", "10000000", "10M", "10,000,000", "$10m", "10000k", "10.0M", "$ 10,000,000"]
)
def test_a_budget_is_read_however_it_is_written(text):
    assert read_dollars(text) == 1e7


@pytest.mark.parametrize("text", ["0", "-5", "ten", "1e7", "", "10MM", "0.0M", "2,5M", "1.000.000", "$", "nan", "10_"])
def test_what_is_no_budget_is_refused(text):
    with pytest.raises(ConfigError, match="--budget"):
        read_dollars(text)


def test_dollars_are_short():
    assert [short(value) for value in (1_250_000, 999_600, 340_000, 90)] == ["$1.25M", "$1.00M", "$340K", "$90"]


@pytest.fixture(scope="module")
def seen(tmp_path_factory):
    return two_states(tmp_path_factory.mktemp("plan"))


def test_plans_side_by_side_with_their_worlds_and_files(seen, tmp_path):
    code, out, err = hustings("plan", "money", *seen, "--budget", "1M", "--out", tmp_path / "out")
    assert (code, err) == (0, "")
    assert max(map(len, out.splitlines())) <= 80
    for said in (
        "adds",
        "90% interval",
        "cheapest votes",
        "least regret",
        "as it is thought to be",
        "Effects used",
        "in every unit at once",
    ):
        assert said in out
    spending = pl.read_csv(tmp_path / "out" / "spending.csv")
    assert spending["dollars"].sum() == pytest.approx(1e6, rel=1e-4)
    plans = pl.read_csv(tmp_path / "out" / "plans.csv")
    assert spending["gain"].sum() == pytest.approx(plans["gain"][0], rel=1e-6)
    assert plans["net_votes"][1] >= plans["net_votes"][0]
    regrets = pl.read_csv(tmp_path / "out" / "regrets.csv")
    assert (regrets["best"] - regrets["plan"]).max() >= (regrets["best"] - regrets["least_regret"]).max() - 1e-9
    about = json.loads((tmp_path / "out" / "run.json").read_text())
    assert (about["budget_dollars"], about["goal"]) == (1e6, "win")


def test_limits_hold_and_a_rival_is_met(seen, tmp_path):
    limits, rival = tmp_path / "limits.csv", tmp_path / "rival.csv"
    limits.write_text("unit,channel,floor,cap\nEAST,door,50K,\n")
    code, _, err = hustings("plan", "money", *seen, "--budget", "1M", "--limits", limits)
    assert code == 2
    assert "row 2" in err
    limits.write_text("unit,channel,floor,cap\nEAST,door,50_000,\n*,mail,,0\n")
    rival.write_text("unit,dollars\nNORTH,200000\n")
    args = ("--budget", "1M", "--limits", limits, "--opponent", rival, "--by", "channel", "--json")
    code, out, err = hustings("plan", "money", *seen, *args)
    assert (code, err) == (0, "")
    spending = pl.DataFrame(json.loads(out)["spending"])
    assert spending.filter(unit="EAST", channel="door")["dollars"].item() >= 49_999
    assert spending.filter(channel="mail")["dollars"].sum() == 0


def test_a_rival_file_that_is_none(seen, tmp_path):
    code, _, err = hustings("plan", "money", *seen, "--budget", "1M", "--opponent", tmp_path / "none.csv")
    assert code == 2
    assert "none.csv" in err
