"""`hustings plan visits`: where the candidates go."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hustings.cli.campaign import CampaignDir, aligned
from hustings.cli.inputs import Json, Quiet, some, working
from hustings.cli.plan.shared import (
    STOPS,
    GoalName,
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
    own_stops,
    planned,
    say_json,
    title_lines,
    wrapped,
)
from hustings.errors import ConfigError

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping
    from typing import Any

    from hustings.plan.visits import VisitPlan

MOST_SHOWN = 15
MOST_NAMED = 3
"""Candidates with a column of their own."""
MOST_CANDIDATES = 20
DAYS = 21

Days = Annotated[
    int | None,
    typer.Option("--days", help=f"From the day after the plan's [{DAYS}, or those to the eve]."),
]
Candidates = Annotated[int, typer.Option("--candidates", help="How many travel.")]
PerDay = Annotated[int, typer.Option("--events-per-day", help="Most stops of a candidate on a day.")]
Rest = Annotated[int, typer.Option("--rest-days", help="Days off of each candidate, evenly spread.")]
Must = Annotated[
    list[str] | None, typer.Option("--must", metavar="PA=3|FILE", help="Fewest stops in a unit; a CSV: unit,visits.")
]
Never = Annotated[list[str] | None, typer.Option("--not", metavar="UNIT", help="Nobody goes there.")]
StopEffects = Annotated[
    Path | None, typer.Option("--visit-effects", metavar="FILE", help=f"What a stop makes [{STOPS}; what ships].")
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
    visit_effects: StopEffects = None,
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
    r"""Where the candidates go, day by day.

    Whole stops, days and roads, beside what the cheapest-votes plan would do.

    \b
    Example:
      hustings plan visits --days 21 --candidates 2
      hustings plan visits --days 14 --must PA=3 --not ME --rest-days 1
    """
    from hustings.plan.goals import goal_of
    from hustings.plan.visits import Asked, places_of, read_musts, read_visit_effects, visit_plan
    from hustings.tables import ITINERARY, VISITS

    check_goal(goal)
    musts = read_musts(must or [])
    read_visit_effects(visit_effects).first(candidates)
    if candidates > MOST_CANDIDATES:
        raise ConfigError(
            f"{candidates} candidates: plans are made for up to {MOST_CANDIDATES}", hint="--candidates 2 is usual"
        )
    check_out_folder(out, "plan visits")
    found = planned(contest, polls, option, as_of, campaign, quiet=quiet or as_json)
    goal_of(found.race.thinned(100), goal)
    asked = Asked(
        min(DAYS, max(found.race.days - 1, 1)) if days is None else days, per_day, rest, musts, tuple(never or ())
    )
    asked.check(found.race, candidates)
    file = visit_effects or own_stops(found.campaign)
    used = read_visit_effects(file)
    with working("planning visits", quiet=quiet or as_json):
        where = places_of(found.race.units, places)
        plan = visit_plan(found.race, asked, candidates=candidates, goal=goal, effects=used, places=where)
        cheapest = plan
        if goal != "votes":
            cheapest = visit_plan(found.race, asked, candidates=candidates, goal="votes", effects=used, places=where)
    told = summary(plan, cheapest)
    table, days_table = plan.table(cheapest), plan.itinerary()
    files = [file, places, *(Path(one) for one in must or () if Path(one).is_file())]
    keep(found, out, "plan visits", {VISITS: table, ITINERARY: days_table}, files=files, **told)
    if as_json:
        say_json(found, None, **told, visits=table, itinerary=days_table)
    elif not quiet:
        print(
            "\n".join(
                [*_head(found, plan, told), "", *_by_unit(plan, cheapest), "", *_days(plan), "", *_used(plan, told)]
            )
        )


def summary(plan: VisitPlan, cheapest: VisitPlan) -> dict[str, Any]:
    """What is said of a plan beside its tables."""
    from hustings.maths.intervals import Z90
    from hustings.plan.goals import average_slope, goal_of

    wanted = goal_of(plan.race, plan.goal)
    other = float(average_slope(wanted, cheapest.margin) @ cheapest.margin)
    lost, part = plan.gain - other, plan.effects.relative_se
    return {
        "goal": plan.goal,
        "base": wanted.base,
        "days": plan.asked.days,
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
        "visit_effects_used": [
            {"candidate": name, "first_margin": float(first), "margin_se": float(se), "source": source}
            for name, first, se, source in zip(
                plan.effects.candidates,
                plan.effects.first_margin,
                plan.effects.margin_se,
                plan.effects.sources,
                strict=True,
            )
        ],
    }


def _head(found: Planned, plan: VisitPlan, told: Mapping[str, Any]) -> list[str]:
    """What the plan adds, with its interval, and what the cheapest votes would."""
    asked, form = plan.asked, counted(plan.goal)
    many = len(plan.effects.candidates)
    who, most = some(many, "candidate"), asked.stops() * many
    rows = [
        ["", f"adds, {form.unit}", "90% interval"],
        ["this plan", form.number(told["gain"]), form.span(told["gain_low"], told["gain_high"])],
        ["cheapest votes", form.number(told["cheapest_votes_gain"]), ""],
        [
            "less than this plan",
            form.number(told["lost_by_cheapest_votes"]),
            form.span(told["lost_low"], told["lost_high"]),
        ],
    ]
    stops = f"{int(plan.stops.sum())} of at most {some(most, 'stop')}"
    by_hours = int(asked.day_hours // asked.event_hours)
    if asked.events_per_day > by_hours:
        stops += f"; {by_hours} a day: {asked.event_hours:g} hours each"
    return [
        *title_lines(found, plan.goal, told["base"]),
        *wrapped(f"{who}, {some(asked.days, 'day')} from {plan.day(0)}: {stops}"),
        "",
        *aligned(rows if abs(told["lost_by_cheapest_votes"]) > 0 else rows[:2], right=(1, 2)),
        *([] if abs(told["lost_by_cheapest_votes"]) > 0 else ["the cheapest votes are the same plan"]),
    ]


def _by_unit(plan: VisitPlan, cheapest: VisitPlan) -> list[str]:
    """Stops by unit, those that add most first."""
    added = plan.worth * plan.margin
    order = sorted(range(len(plan.race.units)), key=lambda u: (-added[u], -cheapest.stops[:, u].sum()))
    order = [u for u in order if plan.stops[:, u].any() or cheapest.stops[:, u].any()]
    form = counted(plan.goal)
    by_name = len(plan.effects.candidates) <= MOST_NAMED
    rows = [
        [
            "stops",
            *(plan.effects.candidates if by_name else ()),
            "all",
            "cheapest votes",
            "margin +",
            f"adds, {form.unit}",
        ]
    ]
    for u in order[:MOST_SHOWN]:
        mine = [f"{k}" if k else "-" for k in plan.stops[:, u]] if by_name else []
        rows.append(
            [
                plan.race.units[u],
                *mine,
                f"{plan.stops[:, u].sum()}",
                f"{cheapest.stops[:, u].sum()}",
                f"{100 * plan.margin[u]:.2f}",
                form.number(added[u]),
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


def _used(plan: VisitPlan, told: Mapping[str, Any]) -> list[str]:
    """What the plan rests on."""
    form = counted(plan.goal)
    off = form.scale * told["linear_error"]
    bound = f"Proved: no itinerary adds {max(100 * plan.gap, 0.01):.2f}% more than this one, at the worth of margins along it"
    curved = f" (which leaves {off:+.3f} {form.unit} of its gain open)." if abs(off) >= 5e-4 else "."
    lines = [*wrapped(bound + curved), "", "What a stop makes, in points of margin (± one standard error):"]
    for k, name in enumerate(plan.effects.candidates):
        first, se = 100 * plan.effects.first_margin[k], 100 * plan.effects.margin_se[k]
        lines.append(f"  {name}: {first:.2f} ± {se:.2f}, the next there {plan.effects.repeat_factor:.0%} of it")
    said = []
    if any(source.startswith("chosen") for source in plan.effects.sources):
        said.append(
            f"These are chosen, not measured: published effects are about nothing. Yours: {STOPS}, or --visit-effects FILE."
        )
    if not plan.places.known and len(plan.race.units) > 1:
        said.append("Where the units lie is not known: every hop takes an hour. --places FILE")
    return [*lines, *wrapped(*said)]
