"""`hustings plan lists`: whom to contact, with a hold-out drawn and locked; and whether anybody touched it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hustings.cli.campaign import CampaignDir, Where, campaign_at, electorate_at, vault_of
from hustings.cli.inputs import Json, Quiet, working
from hustings.cli.nights import night_of
from hustings.cli.plan.lists_said import check_lines, list_lines
from hustings.cli.plan.shared import GoalName, OwnOption, PlanDay, planned, read_dollars
from hustings.errors import ConfigError

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    import polars as pl

    from hustings.cli.plan.shared import Planned
    from hustings.plan.lists import Asked, Made
    from hustings.store.campaign import Campaign

OfUniverse = Annotated[
    str | None,
    typer.Option("--universe", metavar="NAME", help="persuasion (whom to persuade) or gotv (to remind)."),
]
OfStates = Annotated[
    list[str] | None, typer.Option("--state", metavar="USPS", help="Where; several with commas [all on file].")
]
Budget = Annotated[str | None, typer.Option("--budget", metavar="DOLLARS", help="For contacts: 200_000, or 200k.")]
HoldOut = Annotated[
    float, typer.Option("--holdout", metavar="SHARE", help="Left alone by lot: 0.1 is a tenth, 200 is 200 voters.")
]
ListsOut = Annotated[
    Path | None, typer.Option("--out", metavar="DIR", help="Files go to DIR/NAME [the campaign's lists].")
]
Forms = Annotated[
    list[str] | None,
    typer.Option("--format", metavar="FORM", help="van, walk, phone, mail, csv; several with commas [csv]."),
]
Channel = Annotated[
    str | None, typer.Option("--channel", metavar="NAME", help="door, phone, mail, text, ... [the format's; door].")
]
ListName = Annotated[str | None, typer.Option("--name", metavar="NAME", help="Of the list [universe-states-channel].")]
Cost = Annotated[
    float | None, typer.Option("--cost", metavar="DOLLARS", help="Of one door, dial or piece [plan/costs.csv].")
]
PerHousehold = Annotated[
    bool | None,
    typer.Option("--per-household/--per-person", help="What one contact serves [doors and mail: a household]."),
]
PowerFor = Annotated[
    float | None, typer.Option("--power-for", metavar="SHARE", help="Say which hold-out would see this effect.")
]
Believed = Annotated[
    float | None,
    typer.Option("--effect", metavar="SHARE", help="Test what you believe: 0.02 is that 2 of 100 reached are moved."),
]
RestDays = Annotated[
    int, typer.Option("--rest-days", metavar="DAYS", min=0, help="Leave alone who was contacted within so many.")
]
Again = Annotated[bool, typer.Option("--again", help="Also whom another list contacts; never whom one holds out.")]
Crosswalk = Annotated[
    list[str] | None, typer.Option("--crosswalk", metavar="NC=FILE", help="VAN's ids and the state's own, as CSV.")
]
Check = Annotated[
    bool, typer.Option("--check", help="Only see whether contacts touched a hold-out; exit code 1 if so.")
]


def command(
    universe: OfUniverse = None,
    state: OfStates = None,
    budget: Budget = None,
    holdout: HoldOut = 0.1,
    out: ListsOut = None,
    form: Forms = None,
    channel: Channel = None,
    name: ListName = None,
    cost: Cost = None,
    per_household: PerHousehold = None,
    power_for: PowerFor = None,
    effect: Believed = None,
    where: Where = None,
    rest_days: RestDays = 7,
    again: Again = False,
    crosswalk: Crosswalk = None,
    goal: GoalName = "win",
    check: Check = False,
    option: OwnOption = None,
    seed: Annotated[int, typer.Option("--seed", help="Of the lot; recorded in the lock.")] = 1,
    as_of: PlanDay = None,
    campaign: CampaignDir = None,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    r"""Whom to contact, with a locked hold-out.

    Cut by expected net votes per dollar; the hold-out is drawn by lot and locked. Nobody is on the list whose expected
    gain is not above 0. What the list expects to gain is written beside the lock, once.
    Published tests of persuasion find nothing on average: without tests of your own, persuasion is cut as a test.

    \b
    Example:
      hustings plan lists --universe gotv --state NC --budget 20_000 --format walk
      hustings plan lists --universe persuasion --state NC --budget 20_000 \
        --effect 0.02 --format van
      hustings plan lists --check
    """
    from hustings.plan.lists import Asked, checked

    if check:
        _check(campaign, as_of, name, quiet=quiet, as_json=as_json)
        return
    states = tuple(_names(state))
    asked = checked(
        Asked(
            universe=universe or "",
            budget_dollars=_dollars(budget),
            states=states,
            hold_out=holdout,
            formats=tuple(_names(form)),
            channel=channel or "",
            name=name or "",
            cost_dollars=cost,
            per_household=per_household,
            wanted_effect=power_for,
            believed_effect=effect,
            where=where,
            rest_days=rest_days,
            again=again,
            crosswalks=_crosswalks(crosswalk or [], states),
            goal=goal,
            seed=seed,
        )
    )
    found = planned(None, None, option, as_of, campaign, quiet=quiet or as_json)
    with working("cutting", quiet=quiet or as_json):
        done = _made(asked, found, campaign_at(campaign), out)
    if as_json:
        print(json.dumps({**done.listed.whole, "files": [str(file) for file in done.files]}, indent=2))
    elif not quiet:
        print("\n".join(list_lines(asked, found, done)))


def _names(given: Sequence[str] | None) -> list[str]:
    """Names of an option that is repeated, or has commas."""
    return [part.strip() for text in given or () for part in text.split(",") if part.strip()]


def _dollars(text: str | None) -> float:
    if text is None:
        raise ConfigError(
            "--budget is missing: how many dollars may the contacts cost?", hint="--budget 200_000, or 200k"
        )
    return read_dollars(text)


def _crosswalks(given: Sequence[str], states: Sequence[str]) -> dict[str, Path]:
    """Read NC=FILE; the state may be left out where there is one alone."""
    found = {}
    for text in given:
        state, sign, file = text.partition("=")
        if not sign and len(states) == 1:
            state, file = states[0], text
        if not file or not state:
            raise ConfigError(f"--crosswalk {text!r}: of which state?", hint="write NC=FILE")
        found[state.upper()] = Path(file)
    return found


def _made(asked: Asked, found: Planned, place: Campaign, out: Path | None) -> Made:
    """Open what a list needs: names and numbers only where its form or channel has them."""
    from hustings.plan.lists import make_list
    from hustings.plan.lists.forms import PRIVATE
    from hustings.plan.lists.reaching import NUMBERED

    named = set(asked.formats) & set(PRIVATE) or asked.channel in NUMBERED
    vault = vault_of(place) if named else None
    with electorate_at(place, found.as_of.isoformat()) as electorate:
        return make_list(asked, found.race, electorate, place.folder, vault, out)


def touched(campaign: Campaign, day: dt.date, name: str | None = None) -> pl.DataFrame:
    """Locked lists, and whether contacts that were known on a day touched their hold-outs.

    Raises
    ------
    ConfigError
        There is no list of that name.
    """
    from hustings.plan.lists import contamination
    from hustings.plan.lists.signals import locked_lists, read_contacts

    lists = [one for one in locked_lists(campaign.folder, day) if name in {None, one.name}]
    if name is not None and not lists:
        raise ConfigError(f"there is no list {name!r} as of {day}", hint="hustings lists show")
    with electorate_at(campaign, day.isoformat(), queries=False) as electorate:
        return contamination(lists, read_contacts(electorate))


def _check(campaign: Path | None, as_of: str | None, name: str | None, *, quiet: bool, as_json: bool) -> None:
    """Whether contacts touched a hold-out."""
    table = touched(campaign_at(campaign), night_of(campaign, as_of).as_of, name)
    if as_json:
        print(table.write_json())
    elif not quiet:
        print("\n".join(check_lines(table)))
    if table["touched"].sum():
        raise typer.Exit(1)
