"""What a fit expects of new polls: against a dense joint Gaussian, exact distributions, and seasons drawn from the model."""

from __future__ import annotations

import datetime as dt

import numpy as np
import polars as pl
import pytest
from scipy import stats

from hustings.polls.tracker import fit_tracker, predict_polls
from hustings.polls.tracker.design import poll_data
from hustings.polls.tracker.history import read_history
from hustings.polls.tracker.kernel import shared_covariance, volatility
from hustings.polls.tracker.predict import _expected, _Known, _one_after_another, _pairs, _place, _t_density, subset
from hustings.polls.tracker.simulate import SeasonPlan, simulate_season
from hustings.polls.tracker.spec import SCALE_NAMES
from recovery.seasons import EVE, make_contest, make_spec
from reference.dense_tracker import DenseTracker

DAYS_BEFORE = 25


def split(seed, options=("blue", "red"), n_polls=60, **plan):
    """A season's polls until 25 days before the election, its fit, and the polls that came after."""
    contest, spec = make_contest(4, options, districts=2), make_spec(shared_walk_factors=2)
    plan = SeasonPlan(n_polls=n_polls, sponsor_prob=0.2, **plan)
    made = simulate_season(contest, spec, rng=np.random.default_rng(seed), plan=plan, national="history")
    day = EVE - dt.timedelta(days=DAYS_BEFORE)
    late = pl.col("start_date") > day
    old = made.polls.filter(pl.col("end_date") <= day)
    return fit_tracker(contest, old, as_of=day, spec=spec, national="history"), made.polls.filter(late)


def dense(fit, new, node):
    """Mean and covariance of the new polls' log-ratios given the old, term by term, from the reference's covariances."""
    both = poll_data(fit.contest, pl.concat([fit.polls, new]))
    n_old, n_new = fit.polls.height, new.height
    top = np.array([unit.parent is None for unit in fit.contest.units])
    history = read_history(fit.contest)
    twin = DenseTracker(
        fit.contest,
        fit.prior,
        both,
        fit.spec,
        dict(zip(SCALE_NAMES, np.exp(fit.points.log_scales[node]), strict=True)),
        covariance=shared_covariance(fit.contest, history, fit.spec.kernel),
        spread=np.sqrt(volatility(history, top, fit.spec.volatility_prior_contests)),
        whole=fit.whole,
        eta=np.zeros((n_old + n_new, 1)),
        omega=np.concatenate([fit.omega, np.full(n_new, np.inf)]),
    )
    # What shares house, unit and a day with a new poll is not known.
    known = [
        i
        for i in range(n_old)
        if not any(
            both.house[i] == both.house[j]
            and both.unit[i] == both.unit[j]
            and both.last_day[i] <= both.first_day[j]
            and both.last_day[j] <= both.first_day[i]
            for j in range(n_old, n_old + n_new)
        )
    ]
    late = range(n_old, n_old + n_new)

    def between(rows, columns):
        return np.array([[twin.between_polls(i, j)[0, 0] for j in columns] for i in rows])

    old = between(known, known) + np.diag(fit.observed.spread[known])
    cross = between(late, known)
    expected = np.array([twin.expected(i)[0] for i in late])
    mean = expected + cross @ np.linalg.solve(old, fit.observed.response[known])
    return mean, between(late, late) - cross @ np.linalg.solve(old, cross.T), len(known)


@pytest.fixture(scope="module")
def season():
    return split(3, n_polls=36)


@pytest.mark.parametrize("case", ["new polls", "polls of the fit itself", "a house, a mode and a unit nobody has seen"])
def test_expected_log_ratios_agree_with_the_dense_twin(season, case):
    fit, new = season
    if case == "polls of the fit itself":
        new = fit.polls.tail(3)
    if case.startswith("a house"):
        new = new.head(3).with_columns(pollster=pl.lit("Nobody Knows"), mode=pl.lit("semaphore"))
    both = poll_data(fit.contest, pl.concat([fit.polls, new]))
    late = subset(both, slice(fit.polls.height, None))
    found = _expected(fit, both, late, _pairs(late.counts)[0])
    for node in (7,):
        mean, covariance, n_known = dense(fit, new, node)
        np.testing.assert_allclose(found.mean[node], mean, atol=2e-5)
        np.testing.assert_allclose(found.covariance[node], covariance, atol=2e-5)
    assert n_known == fit.polls.height - (3 if case == "polls of the fit itself" else 0)


def test_the_later_polls_ask_of_days_that_the_fit_has_no_knot_for(season):
    """Else the bridge is not tested."""
    fit, new = season
    knots = next(block.knots for block in fit.blocks if block.name == "walk_nation")
    days = (fit.contest.date - new["end_date"].max()).days
    assert 0 < days < knots[1]


@pytest.mark.parametrize("freedom", [3.03, 4.0, 8.0])
def test_place_and_density_are_those_of_a_student_t(freedom):
    weights, noise, gap = np.zeros(1), np.array([0.04]), np.array([0.3])
    exact = stats.t(freedom, scale=0.2)
    assert _place(weights, gap, np.array([1e-3]), noise, freedom) == pytest.approx(
        with_sampling(exact, 0.3, 1e-3), abs=5e-4
    )
    log_density, own = _t_density(gap, np.array([1e-3]), noise, freedom)
    width = 1e-3
    either = [_place(weights, gap + side, np.array([1e-3]), noise, freedom) for side in (-width, width)]
    assert np.exp(log_density[0]) == pytest.approx((either[1] - either[0]) / (2 * width), rel=1e-3)
    assert own[0] > 0


def with_sampling(law, value, variance):
    """P(T + N(0, variance) <= value) by brute force."""
    grid = np.linspace(-8, 8, 4001) * np.sqrt(variance)
    mass = np.exp(-0.5 * grid**2 / variance)
    return float(mass @ law.cdf(value - grid) / mass.sum())


def test_an_outlier_teaches_little():
    """A poll 10 sds off moves the next poll of the same quantity less than one that is 2 sds off."""

    def moved(gap):
        alike = np.full((1, 2, 2), 0.01)
        known = _Known(np.zeros(1), np.zeros((1, 2)), alike, np.array([0.05**2]))
        size = np.array([4000.0, 4000.0])
        places, _ = _one_after_another(known, np.array([gap, 0.0]), size, 3.0)
        return 0.5 - places[1]

    assert moved(0.3) > moved(1.0) > moved(3.0) > 0.0


def test_spread_is_the_part_of_samples_that_fall_nearer():
    """800 respondents, expected at even odds: sd of the log-ratio 2/sqrt(800); one sd off, 68.3 % fall nearer."""
    known = _Known(np.zeros(1), np.zeros((1, 1)), np.zeros((1, 1, 1)), np.array([1e-8]))
    _, spread = _one_after_another(known, np.array([2.0 / np.sqrt(800.0)]), np.array([800.0]), 4.0)
    assert spread[0] == pytest.approx(0.6827, abs=1e-4)


@pytest.mark.parametrize("options", [("blue", "red"), ("blue", "red", "green")], ids=["two options", "three options"])
def test_places_are_uniform_in_seasons_drawn_from_the_model(options):
    places = []
    for seed in range(9 if len(options) == 2 else 3):
        fit, new = split([5, seed], options, n_polls=90, median_sample=900.0)
        places.append(predict_polls(fit, new).place)
    u = np.concatenate(places)
    assert len(u) > 50
    assert stats.kstest(u, "uniform").pvalue > 0.005
    assert abs(u.mean() - 0.5) < 3 / np.sqrt(12 * len(u))
    assert abs(np.abs(2 * u - 1).mean() - 0.5) < 3 / np.sqrt(12 * len(u))


def test_order_matters_only_for_what_is_known_before(season):
    fit, new = season
    one, two = predict_polls(fit, new), predict_polls(fit, new.reverse())
    np.testing.assert_allclose(one.place_alone, two.place_alone[::-1], atol=1e-9)
    np.testing.assert_allclose(one.mean, two.mean[::-1], atol=1e-9)
    assert one.place[0] == pytest.approx(one.place_alone[0])
    assert not np.allclose(one.place, two.place[::-1], atol=1e-3)


def test_no_new_polls(season):
    fit, new = season
    assert len(predict_polls(fit, new.clear()).place) == 0
