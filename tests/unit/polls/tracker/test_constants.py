"""What the tracker assumes comes from contests before, and the committed numbers are what the script learns."""

from __future__ import annotations

import datetime as dt
import functools
import importlib
import math
from dataclasses import fields, replace
from pathlib import Path

import numpy as np
import pytest

from hustings import facts
from hustings.contests import load_contest
from hustings.polls.tracker.constants import default_spec, learned_through
from hustings.polls.tracker.spec import SCALE_NAMES, KernelWeights, TrackerSpec

ROOT = Path(__file__).parents[4]
SOURCE_DATA = ROOT / ".." / "shared" / "data"
THROUGH = [2004, 2008, 2012, 2016, 2020, 2024]


@pytest.fixture(scope="module")
def tools():
    """Import a module of tools/ by name."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(ROOT / "tools"))
        # Seconds each: the script learns the kernel too, by the same function from the same results.
        swings = importlib.import_module("learning.swings")
        learn = functools.cache(swings.learn_kernel)
        for module in (swings, importlib.import_module("learn_scales")):
            patch.setattr(module, "learn_kernel", learn)
        yield importlib.import_module


def committed(through):
    rows = facts.tracker_scales().filter(through_year=through)
    return {row["scale"]: row for row in rows.iter_rows(named=True)}


def constants(through):
    rows = facts.tracker_constants().filter(through_year=through)
    return dict(rows.select("name", "value").iter_rows())


@pytest.mark.parametrize("through", THROUGH)
def test_every_scale_has_one_usable_prior(through):
    rows = committed(through)
    assert tuple(rows) == SCALE_NAMES
    for name, row in rows.items():
        assert 0.0005 < row["median"] < 0.5, name
        assert 0.25 <= row["log_sd"] < 1.2, name
        assert (row["n_contests"] == 0) == row["method"].startswith("none"), name
    assert facts.tracker_scales()["through_year"].unique().sort().to_list() == THROUGH


@pytest.mark.parametrize(
    ("year", "through"),
    [(1988, 2004), (2008, 2004), (2012, 2008), (2016, 2012), (2020, 2016), (2024, 2020), (2028, 2024)],
)
def test_a_contest_gets_what_was_learned_before_it(year, through):
    contest = load_contest(f"us-president-{year}")
    assert learned_through(contest) == through
    spec = default_spec(contest)
    assert spec.scales["bias_own"].median == committed(through)["bias_own"]["median"]
    assert spec.undecided_mean == constants(through)["undecided_mean"]
    assert spec.kernel.region == constants(through)["kernel_region"]


@pytest.mark.parametrize(("date", "through"), [((2014, 11, 4), 2012), ((2016, 6, 23), 2012), ((2017, 1, 1), 2016)])
def test_other_contests_borrow_the_latest_before_them(date, through):
    contest = replace(load_contest("us-president-2016"), date=dt.date(*date))
    assert learned_through(contest) == through


def test_the_defaults_of_the_spec_are_the_latest_with_polls():
    value, spec = constants(2016), TrackerSpec()
    assert spec.lean_persistence == (value["lean_persistence_last"], value["lean_persistence_before"])
    for name in ("undecided_mean", "undecided_sd", "sponsor_mean", "sponsor_sd", "degrees_of_freedom"):
        assert getattr(spec, name) == value[name], name
    assert spec.volatility_prior_contests == value["volatility_prior_contests"]
    for field in fields(KernelWeights):
        assert getattr(spec.kernel, field.name) == value[f"kernel_{field.name}"], field.name


def test_what_polls_teach_stands_still_after_the_last_polls():
    for through in (2020, 2024):
        for name, row in committed(through).items():
            if not name.startswith("unit_"):
                assert row["median"] == committed(2016)[name]["median"], name
                assert row["method"].endswith("no polls after 2016"), name


@pytest.mark.parametrize("through", THROUGH)
def test_results_alone_teach_what_is_committed(tools, through):
    swings, pooling = tools("learning.swings"), tools("learning.pooling")
    value = constants(through)
    persistence = swings.lean_persistence(through)
    assert persistence == pytest.approx((value["lean_persistence_last"], value["lean_persistence_before"]), rel=0.01)
    weights = KernelWeights(**{name: value[f"kernel_{name}"] for name in swings.WEIGHT_NAMES})
    spec = TrackerSpec({}, weights, persistence, volatility_prior_contests=value["volatility_prior_contests"])
    for name, evidence in swings.unit_evidence(through, spec).items():
        mean, sd = pooling.pool(evidence)
        assert math.exp(mean) == pytest.approx(committed(through)[name]["median"], rel=0.02), name
        assert max(sd, 0.25) == pytest.approx(committed(through)[name]["log_sd"], rel=0.02), name
        assert {e.year for e in evidence} <= set(range(1980, through + 1, 4))


def test_kernel_weights_are_the_most_probable(tools):
    swings = tools("learning.swings")
    weights, contests = swings.learn_kernel(2004, swings.lean_persistence(2004))
    value = constants(2004)
    assert contests == pytest.approx(value["volatility_prior_contests"], rel=0.05)
    for name in swings.WEIGHT_NAMES:
        assert getattr(weights, name) == pytest.approx(value[f"kernel_{name}"], abs=0.02), name


@pytest.mark.slow
def test_the_script_learns_what_is_committed(tools):
    if not SOURCE_DATA.is_dir():
        pytest.skip(f"the source data are not at {SOURCE_DATA}")
    scales, numbers = tools("learn_scales").learn(SOURCE_DATA, last=2004)
    # The last digits follow the tracker's own code: where this fails, run tools/learn_scales.py again.
    for row in scales.iter_rows(named=True):
        assert row["median"] == pytest.approx(committed(2004)[row["scale"]]["median"], rel=0.05), row["scale"]
        assert row["log_sd"] == pytest.approx(committed(2004)[row["scale"]]["log_sd"], rel=0.05), row["scale"]
    for row in numbers.iter_rows(named=True):
        assert row["value"] == pytest.approx(constants(2004)[row["name"]], rel=0.05, abs=0.01), row["name"]


def test_pooling_finds_the_scale_and_how_much_it_differs(tools):
    pooling = tools("learning.pooling")
    rng = np.random.default_rng(7)
    truth = np.log(0.05) + 0.4 * rng.standard_normal(60)
    evidence = [pooling.Evidence(i, x + 0.2 * rng.standard_normal(), 0.2) for i, x in enumerate(truth)]
    mean, sd = pooling.pool(evidence)
    assert mean == pytest.approx(np.log(0.05), abs=0.15)
    assert sd == pytest.approx(0.4, abs=0.1)


def test_one_contest_leaves_the_scale_of_the_next_open(tools):
    pooling = tools("learning.pooling")
    mean, sd = pooling.pool([pooling.Evidence(2000, math.log(0.05), 0.1)])
    assert mean == pytest.approx(math.log(0.05))
    # The one contest and the new one both differ from the centre, each by 0.5 a priori.
    assert sd == pytest.approx(math.hypot(0.5, 0.5, 0.1), rel=0.05)


def test_draws_of_a_scale_teach_it_slowly(tools):
    pooling = tools("learning.pooling")
    rng = np.random.default_rng(11)

    def draws(n):
        precise = np.array([[1e6]])
        return [pooling.Draws(i, precise, precise @ [0.08 * rng.standard_normal()]) for i in range(n)]

    prior = (math.log(0.03), 1.0)
    assert pooling.pool_draws([], *prior) == pytest.approx(prior, abs=0.05)
    mean, sd = pooling.pool_draws(draws(100), *prior)
    assert mean == pytest.approx(math.log(0.08), abs=0.2)
    assert sd == pytest.approx(1 / math.sqrt(2 * 100), rel=0.2)
    assert pooling.pool_draws(draws(8), *prior)[1] > 0.2


def test_dividing_by_the_prior_leaves_the_evidence(tools):
    without_prior = tools("learning.pooling").without_prior
    # Evidence N(1, 0.5^2) times prior N(-2, 1): precision 4 + 1, mean (4 * 1 + 1 * -2) / 5.
    found = without_prior(2000, 2 / 5, 5**-0.5, -2.0, 1.0)
    assert found.log_value == pytest.approx(1.0)
    assert found.se == pytest.approx(0.5)
    assert without_prior(2000, -2.0, 0.99, -2.0, 1.0) is None
