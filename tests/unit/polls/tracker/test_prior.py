from __future__ import annotations

import dataclasses
import datetime as dt

import numpy as np
import polars as pl
import pytest

from hustings.contests import load_contest
from hustings.errors import ConfigError
from hustings.polls.tracker.fundamentals import FLAT_SD_LOGIT, national_prior, predict_next
from hustings.polls.tracker.history import read_history
from hustings.polls.tracker.kernel import shared_covariance, volatility
from hustings.polls.tracker.prior import unit_prior
from recovery.seasons import EVE, make_contest, make_spec


def prior(contest, **options):
    return unit_prior(contest, make_spec(), as_of=EVE, **({"national": "history"} | options))


def test_loadings_rebuild_the_covariance():
    contest, spec = make_contest(6), make_spec()
    found = prior(contest)
    history = read_history(contest)
    shared = shared_covariance(contest, history, spec.kernel)
    spread = np.sqrt(volatility(history, np.ones(6, dtype=bool), spec.volatility_prior_contests))
    rebuilt = (found.loadings * found.shared_variance) @ found.loadings.T
    np.testing.assert_allclose(rebuilt, shared / np.mean(np.diag(shared) / spread**2), atol=1e-12)
    np.testing.assert_allclose(found.loadings @ found.loadings.T, np.diag(spread**2), atol=1e-12)
    assert (np.diff(found.shared_variance) <= 0.0).all()


def test_districts_share_their_parents_deviation_and_average_to_it():
    contest = make_contest(4, districts=3)
    found = prior(contest)
    np.testing.assert_array_equal(found.loadings[4:], np.repeat(found.loadings[:1], 3, axis=0))
    votes = np.array([unit.expected_votes for unit in contest.units[4:]])
    np.testing.assert_allclose(votes @ found.district_loadings[4:], 0.0, atol=1e-6)
    assert (found.district_loadings[:4] == 0.0).all()
    np.testing.assert_array_equal(found.votes[4:], 0.0)


def test_leans_persist_as_assumed():
    contest = make_contest(4)
    history = read_history(contest)
    np.testing.assert_allclose(prior(contest).lean, 0.92 * history.lean[-1] + 0.05 * history.lean[-2])
    once = make_contest(4, n_past=1)
    np.testing.assert_allclose(prior(once).lean, 0.97 * read_history(once).lean[-1])
    np.testing.assert_array_equal(prior(make_contest(4, n_past=0)).lean, 0.0)


def test_a_district_never_counted_leans_like_its_parent():
    contest = make_contest(4, districts=2)
    uncounted = dataclasses.replace(contest, past=contest.past.filter(pl.col("unit") != "U1-2"))
    found = prior(uncounted)
    np.testing.assert_allclose(found.lean[5], found.lean[0])


def test_history_by_hand():
    contest = make_contest(2, n_past=1)
    past = contest.past.with_columns(votes=pl.Series([60.0, 40.0, 30.0, 70.0]))
    history = read_history(dataclasses.replace(contest, past=past))
    whole = np.log(90.0 / 110.0)
    np.testing.assert_allclose(history.whole, [[whole]])
    np.testing.assert_allclose(history.lean[0, :, 0], [np.log(1.5) - whole, np.log(3 / 7) - whole])


def test_an_option_that_is_new_leans_nowhere_and_changes_nothing_between_the_others():
    contest = make_contest(3, ("a", "b", "c"))
    gone = dataclasses.replace(contest, past=contest.past.filter(pl.col("option") != "b"))
    two = dataclasses.replace(gone, options=(contest.options[0], contest.options[2]))
    three, both = read_history(gone), read_history(two)
    assert three.offered.tolist() == [[True, False, True]] * 4
    np.testing.assert_allclose(three.lean[:, :, 0], both.lean[:, :, 0])
    np.testing.assert_allclose(three.lean[:, :, 1], both.lean[:, :, 0] / 2.0)


def test_national_priors():
    contest = make_contest(4)
    history = read_history(contest)
    found = national_prior(contest, history, as_of=EVE)
    assert (found.kind, found.mean.tolist()) == ("history", [0.0])
    seen = history.whole.ravel()
    assert found.sd == pytest.approx(np.sqrt((seen @ seen + 2 * 0.2**2) / (len(seen) + 2)))
    flat = national_prior(contest, history, as_of=EVE, kind="flat")
    assert (flat.kind, flat.sd) == ("flat", FLAT_SD_LOGIT)
    nothing = make_contest(4, n_past=0)
    assert national_prior(nothing, read_history(nothing), as_of=EVE).kind == "flat"
    with pytest.raises(ConfigError, match="there is no national prior 'polls'"):
        national_prior(contest, history, as_of=EVE, kind="polls")


@pytest.mark.parametrize("order", [(1, 0, 2), (2, 0, 1)])
def test_spread_of_three_options_is_the_same_whichever_is_last(order):
    contest = make_contest(4, ("a", "b", "c"))
    past = contest.past.with_columns(
        votes=pl.col("votes") * pl.col("date").rank("dense") ** pl.col("option").rank("dense")
    )
    contest = dataclasses.replace(contest, past=past)
    other = dataclasses.replace(contest, options=tuple(contest.options[k] for k in order))
    sds = [national_prior(each, read_history(each), as_of=EVE).sd for each in (contest, other)]
    assert sds[0] > 0.5
    assert sds[0] == pytest.approx(sds[1])


def test_fundamentals_wait_for_the_growth_of_the_second_quarter():
    contest = load_contest("us-president-2016")
    history = read_history(contest)
    assert national_prior(contest, history, as_of=dt.date(2016, 7, 31)).kind == "history"
    found = national_prior(contest, history, as_of=dt.date(2016, 8, 1))
    assert found.kind == "fundamentals"
    assert abs(found.mean[0]) < 0.2
    assert 0.03 < found.sd < 0.3
    with pytest.raises(ConfigError, match="1 August"):
        national_prior(contest, history, as_of=dt.date(2016, 7, 31), kind="fundamentals")


def test_least_squares_prediction_of_a_mean():
    """With an intercept alone: mean, and sd * sqrt(1 + 1/n) * sqrt(f / (f - 2))."""
    outcome = np.array([1.0, 2.0, 4.0, 5.0, 8.0, 4.0])
    mean, sd = predict_next(np.ones((6, 1)), outcome, np.ones(1))
    assert mean == pytest.approx(4.0)
    assert sd == pytest.approx(outcome.std(ddof=1) * np.sqrt(1 + 1 / 6) * np.sqrt(5 / 3))
