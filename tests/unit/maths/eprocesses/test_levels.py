"""The level that counts share: marginal likelihoods against dense sums of scipy's probabilities."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import gammaln, logsumexp
from scipy.stats import nbinom, norm, poisson

from hustings.maths.eprocesses.levels import Level, log_density, slopes


def constants(x, r, mu):
    """The terms of the log probability that `log_density` leaves out."""
    if np.isinf(r):
        return x * np.log(mu) - gammaln(x + 1)
    return gammaln(x + r) - gammaln(r) - gammaln(x + 1) + x * np.log(mu / r)


@pytest.mark.parametrize(
    ("r", "tau", "jump"), [(8.0, 0.3, 1.0), (np.inf, 0.05, 1.0), (200.0, 0.1, 3.0), (2.0, 1.0, 0.2)]
)
def test_predictives_multiply_to_the_marginal_likelihood(r, tau, jump):
    """Also when the level jumps in the middle by many of its standard deviations, and on the day after a gap."""
    rng = np.random.default_rng(1)
    mu = np.linspace(50.0, 90.0, 30)
    x = rng.poisson(mu * np.exp(0.5 * tau) * np.where(np.arange(30) < 15, 1.0, jump)).astype(float)
    x[[4, 16]] = np.nan
    level = Level(x[None], mu[None], np.array([r]), np.array([tau]))
    found = np.array([level.see(t)[0] for t in range(30)])
    assert (found[[4, 16]] == 0).all()
    u = np.linspace(-8.0, 8.0, 6401)
    log = norm.logpdf(u, 0, tau) + np.log(u[1] - u[0])
    for t in np.flatnonzero(~np.isnan(x)):
        mean, before = mu[t] * np.exp(u), logsumexp(log)
        log = log + (poisson.logpmf(x[t], mean) if np.isinf(r) else nbinom.logpmf(x[t], r, r / (r + mean)))
        assert found[t] + constants(x[t], r, mu[t]) == pytest.approx(logsumexp(log) - before, abs=1e-5)
    weight = np.exp(log - logsumexp(log))
    assert level.mean[0] == pytest.approx(weight @ u, abs=1e-6)
    assert level.variance[0] == pytest.approx(weight @ (u - weight @ u) ** 2, rel=1e-4)


def test_segments_do_not_know_of_each_other():
    rng = np.random.default_rng(2)
    x, mu = rng.poisson(40.0, (3, 12)).astype(float), np.full((3, 12), 40.0)
    x[1, 6:] *= 5
    r, tau = np.array([5.0, np.inf, 50.0]), np.array([0.2, 0.0, 0.4])
    together = Level(x, mu, r, tau)
    alone = [Level(x[[s]], mu[[s]], r[[s]], tau[[s]]) for s in range(3)]
    for t in range(12):
        assert together.see(t) == pytest.approx([one.see(t)[0] for one in alone])


@pytest.mark.parametrize("r", [3.0, np.inf])
def test_slopes_are_those_of_the_density(r):
    u, step = np.array([-0.7, 0.0, 1.3]), 1e-4
    low, middle, high = (log_density(u + by, np.array(7.0), np.array(5.0), np.array(r)) for by in (-step, 0, step))
    slope, curvature = slopes(u, np.array(7.0), np.array(5.0), np.array(r))
    assert slope == pytest.approx((high - low) / (2 * step), abs=1e-5)
    assert -curvature == pytest.approx((high - 2 * middle + low) / step**2, abs=1e-4)
