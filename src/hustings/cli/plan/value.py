"""`hustings plan value`: what each unit is worth."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hustings.cli.campaign import CampaignDir, aligned
from hustings.cli.inputs import Json, Quiet, chance, some, working
from hustings.cli.plan.shared import (
    CostsFile,
    EffectsFile,
    MarketsFile,
    OfContest,
    OfPolls,
    OutFolder,
    OwnOption,
    PlanDay,
    check_out_folder,
    keep,
    levers_for,
    own_stops,
    planned,
    say_json,
    title_lines,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    import polars as pl

MOST_SHOWN = 14


def command(
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
    r"""What each unit is worth.

    The chance that it decides, and what a point, a vote, money and a visit there add to the chance to win.

    \b
    Example:
      hustings plan value
      hustings plan value --contest us-president-2016 --polls polls.csv --as-of 2016-10-20 --option dem
    """
    from hustings.contests.rules import RULES
    from hustings.plan.effects import used_lines
    from hustings.plan.goals import goal_of
    from hustings.plan.visits import read_visit_effects, visit_margin
    from hustings.plan.worth import tipping_probs, worth_table
    from hustings.tables import WORTH

    check_out_folder(out, "plan value")
    found = planned(contest, polls, option, as_of, campaign, quiet=quiet or as_json)
    race = found.race
    with working("what each unit is worth", quiet=quiet or as_json):
        levers, used = levers_for(found, effects, costs, markets)
        stops_file = own_stops(found.campaign)
        stops = read_visit_effects(stops_file)
        table = worth_table(race, tipping_probs(race, found.projection.units), levers, visit_margin(race, stops))
        prob = goal_of(race).base
    keep(found, out, "plan value", {WORTH: table}, used=used, files=[stops_file], goal="win", win_prob=prob)
    if as_json:
        say_json(found, used, win_prob=prob, worth=table)
    elif not quiet:
        seats = RULES[race.contest.rule].counts_seats
        lines = [
            *title_lines(found, "win", prob),
            "",
            *_by_unit(table, seats=seats),
            "",
            *_explained(seats=seats),
            "",
        ]
        print("\n".join([*lines, *used_lines(used)]))


def _explained(*, seats: bool) -> list[str]:
    """What the columns are."""
    return [
        "margin   expected lead over the strongest rival, in points, ± one sd",
        *(["decides  chance that this unit's seats make the majority"] if seats else []),
        "point    what one point of margin here adds to the chance to win, in points; so",
        "         10,000 net votes, $1M spent best, a visit (a guess with an error as",
        "         large as itself: hustings plan visits)",
        "voter    chance that one voter who changes sides changes who wins",
    ]


def _by_unit(table: pl.DataFrame, *, seats: bool) -> list[str]:
    """One line a unit, dearest first."""
    from hustings.brief.numbers import one_in

    rows = [["", "margin", *(["decides"] if seats else []), "point", "10k votes", "$1M", "visit", "voter"]]
    for row in table.head(MOST_SHOWN).iter_rows(named=True):
        rows += [
            [
                row["unit"],
                f"{100 * row['margin_mean']:+.1f} ± {100 * row['margin_sd']:.1f}",
                *([_or_dash(row["tipping_prob"], chance)] if seats else []),
                f"{100 * row['win_per_point']:.2f}",
                f"{100 * row['win_per_10000_votes']:.2f}",
                _or_dash(row["win_per_million_dollars"], lambda gain: f"{100 * gain:.2f}"),
                _or_dash(row["win_per_visit"], lambda gain: f"{100 * gain:.3f}"),
                one_in(row["vote_decides_prob"]),
            ]
        ]
    lines = aligned(rows, right=tuple(range(1, len(rows[0]))))
    rest = table.height - MOST_SHOWN
    if rest > 0:
        most = float(table["win_per_point"][MOST_SHOWN])
        lines.append(f"and {some(rest, 'further unit')}, where a point adds {100 * most:.2f} or less")
    return lines


def _or_dash(value: float | None, said: Callable[[float], str]) -> str:
    return "-" if value is None else said(value)
