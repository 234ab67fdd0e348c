"""`hustings plan lists`: whom to contact, with a hold-out drawn and locked; and whether anybody touched it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hustings.cli.campaign import CampaignDir, Where, campaign_at, electorate_at, vault_of, write_frame
from hustings.cli.inputs import Json, Quiet, working
from hustings.cli.nights import night_of
from hustings.cli.plan.lists_said import check_lines, list_lines
from hustings.cli.plan.shared import OwnOption, PlanDay, planned
from hustings.errors import ConfigError

if TYPE_CHECKING:
    import polars as pl

    from hustings.cli.plan.shared import Planned
    from hustings.electorate.query import Electorate
    from hustings.plan.lists import Listed, Order
    from hustings.plan.lists.people import People
    from hustings.store.vault import Vault


@dataclass(frozen=True)
class Asked:
    """What the command line says."""

    universe: str
    states: list[str]
    budget: float
    holdout: float
    formats: list[str]
    channel: str
    name: str
    cost: float | None
    per_household: bool
    power_for: float | None
    effect: float | None
    where: str | None
    rest_days: int
    again: bool
    crosswalks: dict[str, Path]
    goal: str
    seed: int
    out: Path | None


OfUniverse = Annotated[
    str | None,
    typer.Option("--universe", metavar="NAME", help="persuasion (whom to persuade) or gotv (to remind)."),
]
OfStates = Annotated[
    list[str] | None, typer.Option("--state", metavar="USPS", help="Where; may be repeated [all on file].")
]
Budget = Annotated[str | None, typer.Option("--budget", metavar="DOLLARS", help="For contacts: 200_000.")]
HoldOut = Annotated[
    float, typer.Option("--holdout", metavar="SHARE", help="Left alone by lot: a share, or from 1 on voters.")
]
ListsOut = Annotated[
    Path | None, typer.Option("--out", metavar="DIR", help="Files go to DIR/NAME [the campaign's lists].")
]
Forms = Annotated[
    list[str] | None, typer.Option("--format", metavar="FORM", help="van, walk, phone, mail, csv; may be repeated.")
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
    typer.Option("--effect", metavar="SHARE", help="Cut a test of what you believe: 0.02 is 2 points."),
]
RestDays = Annotated[
    int, typer.Option("--rest-days", metavar="DAYS", min=0, help="Leave alone who was contacted within so many.")
]
Again = Annotated[bool, typer.Option("--again", help="Also whom another list contacts; never whom one holds out.")]
Crosswalk = Annotated[
    list[str] | None, typer.Option("--crosswalk", metavar="NC=FILE", help="VAN's ids and the state's own, as CSV.")
]
GoalName = Annotated[
    str, typer.Option("--goal", metavar="GOAL", help="What a vote is worth: win, seats, popular, votes.")
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
    r"""Cut a list by expected net votes per dollar, draw its hold-out by lot, lock it, and write whom to contact.

    Nobody is on it whose expected gain is not above 0. What the list expects to gain is written beside the lock, once.

    \b
    Example:
      hustings plan lists --universe gotv --state NC --budget 20_000 --format walk
      hustings plan lists --universe persuasion --state NC --budget 20_000 \
        --effect 0.02 --format van
      hustings plan lists --check
    """
    if check:
        _check(campaign, as_of, name, quiet=quiet, as_json=as_json)
        return
    asked = _asked(
        universe=universe,
        states=state or [],
        budget=_dollars(budget),
        holdout=holdout,
        formats=form or ["csv"],
        channel=channel,
        name=name,
        cost=cost,
        per_household=per_household,
        power_for=power_for,
        effect=effect,
        where=where,
        rest_days=rest_days,
        again=again,
        crosswalk=crosswalk or [],
        goal=goal,
        seed=seed,
        out=out,
    )
    found = planned(None, None, option, as_of, campaign, quiet=quiet or as_json)
    with working("cutting", quiet=quiet or as_json):
        done = _cut(asked, found, campaign)
    if as_json:
        print(json.dumps({**done.listed.whole, "files": [str(file) for file in done.files]}, indent=2))
    elif not quiet:
        print("\n".join(list_lines(asked, found, done)))


def _asked(**given: Any) -> Asked:  # noqa: ANN401 (options as typer gives them)
    """Check what can be checked before the work."""
    from hustings.plan.goals import GOALS
    from hustings.plan.lists import UNIVERSES
    from hustings.plan.lists.forms import CHANNEL_OF, FITS, FORMATS
    from hustings.plan.lists.resting import PER_HOUSEHOLD
    from hustings.survey.waves import check_name

    universe, formats = given.pop("universe"), list(dict.fromkeys(given.pop("formats")))
    if universe not in UNIVERSES:
        raise ConfigError(
            f"--universe {universe or ''}: whom is the list for?", hint="persuasion (to persuade) or gotv (to remind)"
        )
    strange = [one for one in formats if one not in FORMATS]
    if strange:
        raise ConfigError(f"there is no format {strange[0]!r}", hint=f"one of: {', '.join(FORMATS)}")
    if given["goal"] not in GOALS:
        raise ConfigError(f"there is no goal {given['goal']!r}", hint=f"one of: {', '.join(GOALS)}")
    wanted = [CHANNEL_OF[one] for one in formats if one in CHANNEL_OF]
    channel = given.pop("channel") or (wanted[0] if wanted else "door")
    unfit = [one for one in formats if channel not in FITS.get(one, (channel,))]
    if unfit:
        raise ConfigError(f"--format {unfit[0]} is not for a list by {channel}", hint="cut one list for each channel")
    name = given.pop("name") or "-".join([universe, *given["states"], channel]).lower().replace("_", "-")
    check_name(name, "the list's name")
    shared = given.pop("per_household")
    return Asked(
        universe=universe,
        formats=formats,
        channel=channel,
        name=name,
        per_household=channel in PER_HOUSEHOLD if shared is None else shared,
        crosswalks=_crosswalks(given.pop("crosswalk"), given["states"]),
        **given,
    )


def _dollars(text: str | None) -> float:
    """Read dollars as people write them."""
    try:
        return float((text or "").replace("$", "").replace(",", "").strip())
    except ValueError:
        raise ConfigError(
            f"--budget {text or ''}: how many dollars may the contacts cost?", hint="write for example 200_000"
        ) from None


def _crosswalks(given: list[str], states: list[str]) -> dict[str, Path]:
    """Read NC=FILE; the state may be left out where there is one alone."""
    found = {}
    for text in given:
        state, sign, file = text.partition("=")
        if not sign and len(states) == 1:
            state, file = states[0], text
        if not file or not state:
            raise ConfigError(f"--crosswalk {text!r}: of which state?", hint="write NC=FILE")
        found[state] = Path(file)
    return found


@dataclass(frozen=True)
class Done:
    """A list that was cut, its files, and what must be said."""

    listed: Listed
    order: Order
    files: list[Path]
    notes: list[str]
    confidential: int
    kept: bool


def _cut(asked: Asked, found: Planned, campaign: Path | None) -> Done:
    """Cut, lock, write."""
    import numpy as np

    from hustings.plan.lists import describe, draft, draw_and_lock, write_expectation
    from hustings.plan.lists.expecting import draw_errors
    from hustings.plan.lists.forms import PRIVATE
    from hustings.plan.lists.people import read_people, unit_margins, units_on_file
    from hustings.plan.lists.reaching import NUMBERED

    place = campaign_at(campaign)
    private = set(asked.formats) & set(PRIVATE) or asked.channel in NUMBERED
    vault = vault_of(place) if private else None
    with electorate_at(place, found.as_of.isoformat()) as electorate:
        units = units_on_file(electorate, found.race.contest, asked.states)
        people = read_people(electorate, found.race, units, asked.universe, asked.where)
        order = _order(asked, found, place.folder, units, people)
        reasons = _reasons(asked, found, electorate, people, place.folder, vault, units)
        drafted = draft(people.rows, order, reasons, gone=people.gone)
        cut = draw_and_lock(drafted, order, place.folder / "lists" / asked.name)
        shocks = turnout_sds(place.folder, found)
        margins = unit_margins(found.race, units)
        listed = describe(drafted, order, cut, draw_errors(margins, *shocks, np.random.default_rng(cut.seed)))
        new = write_expectation(listed, place.folder / "lists" / asked.name)
        files, notes = _write(asked, listed, electorate, vault, units, found, place.folder)
    if asked.channel == "text":
        notes.append("who agreed to texts is in no file here: send to nobody else")
    return Done(listed, order, files, [*people.notes, *notes], people.confidential, kept=not new)


def turnout_sds(folder: Path, found: Planned) -> tuple[float, float]:
    """How far turnout's level may be off, by the campaign's own turnout model; what it learns of the US where there is none."""
    from hustings.scores.fitted import latest_fitted

    model = latest_fitted(folder, "turnout", found.as_of)
    shocks = {} if model is None else json.loads((model / "run.json").read_text(encoding="utf-8"))["extra"]["shocks"]
    # Of the rule's errors in US general elections 1984-2012.
    return shocks.get("nation_sd_logit", 0.17), shocks.get("state_sd_logit", 0.10)


def _order(asked: Asked, found: Planned, folder: Path, units: list[str], people: People) -> Order:
    """What the list rests on."""
    import numpy as np

    from hustings.plan.effects.loading import join_own, read_tables
    from hustings.plan.goals import goal_of
    from hustings.plan.lists import Order
    from hustings.plan.lists.resting import believed, effect_row, own_average, prices

    race = found.race
    tables = join_own(read_tables(race.contest, folder), folder, found.as_of, first_option=race.own == 0)
    published = effect_row(tables.effects, asked.universe, asked.channel, race.days)
    effect, own = published, people.own_effects and asked.effect is None
    if asked.effect is not None:
        effect = believed(asked.effect)
    elif own:
        effect = own_average(folder, asked.universe, found.as_of) or published
    per_vote = goal_of(race, asked.goal).slope(np.zeros(len(race.units))) / np.maximum(race.votes, 1.0)
    worth = {unit: float(per_vote[race.units.index(unit)]) for unit in units}
    return Order(
        name=asked.name,
        universe=asked.universe,
        channel=asked.channel,
        day=found.as_of,
        election=race.contest.date,
        budget_dollars=asked.budget,
        hold_out=asked.holdout,
        per_household=asked.per_household,
        seed=asked.seed,
        effect=effect,
        own_effects=own,
        published=published if effect is not published else None,
        prices=prices(tables.costs, asked.channel, units, asked.cost),
        worth=worth,
        wanted_effect=asked.power_for,
    )


def _reasons(
    asked: Asked,
    found: Planned,
    electorate: Electorate,
    people: People,
    folder: Path,
    vault: Vault | None,
    units: list[str],
) -> dict[str, pl.Expr]:
    """Whom to leave in peace; numbers are looked up of those alone whom nothing else keeps off the list."""
    from dataclasses import replace

    import polars as pl

    from hustings.plan.lists.funnel import sift
    from hustings.plan.lists.people import suppressions
    from hustings.plan.lists.reaching import NUMBERED, without_number
    from hustings.plan.lists.signals import gather

    election = found.race.contest.date
    signals = gather(electorate, folder, asked.channel, election, rest_days=asked.rest_days, name=asked.name)
    reasons = suppressions(signals, asked.channel, election.year, rest_days=asked.rest_days, again=asked.again)
    if asked.channel not in NUMBERED or vault is None:
        return reasons
    free, _ = sift(people.rows, reasons)
    none, barred = without_number(electorate, free["voter_id"], vault, units, asked.channel, folder)
    signals = replace(
        signals,
        unreachable=pl.concat([signals.unreachable, none]),
        refused=pl.concat([signals.refused, barred]),
    )
    return suppressions(signals, asked.channel, election.year, rest_days=asked.rest_days, again=asked.again)


def _write(
    asked: Asked,
    listed: Listed,
    electorate: Electorate,
    vault: Vault | None,
    units: list[str],
    found: Planned,
    folder: Path,
) -> tuple[list[Path], list[str]]:
    """Write the forms that were asked for: nobody of the hold-out is in them."""
    from hustings.plan.lists import forms, reaching

    place = (asked.out or folder / "lists") / asked.name
    place.mkdir(parents=True, exist_ok=True)
    year, notes = found.race.contest.date.year, []
    rows, files = listed.contacted, []
    known = None
    if vault is not None and set(asked.formats) & set(forms.PRIVATE):
        known = reaching.with_identities(electorate, rows, vault, units)
    for form in asked.formats:
        if form == "csv" or known is None or vault is None:
            made = {"list.csv": forms.plain_rows(rows, asked.universe, year)}
        elif form == "van":
            whom, said = reaching.van_ids(known, asked.crosswalks, vault)
            notes += [said] if said else []
            names = forms.score_names(asked.universe, found.race.option, asked.channel, year)
            made = {"van-scores.csv": forms.van_scores(whom, names), "van-list.txt": forms.van_list(whom, year)}
            files.append(_sidecar(place / "van-scores.json", electorate, made["van-scores.csv"], names, listed))
        elif form == "walk":
            made = {"walk.csv": forms.walk_list(known, year)}
        elif form == "phone":
            dialled = known.with_columns(e164=reaching.numbers(known, asked.channel))
            made = {"phone.csv": forms.phone_list(dialled, reaching.hours(units), year)}
        else:
            made = {"mail.csv": forms.mail_list(known)}
        for name, frame in made.items():
            _write_form(frame, place / name, private=form != "csv")
            files.append(place / name)
    return files, notes


def _write_form(frame: pl.DataFrame, path: Path, *, private: bool) -> None:
    """Write rows beside and rename; lists of people are for their owner's eyes."""
    if path.suffix == ".csv":
        write_frame(frame, path, private=private)
        return
    import os

    beside = path.with_name(f".{path.name}.writing")
    try:
        with os.fdopen(os.open(beside, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600), "wb") as out:
            frame.write_csv(out, separator="\t")
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def _sidecar(path: Path, electorate: Electorate, scores: pl.DataFrame, names: dict[str, str], listed: Listed) -> Path:
    """Write what made the scores, and the means that VAN asks for before it takes them."""
    from hustings.electorate.query.export import export_scores
    from hustings.store import write_json

    inside = [name for name in names if name in electorate.words.sidecar_columns]
    _, about = export_scores(electorate, listed.people.head(1).select(inside))
    means = {name: round(float(scores[name].mean() or 0.0), 1) for name in names.values()}  # type: ignore[arg-type]
    actions = [
        {
            "actionType": "score",
            "personIdColumn": scores.columns[0],
            "personIdType": "VANID" if scores.columns[0] == "VANID" else "state voter id",
            "scoreColumn": name,
            "approvalCriteria": {"average": mean, "tolerance": 1.0},
        }
        for name, mean in means.items()
    ]
    write_json({**about, "rows": scores.height, "actions": actions, "effect": listed.whole["effect"]}, path)
    return path


def _check(campaign: Path | None, as_of: str | None, name: str | None, *, quiet: bool, as_json: bool) -> None:
    """Whether contacts touched a hold-out."""
    from hustings.plan.lists import contamination
    from hustings.plan.lists.signals import locked_lists, read_contacts

    found = campaign_at(campaign)
    day = night_of(campaign, as_of).as_of
    lists = [one for one in locked_lists(found.folder, day) if name in {None, one.name}]
    if name is not None and not lists:
        raise ConfigError(f"there is no list {name!r} as of {day}", hint="hustings lists show")
    with electorate_at(found, day.isoformat(), queries=False) as electorate:
        table = contamination(lists, read_contacts(electorate))
    if as_json:
        print(table.write_json())
    elif not quiet:
        print("\n".join(check_lines(table)))
    if table["touched"].sum():
        raise typer.Exit(1)
