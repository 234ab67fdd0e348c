r"""Bets on counts that vary more than Poisson, and share an unknown level.

**Question.** Counts of every day against what was expected: has the level moved, or is it further off than was said?

**Model.** Claim: ``X_t ~ NegBin(mu_t e^u, r)`` (variance ``m + m^2/r``), ``u ~ N(0, tau^2)`` once for all days. Every bet is a
likelihood ratio against the predictive given the past:

* *a move*: the same predictive with ``u + d``;
* *a level off from the start*: ``u ~ N(d, tau^2)`` at the beginning, which learns the level on its own.

**Algorithm.** What is known of `u` is kept as a Gaussian. A day's predictive integrates it against the day's probability by
Gauss-Hermite points around the mode; the same points give the next Gaussian its mean and variance (assumed density filter).

**Sources.** Ramdas, Grünwald, Vovk & Shafer (2023), Statistical Science 38(4), likelihood ratios as test martingales; Naylor & Smith
(1982), Applied Statistics 31(3), quadrature around the mode; Minka (2001), assumed density filtering. Docs: ``docs/maths/bets-on-counts.md``.
"""

from __future__ import annotations

import numpy as np
from numpy.polynomial.hermite import hermgauss
from numpy.typing import NDArray

from hustings.maths.eprocesses.sides import Side, frozen, side_prior

Array = NDArray[np.float64]

STEPS = np.array([0.05, 0.1, 0.2, 0.4, 0.8])
COUNT_SHIFTS = frozen(np.concatenate([STEPS, -STEPS, STEPS, -STEPS]))
"""(bet,) shift of the log of the expected count; its sign is the bet's side."""
COUNT_FROM_START = np.repeat([False, True], 2 * len(STEPS))
"""(bet,) whether the bet says that the level was off from the start (and learns it), or that it moved."""
COUNT_PRIOR = frozen(np.full(len(COUNT_SHIFTS), 1.0 / len(COUNT_SHIFTS)))
POINTS, POINT_WEIGHTS = (frozen(one) for one in hermgauss(7))
"""Seven points agree with thirty-one to a ten-thousandth of a log ratio."""
NEWTON_STEPS = 3
"""From a start that weighs the count against what is known, three steps reach the mode to all digits that matter."""
SMALLEST_VARIANCE = 1e-12


def sided_prior(side: Side) -> Array:
    """(bet,) prior over `COUNT_SHIFTS` for one side or either."""
    return side_prior(COUNT_PRIOR, COUNT_SHIFTS, side)


def count_log_bets(x: Array, mu: Array, dispersion: Array, level_sd: Array) -> Array:
    """Log growth of every bet at every step.

    Parameters
    ----------
    x : (segment, step) array
        Counts, >= 0; NaN where there is none.
    mu : (segment, step) array
        Expected counts, > 0 where `x` is given.
    dispersion : (segment,) array
        `r` of the variance ``mu + mu^2/r``, > 0; ``inf`` is Poisson.
    level_sd : (segment,) array
        Spread of the log of the level that all steps of a segment share, >= 0.

    Returns
    -------
    (segment, step, bet) array, 0 where nothing was observed.
    """
    n_segments, n_steps = x.shape
    r = np.asarray(dispersion, np.float64)[:, None]
    moves, starts = COUNT_SHIFTS[~COUNT_FROM_START], COUNT_SHIFTS[COUNT_FROM_START]
    # Column 0 is the claim's own knowledge of the level, then that of each level off from the start.
    mean = np.tile(np.concatenate([[0.0], starts]), (n_segments, 1))
    variance = np.tile(np.maximum(np.asarray(level_sd, np.float64)[:, None] ** 2, SMALLEST_VARIANCE), mean.shape[1])
    grown = np.zeros((n_segments, n_steps, len(COUNT_SHIFTS)))
    for t in range(n_steps):
        at = np.flatnonzero(~np.isnan(x[:, t]))
        # Rows: the knowledge itself, then the claim's knowledge moved by each shift.
        centre = np.concatenate([mean[at], mean[at, :1] + moves], axis=1)
        spread = np.concatenate([variance[at], np.repeat(variance[at, :1], len(moves), axis=1)], axis=1)
        log_p, later, narrower = _see(x[at, t, None], mu[at, t, None], r[at], centre, spread)
        known = mean.shape[1]
        growth = log_p - log_p[:, :1]
        grown[at, t] = np.concatenate([growth[:, known:], growth[:, 1:known]], axis=1)
        mean[at], variance[at] = later[:, :known], narrower[:, :known]
    return grown


def _see(x: Array, mu: Array, r: Array, mean: Array, variance: Array) -> tuple[Array, Array, Array]:
    """Log probability of a count under Gaussian knowledge of the level, and that knowledge after it.

    `x, mu, r` are (segment, 1), `mean` and `variance` (segment, row). Terms of `x` and `r` alone are left out: they cancel in every ratio.
    """
    noise = 1.0 / (x + 0.5) + 1.0 / r
    mode = (mean * noise + variance * np.log((x + 0.5) / mu)) / (noise + variance)
    for _ in range(NEWTON_STEPS):
        slope, curvature = _slopes(mode, x, mu, r)
        step = (slope - (mode - mean) / variance) / (curvature + 1.0 / variance)
        mode = mode + np.clip(step, -1.0, 1.0)
    width = np.sqrt(2.0 / (_slopes(mode, x, mu, r)[1] + 1.0 / variance))[..., None]
    u = mode[..., None] + width * POINTS
    prior = -0.5 * (u - mean[..., None]) ** 2 / variance[..., None]
    log = prior + _log_density(u, x[..., None], mu[..., None], r[..., None]) + POINTS**2 + np.log(POINT_WEIGHTS)
    top = log.max(axis=-1, keepdims=True)
    weight = np.exp(log - top)
    total = weight.sum(axis=-1, keepdims=True)
    log_p = (top + np.log(total * width))[..., 0] - 0.5 * np.log(2.0 * np.pi * variance)
    weight /= total
    later = (weight * u).sum(axis=-1)
    return log_p, later, (weight * (u - later[..., None]) ** 2).sum(axis=-1)


def _slopes(u: Array, x: Array, mu: Array, r: Array) -> tuple[Array, Array]:
    """First derivative of the log probability by the level, and minus the second."""
    expected = mu * np.exp(u)
    part = 1.0 / (1.0 + expected / r)
    return x - (x / r + 1.0) * expected * part, (x / r + 1.0) * expected * part**2


def _log_density(u: Array, x: Array, mu: Array, r: Array) -> Array:
    """Log probability up to terms without the level."""
    expected = mu * np.exp(u)
    finite = np.where(np.isinf(r), 1.0, r)
    spread = np.where(np.isinf(r), expected, (x + finite) * np.log1p(expected / finite))
    return np.asarray(x * u - spread)
