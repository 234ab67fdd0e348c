"""`hustings plan effects`: what effort does and costs, with sources; tables to edit."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hustings.cli.campaign import CampaignDir, aligned, campaign_at, check_out, plain
from hustings.cli.inputs import Json, Quiet, parse_day
from hustings.cli.plan.shared import CostsFile, EffectsFile, MarketsFile, finite
from hustings.errors import ConfigError, StoreError

if TYPE_CHECKING:
    import datetime as dt

    from hustings.contests import Contest
    from hustings.plan.effects import Used

Asked = Annotated[
    str | None, typer.Option("--contest", metavar="CONTEST", help="Whose units costs and markets may name.")
]
AsOf = Annotated[
    str | None, typer.Option("--as-of", metavar="YYYY-MM-DD", help="Own experiments known by then [today].")
]
Out = Annotated[Path | None, typer.Option("--out", metavar="FILE", help="Write the effects, to edit.")]
CostsOut = Annotated[Path | None, typer.Option("--costs-out", metavar="FILE", help="Write the costs, to edit.")]
MarketsOut = Annotated[
    Path | None, typer.Option("--markets-out", metavar="FILE", help="Write media markets, to edit; needs a contest.")
]


def command(
    contest: Asked = None,
    effects: EffectsFile = None,
    costs: CostsFile = None,
    markets: MarketsFile = None,
    out: Out = None,
    costs_out: CostsOut = None,
    markets_out: MarketsOut = None,
    as_of: AsOf = None,
    campaign: CampaignDir = None,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    r"""What effort does and costs: tables to edit.

    The rows that plans use, with their sources. In a campaign, its plan/effects.csv, plan/costs.csv and plan/markets.csv take the place of what ships, and its own
    experiments (locked lists, plan/own.csv) are joined with what was published, each by its precision.

    \b
    Example:
      hustings plan effects
      hustings plan effects --out plan/effects.csv --costs-out plan/costs.csv
      hustings plan effects --contest us-president-2016 --markets-out plan/markets.csv
    """
    import datetime as dt

    from hustings.plan.effects import join_own, read_tables

    for path, name in ((out, "--out"), (costs_out, "--costs-out"), (markets_out, "--markets-out")):
        _check_csv(path, name)
    day = parse_day(as_of, "--as-of") if as_of else dt.date.today()
    folder, found, first = _campaign_and_contest(contest, campaign)
    tables = read_tables(found, folder, effects, costs, markets)
    written = _write(tables, found, out, costs_out, markets_out)
    used = join_own(tables, folder, day, first_option=first)
    if as_json:
        print(_as_json(used, day))
    elif not quiet:
        print("\n".join([*_effects(used), "", *_costs(used), "", *_markets(used), *_sources(used), *written]))


def _check_csv(path: Path | None, option: str) -> None:
    if path is not None and path.suffix != ".csv":
        raise ConfigError(f"{option} {path}: people edit CSV", hint="end it in .csv")
    check_out(path, option)


def _campaign_and_contest(contest: str | None, campaign: Path | None) -> tuple[Path | None, Contest | None, bool]:
    """The campaign's folder if there is one, its contest or the one named, and whether its plan is for the first option."""
    from hustings.contests import load_contest

    if contest is not None:
        if campaign is not None:
            raise ConfigError("--contest and --campaign both name a contest", hint="give one of them")
        return None, load_contest(contest), True
    try:
        found = campaign_at(campaign)
    except StoreError:
        if campaign is not None:
            raise
        return None, None, True
    own = found.folder / found.contest
    loaded = load_contest(str(own) if found.contest.endswith(".toml") and own.is_file() else found.contest)
    return found.folder, loaded, found.watch.option in {"", loaded.option_ids[0]}


def _write(
    tables: Used, contest: Contest | None, out: Path | None, costs_out: Path | None, markets_out: Path | None
) -> list[str]:
    """Write what was asked for; a line for each file."""
    from hustings.plan.effects.loading import own_market_table
    from hustings.store import write_csv
    from hustings.tables import COSTS, EFFECTS, MARKETS

    if markets_out is not None and contest is None:
        raise ConfigError("--markets-out needs a contest, whose units they reach", hint="--contest us-president-2016")
    said = []
    if out is not None:
        write_csv(tables.effects, out, EFFECTS)
        said.append(f"effects to edit: {out}")
    if costs_out is not None:
        write_csv(tables.costs, costs_out, COSTS)
        said.append(f"costs to edit: {costs_out}")
    if markets_out is not None and contest is not None:
        alone = [unit.id for unit in contest.units if unit.parent is None]
        write_csv(
            tables.markets if tables.markets is not None else own_market_table(alone, tables.costs),
            markets_out,
            MARKETS,
        )
        said.append(f"markets to edit: {markets_out}")
    return said


def _as_json(used: Used, day: dt.date) -> str:
    import json

    from hustings.plan.effects.saying import dollars_per_vote

    found = finite(
        {
            "as_of": day,
            "effects": [
                row | {"dollars_per_net_vote": dollars_per_vote(used.costs, row)}
                for row in used.effects.iter_rows(named=True)
            ],
            "costs": used.costs.to_dicts(),
            "markets": None if used.markets is None else used.markets.to_dicts(),
            "notes": list(used.notes),
            "files": [str(path) for path in used.files],
        }
    )
    return json.dumps(found, indent=2, ensure_ascii=False, allow_nan=False, default=plain)


def _effects(used: Used) -> list[str]:
    from hustings.plan.effects.saying import dollars_per_vote, size_of

    rows = [["effect", "use", "points", "a", "halves", "from", "net vote"]]
    for row in used.effects.iter_rows(named=True):
        half, cost = row["half_life_days"], dollars_per_vote(used.costs, row)
        rows.append(
            [
                row["effect"],
                "yes" if row["used"] else "no",
                size_of(row),
                row["per"],
                "never" if half is None else f"{half:g} d",
                row["mean_basis"]
                if row["mean_basis"] == row["se_basis"]
                else f"{row['mean_basis']}, {row['se_basis']}",
                "-" if cost is None else f"${cost:,.0f}",
            ]
        )
    head = [
        "What one contact does to a voter, or one sd of advertising to the margin",
        "(± one standard error); from: the mean, and its error where that differs",
        "",
    ]
    return [*head, *aligned(rows, right=(2, 6))]


def _costs(used: Used) -> list[str]:
    rows = [["channel", "unit", "price", "of a", "reaches", "so a contact", "can be reached"]]
    for row in used.costs.iter_rows(named=True):
        contact = row["per"] == "contact"
        rows.append(
            [
                row["channel"],
                row["unit"],
                f"${row['dollars']:,.2f}",
                "try" if contact else "voter",
                f"{row['contact_share']:.0%}" if contact else "",
                f"${row['dollars'] / row['contact_share']:,.2f}" if contact else "",
                f"{row['reachable_share']:.0%}",
            ]
        )
    return ["What it costs", "", *aligned(rows, right=(2, 4, 5, 6))]


def _markets(used: Used) -> list[str]:
    if used.markets is None:
        return ["Media markets: no file, each unit is its own.", ""]
    n = used.markets["market"].n_unique()
    across = used.markets.group_by("market").len().filter(used.markets.group_by("market").len()["len"] > 1).height
    return [f"Media markets: {n}, of which {across} reach more than one unit.", ""]


def _sources(used: Used) -> list[str]:
    from hustings.plan.effects.saying import source_said, wrapped

    lines = ["Sources"]
    for row in used.effects.iter_rows(named=True):
        said = f"{source_said(row)}. " if row["own"] else ""
        note = f" {row['note']}" if row["note"] else ""
        lines += wrapped(f"{row['effect']}: {said}{row['source']} ({row['year']}).{note}", "  ")
    return lines
