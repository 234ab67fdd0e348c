"""Few scales: moments of the mixture stay."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from hustings.plan.money.coarse import coarse
from made_races import made_race


def test_groups_keep_the_mixtures_mean_and_covariance_and_every_draw_its_scale():
    race = made_race([0.1, -0.2], [0.1, 0.2], seats=(3, 2), n_draws=1200)
    rng = np.random.default_rng(3)
    weights = rng.dirichlet(np.ones(6))
    means = race.means + rng.normal(0, 0.05, (6, 2, 1))
    covariances = race.covariances * rng.uniform(0.5, 2.0, (6, 1, 1))
    many = replace(race, weights=weights, means=means, covariances=covariances, node=np.repeat(np.arange(6), 200))
    few = coarse(many, 600, 3)
    assert len(few.weights) <= 3
    assert len(few.draws) == len(few.node) == 600
    assert (np.diff(few.node) >= 0).all()

    def moments(one):
        flat = one.means.reshape(len(one.weights), -1)
        mean = one.weights @ flat
        second = np.einsum("n,nij->ij", one.weights, one.covariances + flat[:, :, None] * flat[:, None, :])
        return mean, second

    for whole, part in zip(moments(many), moments(few), strict=True):
        np.testing.assert_allclose(whole, part)
    # Draws went along with their nodes: the same rows, in another order.
    kept = {tuple(row) for row in many.draws[::2, :, 0].tolist()}
    assert {tuple(row) for row in few.draws[:, :, 0].tolist()} == kept
