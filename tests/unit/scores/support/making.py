"""Small interviews whose truth is known."""

from __future__ import annotations

import numpy as np
import polars as pl

STATES = ("AA", "BB", "CC", "DD", "EE", "FF")
RACES = ("one", "two", "three")


def make_rows(n=1500, seed=1, options=("yes", "no")):
    """Interviews: states and races have effects on the first option's logit; further options are even."""
    rng = np.random.default_rng(seed)
    state, race = rng.integers(0, 6, n), rng.choice(3, n, p=[0.6, 0.3, 0.1])
    eta = np.linspace(-0.8, 0.8, 6)[state] + np.array([-0.3, 0.6, 0.0])[race]
    logits = np.zeros((n, len(options)))
    logits[:, 0] = eta
    chosen = (logits + rng.gumbel(size=logits.shape)).argmax(axis=1)
    return pl.DataFrame(
        {
            "respondent": [f"r{i}" for i in range(n)],
            "state": np.array(STATES)[state],
            "race": np.array(RACES)[race],
            "age": rng.integers(18, 90, n),
            "option": np.array(options)[chosen],
        }
    )


def make_cells_frame():
    """Cells of an electorate: 100 votes in each state, by race, two ages."""
    return pl.DataFrame(
        [
            {"state": state, "race": race, "age": age, "votes": 50.0 * part, "turnout": 0.5}
            for state in STATES
            for race, part in zip(RACES, (0.6, 0.3, 0.1), strict=True)
            for age in (25, 65)
        ]
    )
