"""What polls that nobody has taken would teach: against the dense joint Gaussian."""

from __future__ import annotations

import datetime as dt

import numpy as np
import polars as pl
import pytest

from hustings.polls.tracker import fit_tracker, outlook
from hustings.polls.tracker.design import poll_data
from hustings.polls.tracker.foresee import foresee, sampling_variance
from hustings.polls.tracker.history import read_history
from hustings.polls.tracker.kernel import shared_covariance, volatility
from hustings.polls.tracker.simulate import SeasonPlan, simulate_season
from hustings.polls.tracker.spec import SCALE_NAMES
from recovery.seasons import EVE, make_contest, make_spec
from reference.dense_tracker import DenseTracker

NODE = 5
DAY = EVE - dt.timedelta(days=21)


@pytest.fixture(scope="module")
def season():
    contest, spec = make_contest(3, districts=2), make_spec(shared_walk_factors=2)
    plan = SeasonPlan(n_polls=30)
    made = simulate_season(contest, spec, rng=np.random.default_rng(4), plan=plan, national="history")
    old = made.polls.filter(pl.col("end_date") <= DAY)
    fit = fit_tracker(contest, old, as_of=DAY, spec=spec, national="history")
    new = pl.concat([old.tail(1)] * 4).with_columns(
        start_date=pl.lit(DAY),
        end_date=pl.lit(DAY),
        unit=pl.Series(["U2", "U2", contest.nation, "U1-1"]),
        pollster=pl.Series(["Nobody", "Nobody", old["pollster"][0], "Nobody"]),
        mode=pl.Series([old["mode"][0], "semaphore", old["mode"][0], old["mode"][0]]),
    )
    return fit, new


@pytest.fixture(scope="module")
def twin(season):
    fit, new = season
    contest, history = fit.contest, read_history(fit.contest)
    both = poll_data(contest, pl.concat([fit.polls, new]))
    top = np.array([unit.parent is None for unit in contest.units])
    made = DenseTracker(
        contest,
        fit.prior,
        both,
        fit.spec,
        dict(zip(SCALE_NAMES, np.exp(fit.points.log_scales[NODE]), strict=True)),
        covariance=shared_covariance(contest, history, fit.spec.kernel),
        spread=np.sqrt(volatility(history, top, fit.spec.volatility_prior_contests)),
        whole=fit.whole,
        eta=np.zeros((fit.polls.height + new.height, 1)),
        omega=np.concatenate([fit.omega, np.full(new.height, np.inf)]),
    )
    old, late = range(fit.polls.height), range(fit.polls.height, fit.polls.height + new.height)

    def between(rows, columns):
        return np.array([[made.between_polls(i, j)[0, 0] for j in columns] for i in rows])

    gain = np.linalg.solve(between(old, old) + np.diag(fit.observed.spread), between(old, late))
    units = range(len(contest.units))
    at_end = np.array([[made.unit_and_poll(u, i)[0, 0] for i in (*old, *late)] for u in units])
    crossed = at_end[:, late.start :] - at_end[:, : late.start] @ gain
    expected = np.array([made.expected(i)[0] for i in late]) + gain.T @ fit.observed.response
    return expected, between(late, late) - between(late, old) @ gain, crossed.T


def test_candidates_hang_together_as_in_the_dense_twin(season, twin):
    fit, new = season
    found = foresee(fit, new, np.ones((4, 1)))
    np.testing.assert_allclose(found.mean[NODE], twin[0], atol=2e-5)
    np.testing.assert_allclose(found.covariance[NODE], twin[1], atol=2e-5)
    np.testing.assert_allclose(found.crossed[NODE], twin[2], atol=2e-5)


def test_only_the_mode_and_house_that_nobody_has_used_are_fresh(season):
    fit, new = season
    found = foresee(fit, new, np.ones((4, 1)))
    scales = dict(zip(SCALE_NAMES, np.exp(fit.points.log_scales[NODE]), strict=True))
    known, strange, between = found.covariance[NODE][[0, 1, 0], [0, 1, 1]]
    # The two differ by mode alone. Less the unused mode's whole prior variance, theirs is what they share; what is left for
    # the used mode is what the season's polls have not told of it.
    shared = strange - scales["mode"] ** 2
    left = known - 2.0 * between + shared
    assert 0.0 < left < scales["mode"] ** 2


def test_a_units_sd_never_rises_and_never_falls_below_what_bias_leaves(season):
    fit, new = season
    found, units = foresee(fit, new, np.ones((4, 1))), outlook(fit)
    place = fit.contest.unit_ids.index("U2")
    before = units.covariances[:, place, place]
    endless = before - found.crossed[:, 0, place] ** 2 / found.covariance[:, 0, 0]
    bias = np.exp(2.0 * fit.points.log_scales[:, SCALE_NAMES.index("bias_nation")])
    assert (endless > 0.02 * bias).all()
    assert (endless < before).all()


def test_sampling_variance_is_that_of_a_logit():
    assert sampling_variance(np.zeros(1), np.array([400.0]))[0] == pytest.approx(0.01)
    draws = np.random.default_rng(1).binomial(2000, 0.3, 20_000) / 2000
    logit = np.log(0.3 / 0.7)
    assert np.log(draws / (1 - draws)).var() == pytest.approx(
        sampling_variance(np.array(logit), np.array(2000.0)), rel=0.03
    )


def test_a_students_information():
    """The own error counts as the Gaussian with the Fisher information of a Student-t, here by numerical integration."""
    from scipy import stats

    nu, x = 5.0, np.linspace(-60, 60, 400_001)
    density = stats.t(nu).pdf(x)
    score = (nu + 1) * x / (nu + x**2)
    information = (score**2 * density).sum() * (x[1] - x[0])
    contest, spec = make_contest(2), make_spec(degrees_of_freedom=nu, n_nodes=8)
    made = simulate_season(contest, spec, rng=np.random.default_rng(1), plan=SeasonPlan(n_polls=6), national="history")
    fit = fit_tracker(contest, made.polls, as_of=EVE, spec=spec, national="history")
    found = foresee(fit, made.polls.tail(1), np.ones((1, 1)))
    noise = np.exp(2.0 * fit.points.log_scales[:, SCALE_NAMES.index("noise")])
    np.testing.assert_allclose(found.own[:, 0], noise / information, rtol=1e-3)
