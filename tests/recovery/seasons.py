"""Small contests and assumptions for the tracker's tests; nothing here is learned or real."""

from __future__ import annotations

import datetime as dt

import numpy as np
import polars as pl

from hustings.contests.contest import Contest, Option, Unit
from hustings.polls.tracker.spec import KernelWeights, ScalePrior, TrackerSpec

ELECTION = dt.date(2022, 11, 8)
EVE = ELECTION - dt.timedelta(days=1)
REGIONS = ("north", "south", "west")

SCALES = {
    "unit_shared": ScalePrior(0.08, 0.4),
    "unit_own": ScalePrior(0.09, 0.4),
    "walk_nation": ScalePrior(0.010, 0.4),
    "walk_shared": ScalePrior(0.004, 0.6),
    "walk_own": ScalePrior(0.004, 0.6),
    "bias_nation": ScalePrior(0.05, 0.5),
    "bias_shared": ScalePrior(0.03, 0.3),
    "bias_own": ScalePrior(0.045, 0.3),
    "house": ScalePrior(0.05, 0.4),
    "mode": ScalePrior(0.03, 0.4),
    "population": ScalePrior(0.03, 0.4),
    "nation_gap": ScalePrior(0.03, 0.4),
    "noise": ScalePrior(0.05, 0.4),
}

OTHERS = {
    "kernel": KernelWeights(region=0.3, swings=0.3, history=1.0, lean=0.3, covariates=1.0),
    "lean_persistence": (0.92, 0.05),
    "undecided_mean": 1.0,
    "undecided_sd": 0.5,
    "sponsor_mean": 0.05,
    "sponsor_sd": 0.05,
    "degrees_of_freedom": 5.0,
    "volatility_prior_contests": 4.0,
    "shared_walk_factors": 5,
    "n_nodes": 32,
}


def make_spec(**changes):
    """Assumptions fixed here, so that these tests do not move when the learned constants do."""
    return TrackerSpec(**({"scales": SCALES} | OTHERS | changes))


def make_contest(n_units=8, options=("blue", "red"), *, districts=0, seed=7, n_past=4):
    """Top-level units in three regions, the first with ``districts``; past results from a seeded generator."""
    rng = np.random.default_rng(seed)
    votes = np.round(rng.uniform(0.5, 3.0, n_units) * 1e6)
    units = [Unit(f"U{i + 1}", f"Unit {i + 1}", 3, None, REGIONS[i % 3], votes[i]) for i in range(n_units)]
    sizes = np.round(votes[0] * np.array([0.6, 0.4, 0.3][:districts]) / max(sum([0.6, 0.4, 0.3][:districts]), 1e-9))
    units += [Unit(f"U1-{k + 1}", f"District {k + 1}", 1, "U1", REGIONS[0], sizes[k]) for k in range(districts)]
    lean = 0.35 * rng.standard_normal((len(units), len(options)))
    rows = []
    for past in range(n_past):
        date = dt.date(2022 - 4 * (n_past - past), 11, 8)
        nation = 0.1 * rng.standard_normal(len(options))
        lean = lean + 0.08 * rng.standard_normal(lean.shape)
        share = np.exp(lean + nation)
        share /= share.sum(axis=1, keepdims=True)
        rows += [
            (date, unit.id, option, float(np.round(unit.expected_votes * share[i, k])))
            for i, unit in enumerate(units)
            for k, option in enumerate(options)
        ]
    past_votes = pl.DataFrame(rows, schema=["date", "unit", "option", "votes"], orient="row")
    return Contest(
        name="made-up",
        title="A made-up contest",
        date=ELECTION,
        rule="seats",
        nation="ALL",
        options=tuple(Option(option, option.title()) for option in options),
        units=tuple(units),
        past=past_votes,
    )
