r"""Confidence sequences: the size of a break, valid at every look.

**Question.** How large is the difference between what came and what was predicted, in an interval that may be read every day?

**Model.** For sums with variance process `V`, mixing ``exp(l S - l^2 V/2)`` over ``l ~ N(0, 1/kappa)`` gives

    P(exists t: |S_t| >= sqrt((V_t + kappa) log((V_t + kappa) / (kappa alpha^2)))) <= alpha.

Exact for Gaussian sums of known variance (`level_interval`). For weighted residuals (`mean_interval`) the variance is
estimated from clusters and the statement is asymptotic; for counts (`ratio_interval`) the model's variance is used.

**Sources.** Robbins (1970), Annals of Mathematical Statistics 41(5); Waudby-Smith, Arbour, Sinha, Kennedy & Ramdas (2024), Annals of
Statistics 52(6). Docs: ``docs/maths/confidence-sequences.md``.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Interval = tuple[Array, Array, Array]


def boundary(variance: Array, alpha: Array | float, optimal_variance: Array | float) -> Array:
    """How far a sum with this variance may be from its mean, at every look; narrowest near `optimal_variance`."""
    two = -2.0 * np.log(alpha)
    kappa = np.asarray(optimal_variance) / (two + np.log1p(two))
    with np.errstate(divide="ignore", invalid="ignore"):
        reach = np.sqrt((variance + kappa) * (np.log1p(variance / kappa) + two))
    return np.asarray(np.where(kappa > 0, reach, np.inf))


def mean_interval(sum_w: Array, sum_wr: Array, sum_sq: Array, alpha: Array | float, optimal_n: float) -> Interval:
    """Weighted mean residual with its interval, at every look.

    Parameters
    ----------
    sum_w, sum_wr, sum_sq : arrays of one shape
        Sums of weights, of weighted residuals, of squares of the clusters' sums (`shares.share_sums`).
    alpha : float or array
        Chance that the interval ever misses the running mean of the true residuals.
    optimal_n : float
        Sum of weights at which the interval is narrowest, > 0: fixed before the data.

    Returns
    -------
    estimate, low, high : arrays
        In shares, cut to [-1, 1]; without data NaN, -1, 1.
    """
    there = sum_w > 0
    safe = np.where(there, sum_w, 1.0)
    reach = boundary(sum_sq, alpha, sum_sq / safe * optimal_n) / safe
    estimate = np.where(there, sum_wr / safe, np.nan)
    reach = np.where(there & (sum_sq > 0), reach, 2.0)
    centre = np.where(there, estimate, 0.0)
    return estimate, np.maximum(centre - reach, -1.0), np.minimum(centre + reach, 1.0)


def since(sums: Array, start: NDArray[np.int64], start_mass: Array, alpha: float, optimal_n: float) -> Interval:
    """The same from a start day found in the data: alpha is split over all days it could have been.

    Parameters
    ----------
    sums : (segment, step, 4) array
        `shares.share_sums` of every step.
    start : (segment,) integers
        First step of the window (`detector.likely_start`).
    start_mass : (step,) array
        Part of alpha for each start, of sum at most 1.

    Returns
    -------
    estimate, low, high : (segment,) arrays
    """
    tail = np.cumsum(sums[:, ::-1], axis=1)[:, ::-1]
    _, w, wr, sq = tail[np.arange(len(tail)), start].T
    return mean_interval(w, wr, sq, alpha * start_mass[start], optimal_n)


def level_interval(r: Array, sd: Array, alpha: Array | float, optimal_precision: Array | float) -> Interval:
    """Level that Gaussian errors share, each weighted by its precision; exact at every look.

    Parameters
    ----------
    r, sd : (segment, step) arrays
        Errors of forecasts and their spread apart from the level; NaN where there is none.
    optimal_precision : (segment,) array or float
        Sum of ``1/sd^2`` at which the interval is narrowest, > 0.

    Returns
    -------
    estimate, low, high : (segment,) arrays; without data NaN, -inf, inf.
    """
    seen = ~np.isnan(r)
    precision = np.where(seen, 1.0 / np.where(seen, sd, 1.0) ** 2, 0.0)
    total = precision.sum(axis=1)
    safe = np.where(total > 0, total, 1.0)
    centre = (precision * np.where(seen, r, 0.0)).sum(axis=1) / safe
    reach = np.where(total > 0, boundary(total, alpha, optimal_precision) / safe, np.inf)
    return np.where(total > 0, centre, np.nan), centre - reach, centre + reach


def ratio_interval(
    sum_x: Array, sum_mu: Array, sum_mu_sq: Array, dispersion: Array, alpha: Array | float, optimal_mu: Array | float
) -> Interval:
    """Ratio of counts to what was expected, with its interval, at every look.

    Parameters
    ----------
    sum_x, sum_mu, sum_mu_sq : arrays of one shape
        Sums of counts, of expected counts, of squares of expected counts over the same days.
    dispersion : array
        `r` of the variance ``mu + mu^2/r``; ``inf`` is Poisson.
    optimal_mu : array or float
        Sum of expected counts at which the interval is narrowest, > 0.

    Returns
    -------
    ratio, low, high : arrays; without data NaN, 0, inf.
    """
    there = sum_mu > 0
    mu = np.where(there, sum_mu, 1.0)
    extra = np.where(there, sum_mu_sq, 0.0) / dispersion
    optimal = np.asarray(optimal_mu) * (1.0 + extra / mu)
    ratio = np.where(there, sum_x / mu, np.nan)
    at = np.where(there, np.maximum(sum_x, 0.5) / mu, 1.0)

    def outside(log_ratio: Array) -> NDArray[np.bool_]:
        rho = np.exp(log_ratio)
        return np.asarray(np.abs(sum_x - rho * mu) > boundary(rho * mu + rho**2 * extra, alpha, optimal))

    low = np.exp(_edge(outside, np.log(at), -1.0))
    high = np.exp(_edge(outside, np.log(at), 1.0))
    return ratio, np.where(there, low, 0.0), np.where(there, high, np.inf)


def _edge(outside: Callable[[Array], NDArray[np.bool_]], inside: Array, side: float) -> Array:
    """Where the accepted ratios end, by bisection on the log; a side without an end is 0 or inf."""
    near, far = inside.copy(), inside + side * FARTHEST
    endless = ~outside(far)
    for _ in range(HALVINGS):
        middle = 0.5 * (near + far)
        out = outside(middle)
        near, far = np.where(out, near, middle), np.where(out, middle, far)
    return np.where(endless, side * np.inf, near)


FARTHEST = 12.0
"""Logs beyond which no ratio is looked for."""
HALVINGS = 50
