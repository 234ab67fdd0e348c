"""The budgeted choice against every other choice of a small list."""

from __future__ import annotations

import itertools

import numpy as np
import polars as pl
import pytest

from hustings.errors import ConfigError, InputError
from hustings.plan.lists.choose import choose


def voters(n=14, seed=3, *, prices=(1.0,)):
    rng = np.random.default_rng(seed)
    homes = rng.integers(0, 9, n)
    price = np.array(prices)[homes % len(prices)]
    return pl.DataFrame(
        {
            "voter_id": rng.permutation(n) + 100,
            "home": [None if h == 8 else f"NC {h}" for h in homes],
            "net_votes": rng.normal(0.02, 0.03, n),
            "worth": np.where(homes % 2, 1e-6, 3e-6),
            "dollars": price,
        }
    )


def brute(people, money, *, per_household):
    """The most worth that any set of households brings for the money."""
    good = people.filter(pl.col("net_votes") > 0)
    keys = [f"h{h}" if h is not None else f"v{v}" for h, v in good.select("home", "voter_id").iter_rows()]
    homes = {}
    for key, row in zip(keys, good.iter_rows(named=True), strict=True):
        worth, dollars = homes.get(key, (0.0, 0.0))
        cost = max(dollars, row["dollars"]) if per_household else dollars + row["dollars"]
        homes[key] = (worth + row["net_votes"] * row["worth"], cost)
    best = 0.0
    for k in range(len(homes) + 1):
        for some in itertools.combinations(homes.values(), k):
            if sum(cost for _, cost in some) <= money + 1e-9:
                best = max(best, sum(worth for worth, _ in some))
    return best


def next_worth(beyond, *, per_household):
    """What the best household beyond the money brings by its price."""
    homes = beyond.with_columns(key=pl.coalesce("home", pl.col("voter_id").cast(pl.String))).group_by("key")
    cost = pl.col("dollars").max() if per_household else pl.col("dollars").sum()
    sums = homes.agg(cost, worth=(pl.col("net_votes") * pl.col("worth")).sum())
    return sums.sort(pl.col("worth") / pl.col("dollars"))["worth"][-1] if sums.height else 0.0


def worth_of(chosen):
    return (chosen.people["net_votes"] * chosen.people["worth"]).sum()


@pytest.mark.parametrize("money", [1.0, 2.5, 4.0, 30.0])
def test_doors_of_one_price_no_other_choice_gains_more(money):
    people = voters()
    # What is held out costs nothing: 1e-9 of the list is next to nobody.
    chosen = choose(people, money, 1e-9, per_household=True)
    assert worth_of(chosen) == pytest.approx(brute(people, money, per_household=True), rel=1e-9)
    assert chosen.dollars <= money
    assert set(chosen.people["voter_id"]) | set(chosen.beyond["voter_id"]) == set(
        people.filter(pl.col("net_votes") > 0)["voter_id"]
    )


@pytest.mark.parametrize("money", [2.0, 4.5, 7.0])
def test_other_prices_lose_less_than_one_household(money):
    people = voters(seed=5, prices=(1.0, 1.7, 0.6))
    for shared in (True, False):
        chosen = choose(people, money, 1e-9, per_household=shared)
        best = brute(people, money, per_household=shared)
        assert best - next_worth(chosen.beyond, per_household=shared) <= worth_of(chosen) <= best + 1e-15


def test_nobody_without_a_gain_is_chosen():
    people = voters(60, seed=8)
    chosen = choose(people, 1e6, 0.1, per_household=True)
    assert chosen.people["net_votes"].min() > 0
    # Not even for a housemate's sake.
    assert chosen.people.height == people.filter(pl.col("net_votes") > 0).height < people.height


def test_the_hold_out_costs_nothing():
    people = voters(40, seed=2)
    half = choose(people, 3.0, 0.5, per_household=True)
    assert half.households == 6
    assert half.dollars == pytest.approx(3.0)
    some = choose(people, 3.0, 4.0, per_household=True)
    assert some.share_held_out == pytest.approx(4 / some.people.height)
    assert some.dollars == pytest.approx(some.households * (1 - some.share_held_out))


def test_the_price_of_the_last_vote():
    people = pl.DataFrame(
        {"voter_id": [1, 2, 3], "home": ["a", "a", "b"], "net_votes": [0.1, 0.1, 0.05], "worth": 1.0, "dollars": 2.0}
    )
    assert choose(people, 100.0, 0.1, per_household=True).last_dollars_per_vote == pytest.approx(2.0 / 0.05)
    assert choose(people, 2.0, 1e-9, per_household=True).last_dollars_per_vote == pytest.approx(2.0 / 0.2)


@pytest.mark.parametrize(
    ("money", "held", "kind", "words"),
    [
        (0.0, 0.1, ConfigError, "a budget of 0 dollars reaches nobody"),
        (-5.0, 0.1, ConfigError, "reaches nobody"),
        (0.5, 0.1, ConfigError, "do not pay for one contact of 1.00 dollars"),
        (9.0, 0.0, ConfigError, "a hold-out of 0"),
        (1e6, 500.0, InputError, "a hold-out of 500 voters, and the list has"),
    ],
)
def test_what_cannot_be(money, held, kind, words):
    with pytest.raises(kind, match=words):
        choose(voters(), money, held, per_household=True)


def test_nothing_to_buy():
    with pytest.raises(InputError, match="of 14 voters who may be contacted none has an expected gain"):
        choose(voters().with_columns(net_votes=-pl.col("net_votes").abs()), 10.0, 0.1, per_household=True)
