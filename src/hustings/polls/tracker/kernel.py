"""Which units move together: the covariance that units share, from what was known before the contest.

Four kinds of likeness are added (weights: :class:`~hustings.polls.tracker.spec.KernelWeights`):

* *region*: 1 for two units of the same region;
* *swings*: mean product of the units' standardised swings in earlier contests;
* *history*: ``exp(-d^2 / (2 * 0.7^2))`` with ``d^2`` the mean squared difference of standardised leans in the last six;
* *lean*: product of the standardised leans of the last contest (units grow apart or together);
* *covariates*: the same as *history* on who lives there, where facts from before the contest exist.

The sum is centred so that its vote-weighted mean over the whole is 0: what all units share is the nation's level.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from hustings import facts
from hustings.contests import Contest
from hustings.polls.tracker.history import History
from hustings.polls.tracker.spec import KernelWeights

Array = NDArray[np.float64]

LENGTH_SCALE = 0.7
"""In standard deviations of a feature; leans of the last six contests."""
HISTORY_CONTESTS = 6
VOLATILITY_CONTESTS = 7
LARGEST_SWING = 3.0
"""Swings are cut at this many root mean squares before they count as volatility."""
COVARIATES = (
    "white_share_2013",
    "black_share_2013",
    "college_share_2013",
    "white_evangelical_share",
    "urbanicity_mean_log_pop_5mi",
    "median_age_years_2013",
)
COVARIATES_KNOWN_FROM_YEAR = 2015
"""American Community Survey 2013, published in 2014: earlier contests may not use it."""


def shared_covariance(contest: Contest, history: History, weights: KernelWeights) -> Array:
    """Covariance of the deviations that top-level units share, with mean variance 1.

    Returns
    -------
    (top-level unit, top-level unit) array
        Zero for a contest of one unit, where there is nothing to share.
    """
    top = np.array([unit.parent is None for unit in contest.units], dtype=bool)
    units = [unit for unit in contest.units if unit.parent is None]
    n_units = len(units)
    kernel = 1e-9 * np.eye(n_units)
    regions = np.array([unit.region or unit.id for unit in units])
    kernel += weights.region * (regions[:, None] == regions[None, :])
    leans = _by_option(complete_leans(history.lean[:, top]))
    if len(leans):
        kernel += weights.lean * _product(leans[-1:])
        kernel += weights.history * _likeness(leans[-HISTORY_CONTESTS:])
    if len(leans) > 1:
        kernel += weights.swings * _product(np.diff(leans, axis=0))
    covariates = _covariates(contest)
    if covariates is not None:
        kernel += weights.covariates * _likeness(covariates[:, :, None])
    votes = np.array([unit.expected_votes for unit in units])
    centring = np.eye(n_units) - votes[None, :] / votes.sum()
    kernel = centring @ kernel @ centring.T
    mean_variance = float(np.mean(np.diag(kernel)))
    return kernel / mean_variance if mean_variance > 1e-6 else np.zeros_like(kernel)


def volatility(history: History, top: NDArray[np.bool_], prior_contests: float) -> Array:
    """How much more or less than others each top-level unit has swung: variance factors with geometric mean 1.

    The mean square of a unit's standardised swings, shrunk toward 1 with the weight of ``prior_contests`` contests.
    """
    leans = complete_leans(history.lean[:, top])
    if len(leans) < 2:
        return np.ones(int(top.sum()))
    n_contrasts, n_options = leans.shape[2], leans.shape[2] + 1
    swings = np.diff(_by_option(leans), axis=0)
    swings = swings - np.median(swings, axis=1, keepdims=True)
    scale = np.sqrt(np.mean(swings**2, axis=1, keepdims=True))
    swings = np.clip(swings / np.maximum(scale, 1e-9), -LARGEST_SWING, LARGEST_SWING)[-VOLATILITY_CONTESTS:]
    # The options' swings sum to 0: they count as one fewer than there are.
    squares = (swings**2).sum(axis=(0, 2)) * n_contrasts / n_options
    factor = (prior_contests + squares) / (prior_contests + swings.shape[0] * n_contrasts)
    return np.asarray(factor / np.exp(np.mean(np.log(factor))))


def complete_leans(leans: Array) -> Array:
    """The latest run of contests in which every unit was counted: (past, unit, contrast)."""
    whole = ~np.isnan(leans).any(axis=(1, 2))
    gaps = np.flatnonzero(~whole)
    return leans[(gaps[-1] + 1 if gaps.size else 0) :]


def _by_option(leans: Array) -> Array:
    """Centred log-shares of every option, (past, unit, option), so that it matters to nothing which one is last."""
    full = np.concatenate([leans, np.zeros((*leans.shape[:-1], 1))], axis=-1)
    return np.asarray(full - full.mean(axis=-1, keepdims=True))


def _standardised(features: Array) -> Array:
    spread = features.std(axis=1, keepdims=True)
    return np.asarray((features - features.mean(axis=1, keepdims=True)) / np.where(spread > 1e-9, spread, 1.0))


def _product(features: Array) -> Array:
    z = _standardised(features)
    return np.asarray(np.einsum("tuj,tvj->uv", z, z) / (z.shape[0] * z.shape[2]))


def _likeness(features: Array) -> Array:
    z = _standardised(features)
    distance = np.mean((z[:, :, None] - z[:, None, :]) ** 2, axis=(0, 3))
    return np.asarray(np.exp(-distance / (2.0 * LENGTH_SCALE**2)))


def _covariates(contest: Contest) -> Array | None:
    """(covariate, top-level unit) where the units are the American states and the facts are old enough."""
    if contest.date.year < COVARIATES_KNOWN_FROM_YEAR:
        return None
    table = facts.state_covariates()
    ids = [unit.id for unit in contest.units if unit.parent is None]
    if set(ids) != set(table["state"].to_list()):
        return None
    rows = {row["state"]: [row[name] for name in COVARIATES] for row in table.iter_rows(named=True)}
    return np.array([rows[unit_id] for unit_id in ids], dtype=float).T
