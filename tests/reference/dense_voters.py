"""Polls and the sum over voters, written from the equation: one joint Gaussian of units and observations, conditioned.

Nothing of ``hustings.projection.voters`` is used; each covariance is an explicit inverse.
"""

import numpy as np

from hustings.polls.tracker.design import block_slices
from hustings.polls.tracker.rows import unit_rows


def condition(fit, node, units, y, error):
    """Mean and covariance of two-option units on election day, and the log density of `y`, at one point of the scales.

    `error` is (V, B, rho): the covariance of the draws, the covariance of the survey's own bias, its correlation with polls'.
    """
    V, B, rho = error
    found = fit.at_node(node)
    C = np.linalg.inv(found.factor @ found.factor.T)
    days = (fit.contest.date - fit.as_of).days
    now, end = unit_rows(fit.prior, fit.blocks, np.array([float(days), 0.0]))
    bias = np.zeros_like(now)
    columns = block_slices(fit.blocks)
    bias[:, columns["bias_nation"]] = 1.0
    bias[:, columns["bias_deviation"]] = fit.prior.loadings
    start = (fit.prior.lean + fit.prior.nation.mean).ravel()
    A = (now + rho * bias)[units]
    joint = np.block([[end @ C @ end.T, end @ C @ A.T], [A @ C @ end.T, A @ C @ A.T + V + (1 - rho**2) * B]])
    n = len(end)
    K = joint[:n, n:] @ np.linalg.inv(joint[n:, n:])
    off = y - (start[units] + A @ found.mean)
    log_density = -0.5 * off @ np.linalg.solve(joint[n:, n:], off) - 0.5 * np.linalg.slogdet(joint[n:, n:])[1]
    return start + end @ found.mean + K @ off, joint[:n, :n] - K @ joint[n:, :n], log_density
