from __future__ import annotations

import datetime as dt
import json

import numpy as np
import polars as pl
import pytest

from hustings.errors import InputError, StoreError
from hustings.scores.persuasion import check_lock, cut_list, lock_list
from hustings.scores.persuasion.holdout import HELD_OUT

DAY = dt.date(2016, 10, 1)
VOTERS = pl.DataFrame(
    {
        "voter_id": np.arange(1000)[::-1] * 7,
        "state": ["NC", "OH"] * 500,
        "home": np.arange(1000) // 4 * 2 + np.arange(1000) % 2,
    }
)


def cut(seed=1, voters=VOTERS, share=0.2, **options):
    options = {"strata": ("state",), "household": "home", "name": "doors", "day": DAY, **options}
    return cut_list(voters, share, np.random.default_rng(seed), **options)


def test_shares_hold_in_every_stratum_and_households_stay_together():
    rows = cut(contacts={"door": 0.75, "mail": 0.25}).rows
    by_state = rows.group_by("stratum", "arm").len().sort("stratum", "arm")
    assert by_state["len"].to_list() == [300, 100, 100] * 2, "0.6, 0.2 held out and 0.2 of 500"
    assert rows.group_by("household").agg(pl.col("arm").n_unique())["arm"].max() == 1
    assert rows["household"].n_unique() == 500
    assert set(rows.select("arm", "arm_prob").unique().rows()) == {
        ("door", 0.6000000000000001),
        ("mail", 0.2),
        (HELD_OUT, 0.2),
    }


def test_a_household_of_two_strata_stands_in_that_of_its_lowest_id():
    voters = pl.DataFrame({"voter_id": np.arange(400), "party": ["A", "B"] * 200, "home": np.arange(400) // 2})
    rows = cut(voters=voters, strata=("party",)).rows
    assert rows["stratum"].unique().to_list() == ["A"]
    assert rows.group_by("household").agg(pl.col("arm").n_unique())["arm"].to_list() == [1] * 200
    assert (rows["arm"] == HELD_OUT).sum() == 80


def test_everybody_has_the_same_chance():
    few, rng, n = pl.DataFrame({"voter_id": np.arange(41)}), np.random.default_rng(5), 60
    held = np.mean(
        [(cut_list(few, 0.25, rng, name="l", day=DAY).rows["arm"] == HELD_OUT).to_numpy() for _ in range(n)], axis=0
    )
    error = np.sqrt(0.25 * 0.75 / n)
    assert np.abs(held - 0.25).max() < 4.5 * error
    assert 0.7 * error < held.std() < 1.3 * error, "a lot for each, not the same people every time"


def test_the_lock_holds(tmp_path):
    first = lock_list(cut(seed=1), tmp_path / "doors")
    again = lock_list(cut(seed=2), tmp_path / "doors")
    assert again.rows.equals(first.rows), "the first hold-out stays, whatever a second draw would say"
    assert check_lock(tmp_path / "doors").seed == first.seed
    with pytest.raises(StoreError, match="its hold-out is locked"):
        lock_list(cut(voters=VOTERS.head(500)), tmp_path / "doors")
    with pytest.raises(StoreError, match="its hold-out is locked"):
        lock_list(cut(share=0.1), tmp_path / "doors")


def test_a_hold_out_that_was_changed_is_refused(tmp_path):
    lock_list(cut(), tmp_path / "doors")
    rows = pl.read_parquet(tmp_path / "doors" / "list.parquet")
    held = pl.col("arm") == HELD_OUT
    rows.with_columns(
        arm=pl.when(held & (pl.col("voter_id") < 700)).then(pl.lit("contact")).otherwise("arm")
    ).write_parquet(tmp_path / "doors" / "list.parquet")
    with pytest.raises(StoreError, match="not what was locked on 2016-10-01"):
        check_lock(tmp_path / "doors")
    rows.write_parquet(tmp_path / "doors" / "list.parquet")
    lock = json.loads((tmp_path / "doors" / "lock.json").read_text())
    for edited in ({"seed": lock["seed"] + 1}, {"day": "2016-09-01"}, {"election": "2017-11-07"}):
        (tmp_path / "doors" / "lock.json").write_text(json.dumps(lock | edited))
        with pytest.raises(StoreError, match=r"the lock in .* was edited"):
            check_lock(tmp_path / "doors")
    (tmp_path / "doors" / "lock.json").unlink()
    with pytest.raises(StoreError, match=r"cannot be read.*lock\.json"):
        check_lock(tmp_path / "doors")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"share": 0.0}, "a share of 0 held out"),
        ({"contacts": {"door": 0.5}}, "sum to 1"),
        ({"strata": ("county",)}, "lacks county"),
        ({"voters": pl.concat([VOTERS, VOTERS.head(1)])}, "1 voters twice, 6993 among them"),
        ({"costs": {"mail": 1.0}}, "a cost of 'mail', which nobody gets .contacts: contact"),
        ({"costs": {"contact": 0.0}}, "a contact by contact costs 0"),
        ({"election": DAY}, "the election of 2016-10-01 is over"),
        ({"voters": VOTERS.with_columns(home=pl.lit(1))}, "1 households for 2 arms"),
        ({"voters": VOTERS.head(1)}, "1 households for 2 arms"),
    ],
)
def test_bad_input(change, said):
    with pytest.raises(InputError, match=said):
        cut(**change)
