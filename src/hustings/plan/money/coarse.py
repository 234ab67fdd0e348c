"""A race with few draws and few scales, to look ahead by: what is decided on it is settled with all of them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from hustings.plan.race import Race

FEW_NODES = 4


def coarse(race: Race, n_draws: int, n_nodes: int = FEW_NODES) -> Race:
    """At most so many draws, and nodes of like spread taken together.

    A group has the mean and covariance of its mixture, so that regressions on a lead are those of a Gaussian with the same moments.
    """
    thin = race.thinned(n_draws)
    if len(race.weights) <= n_nodes:
        return thin
    spread = np.einsum("nii->n", race.covariances)
    order = np.argsort(spread, kind="stable")
    before = np.cumsum(race.weights[order]) - race.weights[order]
    group = np.empty(len(order), dtype=np.int64)
    group[order] = np.minimum((before / race.weights.sum() * n_nodes).astype(np.int64), n_nodes - 1)
    kept, group = np.unique(group, return_inverse=True)
    weights, means, covariances = [], [], []
    for k in range(len(kept)):
        part = race.weights[group == k]
        share = part / part.sum() if part.sum() > 0 else np.full(len(part), 1.0 / len(part))
        inside = race.means[group == k]
        mean = np.einsum("n,nur->ur", share, inside)
        apart = (inside - mean).reshape(len(share), -1)
        weights.append(part.sum())
        means.append(mean)
        covariances.append(
            np.einsum("n,nij->ij", share, race.covariances[group == k]) + (share[:, None] * apart).T @ apart
        )
    node = group[thin.node]
    back = np.argsort(node, kind="stable")
    return replace(
        thin,
        weights=np.array(weights),
        means=np.array(means),
        covariances=np.array(covariances),
        draws=thin.draws[back],
        node=node[back],
    )
