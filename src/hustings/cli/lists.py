"""`hustings lists`: cut a list of voters to contact, with a hold-out that stays locked; look at those that were cut."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hustings.cli.campaign import (
    CampaignDir,
    OutFile,
    Where,
    campaign_at,
    check_out,
    electorate_at,
    say_day,
    say_scores,
    vault_of,
    write_frame,
)
from hustings.cli.inputs import Json, Quiet, parse_day, some, working
from hustings.cli.listed import counts_of, show_lines, shown_lists, summary
from hustings.cli.nights import NightDay, night_of
from hustings.cli.voters import USUAL_COLUMNS, _names, _with_identities
from hustings.errors import ConfigError, InputError, StoreError

if TYPE_CHECKING:
    import polars as pl

    from hustings.scores.persuasion import CutList

HOUSEHOLD = ("state", "household_id")
CONTACT = "contact"
"""What a contact is called where none is named."""

app = typer.Typer(
    add_completion=False,
    rich_markup_mode=None,
    no_args_is_help=True,
    help="Cut lists of voters to contact, with hold-outs: `hustings lists cut doors --where \"party = 'UNA'\" --out doors.csv`.",
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.command("cut")
def cut(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Of the list: lower-case letters, digits, - and _.")],
    where: Where = None,
    hold_out: Annotated[
        float, typer.Option("--hold-out", metavar="SHARE", help="Share left alone by lot, above 0 and below 1.")
    ] = 0.1,
    arms: Annotated[
        str,
        typer.Option("--arms", metavar="ARMS", help='Contacts and their shares of the list: "letter=0.45,call=0.45".'),
    ] = CONTACT,
    costs: Annotated[str, typer.Option("--costs", metavar="COSTS", help='Of one contact: "letter=0.6,call=2".')] = "",
    strata: Annotated[
        str, typer.Option("--strata", metavar="COLUMNS", help="Shares hold within each: party,age_band.")
    ] = "",
    election: Annotated[
        str | None,
        typer.Option(
            "--election", metavar="YYYY-MM-DD", help="Whose turnout the contact is to raise [the first after the cut]."
        ),
    ] = None,
    columns: Annotated[
        str, typer.Option("--columns", metavar="COLUMNS", help="What to write beside the pseudonym and the contact.")
    ] = USUAL_COLUMNS,
    order: Annotated[
        str | None, typer.Option("--order", metavar="COLUMNS", help='For example "turnout_prob desc".')
    ] = None,
    limit: Annotated[
        int | None, typer.Option("--limit", metavar="N", min=1, help="At most so many voters, hold-out and all.")
    ] = None,
    identities: Annotated[
        bool, typer.Option("--identities", help="Names, addresses and phones too; needs the vault's key.")
    ] = False,
    seed: Annotated[int, typer.Option("--seed", help="Of the draw; recorded in the lock.")] = 1,
    out: OutFile = None,
    as_of: NightDay = None,
    campaign: CampaignDir = None,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    r"""Cut a list, draw its hold-out by lot, lock it, and write whom to contact: nobody of the hold-out is in the file.

    The list lies in lists/NAME. The same list cut again keeps its hold-out; another one needs another name. Households
    have one lot together. Later `hustings fit persuasion` learns from it what the contact did.

    \b
    Example:
      hustings lists cut doors --where "party = 'UNA'" --out doors.csv
      hustings lists cut mail --arms "letter=0.4,call=0.4" --hold-out 0.2
    """
    from hustings.electorate.query.export import export_scores
    from hustings.survey.waves import check_name

    check_name(name, "the list's name")
    check_out(out)
    found = campaign_at(campaign)
    plan = Plan(
        name=name,
        day=night_of(campaign, as_of).as_of,
        hold_out=hold_out,
        contacts=_contacts(arms, hold_out),
        costs=_numbers(costs, "--costs"),
        strata=_names(strata, "--strata"),
        election=parse_day(election, "--election") if election else None,
        seed=seed,
    )
    vault = vault_of(found) if identities else None
    names = _names(columns, "--columns")
    with electorate_at(found, plan.day.isoformat()) as electorate, working("cutting", quiet=quiet or as_json):
        asked = list(dict.fromkeys([*names, *plan.strata, *HOUSEHOLD]))
        rows = electorate.list_voters(where, columns=asked, order=order, limit=limit)
        locked = _locked(plan, rows, found.folder / "lists" / name)
        people = _people(locked, rows)
        people = people if vault is None else _with_identities(electorate, people, vault)
        day = say_day(electorate)
        known = [one for one in people.columns if one not in {*asked, "voter_id", "arm"}]
        people, about = export_scores(electorate, people.select("voter_id", "arm", *names, *known))
    said = []
    if out is not None:
        write_frame(people, out, private=identities)
        said = say_scores(about, out)
    if as_json:
        print(json.dumps({**summary(locked), "out": str(out) if out else None}, indent=2, ensure_ascii=False))
    elif not quiet:
        print("\n".join([*_cut_lines(locked, plan, out, day, private=identities), *said]))


@dataclass(frozen=True)
class Plan:
    """What was asked for."""

    name: str
    day: dt.date
    hold_out: float
    contacts: dict[str, float]
    costs: dict[str, float]
    strata: list[str]
    election: dt.date | None
    seed: int


def _locked(plan: Plan, rows: pl.DataFrame, folder: Path) -> CutList:
    """Draw and lock at once: nobody sees a list that has no hold-out yet."""
    from hustings.scores.persuasion import cut_list, lock_list
    from hustings.scores.persuasion.holdout import home_of, lot_of

    if rows.is_empty():
        raise InputError(
            "no voter meets the condition: there is no list to cut", hint="see: hustings voters count --where ..."
        )
    drawn = cut_list(
        rows.with_columns(home_of().alias("home")),
        plan.hold_out,
        lot_of(plan.seed, plan.name),
        plan.strata,
        name=plan.name,
        day=plan.day,
        contacts=plan.contacts,
        household="home",
        costs=plan.costs,
        election=plan.election,
    )
    return lock_list(drawn, folder)


def _people(locked: CutList, rows: pl.DataFrame) -> pl.DataFrame:
    """Whom to contact, in the order that was asked for; an inner join to the contacted, so that nobody else can slip in."""
    contacted = locked.contacted.select("voter_id", "arm")
    return rows.join(contacted, on="voter_id", how="inner", maintain_order="left")


def _numbers(text: str, option: str) -> dict[str, float]:
    """Read names and numbers: letter=0.6,call=2."""
    found: dict[str, float] = {}
    for part in filter(None, (one.strip() for one in text.split(","))):
        name, sign, number = (one.strip() for one in part.partition("="))
        try:
            value = float(number)
        except ValueError:
            value = float("nan")
        if not name or not sign or value != value:  # noqa: PLR0124 (no number)
            raise ConfigError(f"{option} {part!r} cannot be read", hint="write for example letter=0.6,call=2")
        if name in found:
            raise ConfigError(f"{option} names {name} twice")
        found[name] = value
    return found


def _contacts(text: str, hold_out: float) -> dict[str, float]:
    """Contacts and how those who are not held out are shared among them.

    Raises
    ------
    ConfigError
        Shares of the list do not sum, with the hold-out, to 1.
    """
    names = [one.strip() for one in text.split(",")]
    if "=" not in text and all(names) and len(set(names)) == len(names):
        return dict.fromkeys(names, 1.0 / len(names))
    shares = _numbers(text, "--arms")
    total = sum(shares.values())
    if not shares or min(shares.values()) <= 0.0 or abs(total + hold_out - 1.0) > 1e-6:
        raise ConfigError(
            f"--arms {text!r} sum to {total:g}, with the hold-out to {total + hold_out:g}, expected 1",
            hint=f'shares are of the whole list: "letter={(1 - hold_out) / 2:g},call={(1 - hold_out) / 2:g}"',
        )
    return {name: share / total for name, share in shares.items()}


def _cut_lines(locked: CutList, plan: Plan, out: Path | None, day: str, *, private: bool) -> list[str]:
    """What was done."""
    counts = counts_of(locked)
    told = ", ".join(f"{arm} {n:,}" for arm, n in counts.items())
    homes = some(locked.rows["household"].n_unique(), "household")
    kept = "" if locked.day == plan.day else f"; it was cut on {locked.day}, and its hold-out stays"
    lines = [f"list {locked.name} {day}: {some(locked.rows.height, 'voter')} in {homes}{kept}", f"  {told}"]
    if out is None:
        return [*lines, "locked; the same command with --out FILE writes whom to contact"]
    said = "; with names and addresses: readable by you alone" if private else ""
    return [
        *lines,
        f"written: {out}, {some(locked.contacted.height, 'voter')} to contact, nobody of the hold-out{said}",
    ]


@app.command("show")
def show(
    name: Annotated[str | None, typer.Argument(metavar="[NAME]", help="One list [all].")] = None,
    as_of: NightDay = None,
    campaign: CampaignDir = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Check the locks, print nothing but errors.")] = False,
    as_json: Json = False,
) -> None:
    r"""Show lists that were cut: sizes, hold-outs, whether the lock is intact, whether outcomes are known.

    Lists of `hustings plan lists` say what was expected of them. Contacts that touched a hold-out are told. Exit code 2
    where a list is not what was locked.

    \b
    Example:
      hustings lists show
      hustings lists show doors --json
    """
    from hustings.scores.persuasion import list_folders

    found = campaign_at(campaign)
    day = night_of(campaign, as_of).as_of
    folders = [one for one in list_folders(found.folder, as_of=day) if name in {None, one.name}]
    if name is not None and not folders:
        known = ", ".join(one.name for one in list_folders(found.folder, as_of=day)) or "none yet"
        raise InputError(f"there is no list {name!r} as of {day}", hint=f"lists: {known}")
    shown = shown_lists(found, folders, day)
    if as_json:
        print(json.dumps(shown, indent=2, ensure_ascii=False))
    elif not quiet:
        print("\n".join(show_lines(shown, one=name is not None)))
    broken = [f"{one['list']}: {one['lock']}" for one in shown if one["lock"] != "intact"]
    if broken:
        raise StoreError("; ".join(broken))
