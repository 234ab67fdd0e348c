"""`hustings plan money`: where a budget goes."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hustings.cli.campaign import CampaignDir, aligned
from hustings.cli.inputs import Json, Quiet, chance, working
from hustings.cli.plan.shared import OfContest, OfPolls, OutFolder, OwnOption, PlanDay, Planned, keep, planned
from hustings.cli.watch.shared import wrapped
from hustings.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Sequence

    import polars as pl

    from hustings.plan.levers import Levers
    from hustings.plan.money.planning import MoneyPlan
    from hustings.plan.money.regret import LeastRegret
    from hustings.plan.money.spread import Spread
    from hustings.projection.worlds import World
    from hustings.tables import Table

MOST_SHOWN = 14
WORLDS_SHOWN = 6
PARTS_SHOWN = 2
_BUDGET = re.compile(r"\$?\s*(\d[\d_,]*(?:\.\d+)?)\s*([kKmM]?)")

Budget = Annotated[str, typer.Option("--budget", metavar="DOLLARS", help="10_000_000, or 10M.")]
GoalName = Annotated[str, typer.Option("--goal", help="win, seats, popular or votes.")]
By = Annotated[str, typer.Option("--by", help="Lines by state or by channel.")]
Opponent = Annotated[
    str | None, typer.Option("--opponent", metavar="FILE|best", help="A CSV of unit,dollars; or the best answer.")
]
LimitsFile = Annotated[
    Path | None, typer.Option("--limits", metavar="FILE", help="A CSV: unit,channel,floor,cap[,start,piece].")
]
EffectsFile = Annotated[Path | None, typer.Option("--effects", metavar="FILE", help="An effects.csv of yours.")]
CostsFile = Annotated[Path | None, typer.Option("--costs", metavar="FILE", help="A costs.csv of yours.")]
MarketsFile = Annotated[Path | None, typer.Option("--markets", metavar="FILE", help="A markets.csv of yours.")]


def command(
    budget: Budget,
    goal: GoalName = "win",
    by: By = "state",
    opponent: Opponent = None,
    limits: LimitsFile = None,
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
    r"""Where a budget goes: for the chance to win, and beside it where the cheapest votes are and what that loses.

    \b
    Example:
      hustings plan money --budget 10_000_000 --goal win
      hustings plan money --budget 10M --by channel --limits limits.csv --opponent best
    """
    from hustings.plan.effects import load_levers, used_lines
    from hustings.plan.goals import goal_of
    from hustings.plan.money.limits import check_budget
    from hustings.tables import WORLDS
    from hustings.tables.spending import PLANS, REGRETS, SPENDING

    dollars = read_budget(budget)
    if by not in {"state", "channel"}:
        raise ConfigError(f"--by {by!r} is neither state nor channel", hint="--by state, or --by channel")
    found = planned(contest, polls, option, as_of, campaign, quiet=quiet or as_json)
    goal_of(found.race.thinned(100), goal)
    levers, used = load_levers(found.race, found.campaign, effects, costs, markets)
    made = _Asked(found, levers, dollars, goal)
    made.limit(limits)
    check_budget(made.levers, dollars)
    with working("planning", quiet=quiet or as_json):
        made.meet(opponent)
        made.plan()
    tables = made.tables()
    keep(
        found,
        out,
        "plan money",
        {**tables, WORLDS: made.worlds_used()},
        goal=goal,
        budget_dollars=dollars,
        certificate=made.certificate(),
        opponent=opponent,
    )
    if as_json:
        import json

        print(
            json.dumps(
                {
                    "goal": goal,
                    "base": made.best.base,
                    "budget_dollars": dollars,
                    "certificate": made.certificate(),
                    "spending": tables[SPENDING].to_dicts(),
                    "plans": tables[PLANS].to_dicts(),
                    "worlds": tables[REGRETS].to_dicts(),
                },
                indent=2,
            )
        )
    elif not quiet:
        lines = made.lines(by, tables[PLANS], tables[REGRETS])
        print("\n".join([*lines, "", *used_lines(used)]))


def read_budget(text: str) -> float:
    """Dollars from 10_000_000, 10000000, 10,000,000 or 10M.

    Raises
    ------
    ConfigError
        It is none of these, or nothing.
    """
    found = _BUDGET.fullmatch(text.strip())
    if found is None:
        raise ConfigError(f"--budget {text!r} is not an amount of money above 0", hint="--budget 10_000_000, or 10M")
    dollars = float(found[1].replace("_", "").replace(",", "")) * {"": 1.0, "k": 1e3, "m": 1e6}[found[2].lower()]
    if dollars <= 0:
        raise ConfigError(f"--budget {text} buys nothing", hint="--budget 10_000_000, or 10M")
    return dollars


class _Asked:
    """One call of the command: what was asked, and what was found."""

    best: MoneyPlan
    cheapest: MoneyPlan
    least: LeastRegret
    spreads: dict[str, tuple[MoneyPlan, Spread]]

    def __init__(self, found: Planned, levers: Levers, dollars: float, goal: str) -> None:
        from hustings.plan.money.lumps import Lumps

        self.found, self.levers, self.dollars, self.goal = found, levers, dollars, goal
        self.race = found.race
        self.lumps: Lumps | None = None
        self.said: list[str] = []

    def limit(self, limits: Path | None) -> None:
        """Floors, caps and lumps of a file."""
        from hustings.plan.money.limits import lumps_of, read_limits, with_limits

        if limits is not None:
            rows = read_limits(limits)
            self.levers = with_limits(self.levers, rows, file=limits)
            self.lumps = lumps_of(self.levers, rows, file=limits)

    def meet(self, opponent: str | None) -> None:
        """See the race after what a rival spends."""
        from hustings.plan.money.limits import read_amounts
        from hustings.plan.money.rivals import equilibrium, faced, mirrored, observed_spending

        if opponent is None:
            return
        free = mirrored(self.levers)
        if opponent == "best":
            found = equilibrium(self.race, free, self.dollars, self.dollars, self.goal)
            theirs = found.rival_dollars
            scale, unit = in_units(self.goal)
            self.said.append(
                f"The rival spends as much, as if knowing this plan; best answers of both could move another "
                f"{scale * found.exploitable:.3f} {unit}."
            )
        else:
            rows = read_amounts(Path(opponent), ("dollars",), needed=("unit", "dollars"))
            theirs = observed_spending(free, rows, file=opponent)
            self.said.append(f"The rival spends ${theirs.sum():,.0f} as in {Path(opponent).name}, from now on.")
        self.race = faced(self.race, free, theirs)

    def plan(self) -> None:
        """The plan, the cheapest votes, least regret, and how far they may be off."""
        from dataclasses import replace

        import numpy as np

        from hustings.plan.money import money_plan
        from hustings.plan.money.regret import least_regret
        from hustings.plan.money.spread import draw_factors, spread

        self.best = money_plan(self.race, self.levers, self.dollars, self.goal, lumps=self.lumps)
        self.cheapest = money_plan(self.race, self.levers, self.dollars, "votes", lumps=self.lumps)
        given = [self.best.dollars, self.cheapest.dollars]
        self.least = least_regret(self.race, self.levers, self.dollars, self.goal, self.worlds(), given)
        factors = draw_factors(self.levers, np.random.default_rng(1))
        plans = {"this plan": self.best, "cheapest votes": self.cheapest}
        if self.lumps is None or not self.lumps.any:
            plans["least regret"] = replace(self.best, dollars=self.least.dollars)
        self.spreads = {name: (plan, spread(plan, factors, self.goal)) for name, plan in plans.items()}

    def worlds(self) -> Sequence[World]:
        """Worlds of the campaign's night, as the watch wrote them; else those of polls."""
        from hustings.projection.worlds import both_ways, polling_worlds, worlds_of
        from hustings.tables import WORLDS

        folder = self.found.campaign
        if folder is not None:
            file = folder / "runs" / self.found.as_of.isoformat() / "watch" / WORLDS.file
            if file.is_file():
                import polars as pl

                self.said.append(f"Worlds: {file.relative_to(folder)}.")
                return worlds_of(pl.read_csv(file), self.race.units, file=str(file))
        made = polling_worlds(self.race.contest, self.found.as_of, self.race.shares[:, 0])
        return both_ways(made, self.race.label)

    def worlds_used(self) -> pl.DataFrame:
        """The worlds that the plans were held against."""
        from hustings.projection.worlds import worlds_table

        return worlds_table(self.least.worlds, self.race.units)

    def tables(self) -> dict[Table, pl.DataFrame]:
        """Everything that is written."""
        from hustings.plan.money.tables import plans_table, regrets_table, spending_table
        from hustings.tables.spending import PLANS, REGRETS, SPENDING

        least = self.least.dollars if "least regret" in self.spreads else None
        return {
            SPENDING: spending_table(self.best, self.cheapest, self.spreads["this plan"][1], least),
            PLANS: plans_table(self.spreads),
            REGRETS: regrets_table(self.least),
        }

    def certificate(self) -> str:
        """What is known of how far the plan may be from the best."""
        scale, unit = in_units(self.goal)
        return self.best.certificate.words(unit, scale)

    def lines(self, by: str, plans: pl.DataFrame, regrets: pl.DataFrame) -> list[str]:
        """What is printed."""
        scale, unit = in_units(self.goal)
        first = plans.row(0, named=True)
        digits = digits_of(unit)
        beside = [*_worlds(regrets, self.least, self.race.label, scale, unit), ""] if self.goal != "votes" else []
        said = [
            _head(self.best, self.found),
            wrapped(
                f"${self.best.spent_dollars:,.0f} makes {first['net_votes']:,.0f} net votes ({first['net_votes_low']:,.0f} to "
                f"{first['net_votes_high']:,.0f}) and adds "
                f"{scale * first['gain']:,.{digits}f} {unit} (90 % interval "
                f"{_span(scale * first['gain_low'], scale * first['gain_high'], digits)}), where it goes:"
            ),
            *self._places(by),
            "",
            *_side_by_side(plans, scale, unit),
            *self._starved(),
            "",
            *beside,
            wrapped(self.certificate()),
            *[wrapped(line) for line in self.said],
        ]
        return [*said, *self._exhausted()]

    def _places(self, by: str) -> list[str]:
        from hustings.plan.money.tables import by_place

        scale, unit = in_units(self.goal)
        digits = digits_of(unit)
        table = by_place(self.best, self.spreads["this plan"][1], "channel" if by == "channel" else "unit")
        table = table.filter(table["dollars"] >= 1.0)
        rows = [["", "dollars", "net votes", f"adds, {unit}", "90 % interval", "of which"]]
        for row in table.head(MOST_SHOWN).iter_rows(named=True):
            parts = [f"{part['name']} {short(part['dollars'])}" for part in row["parts"][:PARTS_SHOWN]]
            more = len(row["parts"]) - PARTS_SHOWN
            rows.append(
                [
                    row["place"],
                    short(row["dollars"]),
                    f"{row['net_votes']:,.0f}",
                    f"{scale * row['gain']:,.{digits}f}",
                    _span(scale * row["gain_low"], scale * row["gain_high"], digits),
                    ", ".join(parts) + (f" +{more}" if more > 0 else ""),
                ]
            )
        lines = aligned(rows, right=(1, 2, 3, 4))
        rest = table.slice(MOST_SHOWN)
        if rest.height:
            dollars, gain = sum(rest["dollars"].to_list()), scale * sum(rest["gain"].to_list())
            lines.append(f"and {rest.height} more: {short(dollars)}, {gain:,.{digits}f} {unit}")
        return lines

    def _starved(self) -> list[str]:
        """Where the two plans part."""
        from hustings.plan.money.planning import starved

        found = starved(self.best, self.cheapest)[:4]
        if self.goal == "votes" or not found:
            return []
        parts = [f"{unit} {short(own)} here, {short(theirs)} there" for unit, own, theirs in found]
        return [wrapped(f"Cheapest votes starves {'; '.join(parts)}.")]

    def _exhausted(self) -> list[str]:
        from hustings.plan.money.planning import EXHAUSTED

        left = (
            self.dollars
            - self.best.spent_dollars
            - (float(self.lumps.start_dollars[self.best.dollars > 0].sum()) if self.lumps is not None else 0.0)
        )
        lines = []
        if left > 1.0:
            lines.append(wrapped(f"${left:,.0f} is not spent: nothing that it could buy adds anything."))
        if self.best.last_dollar < EXHAUSTED:
            lines.append(
                wrapped(
                    f"The next dollar earns {self.best.last_dollar:.0%} of what one did on average: returns are nearly "
                    "exhausted, a smaller budget would do almost as well."
                )
            )
        return lines


def in_units(goal: str) -> tuple[float, str]:
    """What a goal is counted in on screens: times what, and of what."""
    return {"seats": (1.0, "seats"), "votes": (1.0, "net votes")}.get(goal, (100.0, "points"))


def digits_of(unit: str) -> int:
    """Digits after the point."""
    return 0 if unit == "net votes" else 2


def short(dollars: float) -> str:
    """Dollars, short enough for a column: $1.25M, $340K, $90."""
    if dollars >= 999_500:
        return f"${dollars / 1e6:.2f}M"
    return f"${dollars / 1e3:.0f}K" if dollars >= 999.5 else f"${dollars:.0f}"


def _head(plan: MoneyPlan, found: Planned) -> str:
    race = plan.race
    if plan.goal in {"win", "popular"}:
        what = "win" if plan.goal == "win" else "have most votes in"
        return f"{race.label} to {what} {race.contest.title}: {chance(plan.base)}, as of {found.as_of}"
    scale, unit = in_units(plan.goal)
    return f"{race.label}, {race.contest.title}: {scale * plan.base:,.{0 if plan.goal == 'votes' else 1}f} {unit} expected, as of {found.as_of}"


def _side_by_side(plans: pl.DataFrame, scale: float, unit: str) -> list[str]:
    digits = digits_of(unit)
    rows = [["plan", "net votes", f"adds, {unit}", "90 % interval", "stays behind"]]
    for row in plans.iter_rows(named=True):
        low, high = scale * row["gain_low"], scale * row["gain_high"]
        less = (scale * row[f"behind{end}"] for end in ("", "_low", "_high"))
        behind, least, most = (f"{round(value, digits) + 0.0:,.{digits}f}" for value in less)
        is_first = row["plan"] == plans["plan"][0]
        rows.append(
            [
                row["plan"],
                f"{row['net_votes']:,.0f}",
                f"{scale * row['gain']:,.{digits}f}",
                _span(low, high, digits),
                "" if is_first else f"{behind} ({least} to {most})",
            ]
        )
    return aligned(rows, right=(1, 2, 3, 4))


def _worlds(regrets: pl.DataFrame, least: LeastRegret, label: str, scale: float, unit: str) -> list[str]:
    """What each plan adds in worlds in which something does not hold: where the first regrets most."""
    import polars as pl

    digits = digits_of(unit)
    worst = regrets.slice(1).sort(pl.col("best") - pl.col("plan"), descending=True).head(WORLDS_SHOWN)
    rows = [[f"what may not hold: adds, {unit}", "best", "this plan", "cheapest", "least regret"]]
    for row in pl.concat([regrets.head(1), worst]).iter_rows(named=True):
        cells = (f"{scale * row[name]:,.{digits}f}" for name in ("best", "plan", "cheapest", "least_regret"))
        rows.append([_shortened(row["world"], label), *cells])
    largest = [scale * float(value) for value in (least.others[0].max(), least.others[1].max(), least.regret.max())]
    rows.append(["largest regret of all worlds", "", *(f"{value:,.{digits}f}" for value in largest)])
    return aligned(rows, right=(1, 2, 3, 4))


def _shortened(world: str, label: str) -> str:
    """A world, short enough for a column."""
    text = world.replace(" the same way", "").replace(" until the election", "").replace(" alone", "")
    text = text.replace(f", against {label}", ", against us").replace(f", for {label}", ", for us")
    return text if len(text) <= 36 else text[:35] + "…"


def _span(low: float, high: float, digits: int) -> str:
    """An interval; what rounds to 0 has no sign."""
    return " to ".join(f"{round(value, digits) + 0.0:,.{digits}f}" for value in (low, high))
