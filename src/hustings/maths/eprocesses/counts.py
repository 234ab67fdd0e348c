r"""Bets on counts that vary more than Poisson, and share an unknown level.

**Question.** Counts of every day against what was expected: has the level moved, or is it further off than was said?

**Model.** Claim: ``X_t ~ NegBin(mu_t e^u, r)`` (variance ``m + m^2/r``), ``u ~ N(0, tau^2)`` once for all days. Every bet is a
likelihood ratio against the predictive given the past:

* *a move*: the same predictive with ``u + d``;
* *a level off from the start*: ``u ~ N(d, tau^2)`` at the beginning, which learns the level on its own.

**Algorithm.** The claim's predictive, the denominator of every bet, is exact (``levels``). The numerators may be any probabilities:
each takes what is known of `u` as a Gaussian, and integrates it by Gauss-Hermite points around the mode (assumed density filter).

**Sources.** Ramdas, Grünwald, Vovk & Shafer (2023), Statistical Science 38(4), likelihood ratios as test martingales; Naylor & Smith
(1982), Applied Statistics 31(3), quadrature around the mode; Minka (2001), assumed density filtering. Docs: ``docs/maths/bets-on-counts.md``.
"""

from __future__ import annotations

import numpy as np
from numpy.polynomial.hermite import hermgauss
from numpy.typing import NDArray

from hustings.maths.eprocesses.levels import SMALLEST_SD, Level, log_density, slopes
from hustings.maths.eprocesses.sides import Side, frozen, side_prior

Array = NDArray[np.float64]

STEPS = np.array([0.05, 0.1, 0.2, 0.4, 0.8])
COUNT_SHIFTS = frozen(np.concatenate([STEPS, -STEPS, STEPS, -STEPS]))
"""(bet,) shift of the log of the expected count; its sign is the bet's side."""
COUNT_FROM_START = np.repeat([False, True], 2 * len(STEPS))
"""(bet,) whether the bet says that the level was off from the start (and learns it), or that it moved."""
COUNT_PRIOR = frozen(np.full(len(COUNT_SHIFTS), 1.0 / len(COUNT_SHIFTS)))
POINTS = frozen(hermgauss(7)[0])
"""Seven points agree with thirty-one to a ten-thousandth of a log ratio."""
LOG_POINT_WEIGHTS = frozen(np.log(hermgauss(7)[1]) + POINTS**2)
NEWTON_STEPS = 3
"""From a start that weighs the count against what is known, three steps reach the mode to all digits that matter."""


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
    level = Level(x, mu, dispersion, level_sd)
    # What each level off from the start has learned.
    mean = np.tile(starts, (n_segments, 1))
    variance = np.tile(np.maximum(np.asarray(level_sd, np.float64)[:, None], SMALLEST_SD) ** 2, len(starts))
    grown = np.zeros((n_segments, n_steps, len(COUNT_SHIFTS)))
    for t in range(n_steps):
        at = np.flatnonzero(~np.isnan(x[:, t]))
        if not len(at):
            continue
        centre = np.concatenate([level.mean[at, None] + moves, mean[at]], axis=1)
        spread = np.concatenate([np.repeat(level.variance[at, None], len(moves), axis=1), variance[at]], axis=1)
        log_p, later, narrower = _see(x[at, t, None], mu[at, t, None], r[at], centre, spread)
        grown[at, t] = log_p - level.see(t)[at, None]
        mean[at], variance[at] = later[:, len(moves) :], narrower[:, len(moves) :]
    return grown


def _see(x: Array, mu: Array, r: Array, mean: Array, variance: Array) -> tuple[Array, Array, Array]:
    """Log probability of a count under Gaussian knowledge of the level, and that knowledge after it.

    `x, mu, r` are (segment, 1), `mean` and `variance` (segment, row). Terms of `x` and `r` alone are left out: they cancel in every ratio.
    """
    noise = 1.0 / (x + 0.5) + 1.0 / r
    mode = (mean * noise + variance * np.log((x + 0.5) / mu)) / (noise + variance)
    for _ in range(NEWTON_STEPS):
        slope, curvature = slopes(mode, x, mu, r)
        step = (slope - (mode - mean) / variance) / (curvature + 1.0 / variance)
        mode = mode + np.clip(step, -1.0, 1.0)
    width = np.sqrt(2.0 / (slopes(mode, x, mu, r)[1] + 1.0 / variance))
    # Points come first: sums over a short last axis are slow.
    u = mode + width * POINTS[:, None, None]
    log = log_density(u, x, mu, r) - 0.5 * (u - mean) ** 2 / variance + LOG_POINT_WEIGHTS[:, None, None]
    top = log.max(axis=0)
    weight = np.exp(log - top)
    total = weight.sum(axis=0)
    log_p = top + np.log(total * width) - 0.5 * np.log(2.0 * np.pi * variance)
    weight /= total
    later = (weight * u).sum(axis=0)
    return log_p, later, (weight * (u - later) ** 2).sum(axis=0)
