"""Rules on units and their polls, by hand."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from hustings.polls.clean import CleanPolls
from hustings.polls.tracker import fit_tracker
from hustings.polls.tracker.history import read_history
from hustings.polls.tracker.kernel import shared_covariance, volatility
from hustings.polls.tracker.simulate import SeasonPlan, simulate_season
from hustings.watch.assumption import Idle
from hustings.watch.morning import Morning
from hustings.watch.observations import nothing_kept
from hustings.watch.registry import register
from hustings.watch.streams.polls import CLEAN_MEMO
from hustings.watch.streams.units import (
    DECIDING_UNITS_POLLED,
    SAFE_UNITS_ARE_SAFE,
    UNDECIDED_FEW,
    UNIT_ASSUMPTIONS,
    lead,
    unwatched_safe,
    usual_error,
)
from recovery.seasons import EVE, make_contest, make_spec

NOTHING = nothing_kept().settled


def units_table(rows):
    """Unit -> chance of the first of two options, chance to tip."""
    both = [
        (unit, side, p if side == "blue" else 1.0 - p, tip / 2)
        for unit, (p, tip) in rows.items()
        for side in ("blue", "red")
    ]
    return pl.DataFrame(both, schema=["unit", "option", "win_prob", "tipping_prob"], orient="row")


def morning_of(contest, units, polls, as_of=EVE, fit=None):
    known = CleanPolls(polls, pl.DataFrame(), [])
    fits = {} if fit is None else {as_of: fit}
    morning = Morning(contest, as_of, raw_polls=(), _fits=fits, memo={CLEAN_MEMO: known})
    morning.units = units
    return morning


def night(assumption, morning):
    """Segment -> (observed, limit)."""
    claim = register(assumption, morning)
    seen = assumption.observe(morning, claim, NOTHING)
    assert seen.settled.is_empty()
    return {row["segment"]: (row["observed"], row["predicted"]) for row in seen.rows.iter_rows(named=True)}


def polls_of(rows):
    """(unit, days before the eve it ended, pollster) as far as rules look."""
    return pl.DataFrame(
        [
            {"unit": unit, "end_date": EVE - dt.timedelta(days=days), "pollster": house, "sample_size": 500.0}
            for unit, days, house in rows
        ],
        schema={"unit": pl.String, "end_date": pl.Date, "pollster": pl.String, "sample_size": pl.Float64},
    )


def test_deciding_units_have_a_poll_of_the_last_two_weeks():
    table = units_table({"U1": (0.6, 0.3), "U2": (0.99, 0.02), "U3": (0.99, 0.001), "U4": (0.5, 0.2)})
    polls = polls_of([("U1", 3, "a"), ("U1", 30, "b"), ("U2", 20, "a"), ("U3", 40, "a")])
    found = night(DECIDING_UNITS_POLLED, morning_of(make_contest(4), table, polls))
    # U3 is neither open nor tips; U4 was never polled: the days since last New Year's Eve (312 on November 7).
    assert found == {"U1": (3.0, 14.0), "U2": (20.0, 14.0), "U4": (311.0, 14.0)}


def test_where_nothing_could_decide_the_night_still_says_so():
    table = units_table(dict.fromkeys(("U1", "U2", "U3", "U4"), (0.999, 0.0)))
    found = night(DECIDING_UNITS_POLLED, morning_of(make_contest(4), table, polls_of([])))
    assert found == {"all": (0.0, 14.0)}


def test_safe_units_that_few_poll_by_hand():
    """Four units of 3 seats each. Part in the decision: the larger of 1/4 and the chance to tip; polls: 5 of 10, 2, 1, 2."""
    table = units_table({"U1": (0.9, 0.4), "U2": (0.15, 0.3), "U3": (0.9, 0.005), "U4": (0.7, 0.3)})
    polls = polls_of([("U1", 1, "a")] * 5 + [("U2", 1, "a")] * 2 + [("U3", 1, "a")] + [("U4", 1, "a")] * 2)
    morning = morning_of(make_contest(4), table, polls)
    # U1 has half of the polls; U3 cannot tip; U4 is not safe.
    assert unwatched_safe(morning, polls) == ["U2"]


@pytest.fixture(scope="module")
def fitted():
    contest, spec = make_contest(4, districts=2), make_spec(shared_walk_factors=2)
    made = simulate_season(contest, spec, rng=np.random.default_rng(1), plan=SeasonPlan(n_polls=30), national="history")
    return contest, spec, made, fit_tracker(contest, made.polls, as_of=EVE, spec=spec, national="history")


def test_usual_error_from_the_model_s_equations(fitted):
    """Variance of the shared bias term by term; then 2 polls of 2 houses, 1,000 people: h^2/2 + (5/3) s^2/2 + 4/1000."""
    contest, spec, _, fit = fitted
    polls = polls_of([("U2", 1, "a"), ("U2", 2, "b"), ("U3", 2, "b")])
    found = usual_error(fit, polls)
    history, top = read_history(contest), np.array([unit.parent is None for unit in contest.units])
    shared = shared_covariance(contest, history, spec.kernel)
    variance = volatility(history, top, spec.volatility_prior_contests)
    scaled = shared / np.mean(np.diag(shared) / variance)
    bias = 0.05**2 + 0.03**2 * scaled[1, 1] + 0.045**2 * variance[1]
    assert found[1] == pytest.approx(np.sqrt(bias + 0.05**2 / 2 + 5 / 3 * 0.05**2 / 2 + 4 / 1000), rel=1e-6)
    # Fewer pollsters and respondents: a larger error; a unit without polls counts as one with one poll of 600.
    assert found[2] ** 2 - 0.05**2 - 5 / 3 * 0.05**2 - 4 / 600 == pytest.approx(
        0.05**2 + 0.03**2 * scaled[2, 2] + 0.045**2 * variance[2], rel=1e-6
    )


def test_a_lead_inside_the_usual_error_is_named_and_a_larger_one_is_not(fitted):
    contest, _, made, fit = fitted
    table = units_table(dict.fromkeys(contest.unit_ids, (0.9, 0.3)))
    morning = morning_of(contest, table, made.polls, fit=fit)
    found = night(SAFE_UNITS_ARE_SAFE, morning)
    recent = made.polls.filter(pl.col("end_date") > EVE - dt.timedelta(days=21))
    expected = 1.96 * usual_error(fit, recent) / lead(fit)
    assert set(found) == set(unwatched_safe(morning, recent))
    for unit, (ratio, limit) in found.items():
        assert limit == 1.0
        assert ratio == pytest.approx(expected[contest.unit_ids.index(unit)])


def test_lead_of_two_options_is_the_distance_from_even(fitted):
    _, _, _, fit = fitted
    mean = fit.points.weights @ (fit.prior.lean + fit.prior.nation.mean + fit.points.means[..., None])[:, :, 0]
    np.testing.assert_allclose(lead(fit), np.abs(mean))


def undecided_morning(name, days_before, share):
    contest = replace(make_contest(2, ("dem", "rep")), name=name)
    as_of = contest.date - dt.timedelta(days=days_before)
    polls = pl.DataFrame(
        {"unit": ["ALL"] * 6, "end_date": [as_of] * 6, "share_dem": [share / 2] * 6, "share_rep": [share / 2] * 6}
    )
    return morning_of(contest, units_table({}), polls, as_of=as_of)


def test_undecided_against_the_worst_earlier_contest():
    contest = undecided_morning("us-president-2022", 10, 0.85)
    # 2016 was the worst before 2022 in the table: .124.
    assert night(UNDECIDED_FEW, contest)["all"] == (pytest.approx(0.15), 0.124)
    assert night(UNDECIDED_FEW, undecided_morning("us-president-2022", 30, 0.85)) == {}


def test_a_contest_whose_earlier_ones_are_not_known_is_idle():
    assert isinstance(register(UNDECIDED_FEW, undecided_morning("uk-commons-2019", 10, 0.85)), Idle)


def test_rules_have_no_part_of_the_error_budget_and_say_that_they_are_no_tests():
    assert all(one.kind == "rule" and one.share == 0.0 and "no test" in one.claim for one in UNIT_ASSUMPTIONS)
    for one in UNIT_ASSUMPTIONS:
        assert isinstance(register(one, Morning(make_contest(4), EVE)), Idle)
