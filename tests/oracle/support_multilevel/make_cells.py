"""Cells for the comparisons with lme4 and NUTS: 24 states, 4 races, 5 ages, 4,000 simulated answers (seed 5)."""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np

HERE = Path(__file__).parent


def main() -> None:
    """Write cells.csv."""
    rng = np.random.default_rng(5)
    states, races, ages = 24, 4, 5
    lean = np.round(rng.standard_normal(states), 3)
    state = 0.25 * rng.standard_normal(states)
    race = np.array([-0.4, 1.6, 0.7, 0.3])
    age = 0.3 * rng.standard_normal(ages)
    both = 0.35 * rng.standard_normal((states, races))
    size = 4000 * rng.dirichlet(np.full(states, 2.0))
    parts = np.array([0.68, 0.14, 0.12, 0.06])
    lines = ["state,race,age,lean,first,second"]
    for s, r, a in itertools.product(range(states), range(races), range(ages)):
        eta = 0.1 + 0.35 * lean[s] + state[s] + race[r] + age[a] + both[s, r]
        n = rng.poisson(size[s] * parts[r] / ages)
        yes = rng.binomial(n, 1.0 / (1.0 + np.exp(-eta)))
        lines.append(f"{s},{r},{a},{lean[s]},{yes},{n - yes}")
    (HERE / "cells.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
