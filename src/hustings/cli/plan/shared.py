"""What the plan's commands share: whose contest on which day, effects, budget and goal, and how results are told."""

from __future__ import annotations

import math
import re
import textwrap
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from hustings.cli.inputs import default_day, load_contest_and_polls, made_by, parse_day, working
from hustings.errors import ConfigError

if TYPE_CHECKING:
    import datetime as dt
    from typing import Any

    import polars as pl

    from hustings.plan.effects import Used
    from hustings.plan.levers import Levers
    from hustings.plan.race import Race
    from hustings.projection import Projection
    from hustings.tables import Table

WIDTH = 80
STOPS = "plan/visit_effects.csv"
"""In a campaign's folder: what a stop makes."""

OfContest = Annotated[
    str | None,
    typer.Option("--contest", metavar="CONTEST", help="A contest by public polls alone, without a campaign."),
]
OfPolls = Annotated[
    Path | None, typer.Option("--polls", metavar="FILE", help="Its published polls: see docs/polls.md.")
]
OwnOption = Annotated[
    str | None, typer.Option("--option", metavar="ID", help="Whose plan it is [watch.option; the contest's first].")
]
PlanDay = Annotated[
    str | None,
    typer.Option("--as-of", metavar="YYYY-MM-DD", help="Nothing later is known [today, or the election's eve]."),
]
EffectsFile = Annotated[
    Path | None, typer.Option("--effects", metavar="FILE", help="What contacts do [plan/effects.csv; what ships].")
]
CostsFile = Annotated[
    Path | None, typer.Option("--costs", metavar="FILE", help="What contacts cost [plan/costs.csv; what ships].")
]
MarketsFile = Annotated[
    Path | None, typer.Option("--markets", metavar="FILE", help="Media markets [plan/markets.csv; each unit its own].")
]
Budget = Annotated[str, typer.Option("--budget", metavar="DOLLARS", help="10_000_000, or 10M.")]
GoalName = Annotated[str, typer.Option("--goal", metavar="GOAL", help="win, seats, popular or votes.")]
OutFolder = Annotated[
    Path | None, typer.Option("--out", metavar="DIR", help="Write the tables into a folder; replaced as a whole.")
]

# A comma parts thousands, so that 2,5M is refused and not read as 25M.
_MONEY = re.compile(r"\$?\s*(-?(?:\d{1,3}(?:,\d{3})+|\d+(?:_\d+)*)?(?:\.\d+)?)\s*([kKmM]?)")
_TIMES = {"": 1.0, "k": 1e3, "m": 1e6}


class Planned(NamedTuple):
    """What a plan is made for."""

    race: Race
    projection: Projection
    campaign: Path | None
    """The campaign's folder; None where public polls are all there is."""
    made_by: dict[str, Any]

    @property
    def as_of(self) -> dt.date:
        """The day it is made on."""
        return self.race.as_of

    @property
    def about(self) -> dict[str, Any]:
        """Whose plan of which day, as JSON and ``run.json`` say it."""
        about = {"contest": self.race.contest.name, "as_of": self.as_of.isoformat(), "option": self.race.option}
        return {**about, "n_polls": self.n_polls}

    @property
    def n_polls(self) -> int:
        """Published polls that it rests on."""
        return int(self.projection.fit.polls.height)


def planned(
    contest: str | None,
    polls: Path | None,
    option: str | None,
    as_of: str | None,
    campaign: Path | None,
    *,
    quiet: bool,
) -> Planned:
    """Project the campaign's contest, or one by public polls alone, and see it from the own option.

    Raises
    ------
    ConfigError
        Only one of contest and polls is named, or a campaign beside them; the election is over.
    """
    from hustings.plan.race import own_place, race_of

    check_whose(contest, polls, campaign)
    if contest is not None and polls is not None:
        from hustings.polls.clean import clean_polls
        from hustings.projection import project

        with working("projecting", quiet=quiet):
            found, raw = load_contest_and_polls(contest, polls, None)
            own_place(found, option or "")
            day = parse_day(as_of, "--as-of") if as_of else default_day(found)
            check_before(day, found.date)
            projection = project(found, clean_polls(raw, found, as_of=day), as_of=day)
            return Planned(race_of(projection, option or ""), projection, None, made_by(contest, [polls]))
    from hustings.cli.nights import night_of
    from hustings.night.steps.project import projected

    night = night_of(campaign, as_of)
    check_before(night.as_of, night.contest.date)
    with working("projecting", quiet=quiet):
        own_place(night.contest, option or night.campaign.watch.option)
        projection, used = projected(night, night.as_of)
        race = race_of(projection, option or night.campaign.watch.option)
    return Planned(race, projection, night.campaign.folder, made_by(night.contest.name, used))


def check_whose(contest: str | None, polls: Path | None, campaign: Path | None) -> None:
    """Refuse half of what names a contest, or two of them."""
    either = "a plan is made either in a campaign's folder or from public polls"
    hint = "hustings plan value --contest us-president-2016 --polls polls.csv --option ID"
    if contest is not None and campaign is not None:
        raise ConfigError(f"{either}: --contest and --campaign name both", hint="leave out one of them")
    if contest is not None and polls is None:
        raise ConfigError(f"{either}: --contest {contest} has no --polls", hint=hint)
    if polls is not None and contest is None:
        raise ConfigError(f"{either}: --polls {polls} has no --contest", hint=hint)


def check_before(day: dt.date, election: dt.date) -> None:
    """Refuse to plan for an election that is over.

    Raises
    ------
    ConfigError
        The day is election day or later.
    """
    if day >= election:
        raise ConfigError(
            f"the election is on {election}: on {day} there is nothing left to plan",
            hint="--as-of with an earlier day",
        )


def check_out_folder(out: Path | None, command: str) -> None:
    """Refuse a folder that cannot be written, before the work is done."""
    if out is not None:
        from hustings.store.folders import check_run_folder

        check_run_folder(out, command)


def usual_dollars(levers: Levers) -> float:
    """A budget where none is named: 10 million, or in a small contest a tenth of all that can be spent."""
    return min(10_000_000.0, float(f"{levers.cap_dollars.sum() / 10:.1g}"))


def read_dollars(text: str, option: str = "--budget") -> float:
    """Read money as people write it: 10_000_000, 10,000,000, $10M, 300k, 1.5M.

    Raises
    ------
    ConfigError
        It is no amount of money, or not above 0.
    """
    hint = f"{option} 300_000, 300k, 1.5M or 10_000_000"
    found = _MONEY.fullmatch(text.strip())
    if found is None or not any(sign.isdigit() for sign in found[1]):
        raise ConfigError(f"{option} {text!r} is no amount of money", hint=hint)
    dollars = float(re.sub("[_,]", "", found[1])) * _TIMES[found[2].lower()]
    if dollars <= 0:
        raise ConfigError(f"{option} {text} is not above 0: nothing can be had for that", hint=hint)
    return dollars


def check_goal(goal: str) -> None:
    """Refuse a goal that there is not, before anything is projected.

    Raises
    ------
    ConfigError
        There is no such goal.
    """
    from hustings.plan.goals import GOALS

    if goal not in GOALS:
        raise ConfigError(f"there is no goal {goal!r}", hint=f"one of: {', '.join(GOALS)}")


def levers_for(
    found: Planned, effects: Path | None = None, costs: Path | None = None, markets: Path | None = None
) -> tuple[Levers, Used]:
    """What money can move in a plan's contest, and the rows of effects and costs that it rests on."""
    from hustings.plan.effects import load_levers

    return load_levers(found.race, found.campaign, effects, costs, markets)


def own_stops(campaign: Path | None) -> Path | None:
    """The campaign's own table of what a stop makes; None where it has none."""
    own = campaign / STOPS if campaign is not None else None
    return own if own is not None and own.is_file() else None


def keep(
    found: Planned,
    out: Path | None,
    what: str,
    tables: Mapping[Table, pl.DataFrame],
    *,
    used: Used | None = None,
    files: Iterable[Path | None] = (),
    **said: object,
) -> None:
    """Write a plan's tables, and in ``run.json`` what it was made of, where a folder was named.

    Parameters
    ----------
    found : Planned
    out : Path or None
    what : str
        The command: ``plan value``.
    tables : mapping of Table to DataFrame
        What to write.
    used : Used, optional
        Effects and costs that it rests on.
    files : iterable of Path or None
        Further files that were read.
    **said
        Further entries of ``run.json``: goal, budget, ...
    """
    if out is None:
        return
    from hustings.projection import describe_inputs
    from hustings.store import run_folder, write_csv, write_json

    read = [*(used.files if used is not None else ()), *(file for file in files if file is not None)]
    made = {**found.made_by, "inputs": [*found.made_by["inputs"], *describe_inputs(read)]}
    rows = {"effects_used": effects_used(used)} if used is not None else {}
    with run_folder(out, command=what) as folder:
        for table, frame in tables.items():
            write_csv(frame, folder / table.file, table)
        write_json({"command": what, **found.about, **finite(said), **rows, **made}, folder / "run.json")


def effects_used(used: Used) -> list[dict[str, Any]]:
    """Rows of the effects that a plan rests on, as JSON and ``run.json`` say them."""
    return used.effects.select("effect", "channel", "mean", "se", "source", "year", "own").to_dicts()


def say_json(found: Planned, used: Used | None, **said: object) -> None:
    """Print a result as JSON: whose plan, what was found, the rows of effects that it rests on."""
    import json

    rows = {"effects_used": effects_used(used)} if used is not None else {}
    print(
        json.dumps({**found.about, **finite(said), **rows}, indent=2, ensure_ascii=False, allow_nan=False, default=str)
    )


def finite(value: Any) -> Any:  # noqa: ANN401 - whatever JSON holds
    """The same with null for what is no finite number, and rows for tables."""
    if hasattr(value, "to_dicts"):
        value = value.to_dicts()
    if isinstance(value, dict):
        return {key: finite(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [finite(part) for part in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


class Counted(NamedTuple):
    """How a goal is counted on screens."""

    scale: float
    unit: str
    digits: int

    def number(self, value: float, sign: str = "") -> str:
        """A value in the goal's unit, without the unit; what rounds to 0 has no sign."""
        shown = round(self.scale * value, self.digits) + 0.0
        return f"{shown:{sign if shown else ''},.{self.digits}f}"

    def span(self, low: float, high: float) -> str:
        """An interval."""
        return f"{self.number(low)} to {self.number(high)}"


def counted(goal: str) -> Counted:
    """Chances in points, seats in seats, votes in net votes."""
    if goal == "votes":
        return Counted(1.0, "net votes", 0)
    return Counted(1.0, "seats", 2) if goal == "seats" else Counted(100.0, "points", 2)


def title_lines(found: Planned, goal: str, base: float, race: Race | None = None) -> list[str]:
    """Whose plan for what, how it stands as of which day, and whether any poll was known then."""
    lines = [_title(race or found.race, goal, base)]
    if not found.n_polls:
        lines.append(f"No poll was known on {found.as_of}: this rests on earlier elections and wide priors alone.")
    return wrapped(*lines)


def _title(race: Race, goal: str, base: float) -> str:
    """How a race stands."""
    from hustings.cli.inputs import chance

    if goal in {"win", "popular"}:
        what = "to win" if goal == "win" else "to have most votes in"
        return f"{race.label} {what} {race.contest.title}: {chance(base)}, as of {race.as_of}"
    number = f"{base:,.1f} seats" if goal == "seats" else f"{base:+,.0f} net votes"
    return f"{race.label}, {race.contest.title}: {number} expected, as of {race.as_of}"


def short(dollars: float) -> str:
    """Dollars, short enough for a column: $1.25M, $340K, $90."""
    if dollars >= 999_500:
        return f"${dollars / 1e6:.2f}M"
    return f"${dollars / 1e3:.0f}K" if dollars >= 999.5 else f"${dollars:.0f}"


def wrapped(*texts: str) -> list[str]:
    """Sentences within the screen, each on lines of its own."""
    return [line for text in texts for line in textwrap.wrap(text, WIDTH, break_on_hyphens=False)]
