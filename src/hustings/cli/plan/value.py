"""`hustings plan value`: what each unit is worth."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hustings.cli.campaign import CampaignDir, aligned
from hustings.cli.inputs import Json, Quiet, chance, working
from hustings.cli.plan.shared import (
    CostsFile,
    EffectsFile,
    MarketsFile,
    OfContest,
    OfPolls,
    OutFolder,
    OwnOption,
    PlanDay,
    keep,
    planned,
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
    r"""What each unit is worth: the chance that it decides, and what a vote, a point, money and a visit there add.

    \b
    Example:
      hustings plan value
      hustings plan value --contest us-president-2016 --polls polls.csv --as-of 2016-10-20 --option dem
    """
    from hustings.plan.effects import load_levers, used_lines
    from hustings.plan.goals import goal_of
    from hustings.plan.visits import visit_margin
    from hustings.plan.worth import tipping_probs, worth_table
    from hustings.tables import WORTH

    found = planned(contest, polls, option, as_of, campaign, quiet=quiet or as_json)
    race = found.race
    with working("what each unit is worth", quiet=quiet or as_json):
        levers, used = load_levers(race, found.campaign, effects, costs, markets)
        table = worth_table(race, tipping_probs(race, found.projection.units), levers, visit_margin(race))
    keep(found, out, "plan value", {WORTH: table})
    if as_json:
        print(table.write_json())
    elif not quiet:
        prob = goal_of(race).base
        print(f"{race.label} to win {race.contest.title}: {chance(prob)}, as of {race.as_of}\n")
        print("\n".join([*_by_unit(table), "", *EXPLAINED, "", *used_lines(used)]))


EXPLAINED = (
    "What each adds is in points of the chance to win. A point is 1% of the unit's",
    "votes more for us than for the strongest rival; $1M is spent best there; what a",
    "visit does is a guess with an error as large (hustings plan visits). A voter",
    "decides: the chance that one voter who changes sides changes who wins.",
)


def _by_unit(table: pl.DataFrame) -> list[str]:
    """One line a unit, dearest first."""
    from hustings.brief.numbers import one_in

    heads = ["", "margin", "decides", "point", "10k votes", "$1M", "visit", "a voter decides"]
    rows = [heads]
    for row in table.head(MOST_SHOWN).iter_rows(named=True):
        rows += [
            [
                row["unit"],
                f"{100 * row['margin_mean']:+.1f} ± {100 * row['margin_sd']:.1f}",
                _or_dash(row["tipping_prob"], chance),
                f"{100 * row['win_per_point']:+.2f}",
                f"{100 * row['win_per_10000_votes']:+.2f}",
                _or_dash(row["win_per_million_dollars"], lambda gain: f"{100 * gain:+.2f}"),
                _or_dash(row["win_per_visit"], lambda gain: f"{100 * gain:+.3f}"),
                one_in(row["vote_decides_prob"]),
            ]
        ]
    lines = aligned(rows, right=tuple(range(1, len(heads))))
    rest = table.height - MOST_SHOWN
    if rest > 0:
        most = float(table["win_per_point"][MOST_SHOWN])
        lines.append(f"and {rest} further units, in each of which a point adds {100 * most:.2f} or less")
    return lines


def _or_dash(value: float | None, said: Callable[[float], str]) -> str:
    return "-" if value is None else said(value)
