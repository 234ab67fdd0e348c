"""What was done in 2012 and 2016 beside what plans would have done, as of days before the election.

``python benchmarks/bench_plan_2016.py --write`` writes ``docs/plan-2016.md`` in about a minute and a half. The polls are read from
``../shared/data`` beside the repository.
"""

from __future__ import annotations

import argparse
import datetime as dt
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import polars as pl

from hustings.contests import actual_result, load_contest
from hustings.plan.compare import compare, done_in, folded
from hustings.plan.effects import load_levers
from hustings.plan.levers import Levers
from hustings.plan.money import money_plan
from hustings.plan.money.contest import proportional
from hustings.plan.race import Race, race_of
from hustings.polls.clean import clean_polls
from hustings.polls.readers import read_polls
from hustings.projection import project

ROOT = Path(__file__).resolve().parents[1]
DATA = ROOT.parent / "shared" / "data"
POLLS = {2016: DATA / "us_polls_538_2016.csv", 2012: DATA / "us_polls_2008_2012_2016.csv"}
DAYS = (60, 30, 14)
SHOWN = 30
BUDGET = 10_000_000.0
BUDGETS = (10_000_000.0, 50_000_000.0, 200_000_000.0)
DECIDED = ("WI", "MI", "PA")
STROMBERG = 0.9
ROWS = 14
PARTED = 3
DRAWS = 20_000


@dataclass(frozen=True)
class View:
    """One side on one day.

    ``plans`` is ``hustings.tables.comparing.COMPARED``; ``shares`` has a row a state and a column for each plan, for what was done
    and for the equilibrium; ``budgets`` has the plan's share of the deciding states by budget.
    """

    year: int
    days: int
    option: str
    base: float
    plans: pl.DataFrame
    shares: pl.DataFrame
    budgets: dict[float, dict[str, float]]
    leads: dict[str, float]
    seconds: float


def view(year: int, days: int) -> list[View]:
    """Both sides on one day."""
    clock = time.process_time()
    contest = load_contest(f"us-president-{year}")
    day = contest.date - dt.timedelta(days=days)
    polls = clean_polls(read_polls(POLLS[year], contest), contest, as_of=day)
    made = project(contest, polls, as_of=day, n_draws=DRAWS, seed=1)
    found = []
    for option in contest.option_ids:
        race = race_of(made, option)
        levers, _ = load_levers(race)
        own = [one for one in done_in(race) if one.option == option]
        compared = compare(race, levers, BUDGET, np.random.default_rng(1), done=own)
        names, worth = folded(race, proportional(race, 1.0, 1.0))
        columns = {"unit": names, "worth": worth}
        for one in compared.strategies:
            columns[one.name] = folded(race, one.shares)[1]
        # The bare facts, districts too, in place of what money could follow; the whole season's beside those after the day.
        for one in done_in(race):
            total = folded(race, one.amounts)[1]
            columns[one.name] = total / total.sum()
        for one in done_in(race, whole_season=True):
            total = folded(race, one.amounts)[1]
            columns[f"{one.name}, season"] = total / total.sum()
        columns["both"] = both_sides(race)
        budgets = {}
        if option == contest.option_ids[0] and year == max(POLLS) and days == SHOWN:
            budgets = {money: decided_shares(race, levers, money) for money in BUDGETS}
        leads = dict(zip(race.units, np.einsum("n,nu->u", race.weights, race.means[:, :, 0]), strict=True))
        found.append(
            View(
                year,
                days,
                option,
                compared.base,
                compared.table(),
                pl.DataFrame(columns),
                budgets,
                leads,
                time.process_time() - clock,
            )
        )
        clock = time.process_time()
    return found


def both_sides(race: Race) -> np.ndarray:
    """Stops of all sides in the season, as shares of the states."""
    stops = [one.amounts for one in done_in(race, whole_season=True) if one.kind == "event"]
    total = folded(race, np.sum(stops, axis=0))[1]
    return np.asarray(total / total.sum())


def decided_shares(race: Race, levers: Levers, money: float) -> dict[str, float]:
    """Shares of the deciding states in the plan for winning."""
    plan = money_plan(race, levers, money)
    names, spent = folded(race, plan.unit_dollars())
    return {unit: float(spent[names.index(unit)] / spent.sum()) for unit in DECIDED}


# --- the page ---


def chances_table(views: list[View]) -> list[str]:
    """What each plan adds, by year, day and side."""
    lines = [
        "| year | days | side | chance | plan to win adds | cheapest votes behind | own events behind | own offices behind | equal behind | seats^1.5 behind |",
        "| --- | ---: | --- | ---: | --- | --- | --- | --- | --- | --- |",
    ]
    for one in views:
        rows = {row["plan"]: row for row in one.plans.iter_rows(named=True)}
        first = rows["plan for win"]
        cells = [f"+{points(first['gain'])} ({points(first['gain_low'])} to {points(first['gain_high'])})"]
        for name in (
            "cheapest votes",
            f"done: {one.option} events",
            f"done: {one.option} offices",
            "equal by unit",
            "seats^1.5",
        ):
            row = rows.get(name)
            cells.append(
                "nothing known"
                if row is None
                else f"{points(row['behind'])} ({points(row['behind_low'])} to {points(row['behind_high'])})"
            )
        lines.append(f"| {one.year} | {one.days} | {one.option} | {one.base:.1%} | {' | '.join(cells)} |")
    return lines


def points(value: float) -> str:
    """A chance in points."""
    return f"{100 * value:.2f}"


def who_table(one: View, other: str) -> list[str]:
    """The states that get most by anybody."""
    mine = one.option
    columns = {
        "worth": "worth",
        "plan to win": "plan for win",
        "cheapest votes": "cheapest votes",
        f"{mine} events": f"done: {mine} events",
        f"{other} events": f"done: {other} events",
        f"{mine} offices": f"done: {mine} offices",
        f"{other} offices": f"done: {other} offices",
    }
    lines = [f"| | {' | '.join(columns)} |", "| --- |" + " ---: |" * len(columns)]
    table = one.shares.sort("worth", descending=True).head(ROWS)
    cells = ((row["unit"], [f"{100 * row[name]:.1f}" for name in columns.values()]) for row in table.to_dicts())
    return [*lines, *(f"| {unit} | {' | '.join(shares)} |" for unit, shares in cells)]


def place(shares: pl.DataFrame, column: str, unit: str) -> str:
    """A state's share and rank; ties share the better rank."""
    values = dict(zip(shares["unit"], shares[column], strict=True))
    rank = 1 + sum(value > values[unit] for value in values.values())
    return f"{100 * values[unit]:.1f} % ({rank}.)" if values[unit] > 0 else "0"


def decided_table(views: list[View]) -> list[str]:
    """The three states, by day and side."""
    lines = [
        "| days | side | | worth | plan to win | cheapest votes | own events after | own events, season | own offices |",
        "| ---: | --- | --- | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    for one in views:
        events = f"done: {one.option} events"
        columns = (
            "worth",
            "plan for win",
            "cheapest votes",
            events,
            f"{events}, season",
            f"done: {one.option} offices",
        )
        for unit in DECIDED:
            cells = " | ".join(place(one.shares, column, unit) for column in columns)
            lines.append(f"| {one.days} | {one.option} | {unit} | {cells} |")
    return lines


def budgets_table(one: View) -> list[str]:
    """The three states by budget."""
    lines = ["| budget | " + " | ".join(DECIDED) + " |", "| ---: |" + " ---: |" * len(DECIDED)]
    return lines + [
        f"| ${money:,.0f} | " + " | ".join(f"{shares[unit]:.1%}" for unit in DECIDED) + " |"
        for money, shares in one.budgets.items()
    ]


def polls_table(views: list[View]) -> list[str]:
    """Leads on the days, and the result."""
    contest = load_contest(f"us-president-{max(POLLS)}")
    came = actual_result(contest)
    first, second = contest.option_ids[:2]
    lines = ["| | " + " | ".join(f"{one.days} days before" for one in views) + " | result |"]
    lines.append("| --- |" + " ---: |" * (len(views) + 1))
    for unit in DECIDED:
        votes = {row["option"]: row["votes"] for row in came.filter(pl.col("unit") == unit).iter_rows(named=True)}
        result = (votes[first] - votes[second]) / (votes[first] + votes[second])
        cells = " | ".join(f"{100 * np.tanh(one.leads[unit] / 2):+.1f}" for one in views)
        lines.append(f"| {unit} | {cells} | {100 * result:+.1f} |")
    return lines


def _pearson(one: np.ndarray, other: np.ndarray) -> float:
    return float(np.corrcoef(one, other)[0, 1])


def correlations(one: View) -> dict[str, float]:
    """Of equilibrium shares with what was done; NaN where no days are known."""
    worth, events = one.shares["worth"].to_numpy(), f"done: {one.option} events"
    columns = {"after": events, "season": f"{events}, season", "both": "both", "offices": f"done: {one.option} offices"}
    found = {name: _pearson(worth, one.shares[column].to_numpy()) for name, column in columns.items()}
    visited = one.shares.filter(pl.col("both") > 0)
    found["visited"] = _pearson(visited["worth"].to_numpy(), visited["both"].to_numpy())
    # Events of the earlier contest have no days: what is after one is not known.
    return found if one.year == max(POLLS) else found | {"after": float("nan")}


def correlations_table(views: list[View]) -> list[str]:
    """The table of correlations, with offices beside."""
    lines = [
        "| year | days | side | own stops after the day | own stops, season | both sides' stops, season | the same, visited states only | own offices |",
        "| --- | ---: | --- | ---: | ---: | ---: | ---: | ---: |",
    ]
    for one in views:
        found = correlations(one)
        cells = [number(found[name]) for name in ("after", "season", "both", "visited", "offices")]
        lines.append(f"| {one.year} | {one.days} | {one.option} | " + " | ".join(cells) + " |")
    return lines


def apart(one: View) -> str:
    """Where real stops and worth part most."""
    gap = one.shares.select("unit", gap=pl.col("both") - pl.col("worth")).sort("gap")
    more, less = gap.tail(PARTED).reverse(), gap.head(PARTED)
    said = [", ".join(f"{unit} by {100 * abs(size):.0f}" for unit, size in part.iter_rows()) for part in (more, less)]
    return (
        f"Of {one.year}, {one.days} days before: both sides went beyond worth most in {said[0]} points of share, "
        f"and stayed below it most in {said[1]}."
    )


def number(value: float) -> str:
    """A correlation, or that it is not known."""
    return "no days known" if np.isnan(value) else f"{value:.2f}"


def short(views: list[View]) -> str:
    """What the page comes to, from its numbers."""
    lost: dict[str, list[float]] = {name: [] for name in ("cheapest votes", "events", "offices")}
    for one in views:
        rows = {row["plan"]: row for row in one.plans.iter_rows(named=True)}
        gain = rows["plan for win"]["gain"]
        for name, kept in lost.items():
            row = rows.get(name) or rows.get(f"done: {one.option} {name}")
            if row is not None:
                kept.append(row["gain"] / gain)
    said = ", ".join(f"{name} {100 * min(kept):.0f} to {100 * max(kept):.0f} %" for name, kept in lost.items() if kept)
    every = {year: [correlations(one)["both"] for one in views if one.year == year] for year in POLLS}
    fits = ", ".join(f"{min(found):.2f} to {max(found):.2f} in {year}" for year, found in sorted(every.items()))
    late = next(one for one in views if one.year == max(POLLS) and one.days == SHOWN)
    ranks = ", ".join(f"{unit} {place(late.shares, 'worth', unit)}" for unit in DECIDED)
    return (
        f"**In short.** Of what the plan for winning adds to the chance to win, the same money spent otherwise adds: {said} (lowest and highest over years, days and sides). "
        f"The correlation of equilibrium visits with both sides' real stops of the season is {fits}, beside Strömberg's {STROMBERG}. "
        f"{SHOWN} days before the election of {max(POLLS)} the deciding states' worth and rank were {ranks}."
    )


def page(views: list[View]) -> str:
    """The whole page."""
    late = [one for one in views if one.year == max(POLLS)]
    ours = [one for one in late if one.option == late[0].option]
    shown = next(one for one in ours if one.days == SHOWN)
    parts = {
        "days": ", ".join(map(str, DAYS[:-1])) + f" and {DAYS[-1]}",
        "budget": f"{BUDGET:,.0f}",
        "shown": str(SHOWN),
        "short": short(views),
        "chances": "\n".join(chances_table(views)),
        "who": "\n".join(who_table(shown, next(one.option for one in late if one.option != shown.option))),
        "decided": "\n".join(decided_table(late)),
        "budgets": "\n".join(budgets_table(shown)),
        "polls": "\n".join(polls_table(ours)),
        "correlations": "\n".join(correlations_table(views)),
        "apart": " ".join(apart(next(v for v in views if (v.year, v.days) == (year, SHOWN))) for year in POLLS),
    }
    text = (ROOT / "benchmarks" / "plan_2016_page.md").read_text(encoding="utf-8")
    for name, part in parts.items():
        text = text.replace("{{" + name + "}}", part)
    return text


def main() -> None:
    """See both years from both sides and write the page."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--write", action="store_true", help="write docs/plan-2016.md")
    options = parser.parse_args()
    if not all(path.is_file() for path in POLLS.values()):
        print(f"skipped: the polls are not at {DATA}")
        return
    jobs = [(year, days) for year in POLLS for days in DAYS]
    # Spawned, not forked: polars keeps threads that a fork would cut off.
    with ProcessPoolExecutor(max_workers=2, mp_context=get_context("spawn")) as pool:
        views = [one for both in pool.map(view, *zip(*jobs, strict=True)) for one in both]
    for one in views:
        print(f"{one.year}, {one.days} days, {one.option}: {one.seconds:.0f} s")
    text = page(views)
    if options.write:
        (ROOT / "docs" / "plan-2016.md").write_text(text, encoding="utf-8")
    else:
        print(text)


if __name__ == "__main__":
    main()
