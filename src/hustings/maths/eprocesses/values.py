r"""Bets on Gaussian forecasts whose errors share an unknown level.

**Question.** Errors ``r_t`` of forecasts with known spread ``s_t`` share a level that was uncertain from the start. Has it moved,
or is it further off than was said?

**Model.** Claim: ``r_t = u + e_t``, ``e_t ~ N(0, s_t^2)``, ``u ~ N(0, tau^2)`` once for all. Given the past ``r_t ~ N(m, v + s_t^2)``
with ``m, v`` the posterior of `u`. Every bet is a likelihood ratio against that predictive:

* *a move*: the same predictive shifted by ``d s_t``;
* *a level off from the start*: ``u ~ N(d sqrt(tau^2 + s_1^2), tau^2)``, which learns the level on its own.

**Sources.** Howard, Ramdas, McAuliffe & Sekhon (2021), Annals of Statistics 49(2), mixtures of Gaussian likelihood ratios.
Docs: ``docs/maths/bets-on-counts.md``.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from hustings.maths.eprocesses.sides import Side, frozen, side_prior

Array = NDArray[np.float64]

STEPS = np.array([0.25, 0.5, 1.0, 2.0, 4.0])
VALUE_SHIFTS = frozen(np.concatenate([STEPS, -STEPS, STEPS, -STEPS]))
"""(bet,) shift in standard deviations; its sign is the bet's side."""
VALUE_FROM_START = np.repeat([False, True], 2 * len(STEPS))
"""(bet,) whether the bet says that the level was off from the start (and learns it), or that it moved."""
VALUE_PRIOR = frozen(np.full(len(VALUE_SHIFTS), 1.0 / len(VALUE_SHIFTS)))


def sided_prior(side: Side) -> Array:
    """(bet,) prior over `VALUE_SHIFTS` for one side or either."""
    return side_prior(VALUE_PRIOR, VALUE_SHIFTS, side)


def value_log_bets(r: Array, sd: Array, level_sd: Array) -> Array:
    """Log growth of every bet at every step.

    Parameters
    ----------
    r : (segment, step) array
        Errors of the forecasts, observed minus forecast; NaN where there is none.
    sd : (segment, step) array
        Their spread apart from the level, > 0 where `r` is given.
    level_sd : (segment,) array
        Spread of the level that all steps of a segment share, >= 0.

    Returns
    -------
    (segment, step, bet) array, 0 where nothing was observed.
    """
    n_segments, n_steps = r.shape
    moves, starts = VALUE_SHIFTS[~VALUE_FROM_START], VALUE_SHIFTS[VALUE_FROM_START]
    mean, variance = np.zeros(n_segments), np.asarray(level_sd, np.float64) ** 2
    own = starts * np.sqrt(variance + _first(r, sd) ** 2)[:, None]
    grown = np.zeros((n_segments, n_steps, len(VALUE_SHIFTS)))
    for t in range(n_steps):
        seen = ~np.isnan(r[:, t])
        noise = np.where(seen, sd[:, t], 1.0)
        total = variance + noise**2
        z = np.where(seen, r[:, t] - mean, 0.0)
        shift = np.concatenate([moves * noise[:, None], own - mean[:, None]], axis=1)
        growth = (shift * z[:, None] - 0.5 * shift**2) / total[:, None]
        grown[:, t] = np.where(seen[:, None], growth, 0.0)
        gain = np.where(seen, variance / total, 0.0)
        mean += gain * z
        own += gain[:, None] * np.where(seen[:, None], r[:, t, None] - own, 0.0)
        variance = variance * (1.0 - gain)
    return grown


def _first(r: Array, sd: Array) -> Array:
    """(segment,) spread of the first observation; 1 where there is none."""
    seen = ~np.isnan(r)
    at = seen.argmax(axis=1)
    return np.where(seen.any(axis=1), sd[np.arange(len(r)), at], 1.0)
