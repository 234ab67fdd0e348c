"""How often the plan to win wins, also where the world is broken (``--seasons 40 --write``: docs/plan-accuracy.md).

Made contests of 12 units in 4 regions. The plans see a posterior; truths are drawn from it, or from a world in which something
that it assumes does not hold. Truths are the same for every plan.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bench_plan import N_REGIONS, made_levers, made_race
from hustings.contests.rules import RULES
from hustings.plan.goals import goal_of
from hustings.plan.money import money_plan
from hustings.plan.money.regret import least_regret
from hustings.plan.race import Race
from hustings.projection.worlds import World

Array = NDArray[np.float64]

PAGE = Path(__file__).resolve().parents[1] / "docs" / "plan-accuracy.md"
TEMPLATE = Path(__file__).with_name("plan_worlds_page.md")
N_UNITS, N_DRAWS, N_TRUTHS, BUDGET = 12, 8_000, 20_000, 1.2e7
NATION, REGION, UNIT = 0.08, 0.05, 0.06
"""Errors that the posterior assumes, in logits of the lead."""
PLANS = ("no money", "cheapest votes", "plan to win", "least regret")


def worlds() -> list[World]:
    """What the plan of least regret is held against: one assumed error, both ways, of all, each region and each unit."""
    one, region = np.ones(N_UNITS), np.arange(N_UNITS) % N_REGIONS
    alone = float(np.hypot(REGION, UNIT)) * np.eye(N_UNITS)
    leads = [NATION * one, *(REGION * (region == r) for r in range(N_REGIONS)), *alone]
    return [World(f"{k} {sign:+.0f}", sign * lead, 0.0, "made") for k, lead in enumerate(leads) for sign in (-1.0, 1.0)]


def breaks(race: Race, rng: np.random.Generator) -> dict[str, Array]:
    """What is broken in a world, (unit,): how far the own option stands from where it is thought to."""
    region = np.arange(N_UNITS) % N_REGIONS == int(rng.integers(N_REGIONS))
    dearest = np.arange(N_UNITS) == int(np.argmax(goal_of(race).slope(np.zeros(N_UNITS))))
    one = np.ones(N_UNITS)
    return {
        "nothing is broken": 0.0 * one,
        "all polls off against it": -NATION * one,
        "all polls off for it": NATION * one,
        "a region off against it (1.5 errors)": -1.5 * REGION * region,
        "a region off for it (1.5 errors)": 1.5 * REGION * region,
        "the dearest unit off against it (2 errors)": -2.0 * UNIT * dearest,
        "the dearest unit off for it (2 errors)": 2.0 * UNIT * dearest,
    }


def errors_of(rng: np.random.Generator) -> dict[str, Array]:
    """Errors of the leads, (truth, unit): as assumed, and of other kinds."""
    region = np.arange(N_UNITS) % N_REGIONS
    scale = rng.uniform(0.7, 1.3, (N_TRUTHS, 1))
    nation = NATION * rng.standard_normal((N_TRUTHS, 1))
    shared = REGION * rng.standard_normal((N_TRUTHS, N_REGIONS))[:, region]
    own = UNIT * rng.standard_normal((N_TRUTHS, N_UNITS))
    assumed = scale * (nation + shared + own)
    return {
        "assumed": assumed,
        "errors twice as large": 2.0 * assumed,
        "units move alone: twice own, no region's": scale * (nation + 2.0 * own),
    }


def season(rng: np.random.Generator) -> dict[str, Array]:
    """One contest: how often each plan wins, (plan,), by world; the last plan is the one made for the world."""
    race = made_race(rng, N_UNITS, N_DRAWS, spread=0.12)
    levers = made_levers(race, rng)
    win = money_plan(race, levers, BUDGET)
    cheapest = money_plan(race, levers, BUDGET, "votes")
    least = least_regret(race, levers, BUDGET, "win", worlds(), [win.dollars, cheapest.dollars])
    spent = [np.zeros(len(win.dollars)), cheapest.dollars, win.dollars, least.dollars]
    needed = RULES[race.contest.rule].seats_to_win(int(race.seats.sum()), race.contest.rule_settings)
    errors = errors_of(rng)

    def wins(leads: Array, plans: list[Array]) -> Array:
        moved = (leads + levers.made(one) * race.lead_per_margin for one in plans)
        return np.array([((lead > 0) @ race.seats >= needed).mean() for lead in moved])

    mean, found = race.means[0, :, 0], {}
    for name, step in breaks(race, rng).items():
        told = money_plan(race.moved(step), levers, BUDGET).dollars if step.any() else win.dollars
        found[name] = wins(mean + step + errors["assumed"], [*spent, told])
    for name in list(errors)[1:]:
        found[name] = np.append(wins(mean + errors[name], spent), np.nan)
    return found


def table(seasons: list[dict[str, Array]]) -> list[str]:
    """Lines of the page's table: wins by plan, and differences with their errors between seasons."""
    lines = [
        "| world | " + " | ".join(PLANS) + " | made for it | win less cheapest | least regret less win |",
        "|---|" + "---:|" * 7,
    ]
    for name in seasons[0]:
        wins = 100 * np.array([one[name] for one in seasons])
        cells = ["" if np.isnan(value) else f"{value:.2f}" for value in wins.mean(axis=0)]
        more, safer = said(wins[:, 2] - wins[:, 1]), said(wins[:, 3] - wins[:, 2])
        lines.append(f"| {name} | {' | '.join(cells)} | {more} | {safer} |")
    return lines


def said(values: Array) -> str:
    """Mean over seasons and its error."""
    return f"{values.mean():+.3f} ± {values.std(ddof=1) / np.sqrt(len(values)):.3f}"


def largest(seasons: list[dict[str, Array]]) -> str:
    """Largest regret over the worlds in which one thing is broken, season by season."""
    known = [name for name in seasons[0] if not np.isnan(seasons[0][name][4])]
    regret = 100 * np.array([[one[name][4] - one[name][1:4] for name in known] for one in seasons])
    worst = regret.max(axis=1)
    cheapest, win, least = worst.mean(axis=0)
    return (
        f"Largest regret over the worlds of a season, beside the plan made for the world, in points: cheapest votes "
        f"{cheapest:.3f}, plan to win {win:.3f}, least regret {least:.3f}. Least regret less plan to win: "
        f"{said(worst[:, 2] - worst[:, 1])} (below 0: it loses less)."
    )


def main() -> None:
    """Run seasons, print, and write the page where asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seasons", type=int, default=10)
    parser.add_argument("--write", action="store_true")
    asked = parser.parse_args()
    streams = np.random.default_rng(7).spawn(asked.seasons)
    seasons = [season(rng) for rng in streams]
    text, closing = "\n".join(table(seasons)), largest(seasons)
    print(text, closing, sep="\n\n")
    if asked.write:
        page = TEMPLATE.read_text(encoding="utf-8")
        page = page.replace("{table}", text).replace("{closing}", closing).replace("{seasons}", f"{asked.seasons}")
        PAGE.write_text(page, encoding="utf-8")


if __name__ == "__main__":
    main()
