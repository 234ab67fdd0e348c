from __future__ import annotations

import dataclasses

import numpy as np
import polars as pl
import pytest

from hustings.maths.logratio import log_ratios, whole_share
from hustings.polls.tracker.prior import unit_prior
from hustings.polls.tracker.simulate import SeasonPlan, _draw_world, draw_scales, simulate_season
from hustings.polls.tracker.spec import SCALE_NAMES, ScalePrior
from hustings.tables import POLLS, share_column
from recovery.seasons import EVE, SCALES, make_contest, make_spec

QUIET = dict.fromkeys(SCALE_NAMES, 1e-9)


def season(contest, seed=1, spec=None, **options):
    return simulate_season(
        contest, spec or make_spec(), rng=np.random.default_rng(seed), **({"national": "history"} | options)
    )


@pytest.mark.parametrize("options", [("blue", "red"), ("blue", "red", "green")])
def test_polls_keep_the_contract_of_the_table(options):
    contest = make_contest(4, options, districts=2)
    polls = season(contest, plan=SeasonPlan(n_polls=200, sponsor_prob=0.2)).polls
    assert polls.columns == [c.name for c in POLLS.columns] + [share_column(o) for o in options]
    assert polls["poll_id"].is_unique().all()
    assert set(polls["unit"]) <= {*contest.unit_ids, contest.nation}
    assert (polls["start_date"] <= polls["end_date"]).all()
    assert (polls["end_date"] <= EVE).all()
    assert set(polls["partisan"].drop_nulls()) <= set(options)
    total = polls.select(pl.sum_horizontal(share_column(o) for o in options)).to_series()
    assert total.is_between(0.0, 1.0 + 1e-9).all()
    offered = polls.select(pl.sum_horizontal(pl.col(share_column(o)).is_not_null() for o in options)).to_series()
    assert (offered == polls["n_answers"]).all()
    assert offered.min() == 2


def test_shares_are_whole_respondents():
    polls = season(make_contest(4)).polls
    respondents = (polls["share_blue"] * polls["sample_size"]).to_numpy()
    np.testing.assert_allclose(respondents, np.round(respondents), atol=1e-9)


def test_the_same_seed_gives_the_same_season():
    first, second = season(make_contest(4), 5), season(make_contest(4), 5)
    assert first.polls.equals(second.polls)
    np.testing.assert_array_equal(first.log_ratios, second.log_ratios)
    assert not season(make_contest(4), 6).polls.equals(first.polls)


def test_scales_come_from_their_priors():
    rng = np.random.default_rng(0)
    drawn = np.log([list(draw_scales(make_spec(), rng).values()) for _ in range(2000)])
    spec = make_spec()
    np.testing.assert_allclose(drawn.mean(axis=0), spec.log_medians, atol=0.06)
    np.testing.assert_allclose(drawn.std(axis=0), spec.log_sds, rtol=0.06)


def test_truth_has_the_priors_covariance():
    spec = make_spec()
    scales = {name: scale.median for name, scale in SCALES.items()}
    prior = unit_prior(make_contest(4, districts=2), spec, as_of=EVE, national="history")
    rng = np.random.default_rng(0)
    drawn = np.array([_draw_world(prior, scales, spec, rng).election_day[:, 0] for _ in range(4000)])
    factors = scales["unit_shared"] ** 2 * prior.shared_variance + scales["unit_own"] ** 2
    covariance = prior.nation.sd**2 + (prior.loadings * factors) @ prior.loadings.T
    covariance += scales["unit_own"] ** 2 * prior.district_loadings @ prior.district_loadings.T
    variance = np.diag(covariance)
    gap = drawn.mean(axis=0) - prior.lean[:, 0] - prior.nation.mean
    assert (np.abs(gap) < 4.0 * np.sqrt(variance / 4000)).all()
    assert (np.abs(np.cov(drawn.T) - covariance) < 5.0 * np.sqrt(2.0 * np.outer(variance, variance) / 4000)).all()


def test_without_errors_large_polls_show_the_truth():
    """Every scale near 0: local polls have the unit's log-ratio, the nation's the exact whole's."""
    contest = make_contest(4)
    spec = make_spec(scales=SCALES, undecided_mean=0.0, undecided_sd=1e-9, sponsor_mean=0.0, sponsor_sd=1e-9)
    plan = SeasonPlan(n_polls=60, median_sample=1e9)
    made = season(contest, scales=QUIET, spec=spec, plan=dataclasses.replace(plan, undecided_mean=1e-3))
    votes = np.array([unit.expected_votes for unit in contest.units])
    nation = log_ratios(whole_share(made.log_ratios, votes)[None])[0, 0]
    truth = dict(zip(contest.unit_ids, made.log_ratios[:, 0], strict=True)) | {contest.nation: nation}
    polls = made.polls.with_columns(logit=(pl.col("share_blue") / pl.col("share_red")).log())
    sampling = 2.0 / np.sqrt(polls["sample_size"].to_numpy())
    gap = polls["logit"].to_numpy() - np.array([truth[unit] for unit in polls["unit"]])
    assert np.abs(gap / sampling).max() < 5.0


def test_undecided_and_sponsor_do_what_they_say():
    contest = make_contest(2)
    spec = make_spec(scales=dict.fromkeys(SCALES, ScalePrior(1e-6, 0.1)), sponsor_mean=0.5, sponsor_sd=1e-9)
    plan = SeasonPlan(n_polls=300, sponsor_prob=0.5, undecided_mean=0.3, national_prob=0.0, median_sample=3000.0)
    made = season(contest, spec=spec, plan=plan)
    polls = made.polls.filter(pl.col("unit") == "U1")
    truth = made.log_ratios[0, 0]
    gap = (polls["share_blue"] / polls["share_red"]).log() - truth
    sides = polls.with_columns(gap=gap).group_by("partisan").agg(pl.col("gap").mean())
    by_side = dict(sides.iter_rows())
    assert by_side["blue"] - by_side[None] == pytest.approx(0.5, abs=0.03)
    assert by_side["red"] - by_side[None] == pytest.approx(-0.5, abs=0.03)
