"""Simulated electorates: what was planted in states is found, and intervals hold it as often as they say."""

from __future__ import annotations

import numpy as np
import polars as pl
from scipy.special import expit, logit

from hustings.scores.support import SupportSpec, fit_support, logit_shift, poststratify

N_STATES, RACES, AGES = 20, ("one", "two", "three"), ("young", "old")
SPEC = SupportSpec(terms=(("race",), ("age",), ("race", "state")), predictors=("lean",))
PARTS = np.outer([0.65, 0.25, 0.10], [0.4, 0.6])


def world(rng):
    """An electorate: cells with planted logits and votes, the states' true log-ratios, leans."""
    lean = rng.standard_normal(N_STATES)
    eta = (
        (0.4 * lean + 0.15 * rng.standard_normal(N_STATES))[:, None, None]
        + np.array([-0.4, 0.9, 0.3])[:, None]
        + np.array([0.15, -0.15])
        + 0.25 * rng.standard_normal((N_STATES, 3, 1))
    )
    votes = PARTS * rng.uniform(50, 500, N_STATES)[:, None, None]
    share = expit(eta)
    truth = logit((share * votes).sum(axis=(1, 2)) / votes.sum(axis=(1, 2)))
    state, race, age = np.meshgrid(range(N_STATES), range(3), range(2), indexing="ij")
    cells = pl.DataFrame(
        {
            "state": [f"S{s:02}" for s in state.ravel()],
            "race": np.array(RACES)[race.ravel()],
            "age": np.array(AGES)[age.ravel()],
            "votes": votes.ravel(),
        }
    )
    leans = pl.DataFrame({"state": [f"S{s:02}" for s in range(N_STATES)], "lean": lean})
    return cells, share.ravel(), truth, leans


def interviews(cells, share, n, rng, favour):
    """A sample that takes more of some than of others, as surveys do; it says nothing beyond race and age."""
    chance = favour[np.arange(len(share)) % 6] * cells["votes"].to_numpy()
    drawn = rng.choice(len(share), n, p=chance / chance.sum())
    option = np.where(rng.random(n) < share[drawn], "yes", "no")
    return cells[drawn].drop("votes").with_columns(option=pl.Series(option))


def test_states_are_found_and_intervals_hold():
    inside, raw, estimated = [], [], []
    for seed in range(10):
        rng = np.random.default_rng(seed)
        cells, share, truth, leans = world(rng)
        rows = interviews(cells, share, 2500, rng, favour=np.array([1.0, 3.0, 0.3, 0.6, 1.0, 1.0]))
        found = poststratify(fit_support(rows, ("yes", "no"), SPEC, leans), cells, n_draws=400, rng=rng)
        off = found.mean_logit[:, 0] - truth
        inside.append(np.abs(off) < 1.645 * found.se_logit[:, 0])
        estimated.append(off)
        named = rows.group_by("state").agg((pl.col("option") == "yes").mean()).sort("state")["option"].to_numpy()
        raw.append(logit(np.clip(named, 0.02, 0.98)) - truth)
    # 200 intervals: .90 +- .021 where states were independent.
    assert 0.85 <= np.mean(inside) <= 0.96
    assert np.sqrt(np.mean(np.square(estimated))) < 0.6 * np.sqrt(np.mean(np.square(raw)))
    assert abs(np.mean(estimated)) < 0.05


def test_a_planted_shift_is_found():
    """Everybody in a state leans .3 logits more than the interviews say: the shift to the true total is .3."""
    cells, share, _, _ = world(np.random.default_rng(5))
    eta, votes = logit(share)[:, None], cells["votes"].to_numpy()
    place = np.repeat(np.arange(N_STATES), 6)
    total = np.bincount(place, votes * expit(eta[:, 0] + 0.3)) / np.bincount(place, votes)
    np.testing.assert_allclose(logit_shift(eta, votes, place, logit(total)[:, None]), 0.3, atol=1e-9)
