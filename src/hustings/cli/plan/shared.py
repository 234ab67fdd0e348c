"""What the plan's commands share: whose contest, seen from whom, on which day."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from hustings.cli.inputs import default_day, load_contest_and_polls, made_by, parse_day, working
from hustings.errors import ConfigError

if TYPE_CHECKING:
    import datetime as dt
    from typing import Any

    import polars as pl

    from hustings.plan.race import Race
    from hustings.projection import Projection
    from hustings.tables import Table

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
EffectsFile = Annotated[Path | None, typer.Option("--effects", metavar="FILE", help="An effects.csv of yours.")]
CostsFile = Annotated[Path | None, typer.Option("--costs", metavar="FILE", help="A costs.csv of yours.")]
MarketsFile = Annotated[Path | None, typer.Option("--markets", metavar="FILE", help="A markets.csv of yours.")]
OutFolder = Annotated[
    Path | None, typer.Option("--out", metavar="DIR", help="Write the tables into a folder; replaced as a whole.")
]


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


def planned(
    contest: str | None,
    polls: Path | None,
    option: str | None,
    as_of: str | None,
    campaign: Path | None,
    *,
    quiet: bool,
    draws: int = 40_000,
    seed: int = 1,
) -> Planned:
    """Project the campaign's contest, or one by public polls alone, and see it from the own option.

    Raises
    ------
    ConfigError
        Only one of contest and polls is named, or a campaign beside them.
    """
    from hustings.plan.race import race_of

    if (contest is None) != (polls is None) or (contest is not None and campaign is not None):
        raise ConfigError(
            "a plan is made either in a campaign's folder or from public polls",
            hint="hustings plan value --contest us-president-2016 --polls polls.csv --option ID",
        )
    if contest is not None and polls is not None:
        from hustings.polls.clean import clean_polls
        from hustings.projection import project

        with working("projecting", quiet=quiet):
            found, raw = load_contest_and_polls(contest, polls, None)
            day = parse_day(as_of, "--as-of") if as_of else default_day(found)
            projection = project(found, clean_polls(raw, found, as_of=day), as_of=day, n_draws=draws, seed=seed)
            return Planned(race_of(projection, option or ""), projection, None, made_by(contest, [polls]))
    from hustings.cli.nights import night_of
    from hustings.night.steps.project import projected

    night = night_of(campaign, as_of, seed=seed)
    with working("projecting", quiet=quiet):
        projection, used = projected(night, night.as_of)
        race = race_of(projection, option or night.campaign.watch.option)
    return Planned(race, projection, night.campaign.folder, made_by(night.contest.name, used))


def keep(found: Planned, out: Path | None, what: str, tables: Mapping[Table, pl.DataFrame], **said: object) -> None:
    """Write a plan's tables, and in ``run.json`` what it was made of, where a folder was named.

    Parameters
    ----------
    found : Planned
    out : Path or None
    what : str
        The command: ``plan value``.
    tables : mapping of Table to DataFrame
        What to write.
    **said
        Further entries of ``run.json``: goal, budget, ...
    """
    if out is None:
        return
    from hustings.store import run_folder, write_csv, write_json

    with run_folder(out, command=what) as folder:
        for table, frame in tables.items():
            write_csv(frame, folder / table.file, table)
        about = {"contest": found.race.contest.name, "as_of": found.as_of, "option": found.race.option}
        write_json({"command": what, **about, **said, **found.made_by}, folder / "run.json")
