"""`hustings watch sensitivity`: how wrong each assumption must be to change who wins."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from hustings.cli.campaign import CampaignDir, aligned
from hustings.cli.inputs import Json, Quiet, chance, working
from hustings.cli.nights import night_of
from hustings.cli.watch.shared import OfNight, last_night, wrapped
from hustings.errors import StoreError

if TYPE_CHECKING:
    import polars as pl

    from hustings.watch.sensitivity import Smallest

MOST_SHOWN = 14


def command(as_of: OfNight = None, campaign: CampaignDir = None, quiet: Quiet = False, as_json: Json = False) -> None:
    r"""Push each assumption by its historical error, alone and in pairs, and find the smallest shift that changes who wins.

    Also written as sensitivity.csv beside the night's tables, and as worlds.csv, which `hustings plan money` plans for.

    \b
    Example:
      hustings watch sensitivity
      hustings watch sensitivity --as-of 2016-11-07 --json
    """
    from hustings.night.steps.watch import FOLDER, morning_of
    from hustings.store import write_csv
    from hustings.tables import SENSITIVITY, WORLDS
    from hustings.watch.sensitivity import pushes, sensitivity, smallest_shift, worlds
    from hustings.watch.sowhat import cells_of
    from hustings.watch.whatif import what_if

    night = night_of(campaign, last_night(campaign, as_of))
    morning = morning_of(night)
    if morning.run is None:
        raise StoreError(f"there is no projection of {night.as_of}", hint=f"hustings run --as-of {night.as_of}")
    with working("pushing each assumption", quiet=quiet or as_json):
        field = what_if(morning.contest, morning.run, morning.own_option)
        found = pushes(morning, field, cells_of(morning))
        table = sensitivity(field, found)
        smallest = smallest_shift(field)
    folder = night.work / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    write_csv(table, folder / SENSITIVITY.file, SENSITIVITY)
    write_csv(worlds(field, found), folder / WORLDS.file, WORLDS)
    if as_json:
        rows = list(table.iter_rows(named=True))
        said = {"everywhere_share": smallest.everywhere_share, "units": dict(smallest.units)}
        print(json.dumps({"win_prob": field.base.win_prob, "smallest": said, "pushes": rows}, indent=2))
    elif not quiet:
        label = morning.contest.options[field.own].label
        print(f"{label} has a chance of {chance(field.base.win_prob)}, as projected on {night.as_of}")
        print(wrapped(_smallest(smallest, len(morning.contest.units))))
        print()
        for line in _lines(table):
            print(line)
        print(f"all {table.height} pushes: {folder / SENSITIVITY.file}")


def _smallest(found: Smallest, n_units: int) -> str:
    parts = []
    if found.everywhere_share is not None:
        parts.append(f"{100 * found.everywhere_share:.1f} points everywhere")
    # In a contest of one unit the two are the same.
    if found.units and n_units > 1:
        parts.append(" and ".join(f"{100 * share:.1f} in {unit}" for unit, share in found.units))
    if not parts:
        return "No shift below 25 points changes who leads."
    return "Smallest shift of the leader's share that changes who wins: " + ", or ".join(parts) + "."


def _lines(table: pl.DataFrame) -> list[str]:
    """The pushes that matter most."""
    head = ["one historical error off, against the favourite", "chance", "change", "flips at"]
    rows = [head]
    for row in table.head(MOST_SHOWN).iter_rows(named=True):
        factor = f"{row['factor_to_flip']:.1f} errors" if row["factor_to_flip"] is not None else "4 or more"
        change = f"{100 * row['win_prob_change']:+.1f}".replace("-", "−")
        rows.append([_short(row["push"]), chance(row["win_prob"]), change, factor])
    return aligned(rows, right=(1, 2))


def _short(push: str) -> str:
    """A push, short enough for a column: pairs with a plus, places without their words."""
    short = push.replace(" and polls off in ", " + ").replace(" and ", " + ").replace(" until the election", "")
    return short.replace(" the same way", "").replace(" alone", "")
