"""A list from voters on file to its lock: what holds, what is counted, what is written once."""

from __future__ import annotations

import datetime as dt
import json
import types
from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from hustings.cli.plan.lists_said import _unit_lines
from hustings.errors import InputError, StoreError
from hustings.plan.lists import Effect, Order, describe, draft, draw, draw_within, write_expectation
from hustings.plan.lists.cutting import nothing_expected
from hustings.plan.lists.expecting import draw_errors
from hustings.plan.lists.people import suppressions
from hustings.plan.lists.resting import Price
from hustings.plan.lists.signals import Signals
from hustings.scores.persuasion import lock_list

DAY, ELECTION = dt.date(2016, 10, 20), dt.date(2016, 11, 8)


def people(n=600, seed=1):
    rng = np.random.default_rng(seed)
    support = rng.uniform(0, 1, n)
    unit = rng.choice(["NC", "OH"], n)
    return pl.DataFrame(
        {
            "voter_id": rng.permutation(n) + 1000,
            "unit": unit,
            "state": unit,
            "home": [f"{u} {h}" if h else None for u, h in zip(unit, rng.integers(0, n // 3, n), strict=True)],
            "birth_year": rng.choice([1950, 1998, 1999], n, p=[0.8, 0.1, 0.1]),
            "status": rng.choice(["active", "removed"], n, p=[0.95, 0.05]),
            "turnout_prob": rng.uniform(0, 1, n),
            "support_prob": support,
            "lead": 2 * support - 1,
        }
    )


def order(**more):
    given = {
        "name": "doors",
        "universe": "gotv",
        "channel": "door",
        "day": DAY,
        "election": ELECTION,
        "budget_dollars": 60.0,
        "hold_out": 0.2,
        "per_household": True,
        "seed": 1,
        "effect": Effect("door", 0.07, 0.02, "made"),
        "own_effects": False,
        "published": None,
        "prices": {"NC": Price(1.0, 0.25), "OH": Price(1.0, 0.25)},
        "worth": {"NC": 2e-6, "OH": 1e-6},
    }
    return Order(**(given | more))


def drafted(plan, voters=None, **signals):
    homes = pl.Series(signals.pop("held_homes", []), dtype=pl.String)
    known = Signals(**{name: pl.Series(ids, dtype=pl.Int64) for name, ids in signals.items()}, held_homes=homes)
    reasons = suppressions(known, plan.channel, ELECTION.year, rest_days=7, again=False)
    return draft(people() if voters is None else voters, plan, reasons, gone=11)


def listed(plan, folder, **more):
    made = drafted(plan, **more)
    cut = lock_list(draw(made, plan), folder)
    errors = draw_errors(np.zeros((10, 2)), 0.1, 0.1, np.random.default_rng(1), 500)
    return describe(made, plan, cut, errors)


@pytest.mark.parametrize("universe", ["gotv", "persuasion"])
def test_everybody_is_counted_once_and_nobody_is_chosen_for_harm(tmp_path, universe):
    voters = people()
    ids = voters["voter_id"].to_list()
    found = listed(order(universe=universe), tmp_path / "doors", deceased=ids[:20], held_out=ids[10:40])
    steps = found.funnel
    assert steps["voters"][0] == 611 == steps["voters"][1:].sum()
    counts = {reason: n for _, reason, n in steps.iter_rows()}
    gone_first = voters.filter(pl.col("voter_id").is_in(ids[:40]) & (pl.col("status") == "removed"))["voter_id"]
    assert counts["deceased"] == len(set(ids[:20]) - set(gone_first))
    assert counts["held out of another list"] == len(set(ids[20:40]) - set(gone_first))
    chosen = found.people
    assert not set(chosen["voter_id"]) & set(ids[:40])
    assert chosen["net_votes"].min() > 0
    assert chosen["birth_year"].max() <= 1998
    if universe == "gotv":
        # Nobody who leans to another is reminded, nobody is asked to stay at home.
        assert chosen["lead"].min() > 0
        assert chosen["effect"].min() > 0


def test_who_lives_with_somebody_held_out_is_left_in_peace(tmp_path):
    voters = people()
    homes = voters["home"].drop_nulls().value_counts(sort=True)["home"].head(5).to_list()
    held = [voters.filter(home=home)["voter_id"][0] for home in homes]
    found = listed(order(), tmp_path / "doors", held_out=held, held_homes=homes)
    counts = {reason: n for _, reason, n in found.funnel.iter_rows()}
    assert counts["held out of another list"] + counts["lives with somebody held out"] == len(
        voters.filter(pl.col("home").is_in(homes) & (pl.col("status") == "active"))
    )
    assert not set(homes) & set(found.people["home"])


def test_where_the_money_goes_is_told_by_unit(tmp_path):
    plan = order()
    found = listed(plan, tmp_path / "doors")
    head, *lines = _unit_lines(types.SimpleNamespace(order=plan, listed=found))
    rows = [line.split() for line in lines]
    # The dearest first; half as much is half as much.
    assert [row[:2] for row in rows] == [["NC", "1.00"], ["OH", "0.50"]]
    assert head.split()[:5] == ["unit", "a", "vote", "is", "worth"]
    assert sum(int(row[2]) for row in rows) == found.whole["contacts"]


def test_nobody_left_says_why():
    voters = people(20)
    with pytest.raises(InputError, match=r"all 20 voters are left in peace: .*on another locked list") as told:
        drafted(order(), voters, listed=voters["voter_id"].to_list())
    assert "--again" in str(told.value)
    with pytest.raises(InputError, match="no voter on file meets the condition"):
        drafted(order(), voters.clear())


def test_the_hold_out_stays_out_and_the_money_is_kept(tmp_path):
    found = listed(order(), tmp_path / "doors")
    held = set(found.cut.rows.filter(arm="held out")["voter_id"])
    assert held
    assert not held & set(found.contacted["voter_id"])
    assert set(found.contacted["voter_id"]) | held == set(found.people["voter_id"])
    assert found.contacted["household"].n_unique() == found.by_unit["contacts"].sum()
    assert 56.0 <= found.whole["dollars"] <= 60.0
    # All of a household have one arm.
    assert found.people.group_by("household").agg(pl.col("arm").n_unique())["arm"].max() == 1
    assert found.whole["expected"]["net_votes"] == pytest.approx(found.contacted["net_votes"].sum())
    # Votes in NC are worth twice as much: its last household brings half of what Ohio's brings.
    homes = found.people.group_by("home", "unit").agg(pl.col("net_votes").sum()).drop_nulls()
    least = dict(homes.group_by("unit").agg(pl.col("net_votes").min()).iter_rows())
    assert least["OH"] / least["NC"] == pytest.approx(2.0, rel=0.2)


@pytest.mark.parametrize(("share", "words"), [(1e-4, "holds out nobody"), (0.9999, "leaves nobody to be contacted")])
def test_a_lot_has_two_sides(share, words):
    plan = order(hold_out=share)
    with pytest.raises(InputError, match=words):
        draw(drafted(plan), plan)


@pytest.mark.parametrize("per_household", [True, False])
def test_no_lot_spends_more_than_the_budget(per_household):
    over = 0
    for seed in range(1, 7):
        plan = order(seed=seed, per_household=per_household, budget_dollars=60.0, hold_out=0.4)
        made, cut = draw_within(people(), plan, {})
        contacted = made.chosen.people.join(cut.contacted.select("voter_id", "household"), on="voter_id")
        # Every contact costs a dollar.
        spent = contacted["household"].n_unique() if per_household else contacted.height
        assert 45 <= spent <= 60
        first = draw(draft(people(), plan, {}), plan).contacted
        over += first["household"].n_unique() > 60 if per_household else first.height > 60
    # By person, some lots of the unshortened list do.
    assert (over > 0) != per_household


def test_a_list_cut_twice_keeps_its_hold_out(tmp_path):
    first = listed(order(), tmp_path / "doors")
    again = listed(order(seed=99), tmp_path / "doors")
    assert again.cut.rows.equals(first.cut.rows)
    assert again.contacted["voter_id"].to_list() == first.contacted["voter_id"].to_list()
    with pytest.raises(StoreError, match="its hold-out is locked: cut the new list under another name"):
        listed(order(budget_dollars=30.0), tmp_path / "doors")


def test_what_was_expected_stays_as_it_was_said(tmp_path):
    found = listed(order(), tmp_path / "doors")
    assert write_expectation(found, tmp_path / "doors")
    said = (tmp_path / "doors" / "expects.json").read_text()
    doubled = replace(found, whole=found.whole | {"dollars": 1.0})
    assert not write_expectation(doubled, tmp_path / "doors")
    assert (tmp_path / "doors" / "expects.json").read_text() == said
    kept = json.loads(said)
    assert kept["held_out"] + kept["contacted"] == kept["voters"] == found.people.height
    assert (kept["effect"]["row"], kept["interval"], kept["seed"]) == ("door", "80 %", found.cut.seed)
    low, mid, high = (kept["expected"][name] for name in ("net_votes_low", "net_votes", "net_votes_high"))
    assert low < mid < high


def test_an_effect_of_nothing_buys_nothing(tmp_path):
    nothing = Effect("door_persuasion", 0.0, 0.008, "published")
    with pytest.raises(InputError, match=r"none has an expected gain above 0: .*contact does harm or nothing"):
        drafted(order(universe="persuasion", effect=nothing))
    told = str(nothing_expected(order(universe="persuasion", effect=nothing), None))
    assert "tests of persuasion by door find 0.0 ± 0.8 points a contact (door_persuasion: published)" in told
    assert "--effect 0.02" in told
    assert "--universe gotv" not in told
    # What reminding would bring for the same money: the sum over its list, less the hold-out.
    other = drafted(order())
    votes = 0.8 * other.chosen.people["net_votes"].sum()
    told = str(nothing_expected(order(universe="persuasion", effect=nothing), other))
    assert f"--universe gotv, about {votes:,.0f} net votes for ${other.chosen.dollars:,.0f}" in told
    believed = Effect("believed", 0.02, 0.02, "")
    found = listed(order(universe="persuasion", effect=believed, published=nothing), tmp_path / "doors")
    assert found.whole["expected_by_the_table"]["net_votes"] == 0.0
    assert found.whole["expected_by_the_table"]["net_votes_high"] > 0.0
    assert found.whole["expected"]["net_votes"] > 0.0
