"""`hustings plan compare`: plans side by side, and what was really done."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hustings.cli.campaign import CampaignDir, aligned
from hustings.cli.inputs import Json, Quiet, chance, some, working
from hustings.cli.plan.shared import OfContest, OfPolls, OutFolder, OwnOption, PlanDay, keep, planned
from hustings.errors import ConfigError

if TYPE_CHECKING:
    from hustings.plan.compare import Comparison, Done

MOST_SHOWN = 15
SHORT = {"cheapest votes": "votes", "equal by unit": "equal", "by votes cast": "cast"}
LEAST_SHARE = 0.02
MOST_COLUMNS = 8

Budget = Annotated[str, typer.Option("--budget", metavar="DOLLARS", help="Spent by every plan: 10_000_000, or 10M.")]
GoalName = Annotated[str, typer.Option("--goal", help="win, seats, popular or votes.")]
DoneFile = Annotated[
    Path | None, typer.Option("--done", metavar="FILE", help="What was really done, a CSV: unit,amount.")
]
TableFile = Annotated[Path | None, typer.Option(metavar="FILE", help="Instead of the table in use: see plan effects.")]


def command(
    budget: Budget = "10M",
    goal: GoalName = "win",
    done: DoneFile = None,
    effects: TableFile = None,
    costs: TableFile = None,
    markets: TableFile = None,
    contest: OfContest = None,
    polls: OfPolls = None,
    option: OwnOption = None,
    as_of: PlanDay = None,
    out: OutFolder = None,
    campaign: CampaignDir = None,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    r"""Plans side by side: for the goal, cheapest votes, equal, seats^1.5, votes cast, and what was really done.

    All spend the same budget on the same doors, calls and advertising; only where differs.

    \b
    Example:
      hustings plan compare --budget 10M --done spent.csv
      hustings plan compare --contest us-president-2016 --polls polls.csv --as-of 2016-10-20 --option dem
    """
    from hustings.plan.compare import compare, done_in, read_done
    from hustings.plan.effects import load_levers, used_lines
    from hustings.tables.comparing import COMPARED, COMPARED_UNITS

    dollars = _dollars(budget)
    found = planned(contest, polls, option, as_of, campaign, quiet=quiet or as_json)
    acts = done_in(found.race)
    acts += [read_done(done, found.race)] if done else []
    levers, used = load_levers(found.race, found.campaign, effects, costs, markets)
    with working("comparing plans", quiet=quiet or as_json):
        made = compare(found.race, levers, dollars, goal=goal, done=acts)
        table, units = made.table(), made.units()
    keep(
        found,
        out,
        "plan compare",
        {COMPARED: table, COMPARED_UNITS: units},
        goal=goal,
        budget_dollars=dollars,
        base=made.base,
    )
    if as_json:
        import json

        print(json.dumps({"base": made.base, "plans": table.to_dicts(), "units": units.to_dicts()}))
    elif not quiet:
        lines = [*_plans(made), "", *_shares(made), "", *_said(made, acts), "", *used_lines(used)]
        print("\n".join(lines))


def _dollars(text: str) -> float:
    """An amount of money as people write it.

    Raises
    ------
    ConfigError
        It is none.
    """
    found = re.fullmatch(r"\$?([0-9][0-9_,]*(?:\.[0-9]+)?)\s*([kKmM]?)", text.strip())
    if found is None:
        raise ConfigError(f"--budget {text!r} is no amount of money", hint="10_000_000, 10,000,000 or 10M")
    return float(re.sub("[_,]", "", found[1])) * {"": 1.0, "k": 1e3, "m": 1e6}[found[2].lower()]


def _form(goal: str) -> tuple[float, str, str]:
    """Factor, number format and unit of a gain."""
    if goal == "votes":
        return 1.0, "{:+,.0f}", "net votes"
    return (1.0, "{:+.2f}", "seats") if goal == "seats" else (100.0, "{:+.2f}", "points")


def _less(form: str, number: float) -> str:
    """A difference without its plus, and nothing without a sign."""
    text = form.format(number).lstrip("+")
    return text.lstrip("-") if not any(digit in text for digit in "123456789") else text


def _plans(made: Comparison) -> list[str]:
    """Every plan's chance, gain and how far it stays behind."""
    race, chances = made.race, made.goal in {"win", "popular"}
    factor, form, unit = _form(made.goal)

    def value(number: float) -> str:
        return chance(number) if chances else f"{number:,.1f}"

    what = "to win" if made.goal == "win" else f"(goal: {made.goal})"
    lines = [
        f"{race.label} {what}, {race.contest.title}",
        f"as of {race.as_of}: {value(made.base)} without any plan; each spends ${made.budget_dollars:,.0f}",
        "",
    ]
    rows = [["plan", "then", f"adds, {unit}", "90% interval", "behind", "90% interval"]]
    for row in made.table().iter_rows(named=True):
        numbers = {key: form.format(factor * row[key]) for key in ("gain", "gain_low", "gain_high")}
        less = {key: _less(form, factor * row[key]) for key in ("behind", "behind_low", "behind_high")}
        first = row["plan"] == made.strategies[0].name
        rows.append(
            [
                row["plan"],
                value(row["goal_value"]),
                numbers["gain"],
                f"{numbers['gain_low']} to {numbers['gain_high']}",
                "-" if first else less["behind"],
                "" if first else f"{less['behind_low']} to {less['behind_high']}",
            ]
        )
    lines += aligned(rows, right=(1, 2, 3, 4, 5))
    short = [(one.name, one.dollars.sum()) for one in made.strategies if one.dollars.sum() < 0.99 * made.budget_dollars]
    if len(race.units) == 1:
        lines.append("There is one place to spend in: every plan is the same.")
    lines += [f"{name}: only ${spent:,.0f} could be spent where it wants to" for name, spent in short]
    return lines


def _shares(made: Comparison) -> list[str]:
    """Who gets what, where the plans part."""
    shown = made.strategies[:MOST_COLUMNS]
    names = [SHORT.get(one.name, one.name) for one in shown]
    names[0] = made.goal
    largest = {u: max(one.shares[u] for one in shown) for u in range(len(made.race.units))}
    order = sorted((u for u in largest if largest[u] >= LEAST_SHARE), key=lambda u: (-shown[0].shares[u], -largest[u]))
    heads = [name.removeprefix("done: ").split(" ") for name in names]
    rows = [["", *(head[0] for head in heads)]]
    if any(len(head) > 1 for head in heads):
        rows.append(["", *(" ".join(head[1:]) for head in heads)])
    rows += [
        [made.race.units[u], *(f"{one.shares[u]:.1%}" if one.shares[u] else "-" for one in shown)]
        for u in order[:MOST_SHOWN]
    ]
    lines = ["Who gets what, percent of the budget:", *aligned(rows, right=tuple(range(1, len(rows[0]))))]
    more = order[MOST_SHOWN:]
    return [*lines, f"and {some(len(more), 'further unit')}: --out has them"] if more else lines


def _said(made: Comparison, acts: list[Done]) -> list[str]:
    """What has to be said of the comparison."""
    lines = []
    dated = sorted({one.name for one in acts if one.dated})
    whole = sorted({one.name for one in acts if not one.dated and one.kind != "file"})
    if dated:
        lines.append(f"Only what was done after {made.race.as_of}: {', '.join(one[6:] for one in dated)}.")
    if whole:
        lines.append(f"Of the whole season, its days not being known: {', '.join(one[6:] for one in whole)}.")
    if acts:
        lines.append("What was done is compared by its proportions: the budget is the same for all.")
    return [*lines, "Intervals are of what is not known of the effects; all plans rest on the same."]
