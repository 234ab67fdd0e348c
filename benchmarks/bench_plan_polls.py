"""How fast polls are valued, and how near nested simulation the value comes (``python benchmarks/bench_plan_polls.py``).

56 units x 3 modes x 5 sizes as of 2016-10-20, from public polls; then four made-up units, where every reading can be lived
through: posterior, draws, gradient and plan anew. The polls are read from ``../shared/data`` beside the repository.
"""

from __future__ import annotations

import datetime as dt
import sys
import time
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from hustings.contests import load_contest
from hustings.contests.rules import RULES
from hustings.plan.effects import load_levers
from hustings.plan.polling import value
from hustings.plan.polling.candidates import OWN_POLLSTER, candidate_rows
from hustings.plan.polling.costs import read_poll_costs, some_modes
from hustings.plan.polling.portfolio import portfolio
from hustings.plan.race import race_of
from hustings.polls.clean import clean_polls
from hustings.polls.readers import read_polls
from hustings.polls.tracker.foresee import foresee
from hustings.projection import project

ROOT = Path(__file__).resolve().parents[1]
POLLS = ROOT.parent / "shared" / "data" / "us_polls_2008_2012_2016.csv"
DAY = dt.date(2016, 10, 20)
SIZES = [400, 600, 800, 1200, 2000]
BUDGET, SPEND = 300_000.0, 10_000_000.0
SMALL_BUDGETS = (1e6, 3e6)
N_DRAWS = 160_000


def speed() -> None:
    """Seconds for the whole of the United States."""
    contest = load_contest("us-president-2016")
    made = project(contest, clean_polls(read_polls(POLLS, contest), contest, as_of=DAY), as_of=DAY)
    race = race_of(made, "dem")
    levers, _ = load_levers(race)
    costs = some_modes(read_poll_costs(), ["live phone", "text", "online"])
    for _ in range(2):
        begin = time.perf_counter()
        offer = value.market(race, made.fit, levers, SPEND, costs, SIZES)
        gain = value.gains(offer)
        table = value.values_table(offer, gain, made.fit.polls)
        middle = time.perf_counter()
        bought = portfolio(offer, gain.win.reshape(-1, len(SIZES)), BUDGET)
        end = time.perf_counter()
        print(
            f"{table.height} polls valued: {middle - begin:.2f} s; portfolio of {len(bought.polls)}: {end - middle:.2f} s"
        )


def nearness() -> None:
    """The value beside nested simulation."""
    sys.path[:0] = [str(ROOT / "tests")]
    from made_polling import hand_levers, nested_gain
    from made_projections import made_projection, make_contest, make_spec, steady_polls

    contest = make_contest(4)
    polls = steady_polls(contest, np.linspace(90, 21, 24).astype(int), np.random.default_rng(2))
    made = made_projection(contest, polls, days=20, n_draws=100_000, spec=make_spec(n_nodes=8))
    race = race_of(made)
    race = race.moved(np.array([0.03, -0.06, -0.10, 0.0]) - race.weights @ race.means[:, :, 0])
    rule = RULES[race.contest.rule]
    needed = rule.seats_to_win(int(race.seats.sum()), race.contest.rule_settings)
    costs = some_modes(read_poll_costs(), ["live phone"])
    value.PIVOT_DRAWS = 100_000
    print("money      asked  here      nested    ratio")
    for budget in SMALL_BUDGETS:
        offer = value.market(race, made.fit, hand_levers(4), budget, costs, [600])
        seen = foresee(
            made.fit, candidate_rows(race, made.fit, offer.places, ["live phone"], OWN_POLLSTER), np.ones((5, 1))
        )
        ours = value.gains(offer).win
        for k, unit in enumerate(offer.places.ids):
            mean = offer.polls.mean[:, [k]]
            variance = seen.covariance[:, k, k] + seen.own[:, k] + offer.sampling()[k, 0]
            readings, prob = _readings(race.weights, mean, variance)
            crossed, spread = seen.crossed[:, [k]], variance[:, None, None]
            simulated = nested_gain(
                race, needed, hand_levers(4), budget, crossed, mean, spread, readings[:, None], prob, n_draws=N_DRAWS
            )
            print(f"{budget:9,.0f}  {unit:5}  {ours[k]:.2e}  {simulated:.2e}  {ours[k] / simulated:.2f}")


def _readings(
    weights: NDArray[np.float64], mean: NDArray[np.float64], variance: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    centre = weights @ mean[:, 0]
    spread = weights @ (variance + (mean[:, 0] - centre) ** 2)
    at = centre + np.sqrt(spread) * np.linspace(-4.0, 4.0, 33)
    prob = weights @ (np.exp(-0.5 * (at - mean) ** 2 / variance[:, None]) / np.sqrt(variance[:, None]))
    return at, prob / prob.sum()


if __name__ == "__main__":
    speed()
    nearness()
