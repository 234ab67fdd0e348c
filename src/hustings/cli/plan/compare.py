"""`hustings plan compare`: plans side by side, and what was really done."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hustings.cli.campaign import CampaignDir, aligned
from hustings.cli.inputs import Json, Quiet, chance, some, working
from hustings.cli.plan.shared import (
    CostsFile,
    EffectsFile,
    GoalName,
    MarketsFile,
    OfContest,
    OfPolls,
    OutFolder,
    OwnOption,
    PlanDay,
    Planned,
    check_goal,
    check_out_folder,
    counted,
    keep,
    levers_for,
    planned,
    read_dollars,
    say_json,
    title_lines,
    usual_dollars,
    wrapped,
)

if TYPE_CHECKING:
    import polars as pl

    from hustings.plan.compare import Comparison, Done

MOST_SHOWN = 15
SHORT = {"cheapest votes": "votes", "equal by unit": "equal", "by votes cast": "cast"}
LEAST_SHARE = 0.02
MOST_COLUMNS = 8

BudgetOfAll = Annotated[
    str | None, typer.Option("--budget", metavar="DOLLARS", help="Spent by every plan [10M; less where less fits].")
]
DoneFile = Annotated[
    Path | None, typer.Option("--done", metavar="FILE", help="What was really done, a CSV: unit,amount.")
]


def command(
    budget: BudgetOfAll = None,
    goal: GoalName = "win",
    done: DoneFile = None,
    effects: EffectsFile = None,
    costs: CostsFile = None,
    markets: MarketsFile = None,
    contest: OfContest = None,
    polls: OfPolls = None,
    option: OwnOption = None,
    as_of: PlanDay = None,
    out: OutFolder = None,
    campaign: CampaignDir = None,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    r"""Plans side by side, and what was really done.

    For the goal, cheapest votes, equal, seats^1.5, by votes cast, as it was done: all spend the same budget on the same doors,
    calls and advertising; only where differs.

    \b
    Example:
      hustings plan compare --budget 10M --done spent.csv
      hustings plan compare --contest us-president-2016 --polls polls.csv --as-of 2016-10-20 --option dem
    """
    import numpy as np

    from hustings.plan.compare import compare, done_in, read_done
    from hustings.plan.effects import used_lines
    from hustings.plan.goals import goal_of
    from hustings.tables import COMPARED, COMPARED_UNITS

    dollars = read_dollars(budget) if budget is not None else None
    check_goal(goal)
    check_out_folder(out, "plan compare")
    found = planned(contest, polls, option, as_of, campaign, quiet=quiet or as_json)
    goal_of(found.race.thinned(100), goal)
    acts = done_in(found.race)
    acts += [read_done(done, found.race)] if done else []
    levers, used = levers_for(found, effects, costs, markets)
    dollars = usual_dollars(levers) if dollars is None else dollars
    with working("comparing plans", quiet=quiet or as_json):
        made = compare(found.race, levers, dollars, np.random.default_rng(1), goal=goal, done=acts)
        table, units = made.table(), made.units()
    about = {"goal": goal, "budget_dollars": dollars, "base": made.base}
    keep(found, out, "plan compare", {COMPARED: table, COMPARED_UNITS: units}, used=used, files=[done], **about)
    if as_json:
        say_json(found, used, **about, plans=table, units=units)
    elif not quiet:
        lines = [*_plans(found, made, table), "", *_shares(made), "", *_said(made, acts), "", *used_lines(used)]
        print("\n".join(lines))


def _plans(found: Planned, made: Comparison, table: pl.DataFrame) -> list[str]:
    """What every plan adds, and how much less than the first."""
    form, chances = counted(made.goal), made.goal in {"win", "popular"}
    lines = [
        *title_lines(found, made.goal, made.base),
        *wrapped(
            f"Each plan spends ${made.budget_dollars:,.0f}; less: what it adds less than the first.",
        ),
        "",
    ]
    rows = [["plan", "then", f"adds, {form.unit}", "90% interval", "less", "90% interval"]]
    for row in table.iter_rows(named=True):
        less = [form.number(row["behind"]), form.span(row["behind_low"], row["behind_high"])]
        rows.append(
            [
                row["plan"],
                chance(row["goal_value"]) if chances else form.number(row["goal_value"]),
                form.number(row["gain"]),
                form.span(row["gain_low"], row["gain_high"]),
                *(["", ""] if row["plan"] == made.strategies[0].name else less),
            ]
        )
    lines += aligned(rows, right=(1, 2, 3, 4, 5))
    short = [(one.name, one.dollars.sum()) for one in made.strategies if one.dollars.sum() < 0.99 * made.budget_dollars]
    if len(made.race.units) == 1:
        lines.append("There is one place to spend in: every plan is the same.")
    return [
        *lines,
        *wrapped(*(f"{name}: only ${spent:,.0f} could be spent where it wants to." for name, spent in short)),
    ]


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
    lines.append("Intervals are of what is not known of the effects; all plans rest on the same.")
    return wrapped(*lines)
