"""What must hold for every season: no option, order or label is special, and nothing is counted twice."""

from __future__ import annotations

import dataclasses
import functools

import numpy as np
import polars as pl
import pytest

from hustings.maths.logratio import log_ratios, softmax
from hustings.polls.tracker.fit import fit_tracker
from hustings.polls.tracker.outlook import outlook
from hustings.polls.tracker.simulate import SeasonPlan, simulate_season
from hustings.polls.tracker.spec import ScalePrior
from hustings.tables import share_column
from recovery.seasons import EVE, SCALES, make_contest, make_spec

SEASONS = [1, 2]
THREE = ("blue", "red", "green")
PLAN = SeasonPlan(n_polls=50, sponsor_prob=0.15)


def season(contest, seed, **plan):
    return simulate_season(
        contest,
        make_spec(),
        rng=np.random.default_rng([5, seed]),
        plan=dataclasses.replace(PLAN, **plan),
        national="history",
    ).polls


def units(contest, polls, spec=None, **options):
    """Means and sds of the units' log-ratios, (unit, contrast) each."""
    options = {"national": "history"} | options
    found = outlook(fit_tracker(contest, polls, as_of=EVE, spec=spec or make_spec(), **options))
    mean = np.einsum("n,nuk->uk", found.weights, found.means)
    spread = np.einsum("nii->ni", found.covariances).reshape(found.means.shape) + (found.means - mean) ** 2
    return mean, np.sqrt(np.einsum("n,nuk->uk", found.weights, spread))


@pytest.mark.parametrize("seed", SEASONS)
@pytest.mark.parametrize("national", ["history", "flat"])
def test_swapping_two_options_mirrors_everything(seed, national):
    contest = make_contest(5, districts=2)
    swapped = dataclasses.replace(contest, options=contest.options[::-1])
    polls = season(contest, seed)
    assert polls["partisan"].drop_nulls().n_unique() == 2
    mean, sd = units(contest, polls, national=national)
    other, other_sd = units(swapped, polls, national=national)
    np.testing.assert_allclose(mean, -other, atol=1e-8)
    np.testing.assert_allclose(sd, other_sd, atol=1e-8)


def test_swapping_options_mirrors_the_fundamentals():
    from hustings.contests import load_contest

    contest = load_contest("us-president-2012")
    swapped = dataclasses.replace(contest, options=contest.options[::-1])
    as_of = contest.date.replace(month=10, day=1)
    spec = make_spec(n_nodes=2)
    none = season(make_contest(), 1).clear().rename({"share_blue": "share_dem", "share_red": "share_rep"})
    priors = [fit_tracker(c, none, as_of=as_of, spec=spec, national="fundamentals").prior for c in (contest, swapped)]
    assert priors[0].nation.sd == pytest.approx(priors[1].nation.sd)
    np.testing.assert_allclose(priors[0].nation.mean, -priors[1].nation.mean)
    np.testing.assert_allclose(priors[0].lean, -priors[1].lean)


@pytest.mark.parametrize("options", [("blue", "red"), THREE])
@pytest.mark.parametrize("seed", SEASONS)
def test_the_order_of_polls_is_nothing(seed, options):
    contest = make_contest(5, options, districts=2)
    polls = season(contest, seed)
    mean, sd = units(contest, polls)
    again, again_sd = units(contest, polls.sample(fraction=1.0, shuffle=True, seed=seed))
    np.testing.assert_allclose(mean, again, atol=1e-9)
    np.testing.assert_allclose(sd, again_sd, atol=1e-9)


@functools.cache
def of_three(seed):
    """A season of three options and the units' shares in it."""
    contest = make_contest(4, THREE, districts=2)
    polls = season(contest, seed)
    return contest, polls, softmax(units(contest, polls)[0])


@pytest.mark.parametrize("order", [(1, 0, 2), (2, 1, 0), (1, 2, 0)])
@pytest.mark.parametrize("seed", SEASONS)
def test_relabelling_three_options_permutes_the_answer(seed, order):
    """To a hundredth of a thousandth: the first point of linearisation is a median of log-ratios against one option."""
    contest, polls, shares = of_three(seed)
    relabelled = dataclasses.replace(contest, options=tuple(contest.options[k] for k in order))
    again = softmax(units(relabelled, polls)[0])
    np.testing.assert_allclose(shares[:, list(order)], again, atol=2e-5)


@pytest.mark.parametrize("options", [("blue", "red"), THREE])
def test_the_names_of_pollsters_are_nothing(options):
    contest = make_contest(5, options)
    polls = season(contest, 2)
    renamed = polls.with_columns(pl.col("pollster").str.reverse() + " & Sons", pl.col("poll_id").str.reverse())
    for found, again in zip(units(contest, polls), units(contest, renamed), strict=True):
        np.testing.assert_allclose(found, again, atol=1e-8)


@pytest.mark.parametrize("options", [("blue", "red"), THREE])
def test_two_halves_are_the_poll(options):
    """A poll's own error belongs to the poll: two polls err less than one. Without it respondents are all that counts."""
    contest = make_contest(5, options)
    known = {name: ScalePrior(scale.median, 1e-3) for name, scale in SCALES.items()}
    spec = make_spec(scales=known | {"noise": ScalePrior(1e-5, 1e-3)})
    polls = season(contest, 3)
    half = polls.with_columns(pl.col("sample_size") / 2.0)
    halves = pl.concat([half[:7], half[:7].with_columns(poll_id=pl.col("poll_id") + "b"), polls[7:]])
    mean, sd = units(contest, polls, spec)
    again, again_sd = units(contest, halves, spec)
    np.testing.assert_allclose(mean, again, atol=1e-5)
    np.testing.assert_allclose(sd, again_sd, atol=1e-5)


def test_with_own_error_two_halves_say_more_than_the_poll():
    contest = make_contest(5)
    known = make_spec(scales={name: ScalePrior(scale.median, 1e-3) for name, scale in SCALES.items()})
    polls = season(contest, 3)
    half = polls.with_columns(pl.col("sample_size") / 2.0)
    halves = pl.concat([half, half.with_columns(poll_id=pl.col("poll_id") + "b")])
    assert units(contest, halves, known)[1].mean() < units(contest, polls, known)[1].mean()


def test_an_option_that_few_polls_offer_keeps_its_share():
    """Polls of two options say nothing against the third: it stays where the polls of three have it."""
    contest = make_contest(4, THREE)
    polls = season(contest, 1, narrow_prob=0.0, n_polls=80)
    narrow = polls.with_columns(
        pl.when(pl.int_range(pl.len()) % 2 == 0).then(None).otherwise(pl.col("share_green")).alias("share_green")
    )
    wide_shares = softmax(units(contest, polls)[0])
    shares = softmax(units(contest, narrow)[0])
    assert np.abs(shares[:, 2] - wide_shares[:, 2]).max() < 0.03
    sds = [units(contest, each)[1][:, 0].mean() for each in (polls, narrow)]
    assert sds[1] > sds[0]


@pytest.mark.parametrize("seed", SEASONS)
def test_a_better_poll_for_an_option_raises_it_everywhere(seed):
    """With known scales and without robustness, where an outlier may lose more by weight than it gains by distance."""
    contest = make_contest(5, districts=2)
    spec = make_spec(scales={name: ScalePrior(s.median, 1e-3) for name, s in SCALES.items()}, degrees_of_freedom=1e6)
    polls = season(contest, seed)
    shift = pl.when(pl.int_range(pl.len()) == 4).then(0.01).otherwise(0.0)
    better = polls.with_columns(share_blue=pl.col("share_blue") + shift, share_red=pl.col("share_red") - shift)
    unit = polls["unit"][4]
    place = contest.unit_ids.index(unit) if unit in contest.unit_ids else slice(None)
    gain = units(contest, better, spec)[0] - units(contest, polls, spec)[0]
    assert gain[place].mean() > 1e-5


def test_a_unit_without_polls_is_less_certain():
    contest = make_contest(5)
    polls = season(contest, 1, n_polls=80).filter(pl.col("unit") != "U3")
    mean, sd = units(contest, polls)
    assert np.isfinite(mean).all()
    assert sd[2, 0] == sd[:, 0].max()


@pytest.mark.parametrize("options", [("blue", "red"), THREE])
def test_no_polls_give_the_prior(options):
    contest, spec = make_contest(5, options, districts=2), make_spec(n_nodes=64)
    fit = fit_tracker(contest, season(contest, 1).clear(), as_of=EVE, spec=spec, national="history")
    mean, sd = units(contest, season(contest, 1).clear(), spec)
    np.testing.assert_allclose(mean, fit.prior.lean + fit.prior.nation.mean, atol=1e-12)
    square = {name: scale.median**2 * np.exp(2.0 * scale.log_sd**2) for name, scale in spec.scales.items()}
    factors = square["unit_shared"] * fit.prior.shared_variance + square["unit_own"]
    variance = fit.prior.nation.sd**2 + fit.prior.loadings**2 @ factors
    variance += square["unit_own"] * (fit.prior.district_loadings**2).sum(axis=1)
    np.testing.assert_allclose(sd, np.sqrt(np.repeat(variance[:, None], len(options) - 1, axis=1)), rtol=0.04)


def test_one_poll_moves_its_unit_toward_it_and_no_further():
    contest = make_contest(5)
    poll = season(contest, 1).filter(pl.col("unit") != "ALL", pl.col("partisan").is_null())[:1]
    place = contest.unit_ids.index(poll["unit"][0])
    assert poll.height == 1
    prior, prior_sd = units(contest, poll.clear())
    mean, sd = units(contest, poll)
    polled = log_ratios(poll.select(share_column(o) for o in contest.option_ids).to_numpy())[0, 0]
    between = (mean[place, 0] - prior[place, 0]) / (polled - prior[place, 0])
    assert 0.0 < between < 1.2  # undecided, taken to lean with the unit, can carry it a little beyond
    assert (sd <= prior_sd + 1e-9).all()


@pytest.mark.parametrize("days", [(0, 0), (0, 6), (399, 400), (450, 470)])
def test_a_poll_on_any_day_has_an_answer(days):
    contest = make_contest(5)
    polls = season(contest, 1)
    moved = polls.with_columns(
        end_date=pl.lit(contest.date) - pl.duration(days=days[0]),
        start_date=pl.lit(contest.date) - pl.duration(days=days[1]),
    )
    for some in (moved[:1], pl.concat([moved[:1], polls[1:]])):
        mean, sd = units(contest, some)
        assert np.isfinite(mean).all()
        assert (sd > 0.0).all()


def test_an_earlier_poll_says_less():
    contest = make_contest(5)
    polls = season(contest, 1, n_polls=20)
    sds = []
    for day in (2, 60, 300):
        moved = polls.with_columns(end_date=pl.lit(contest.date) - pl.duration(days=day))
        sds.append(units(contest, moved.with_columns(start_date=pl.col("end_date")))[1].mean())
    assert sds[0] < sds[1] < sds[2]


def test_the_same_polls_give_the_same_bytes():
    contest = make_contest(5)
    polls = season(contest, 1)
    first, second = units(contest, polls), units(contest, polls)
    assert first[0].tobytes() == second[0].tobytes()
    assert first[1].tobytes() == second[1].tobytes()
