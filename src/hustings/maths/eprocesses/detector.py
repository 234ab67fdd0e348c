r"""Bets of every day, mixed over bets and start days into one e-process.

**Question.** A claim may be wrong from the first day, or break on a day nobody knows. How much evidence is there by today?

**Model.** ``exp(log_bets[s, t, k])`` is what bet `k` makes on day `t` of one unit staked, of mean at most 1 given the past
under the claim. With prior ``pi`` over bets and start mass ``g`` over days (of sum at most 1), ``C`` the cumulated log bets,

    E_t = a sum_k pi_k exp(C_kt) + (1 - a) sum_k pi_k (R_kt + 1 - G_t),   R_kt = (R_k,t-1 + g_t) exp(log_bets_kt),

``G_t = g_1 + ... + g_t``. E is a non-negative supermartingale of start 1: P(sup_t E_t >= 1/alpha) <= alpha (Ville).
The stake kept for days to come, ``1 - G_t``, lies idle: so the Shiryaev-Roberts sum becomes an e-process.

**Sources.** Shin, Ramdas & Rinaldo (2024), *E-detectors*, New England Journal of Statistics in Data Science 2(2);
Ramdas, Grünwald, Vovk & Shafer (2023), Statistical Science 38(4). Docs: ``docs/maths/e-detectors.md``.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Integers = NDArray[np.int64]

AT_ONCE = 0.5
"""Part of the stake on a claim that is wrong from the first day; the rest waits for a break."""


def log_evidence(log_bets: Array, prior: Array, start_mass: Array) -> Array:
    """Log e-process of every segment and step.

    Parameters
    ----------
    log_bets : (segment, step, bet) array
        Log growth of each bet at each step; 0 where nothing was observed; ``-inf`` where all was lost.
    prior : (bet,) array
        Stake on each bet, >= 0, of sum 1.
    start_mass : (step,) array
        Stake that enters at each step, >= 0, of sum at most 1 over the whole campaign (not only the steps so far).

    Returns
    -------
    (segment, step) array
        Natural log of the evidence; its supremum over steps exceeds ``log(1/alpha)`` with chance at most alpha.
    """
    n_segments, n_steps, n_bets = log_bets.shape
    with np.errstate(divide="ignore"):
        log_prior, log_start = np.log(prior), np.log(start_mass)
        idle = np.log(np.maximum(1.0 - np.cumsum(start_mass), 0.0)) + np.log1p(-AT_ONCE)
    later, started = np.empty(log_bets.shape), np.full((n_segments, n_bets), -np.inf)
    for t in range(n_steps):
        started = np.logaddexp(started, log_start[t]) + log_bets[:, t]
        later[:, t] = started
    at_once = np.cumsum(log_bets, axis=1) + (log_prior + np.log(AT_ONCE))
    later += log_prior + np.log1p(-AT_ONCE)
    # One sum over three parts, each far below or above the others at times.
    top = np.maximum(np.maximum(at_once.max(axis=2), later.max(axis=2)), idle)
    top = np.where(np.isfinite(top), top, 0.0)[..., None]
    total = (np.exp(at_once - top) + np.exp(later - top)).sum(axis=2) + np.exp(idle - top[..., 0])
    with np.errstate(divide="ignore"):
        return np.asarray(np.log(total) + top[..., 0])


def likely_start(log_bets: Array, prior: Array) -> Integers:
    """(segment,) step from which one bet's growth to the end is largest: the likeliest day of the change.

    `log_bets` and `prior` are those of `log_evidence`; bets of prior 0 are left out.
    """
    growth = _growth_since(log_bets, prior)
    return np.asarray(growth.max(axis=2).argmax(axis=1))


def uniform_starts(n_steps: int, campaign_steps: int | None = None) -> Array:
    """(step,) equal start mass on the steps of a campaign, none after its end.

    Parameters
    ----------
    n_steps : int
        Steps so far.
    campaign_steps : int, optional
        Steps of the whole campaign, fixed beforehand: a mass that changed with every new step would void the guarantee.
        By default `n_steps`, for a path that will not grow.
    """
    planned = max(campaign_steps or n_steps, 1)
    return np.where(np.arange(n_steps) < planned, 1.0 / planned, 0.0)


def _growth_since(log_bets: Array, prior: Array) -> Array:
    """(segment, step, bet) log growth from each step to the end, with the bet's log prior."""
    with np.errstate(divide="ignore"):
        log_prior = np.log(prior)
    return np.asarray(np.cumsum(log_bets[:, ::-1], axis=1)[:, ::-1] + log_prior)
