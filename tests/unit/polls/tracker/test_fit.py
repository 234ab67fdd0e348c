"""Newton steps where they matter, robustness where it matters, and what the fit says about itself."""

from __future__ import annotations

import datetime as dt

import numpy as np
import polars as pl
import pytest
from scipy.special import expit, log_expit
from scipy.stats import t as student_t

from hustings.errors import ConfigError
from hustings.maths.points import gauss_hermite
from hustings.polls.tracker.fit import fit_tracker
from hustings.polls.tracker.outlook import outlook
from hustings.polls.tracker.simulate import SeasonPlan, simulate_season
from hustings.polls.tracker.spec import SCALE_NAMES, ScalePrior
from recovery.seasons import ELECTION, EVE, SCALES, make_contest, make_spec

NOISE = 0.02
# Nothing but where the unit stands and sampling: then the exact posterior is one integral.
BARE = dict.fromkeys(SCALE_NAMES, ScalePrior(1e-4, 1e-3)) | {
    "unit_own": ScalePrior(0.3, 1e-3),
    "noise": ScalePrior(NOISE, 1e-3),
}


def moments(fit):
    found = outlook(fit)
    means = found.means.reshape(len(found.weights), -1)
    mean = found.weights @ means
    variance = np.einsum("nii->ni", found.covariances)
    return mean, np.sqrt(found.weights @ (variance + (means - mean) ** 2))


def small_polls(counts, size):
    """One poll for each count, all of the only unit, on the eve."""
    template = simulate_season(
        make_contest(1),
        make_spec(),
        rng=np.random.default_rng(0),
        plan=SeasonPlan(n_polls=len(counts), national_prob=0.0, sponsor_prob=0.0),
        national="flat",
    ).polls
    return template.with_columns(
        share_blue=pl.Series(counts) / size,
        share_red=1.0 - pl.Series(counts) / size,
        sample_size=pl.lit(float(size)),
        start_date=pl.lit(EVE),
        end_date=pl.lit(EVE),
        population=pl.lit("lv"),
        mode=pl.lit("online"),
    )


def exact(counts, size, prior_mean, prior_variance):
    """Posterior mean, mode and sd by brute force: binomial counts, Student-t own errors."""
    grid = np.linspace(0.0, 6.0, 4001)
    log_density = -0.5 * (grid - prior_mean) ** 2 / prior_variance
    errors = np.linspace(-0.4, 0.4, 401)
    density = student_t.pdf(errors / NOISE, 5.0)
    for count in counts:
        at = grid[:, None] + errors
        logs = count * log_expit(at) + (size - count) * log_expit(-at)
        highest = logs.max(axis=1, keepdims=True)
        log_density = log_density + highest[:, 0] + np.log(np.exp(logs - highest) @ density)
    weight = np.exp(log_density - log_density.max())
    weight /= weight.sum()
    mean = weight @ grid
    return mean, grid[weight.argmax()], np.sqrt(weight @ (grid - mean) ** 2)


@pytest.fixture(scope="module")
def lopsided():
    """Eight polls of 50 respondents around 90 %."""
    counts, size = [41, 43, 44, 45, 46, 47, 48, 49], 50
    contest = make_contest(1, n_past=0)
    fit = fit_tracker(contest, small_polls(counts, size), as_of=EVE, spec=make_spec(scales=BARE), national="flat")
    prior_variance = fit.prior.nation.sd**2 + 0.3**2
    return fit, counts, size, exact(counts, size, 0.0, prior_variance), prior_variance


def test_newton_finds_the_exact_answer_for_small_lopsided_polls(lopsided):
    fit, _, _, (mean, mode, sd), _ = lopsided
    found, found_sd = moments(fit)
    assert found[0] == pytest.approx(mode, abs=0.15 * sd)
    assert found[0] == pytest.approx(mean, abs=0.25 * sd)
    assert found_sd[0] == pytest.approx(sd, rel=0.1)


def test_one_normal_approximation_would_be_biased_there(lopsided):
    """Published log-ratios with their delta-method variance: the most lopsided polls, by chance, weigh least."""
    fit, counts, size, (mean, _, sd), prior_variance = lopsided
    share = np.array(counts) / size
    weight = 1.0 / (1.0 / (size * share * (1.0 - share)) + NOISE**2)
    one_shot = weight @ np.log(share / (1.0 - share)) / (weight.sum() + 1.0 / prior_variance)
    found, _ = moments(fit)
    assert one_shot < mean - sd  # more than a whole sd too close to even
    assert abs(found[0] - mean) < 0.2 * abs(one_shot - mean)


def test_the_expansion_point_is_where_newton_would_stay(lopsided):
    """The score of the counts at the posterior mode, prior's pull included, is nearly 0."""
    fit, counts, size, _, prior_variance = lopsided
    found, _ = moments(fit)
    score = np.sum(np.array(counts) - size * expit(found[0])) - found[0] / prior_variance
    information = len(counts) * size * expit(found[0]) * expit(-found[0]) + 1.0 / prior_variance
    assert abs(score / information) < 0.15 / np.sqrt(information)


def season(seed=8, n_polls=80):
    contest = make_contest(6)
    made = simulate_season(
        contest, make_spec(), rng=np.random.default_rng(seed), plan=SeasonPlan(n_polls=n_polls), national="history"
    )
    return contest, made.polls


@pytest.mark.parametrize("sign", [1, -1])
def test_one_badly_wrong_poll_is_heard_and_not_followed(sign):
    contest, polls = season()
    spec, gaussian = make_spec(), make_spec(degrees_of_freedom=1e6)
    typical = polls.filter(pl.col("unit") == "U2").tail(1)
    wrong = pl.concat(
        [
            polls,
            typical.with_columns(
                pl.col("share_blue") + sign * 0.15,
                pl.col("share_red") - sign * 0.15,
                poll_id=pl.lit("wrong"),
                end_date=pl.lit(EVE),
                start_date=pl.lit(EVE),
            ),
        ]
    )
    fits = {
        name: [fit_tracker(contest, p, as_of=EVE, spec=s, national="history") for p in (polls, wrong)]
        for name, s in (("robust", spec), ("gaussian", gaussian))
    }
    _, sd = moments(fits["robust"][0])
    moved = {name: moments(both[1])[0] - moments(both[0])[0] for name, both in fits.items()}
    assert fits["robust"][1].omega[-1] < 0.5 < np.median(fits["robust"][1].omega)
    assert np.abs(moved["robust"] / sd).max() < 1.0  # the only other poll of its unit is months old
    assert abs(moved["robust"][1]) < 0.5 * abs(moved["gaussian"][1])


def test_omega_is_near_one_for_ordinary_polls():
    contest, polls = season()
    omega = fit_tracker(contest, polls, as_of=EVE, spec=make_spec(), national="history").omega
    assert 0.8 < np.median(omega) < 1.25
    assert omega.max() <= (5.0 + 1.0) / 5.0 + 1e-9


def test_known_scales_stay_where_they_are():
    contest, polls = season(n_polls=30)
    spec = make_spec(scales={name: ScalePrior(scale.median, 1e-3) for name, scale in SCALES.items()})
    summary = fit_tracker(contest, polls, as_of=EVE, spec=spec, national="history").scale_summary()
    for name, scale in SCALES.items():
        assert summary[name] == pytest.approx(scale.median, rel=0.01)


def test_many_polls_find_the_noise():
    """600 polls with an own error of 0.12 against a prior around 0.05."""
    contest = make_contest(6)
    scales = {name: scale.median for name, scale in SCALES.items()} | {"noise": 0.12}
    polls = simulate_season(
        contest,
        make_spec(),
        rng=np.random.default_rng(2),
        plan=SeasonPlan(n_polls=600, median_sample=2000.0),
        scales=scales,
        national="history",
    ).polls
    summary = fit_tracker(contest, polls, as_of=EVE, spec=make_spec(), national="history").scale_summary()
    assert summary["noise"] == pytest.approx(0.12 * np.sqrt(5.0 / 3.0), rel=0.2)


def test_at_node_is_the_posterior_that_the_outlook_has():
    contest, polls = season(n_polls=30)
    fit = fit_tracker(contest, polls, as_of=EVE, spec=make_spec(), national="history")
    assert fit.points.weights.sum() == pytest.approx(1.0)
    assert fit.points.weights.min() >= 0.0
    node = int(fit.points.weights.argmax())
    assert np.isfinite(fit.at_node(node).log_density)
    assert len(fit.at_node(node).mean) == sum(block.size for block in fit.blocks)


def test_default_assumptions_are_taken_where_none_are_given():
    contest, polls = season(n_polls=20)
    fit = fit_tracker(contest, polls, as_of=EVE)
    assert set(fit.spec.scales) == set(SCALE_NAMES)


def test_a_national_prior_that_does_not_exist_is_said_so():
    contest, polls = season(n_polls=20)
    with pytest.raises(ConfigError, match="no fundamentals for made-up"):
        fit_tracker(contest, polls, as_of=ELECTION - dt.timedelta(days=9), spec=make_spec(), national="fundamentals")


def test_the_brute_force_is_right_for_a_gaussian():
    """Guard of this file's own reference: with huge counts the posterior is that of a Gaussian mean."""
    nodes, weights = gauss_hermite(9)
    assert weights @ nodes**2 == pytest.approx(1.0)
    mean, mode, sd = exact([800], 1000, 0.0, 100.0)
    assert mean == pytest.approx(np.log(4.0), abs=0.01)
    assert mode == pytest.approx(mean, abs=0.01)
    assert sd == pytest.approx(np.sqrt(1 / 160 + NOISE**2 * 5 / 3), rel=0.03)
