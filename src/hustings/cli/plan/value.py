"""`hustings plan value`: what each unit is worth."""

from __future__ import annotations

from hustings.cli.campaign import CampaignDir, aligned
from hustings.cli.inputs import Json, Quiet, chance
from hustings.cli.plan.shared import OfContest, OfPolls, OutFolder, OwnOption, PlanDay, keep, planned

MOST_SHOWN = 15


def command(
    contest: OfContest = None,
    polls: OfPolls = None,
    option: OwnOption = None,
    as_of: PlanDay = None,
    out: OutFolder = None,
    campaign: CampaignDir = None,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    r"""What each unit is worth: the chance that it decides, and what a vote, a point and a dollar there add.

    \b
    Example:
      hustings plan value
      hustings plan value --contest us-president-2016 --polls polls.csv --as-of 2016-10-20 --option dem
    """
    from hustings.brief.numbers import one_in
    from hustings.plan.goals import goal_of
    from hustings.plan.worth import tipping_probs, worth_table
    from hustings.tables import WORTH

    found = planned(contest, polls, option, as_of, campaign, quiet=quiet or as_json)
    table = worth_table(found.race, tipping_probs(found.race, found.projection.units))
    keep(found, out, "plan value", {WORTH: table})
    if as_json:
        print(table.write_json())
    elif not quiet:
        prob = goal_of(found.race).base
        print(f"{found.race.label} to win {found.race.contest.title}: {chance(prob)}, as of {found.as_of}")
        rows = [["", "seats", "margin", "tips", "a point adds", "10,000 votes add", "a voter decides"]]
        for row in table.head(MOST_SHOWN).iter_rows(named=True):
            rows.append(
                [
                    row["unit"],
                    f"{row['seats']}",
                    f"{100 * row['margin_mean']:+.1f} ± {100 * row['margin_sd']:.1f}",
                    "" if row["tipping_prob"] is None else chance(row["tipping_prob"]),
                    f"{100 * row['win_per_point']:+.2f}",
                    f"{100 * row['win_per_10000_votes']:+.3f}",
                    one_in(row["vote_decides_prob"]),
                ]
            )
        print("\n".join(aligned(rows, right=(1, 2, 3, 4, 5, 6))))
