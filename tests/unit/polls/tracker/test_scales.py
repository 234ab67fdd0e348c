"""The fast solution against the dense twin, its gradient against differences, its integration against brute force."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.linalg import solve_triangular

from hustings.maths.logratio import log_ratios, whole_share
from hustings.polls.tracker.design import linearise_whole, make_blocks, make_design, poll_data
from hustings.polls.tracker.history import read_history
from hustings.polls.tracker.kernel import shared_covariance, volatility
from hustings.polls.tracker.likelihood import observations, starting_log_ratios
from hustings.polls.tracker.prior import unit_prior
from hustings.polls.tracker.rows import unit_rows
from hustings.polls.tracker.scales import NoiseTable, ScaleProblem, _sums, integrate
from hustings.polls.tracker.simulate import SeasonPlan, simulate_season
from hustings.polls.tracker.spec import SCALE_NAMES
from recovery.seasons import EVE, make_contest, make_spec
from reference.dense_tracker import DenseTracker

NOISE = SCALE_NAMES.index("noise")
PLAN = SeasonPlan(n_polls=40, sponsor_prob=0.2, narrow_prob=0.4)
SHIFTS = {
    "at the medians": np.zeros(len(SCALE_NAMES)),
    "all larger": np.full(len(SCALE_NAMES), 0.35),
    "all smaller": np.full(len(SCALE_NAMES), -0.35),
    "mixed": 0.35 * (-1.0) ** np.arange(len(SCALE_NAMES)),
}


class Case:
    """One season, expanded at points that are not the fit's own, so that nothing cancels by luck."""

    def __init__(self, options, n_points=7):
        rng = np.random.default_rng(4)
        self._solved = {}
        self.contest = make_contest(4, options, districts=2)
        self.spec = make_spec(shared_walk_factors=2)
        season = simulate_season(self.contest, self.spec, rng=rng, plan=PLAN, national="history")
        self.prior = unit_prior(self.contest, self.spec, as_of=EVE, national="history")
        self.data = poll_data(self.contest, season.polls)
        self.blocks = make_blocks(self.prior, self.data, self.spec)
        self.whole = linearise_whole(self.prior.lean + 0.05, self.prior.votes)
        start = starting_log_ratios(self.data)
        self.eta = 0.9 * start + 0.1 * rng.standard_normal(start.shape)
        self.omega = rng.uniform(0.2, 1.3, len(start))
        rows = make_design(self.prior, self.data, self.spec, self.blocks, self.whole)
        self.observed = observations(self.data, rows, self.eta)
        middle = self.spec.log_medians[NOISE]
        self.table = NoiseTable(self.observed, self.omega, middle - 0.4, middle + 0.4, n_points)
        self.problem = ScaleProblem(self.blocks, self.spec, self.table)
        self.rows = unit_rows(self.prior, self.blocks, np.zeros(1))[0]

    def dense(self, log_scales):
        """The twin's answer; it is slow, and asked at the same scales by several tests."""
        if log_scales.tobytes() not in self._solved:
            self._solved[log_scales.tobytes()] = self._dense(log_scales)
        return self._solved[log_scales.tobytes()]

    def _dense(self, log_scales):
        history = read_history(self.contest)
        top = np.array([unit.parent is None for unit in self.contest.units])
        return DenseTracker(
            self.contest,
            self.prior,
            self.data,
            self.spec,
            dict(zip(SCALE_NAMES, np.exp(log_scales), strict=True)),
            covariance=shared_covariance(self.contest, history, self.spec.kernel),
            spread=np.sqrt(volatility(history, top, self.spec.volatility_prior_contests)),
            whole=self.whole,
            eta=self.eta,
            omega=self.omega,
        ).solve()

    def fast(self, log_scales):
        found = self.problem.posterior(log_scales)
        half = solve_triangular(found.factor, self.rows.T, lower=True)
        start = (self.prior.lean + self.prior.nation.mean).ravel()
        return start + self.rows @ found.mean, half.T @ half, found.log_density

    def log_prior(self, log_scales):
        return -0.5 * float((((log_scales - self.spec.log_medians) / self.spec.log_sds) ** 2).sum())


@pytest.fixture(
    scope="module", params=[("blue", "red"), ("blue", "red", "green")], ids=["two options", "three options"]
)
def case(request):
    return Case(request.param)


def test_the_season_has_everything(case):
    data = case.data
    names = {block.name for block in case.blocks}
    assert names >= {"district", "nation_gap", "house", "mode", "population", "sponsor", "walk_lead", "walk_rest"}
    assert (data.unit < 0).sum() > 3
    assert {*range(6)} <= {*data.unit.tolist()}
    if data.counts.shape[1] == 3:
        assert {0, 1} == set(np.isnan(data.counts).sum(axis=1).tolist())


@pytest.mark.parametrize("shift", SHIFTS)
def test_information_form_agrees_with_the_dense_twin(case, shift):
    """Bounded by the interpolation over the noise (7 points here): 1e-6 where algebra alone would give 1e-10."""
    log_scales = case.spec.log_medians + SHIFTS[shift]
    mean, covariance, _ = case.fast(log_scales)
    dense_mean, dense_covariance, _ = case.dense(log_scales)
    np.testing.assert_allclose(mean, dense_mean, atol=1e-6)
    np.testing.assert_allclose(covariance, dense_covariance, atol=1e-6)


def test_without_interpolation_the_agreement_is_that_of_rounding(case):
    """At one of the table's own points nothing is interpolated."""
    log_scales = case.spec.log_medians + SHIFTS["mixed"]
    log_scales[NOISE] = case.table.at[2]
    for found, dense in zip(case.fast(log_scales)[:2], case.dense(log_scales)[:2], strict=True):
        np.testing.assert_allclose(found, dense, atol=1e-8)


def test_marginal_likelihood_agrees_with_the_dense_twin(case):
    """Up to a constant (each poll's rotation): differences between scales are what counts."""
    base = case.spec.log_medians
    _, _, density = case.fast(base)
    _, _, dense = case.dense(base)
    moved = base + SHIFTS["mixed"]
    fast_difference = case.fast(moved)[2] - case.log_prior(moved) - density
    assert fast_difference == pytest.approx(case.dense(moved)[2] - dense, abs=1e-4)


@pytest.mark.parametrize("shift", SHIFTS)
def test_gradient_of_the_scales_density(case, shift):
    at = case.spec.log_medians + 0.9 * SHIFTS[shift]
    _, gradient = case.problem.density_and_gradient(at)
    step = 1e-4
    for scale, name in enumerate(SCALE_NAMES):
        up, down = at.copy(), at.copy()
        up[scale], down[scale] = at[scale] + step, at[scale] - step
        slope = (case.problem.posterior(up).log_density - case.problem.posterior(down).log_density) / (2.0 * step)
        assert gradient[scale] == pytest.approx(slope, rel=1e-4, abs=1e-5), name


def test_density_is_the_same_with_and_without_gradient(case):
    at = case.spec.log_medians + SHIFTS["mixed"]
    assert case.problem.density_and_gradient(at)[0] == case.problem.posterior(at).log_density


@pytest.mark.parametrize(("n_points", "half_width", "bound"), [(5, 1.3, 0.05), (6, 0.4, 1e-4), (9, 0.4, 1e-6)])
def test_noise_interpolation_error(case, n_points, half_width, bound):
    """Relative error of the polls' total information between the points; the fit's own rounds are the first two."""
    middle = case.spec.log_medians[NOISE]
    table = NoiseTable(case.observed, case.omega, middle - half_width, middle + half_width, n_points)
    for log_noise in np.linspace(middle - half_width, middle + half_width, 23):
        exact = _sums(case.observed, case.omega, float(np.exp(log_noise)))
        found = table.at_noise(float(log_noise))
        assert np.abs(found.Q - exact.Q).max() < bound * np.abs(exact.Q).max()
        assert np.abs(found.g - exact.g).max() < bound * np.abs(exact.g).max()
        assert found.zz == pytest.approx(exact.zz, rel=bound)


def test_lower_covariance(case):
    found = case.problem.posterior(case.spec.log_medians)
    inverse = np.linalg.inv(found.factor @ found.factor.T)
    np.testing.assert_allclose(np.tril(case.problem.lower_covariance(found)), np.tril(inverse), atol=1e-8)


def test_mode_has_no_slope(case):
    mode, _ = case.problem.mode(case.spec.log_medians, max_steps=60, tolerance=1e-9)
    _, gradient = case.problem.density_and_gradient(mode)
    inside = np.abs(mode - case.table.bounds[0]) + 0 * mode > 1e-6
    inside[NOISE] &= case.table.bounds[0] + 1e-6 < mode[NOISE] < case.table.bounds[1] - 1e-6
    assert np.abs(gradient[inside]).max() < 0.02


def test_integration_agrees_with_many_random_points(case):
    """The fixed points against 800 self-normalised importance draws: means within 15 % of an sd, Monte Carlo error of the draws included."""
    mode, _ = case.problem.mode(case.spec.log_medians, max_steps=30, tolerance=2e-7)
    found = integrate(case.problem, mode, case.spec, case.rows)
    mean = found.weights @ found.means
    rng = np.random.default_rng(1)
    values, axes = np.linalg.eigh(case.problem.curvature(mode))
    standard = rng.standard_normal((800, len(mode)))
    draws = mode + 1.2 * (standard / np.sqrt(np.maximum(values, 1.0))) @ axes.T
    draws[:, NOISE] = np.clip(draws[:, NOISE], *case.table.bounds)
    solved = [case.fast(at) for at in draws]
    logs = np.array([density for _, _, density in solved]) + 0.5 * (standard**2).sum(axis=1)
    weights = np.exp(logs - logs.max())
    weights /= weights.sum()
    means = np.array([m for m, _, _ in solved]) - (case.prior.lean + case.prior.nation.mean).ravel()
    variance = weights @ np.array([np.diag(c) for _, c, _ in solved])
    brute = weights @ means
    sd = np.sqrt(variance + weights @ (means - brute) ** 2)
    ours = found.weights @ np.einsum("nii->ni", found.covariances) + found.weights @ (found.means - mean) ** 2
    assert np.abs((mean - brute) / sd).max() < 0.15
    np.testing.assert_allclose(np.sqrt(ours), sd, rtol=0.08)


def test_the_whole_is_linearised_at_its_point(case):
    eta = case.prior.lean + 0.05
    value = case.whole.constant + np.einsum("jum,um->j", case.whole.gradient, eta)
    np.testing.assert_allclose(value, log_ratios(whole_share(eta, case.prior.votes)[None])[0], atol=1e-12)
