"""Polls and the sum over voters, written from the equation: one joint Gaussian of units and observations, conditioned.

Nothing of ``hustings.projection.voters`` is used; each covariance is an explicit inverse. Contests of two options.
"""

from typing import NamedTuple

import numpy as np

from hustings.polls.tracker.design import block_slices
from hustings.polls.tracker.rows import unit_rows


class Source(NamedTuple):
    """The sum over voters: `y` of `units`, covariance `V` of its draws, `nation`, `shared` and `own` bias covariances,
    their correlation `rho` with polls' bias, which is stretched by `nation_stretch` and `stretch`."""

    units: np.ndarray
    y: np.ndarray
    V: np.ndarray
    nation: np.ndarray
    shared: np.ndarray
    own: np.ndarray
    rho: float
    nation_stretch: float
    stretch: float


def joint(fit, node, source):
    """Mean and covariance of (units on election day, what the sum over voters would be without its own error)."""
    found = fit.at_node(node)
    C = np.linalg.inv(found.factor @ found.factor.T)
    days = (fit.contest.date - fit.as_of).days
    now, end = unit_rows(fit.prior, fit.blocks, np.array([float(days), 0.0]))
    bias = np.zeros_like(now)
    columns = block_slices(fit.blocks)
    bias[:, columns["bias_nation"]] = source.nation_stretch
    bias[:, columns["bias_deviation"]] = source.stretch * fit.prior.loadings
    start = (fit.prior.lean + fit.prior.nation.mean).ravel()
    A = np.vstack([end, (now + source.rho * bias)[source.units]])
    return np.concatenate([start, start[source.units]]) + A @ found.mean, A @ C @ A.T


def unit_weights(fit, weights, source, freedom, n_steps):
    """EM weights of the units' own errors: each error's posterior from the joint Gaussian of errors and observation."""
    n = len(fit.prior.lean)
    means, covariances = zip(*(joint(fit, node, source) for node in range(fit.n_nodes)), strict=True)
    middle = sum(w * m[n:] for w, m in zip(weights, means, strict=True))
    spread = sum(
        w * (c[n:, n:] + np.outer(m[n:] - middle, m[n:] - middle))
        for w, m, c in zip(weights, means, covariances, strict=True)
    )
    left = 1 - source.rho**2
    omega = np.ones(len(source.y))
    for _ in range(n_steps):
        D = np.diag(omega**-0.5)
        E = left * D @ source.own @ D
        K = E @ np.linalg.inv(spread + source.V + left * (source.nation + source.shared) + E)
        error, variance = K @ (source.y - middle), np.diag(E - K @ E)
        omega = (freedom + 1) / (freedom + (error**2 + variance) / np.diag(left * source.own))
    return omega


def condition(fit, node, source, omega):
    """Mean and covariance of the units on election day, and the log density of `y`, at one point of the scales."""
    mean, covariance = joint(fit, node, source)
    n, left = len(fit.prior.lean), 1 - source.rho**2
    D = np.diag(omega**-0.5)
    S = covariance[n:, n:] + source.V + left * (source.nation + source.shared + D @ source.own @ D)
    K = covariance[:n, n:] @ np.linalg.inv(S)
    off = source.y - mean[n:]
    log_density = -0.5 * off @ np.linalg.solve(S, off) - 0.5 * np.linalg.slogdet(S)[1]
    return mean[:n] + K @ off, covariance[:n, :n] - K @ covariance[n:, :n], log_density
