"""Races written by hand: one Gaussian over the leads, or a few, and as many draws as a test asks for."""

from __future__ import annotations

import numpy as np

from hustings.plan.race import Race
from made_projections import plain_contest


def made_race(means, sds, *, seats, votes=None, correlation=0.0, n_draws=20_000, seed=1, own=0, **contest):
    """Two options; leads of mean ``means`` and sd ``sds``, (unit,), all pairs alike correlated."""
    means, sds = np.asarray(means, dtype=float), np.asarray(sds, dtype=float)
    n = len(means)
    covariance = np.outer(sds, sds) * (correlation + (1.0 - correlation) * np.eye(n))
    return race_with(
        means[:, None], covariance, seats=seats, votes=votes, n_draws=n_draws, seed=seed, own=own, **contest
    )


def race_with(means, covariance, *, seats, votes=None, n_draws=20_000, seed=1, own=0, options=("x", "y"), **contest):
    """Leads of mean ``means``, (unit, rival), and joint covariance."""
    found = plain_contest(seats=seats, votes=list(votes or [1000.0] * len(seats)), options=options, **contest)
    root = np.linalg.cholesky(covariance)
    noise = np.random.default_rng(seed).standard_normal((n_draws, len(covariance)))
    draws = (means.ravel() + noise @ root.T).reshape(n_draws, *means.shape)
    return Race(
        contest=found,
        as_of=found.date,
        own=own,
        weights=np.ones(1),
        means=means[None],
        covariances=covariance[None],
        draws=draws.astype(np.float32),
        node=np.zeros(n_draws, dtype=np.int64),
    )
