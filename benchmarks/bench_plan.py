"""How long a money plan takes: 56 units x 4 channels, 40,000 draws (``python benchmarks/bench_plan.py``)."""

from __future__ import annotations

import datetime as dt
import time

import numpy as np
import polars as pl

from hustings.contests.contest import Contest, Option, Unit
from hustings.plan.levers import Levers
from hustings.plan.money import money_plan
from hustings.plan.money.regret import least_regret
from hustings.plan.race import Race
from hustings.projection.worlds import both_ways, polling_worlds

N_UNITS, N_REGIONS, N_NODES, N_DRAWS = 56, 4, 9, 40_000
PAST = {"date": pl.Date, "unit": pl.String, "option": pl.String, "votes": pl.Float64}


def made_race(rng: np.random.Generator, n_units: int = N_UNITS, n_draws: int = N_DRAWS, spread: float = 0.5) -> Race:
    """A contest by electors, a mixture of scales, errors that regions share."""
    seats = rng.integers(3, 30, n_units)
    contest = Contest(
        name="made",
        title="A made contest",
        date=dt.date(2020, 11, 3),
        rule="electors",
        nation="ALL",
        options=(Option("x", "X"), Option("y", "Y")),
        units=tuple(
            Unit(f"U{u:02}", f"Unit {u}", int(s), None, f"R{u % N_REGIONS}", 2e5 * s) for u, s in enumerate(seats)
        ),
        past=pl.DataFrame(schema=PAST),
        rule_settings={},
    )
    shared = np.equal.outer(np.arange(n_units) % N_REGIONS, np.arange(n_units) % N_REGIONS)
    one = 0.08**2 + 0.05**2 * shared + 0.06**2 * np.eye(n_units)
    covariances = np.linspace(0.7, 1.3, N_NODES)[:, None, None] ** 2 * one
    mean = rng.normal(0.0, spread, n_units)
    node = np.arange(n_draws) * N_NODES // n_draws
    noise = rng.standard_normal((n_draws, n_units)) @ np.linalg.cholesky(one).T
    draws = mean + noise * np.linspace(0.7, 1.3, N_NODES)[node][:, None]
    means = np.broadcast_to(mean[:, None], (N_NODES, n_units, 1)).copy()
    weights = np.bincount(node, minlength=N_NODES) / n_draws
    day = contest.date - dt.timedelta(days=14)
    return Race(contest, day, 0, weights, means, covariances, draws[:, :, None].astype(np.float32), node)


def made_levers(race: Race, rng: np.random.Generator) -> Levers:
    """Four channels in every unit, of prices that differ by unit."""
    n_units = len(race.units)
    size, price = np.array([0.02, 0.01, 0.006, 0.003]), np.array([1.5, 1.2, 0.5, 0.3])
    unit, channel = np.repeat(np.arange(n_units), 4), np.tile(np.arange(4), n_units)
    margin = np.zeros((4 * n_units, n_units))
    margin[np.arange(4 * n_units), unit] = size[channel]
    none = np.zeros(4 * n_units)
    return Levers(
        places=tuple(race.units[u] for u in unit),
        channels=tuple(f"channel {c}" for c in channel),
        margin=margin,
        scale_dollars=race.votes[unit] * price[channel] * rng.uniform(0.5, 2.0, 4 * n_units),
        floor_dollars=none,
        cap_dollars=none + np.inf,
        effect=channel,
        effect_names=tuple(f"effect {c}" for c in range(4)),
        effect_sd=np.array([0.35, 0.5, 0.6, 0.8]),
    )


def main() -> None:
    """Print seconds, best of three."""
    rng = np.random.default_rng(1)
    race = made_race(rng)
    levers = made_levers(race, rng)
    for budget in (1e6, 1e7, 1e8):
        seconds = []
        for _ in range(3):
            begun = time.perf_counter()
            plan = money_plan(race, levers, budget)
            seconds.append(time.perf_counter() - begun)
        print(f"money plan, {budget:>13,.0f} dollars: {min(seconds):.2f} s; {plan.certificate.words('points', 100)}")
    worlds = both_ways(polling_worlds(race.contest, race.as_of, race.shares[:, 0]), "X")
    begun = time.perf_counter()
    least_regret(race, levers, budget, "win", worlds, [plan.dollars])
    print(f"least regret over {len(worlds)} worlds: {time.perf_counter() - begun:.2f} s")


if __name__ == "__main__":
    main()
