"""`hustings plan visits`: where the candidates go."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hustings.cli.campaign import CampaignDir, aligned
from hustings.cli.inputs import Json, Quiet, chance, some, working
from hustings.cli.plan.shared import OfContest, OfPolls, OutFolder, OwnOption, PlanDay, keep, planned

if TYPE_CHECKING:
    import datetime as dt

    from hustings.plan.visits import VisitPlan

MOST_SHOWN = 15
DAYS = 21
EFFECTS = "plan/visit_effects.csv"
Z90 = 1.6449

Days = Annotated[
    int | None,
    typer.Option("--days", help=f"From the day after the plan's [{DAYS}, or those left before the election]."),
]
Candidates = Annotated[int, typer.Option("--candidates", help="How many travel.")]
PerDay = Annotated[int, typer.Option("--events-per-day", help="Most stops of a candidate on a day.")]
Rest = Annotated[int, typer.Option("--rest-days", help="Days off of each candidate, evenly spread.")]
Must = Annotated[
    list[str] | None, typer.Option("--must", metavar="PA=3|FILE", help="Fewest stops in a unit; a CSV: unit,visits.")
]
Never = Annotated[list[str] | None, typer.Option("--not", metavar="UNIT", help="Nobody goes there.")]
GoalName = Annotated[str, typer.Option("--goal", help="win, seats, popular or votes.")]
Effects = Annotated[
    Path | None, typer.Option("--effects", metavar="FILE", help=f"What a stop makes [the campaign's {EFFECTS}].")
]
PlacesFile = Annotated[
    Path | None, typer.Option("--places", metavar="FILE", help="Where units lie: unit,latitude,longitude.")
]


def command(
    days: Days = None,
    candidates: Candidates = 2,
    per_day: PerDay = 2,
    rest: Rest = 0,
    must: Must = None,
    never: Never = None,
    goal: GoalName = "win",
    effects: Effects = None,
    places: PlacesFile = None,
    contest: OfContest = None,
    polls: OfPolls = None,
    option: OwnOption = None,
    as_of: PlanDay = None,
    out: OutFolder = None,
    campaign: CampaignDir = None,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    r"""Where the candidates go: whole stops, days and roads, beside what the cheapest-votes plan would do.

    \b
    Example:
      hustings plan visits --days 21 --candidates 2
      hustings plan visits --days 14 --must PA=3 --not ME --rest-days 1
    """
    from hustings.plan.visits import Asked, places_of, read_musts, read_visit_effects, visit_plan
    from hustings.tables.visits import ITINERARY, VISITS

    musts = read_musts(must or [])
    read_visit_effects(effects).first(candidates)
    found = planned(contest, polls, option, as_of, campaign, quiet=quiet or as_json)
    asked = Asked(min(DAYS, found.race.days) if days is None else days, per_day, rest, musts, tuple(never or ()))
    own = found.campaign / EFFECTS if found.campaign is not None else None
    used = read_visit_effects(effects or (own if own is not None and own.is_file() else None))
    with working("planning visits", quiet=quiet or as_json):
        where = places_of(found.race.units, places)
        plan = visit_plan(found.race, asked, candidates=candidates, goal=goal, effects=used, places=where)
        votes = goal == "votes"
        cheapest = (
            plan
            if votes
            else visit_plan(found.race, asked, candidates=candidates, goal="votes", effects=used, places=where)
        )
    told = summary(plan, cheapest)
    keep(found, out, "plan visits", {VISITS: plan.table(cheapest), ITINERARY: plan.itinerary()}, **told)
    if as_json:
        import json

        tables = {"visits": plan.table(cheapest).to_dicts(), "itinerary": plan.itinerary().to_dicts()}
        print(json.dumps({**told, **tables}, default=str))
    elif not quiet:
        print("\n".join([*_head(plan, told), "", *_by_unit(plan, cheapest), "", *_days(plan), "", *_used(plan, told)]))


def summary(plan: VisitPlan, cheapest: VisitPlan) -> dict[str, object]:
    """What is said of a plan beside its tables."""
    from hustings.plan.goals import goal_of
    from hustings.plan.visits.planned import average_slope

    wanted = goal_of(plan.race, plan.goal)
    other = float(average_slope(wanted, cheapest.margin) @ cheapest.margin)
    lost, part = plan.gain - other, plan.effects.relative_se
    return {
        "goal": plan.goal,
        "base": wanted.base,
        "gain": plan.gain,
        "gain_low": plan.gain - Z90 * plan.gain_se,
        "gain_high": plan.gain + Z90 * plan.gain_se,
        "cheapest_votes_gain": other,
        "lost_by_cheapest_votes": lost,
        "lost_low": lost - Z90 * abs(lost) * part,
        "lost_high": lost + Z90 * abs(lost) * part,
        "gap": plan.gap,
        "linear_error": plan.gain - plan.linear_gain,
        "stops": int(plan.stops.sum()),
        "travel_hours": [round(float(hours), 1) for hours in plan.travel_hours],
    }


def _unit(goal: str) -> tuple[float, str]:
    """How a gain is written: factor and unit."""
    return {"seats": (1.0, "seats"), "votes": (1.0, "net votes")}.get(goal, (100.0, "points"))


def _head(plan: VisitPlan, told: dict[str, object]) -> list[str]:
    """What the plan adds, with its interval."""
    race, asked = plan.race, plan.asked
    factor, unit = _unit(plan.goal)
    form = "{:+,.0f}" if plan.goal == "votes" else "{:+.2f}"
    number = {key: form.format(factor * float(value)) for key, value in told.items() if isinstance(value, float)}
    chances = plan.goal in {"win", "popular"}
    now = chance(float(str(told["base"]))) if chances else f"{float(str(told['base'])):,.0f} {unit}"
    what = "to win" if plan.goal == "win" else f"(goal: {plan.goal})"
    who, most = some(len(plan.effects.candidates), "candidate"), asked.stops() * len(plan.effects.candidates)
    return [
        f"{race.label} {what}, {race.contest.title}: {now}, as of {race.as_of}",
        f"{who}, {some(asked.days, 'day')} from {plan.day(0)}: {int(plan.stops.sum())} of at most {some(most, 'stop')}",
        f"this plan adds       {number['gain']} {unit} (90% interval {number['gain_low']} to {number['gain_high']})",
        f"cheapest votes add   {number['cheapest_votes_gain']} {unit}",
        f"the difference is    {number['lost_by_cheapest_votes']} {unit} ({number['lost_low']} to {number['lost_high']})",
    ]


def _by_unit(plan: VisitPlan, cheapest: VisitPlan) -> list[str]:
    """Stops by unit, those that add most first."""
    added = plan.worth * plan.margin
    order = sorted(range(len(plan.race.units)), key=lambda u: (-added[u], -cheapest.stops[:, u].sum()))
    order = [u for u in order if plan.stops[:, u].any() or cheapest.stops[:, u].any()]
    factor, unit = _unit(plan.goal)
    rows = [["", *plan.effects.candidates, "all", "cheapest votes", "margin", f"adds, {unit}"]]
    for u in order[:MOST_SHOWN]:
        mine = [f"{k}" if k else "-" for k in plan.stops[:, u]]
        adds = f"{factor * added[u]:+,.0f}" if plan.goal == "votes" else f"{factor * added[u]:+.2f}"
        rows.append(
            [
                plan.race.units[u],
                *mine,
                f"{plan.stops[:, u].sum()}",
                f"{cheapest.stops[:, u].sum()}",
                f"{100 * plan.margin[u]:+.2f}",
                adds,
            ]
        )
    lines = aligned(rows, right=tuple(range(1, len(rows[0]))))
    more = order[MOST_SHOWN:]
    if more:
        here, there = int(plan.stops[:, more].sum()), int(cheapest.stops[:, more].sum())
        lines.append(f"and {some(len(more), 'further unit')}: {some(here, 'stop')} here, {there} by cheapest votes")
    return lines


def _days(plan: VisitPlan) -> list[str]:
    """Each candidate's way, one line a stay."""
    lines = []
    for candidate, mine, hours in zip(plan.effects.candidates, plan.legs, plan.travel_hours, strict=True):
        lines.append(f"{candidate} ({hours:.0f} hours on the road)")
        stays: list[tuple[int, int, int, int]] = []
        for leg in mine:
            if stays and stays[-1][0] == leg.unit:
                unit, begun, _, stops = stays.pop()
                stays.append((unit, begun, leg.day, stops + leg.stops))
            else:
                stays.append((leg.unit, leg.day, leg.day, leg.stops))
        rows = [
            [_span(plan.day(begun), plan.day(last)), plan.race.units[unit], some(stops, "stop")]
            for unit, begun, last, stops in stays
        ]
        lines += aligned(rows, indent="  ")
    return lines


def _span(first: dt.date, last: dt.date) -> str:
    """Days in words."""
    return f"{first:%b %d}" if first == last else f"{first:%b %d} - {last:%b %d}"


def _used(plan: VisitPlan, told: dict[str, object]) -> list[str]:
    """What the plan rests on."""
    factor, unit = _unit(plan.goal)
    off = factor * float(str(told["linear_error"]))
    lines = [
        f"Proved: no itinerary adds {max(100 * plan.gap, 0.01):.2f}% more, at what margins are worth along",
        f"this plan. That they are worth something else elsewhere is {off:+.3f} {unit} of it.",
        "What a stop makes, in points of margin:",
    ]
    for k, name in enumerate(plan.effects.candidates):
        first, se = 100 * plan.effects.first_margin[k], 100 * plan.effects.margin_se[k]
        lines.append(f"  {name}: {first:.2f} ± {se:.2f}, the next there {plan.effects.repeat_factor:.0%} of it")
    if any(source.startswith("chosen") for source in plan.effects.sources):
        lines.append("  Chosen, not measured: published effects are about nothing. --effects FILE")
    if not plan.places.known and len(plan.race.units) > 1:
        lines.append("No places of the units are known: every hop takes an hour. --places FILE")
    return lines
