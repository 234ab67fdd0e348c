r"""Bets on counts that vary more than Poisson, and share an unknown level.

**Question.** Counts of every day against what was expected: has the level moved, or is it further off than was said?

**Model.** Claim: ``X_t ~ NegBin(mu_t e^u, r)`` (variance ``m + m^2/r``), ``u ~ N(0, tau^2)`` once for all days. The predictive given the
past averages over the posterior of `u`, kept on a grid. Every bet is a likelihood ratio against it:

* *a move*: the same predictive with ``u + d``;
* *a level off from the start*: ``u ~ N(d, tau^2)`` at the beginning, which learns the level on its own.

**Sources.** Ramdas, Grünwald, Vovk & Shafer (2023), Statistical Science 38(4), section 3 (likelihood ratios as test martingales).
Docs: ``docs/maths/bets-on-counts.md``.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from hustings.maths.eprocesses.sides import Side, frozen, side_prior

Array = NDArray[np.float64]

STEPS = np.array([0.05, 0.1, 0.2, 0.4, 0.8])
COUNT_SHIFTS = frozen(np.concatenate([STEPS, -STEPS, STEPS, -STEPS]))
"""(bet,) shift of the log of the expected count; its sign is the bet's side."""
COUNT_FROM_START = np.repeat([False, True], 2 * len(STEPS))
"""(bet,) whether the bet says that the level was off from the start (and learns it), or that it moved."""
COUNT_PRIOR = frozen(np.full(len(COUNT_SHIFTS), 1.0 / len(COUNT_SHIFTS)))
GRID = frozen(np.linspace(-5.0, 5.0, 41))
"""Points of the level, in its standard deviations."""


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
    half = len(STEPS) * 2
    shifts = np.concatenate([[0.0], COUNT_SHIFTS[:half]])
    levels = shifts[:, None] + GRID * np.asarray(level_sd, np.float64)[:, None, None]
    r = np.asarray(dispersion, np.float64)[:, None, None]
    # (segment, 1 + shift, point): row 0 is the claim's own posterior, the others those of levels off from the start.
    log_weight = np.broadcast_to(_normalised(-0.5 * GRID**2), levels.shape).copy()
    grown = np.zeros((n_segments, n_steps, len(COUNT_SHIFTS)))
    for t in range(n_steps):
        seen = ~np.isnan(x[:, t])
        count, expected = (np.where(seen, one[:, t], 1.0)[:, None, None] for one in (x, mu))
        log_density = _log_density(count, expected, levels, r)
        moved = _log_sum(log_weight[:, :1] + log_density)
        joint = log_weight + log_density
        own = _log_sum(joint)
        growth = np.concatenate([moved[:, 1:], own[:, 1:]], axis=1) - own[:, :1]
        grown[:, t] = np.where(seen[:, None], growth, 0.0)
        log_weight = np.where(seen[:, None, None], joint - own[..., None], log_weight)
    return grown


def _log_density(count: Array, expected: Array, levels: Array, r: Array) -> Array:
    """Log probability up to terms without the level, which cancel in every ratio."""
    mean = expected * np.exp(levels)
    finite = np.where(np.isinf(r), 1.0, r)
    spread = np.where(np.isinf(r), mean, (count + finite) * np.log1p(mean / finite))
    return np.asarray(count * levels - spread)


def _normalised(log_weight: Array) -> Array:
    return np.asarray(log_weight - _log_sum(log_weight))


def _log_sum(values: Array) -> Array:
    """Log of the sum of exponentials over the last axis."""
    top = values.max(axis=-1, keepdims=True)
    return np.asarray(top[..., 0] + np.log(np.exp(values - top).sum(axis=-1)))
