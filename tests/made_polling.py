"""Small contests with polls, levers written by hand, and what a poll is worth by simulating it: the long way round."""

from __future__ import annotations

import numpy as np

from hustings.maths.waterfill import waterfill
from hustings.plan.deciding import pivotal_density
from hustings.plan.levers import Levers
from hustings.plan.race import Race


def hand_levers(n_units, margin=0.02, scale=1e6):
    """One lever a unit; the first unit's a little better."""
    worth = np.diag(margin * (1.0 + 0.1 * np.eye(n_units)[0]))
    ones = np.ones(n_units)
    places = tuple(f"U{i + 1}" for i in range(n_units))
    return Levers(
        places,
        ("door",) * n_units,
        worth,
        scale * ones,
        0 * ones,
        np.inf * ones,
        np.zeros(n_units, int),
        ("x",),
        np.zeros(1),
    )


def best_value(levers, slope, budget):
    """What the best plan earns."""
    worth = levers.margin @ slope
    dollars = waterfill(worth, levers.scale_dollars, levers.floor_dollars, levers.cap_dollars, budget)
    return float((worth * levers.reached(dollars)).sum())


def race_after(race: Race, crossed, mean, variance, reading, noise):
    """The race once readings are in, (poll,): weights, means and covariances by Bayes' rule, draws anew from fixed noise.

    ``crossed`` (node, poll, lead), ``mean`` (node, poll) and ``variance`` (node, poll, poll), sampling included.
    """
    gap = reading - mean
    inverse = np.linalg.inv(variance)
    logs = -0.5 * np.einsum("np,npq,nq->n", gap, inverse, gap) - 0.5 * np.linalg.slogdet(variance)[1]
    weights = race.weights * np.exp(logs - logs.max())
    weights /= weights.sum()
    gain = np.einsum("npl,npq->nlq", crossed, inverse)
    means = race.means + np.einsum("nlq,nq->nl", gain, gap).reshape(race.means.shape)
    covariances = race.covariances - gain @ crossed
    node = np.searchsorted(np.cumsum(weights), (np.arange(len(noise)) + 0.5) / len(noise)).clip(0, len(weights) - 1)
    roots = np.linalg.cholesky(covariances + 1e-12 * np.eye(covariances.shape[1]))
    draws = means.reshape(len(means), -1)[node] + np.einsum("dij,dj->di", roots[node], noise)
    return Race(
        race.contest,
        race.as_of,
        race.own,
        weights,
        means,
        covariances,
        draws.reshape(len(noise), *race.means.shape[1:]).astype(np.float32),
        node,
    )


def nested_gain(race, needed, levers, budget, crossed, mean, variance, readings, prob, n_draws=8000):
    """Value of asking before spending, with the posterior, the draws and the plan made anew for every reading.

    Readings (reading, poll) with their chances ``prob``.
    """
    noise = np.random.default_rng(5).standard_normal((n_draws, race.means[0].size))
    slopes, values = [], []
    for reading in readings:
        after = race_after(race, crossed, mean, variance, reading, noise)
        slope = race.spill @ (pivotal_density(after, race.seats, needed) * race.lead_per_margin)
        slopes.append(slope)
        values.append(best_value(levers, slope, budget))
    prior = prob @ np.array(slopes)
    # Against the plan of the average slope, so that noise in the draws cancels.
    return float(prob @ np.array(values)) - best_value(levers, prior, budget)
