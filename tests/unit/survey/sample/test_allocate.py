"""Allocation: Cochran's examples by hand, the constrained optimum by scipy, and what must always hold."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import minimize

from hustings.errors import ConfigError
from hustings.survey.sample.allocate import Allocation, allocate


def given(n, sizes, *, states=None, measures=None, **more):
    plan = Allocation(
        n, **{k: more.pop(k) for k in ("method", "per_state", "response_rate", "design_effect") if k in more}
    )
    sizes = np.array(sizes, dtype=np.int64)
    arrays = {name: np.array(value, dtype=float) for name, value in more.items()}
    return allocate(
        plan,
        states=states or ["A"] * len(sizes),
        sizes=sizes,
        measures=sizes.astype(float) if measures is None else np.array(measures, dtype=float),
        **arrays,
    )


def test_proportional_by_largest_remainder():
    """100 over 500, 300, 200 and 7: 49.65, 29.79, 19.86 and 0.695: the last voters go to .86, .79 and .695."""
    assert given(100, [500, 300, 200, 7]).tolist() == [49, 30, 20, 1]


def test_neyman_by_hand():
    """Weights .4 and .6, deviations 10 and 20: 4 to 12, a quarter and three quarters (Cochran 1977, equation 5.26)."""
    found = given(400, [4000, 6000], method="neyman", deviations=[10, 20])
    assert found.tolist() == [100, 300]


def test_costs_by_hand():
    """Cochran 1977, exercise 5.1: with costs of 4 and 9 an interview, a third and two thirds of the interviews.

    A cost of 1/rate asked voters stands for the interview, so interviews are voters times rate.
    """
    rates = np.array([1 / 4, 1 / 9])
    found = given(4400, [40_000, 60_000], method="neyman", deviations=[10, 20], response_rates=rates)
    assert found.tolist() == [800, 3600]
    assert (found * rates / (found * rates).sum()).round(4).tolist() == [0.3333, 0.6667]


def test_a_floor_for_each_state():
    """30 effective interviews at a design effect of 1.5 and one answer in ten: 450 voters; 1,550 are left for the rest."""
    found = given(2000, [1000, 19_000], states=["A", "B"], per_state=30, response_rate=0.1)
    assert found.tolist() == [450, 1550]


def test_a_full_stratum_passes_on_what_it_cannot_give():
    """Proportional to 1, 1 and 2 with at most 10: the other 90 go one to two."""
    assert given(100, [10, 500, 500], measures=[1, 1, 2]).tolist() == [10, 30, 60]


def test_a_stratum_that_nothing_pulls_gives_what_others_cannot():
    assert given(12, [10, 5], measures=[1, 0]).tolist() == [10, 2]


@pytest.mark.parametrize("seed", range(8))
def test_neyman_is_the_optimum_under_floors_and_caps(seed):
    """The variance sum(W^2 S^2 / (n r)) is as small as scipy's general solver makes it."""
    rng = np.random.default_rng(seed)
    k, n = 6, 3000
    states = np.array(["A", "A", "B", "B", "C", "C"])
    sizes = rng.integers(300, 3000, k)
    deviations, rates = rng.uniform(0.1, 0.5, k), rng.uniform(0.01, 0.2, k)
    plan = {"method": "neyman", "per_state": 20, "deviations": deviations, "response_rates": rates}
    try:
        found = given(n, sizes, states=states.tolist(), **plan)
    except ConfigError:
        pytest.skip("this floor cannot be met")
    pull = sizes * deviations / np.sqrt(rates)

    def variance(drawn):
        return float(((sizes * deviations) ** 2 / (drawn * rates)).sum()) / 1e6

    floors = {}
    for state in "ABC":
        here = states == state
        floors[state] = np.ceil(20 * 1.5 / ((pull[here] / pull[here].sum()) @ rates[here]))
        assert found[here].sum() >= floors[state]
    limits = [{"type": "eq", "fun": lambda x: x.sum() - n}]
    limits += [{"type": "ineq", "fun": lambda x, s=s: x[states == s].sum() - floors[s]} for s in "ABC"]
    start = np.minimum(n * sizes / sizes.sum(), sizes)
    best = minimize(variance, start, bounds=[(1, size) for size in sizes], constraints=limits, method="SLSQP")
    assert best.success
    assert variance(found) <= best.fun * 1.002


@pytest.mark.parametrize(
    ("n", "more", "said"),
    [
        (11, {}, "larger than the frame: 10 voters"),
        (0, {}, "--n is 0"),
        (5, {"method": "optimal"}, "'optimal' is unknown"),
        (5, {"per_state": 3, "response_rate": 0.1}, "A has 10 voters who may be asked, and 3 effective"),
        (5, {"per_state": 2, "response_rate": 0.5}, "needs 6 voters in 1 states, --n is 5"),
        (5, {"response_rate": 0.0}, "--response-rate is 0.0"),
        (5, {"design_effect": 0.5}, "--design-effect is 0.5"),
        (5, {"per_state": -1}, "--per-state is -1"),
    ],
)
def test_what_cannot_be(n, more, said):
    with pytest.raises(ConfigError, match=said):
        given(n, [6, 4], **more)
