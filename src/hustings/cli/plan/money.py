"""`hustings plan money`: where a budget goes."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hustings.cli.campaign import CampaignDir
from hustings.cli.inputs import Json, Quiet, working
from hustings.cli.plan.money_said import money_lines
from hustings.cli.plan.shared import (
    Budget,
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
)
from hustings.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Sequence

    import polars as pl

    from hustings.plan.levers import Levers
    from hustings.plan.money.lumps import Lumps
    from hustings.plan.money.planning import MoneyPlan
    from hustings.plan.money.regret import LeastRegret
    from hustings.plan.money.spread import Spread
    from hustings.plan.race import Race
    from hustings.projection.worlds import World
    from hustings.tables import Table

By = Annotated[str, typer.Option("--by", metavar="state|channel", help="What the lines are of.")]
Opponent = Annotated[
    str | None, typer.Option("--opponent", metavar="FILE|best", help="A CSV of unit,dollars; or the best answer.")
]
LimitsFile = Annotated[
    Path | None, typer.Option("--limits", metavar="FILE", help="A CSV: unit,channel,floor,cap[,start,piece].")
]


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
    r"""Where a budget goes, beside the cheapest votes.

    Spent for the chance to win (or another goal) by unit and channel; beside it what the cheapest votes would lose, and the
    plan that loses least where something does not hold.

    \b
    Example:
      hustings plan money --budget 10_000_000 --goal win
      hustings plan money --budget 10M --by channel --limits limits.csv --opponent best
    """
    from hustings.plan.effects import used_lines
    from hustings.plan.goals import goal_of
    from hustings.plan.money.limits import check_budget
    from hustings.tables import PLANS, REGRETS, SPENDING

    dollars = read_dollars(budget)
    check_goal(goal)
    if by not in {"state", "channel"}:
        raise ConfigError(f"--by {by!r} is neither state nor channel", hint="--by state, or --by channel")
    check_out_folder(out, "plan money")
    found = planned(contest, polls, option, as_of, campaign, quiet=quiet or as_json)
    goal_of(found.race.thinned(100), goal)
    levers, used = levers_for(found, effects, costs, markets)
    made = Made(found, levers, found.race, dollars, goal)
    made.limit(limits)
    check_budget(made.levers, dollars)
    with working("planning", quiet=quiet or as_json):
        made.meet(opponent)
        made.plan()
        tables = made.tables()
    about = {"goal": goal, "budget_dollars": dollars, "base": made.best.base, "certificate": made.certificate()}
    rival = Path(opponent) if opponent not in {None, "best"} else None
    files = (limits, rival, made.worlds_file)
    keep(found, out, "plan money", tables, used=used, files=files, **about, opponent=opponent)
    if as_json:
        say_json(found, used, **about, spending=tables[SPENDING], plans=tables[PLANS], worlds=tables[REGRETS])
    elif not quiet:
        print("\n".join([*money_lines(made, by, tables[PLANS], tables[REGRETS]), "", *used_lines(used)]))


@dataclass
class Made:
    """One call of the command: what was asked, and what was found."""

    found: Planned
    levers: Levers
    race: Race
    dollars: float
    goal: str
    lumps: Lumps | None = None
    said: list[str] = field(default_factory=list)
    worlds_file: Path | None = None
    best: MoneyPlan = field(init=False)
    cheapest: MoneyPlan = field(init=False)
    least: LeastRegret = field(init=False)
    spreads: dict[str, tuple[MoneyPlan, Spread]] = field(init=False)

    def limit(self, limits: Path | None) -> None:
        """Floors, caps and lumps of a file."""
        from hustings.plan.money.limits import lumps_of, read_limits, with_limits

        if limits is not None:
            rows = read_limits(limits)
            self.levers = with_limits(self.levers, rows, file=limits)
            self.lumps = lumps_of(self.levers, rows, file=limits)

    def meet(self, opponent: str | None) -> None:
        """See the race after what a rival spends."""
        from hustings.plan.money.rivals import equilibrium, faced, mirrored, observed_spending, read_opponent

        if opponent is None:
            return
        free = mirrored(self.levers)
        if opponent == "best":
            found = equilibrium(self.race, free, self.dollars, self.dollars, self.goal)
            theirs = found.rival_dollars
            form = counted(self.goal)
            self.said.append(
                f"The rival spends as much, as if knowing this plan; best answers of both could move another "
                f"{form.scale * found.exploitable:.3f} {form.unit}."
            )
        else:
            if not Path(opponent).exists():
                raise ConfigError(f"--opponent {opponent}: there is no such file", hint="best, or a CSV: unit,dollars")
            theirs = observed_spending(free, read_opponent(Path(opponent)), file=opponent)
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
        from hustings.projection.worlds import both_ways, polling_worlds, read_worlds
        from hustings.tables import WORLDS

        folder = self.found.campaign
        if folder is not None:
            file = folder / "runs" / self.found.as_of.isoformat() / "watch" / WORLDS.file
            if file.is_file():
                self.worlds_file = file
                self.said.append(f"Worlds: {file.relative_to(folder)}.")
                return read_worlds(file, self.race.units)
        made = polling_worlds(self.race.contest, self.found.as_of, self.race.shares[:, 0])
        return both_ways(made, self.race.label)

    def tables(self) -> dict[Table, pl.DataFrame]:
        """Everything that is written."""
        from hustings.plan.money.tables import plans_table, regrets_table, spending_table
        from hustings.projection.worlds import worlds_table
        from hustings.tables import PLANS, REGRETS, SPENDING, WORLDS

        least = self.least.dollars if "least regret" in self.spreads else None
        return {
            SPENDING: spending_table(self.best, self.cheapest, self.spreads["this plan"][1], least),
            PLANS: plans_table(self.spreads),
            REGRETS: regrets_table(self.least),
            WORLDS: worlds_table(self.least.worlds, self.race.units),
        }

    def certificate(self) -> str:
        """What is known of how far the plan may be from the best."""
        form = counted(self.goal)
        return self.best.certificate.words(form.unit, form.scale)

    @property
    def left_dollars(self) -> float:
        """What of the budget is not spent."""
        begun = self.lumps.start_dollars[self.best.dollars > 0].sum() if self.lumps is not None else 0.0
        return self.dollars - self.best.spent_dollars - float(begun)
