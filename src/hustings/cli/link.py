"""`hustings link`: the same person in files that share no id."""

from __future__ import annotations

import json
from importlib.metadata import version
from pathlib import Path
from typing import Annotated

import polars as pl
import typer

from hustings.cli.campaign import CampaignDir, aligned, campaign_at, say_report, telling, vault_of
from hustings.cli.inputs import Json, Quiet, Seed
from hustings.cli.load import FileDay, Given, LayoutName, Wait, day_of, read_pairs
from hustings.errors import ConfigError


def command(
    files: Annotated[
        list[Path] | None, typer.Argument(metavar="FILE...", help="People with another system's ids.")
    ] = None,
    movers: Annotated[
        bool, typer.Option("--movers", help="Instead of a file: voters gone from one state and new in another.")
    ] = False,
    layout: LayoutName = None,
    as_of: FileDay = None,
    given: Given = None,
    seed: Seed = 1,
    wait: Wait = 0,
    campaign: CampaignDir = None,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    r"""Link the people of a file to the stored voters, each link with its probability; and say for whom it works.

    \b
    Example:
      hustings link van_people.csv --layout van-person
      hustings link --movers
    """
    from hustings.electorate.loading import link_file, link_movers

    if bool(files) == movers:
        raise ConfigError(
            "expected either FILE... or --movers", hint="hustings link van_people.csv --layout van-person"
        )
    if files and layout is None:
        raise ConfigError("--layout is missing", hint="the layout of people in another system, for example van-person")
    if movers and (layout or given):
        raise ConfigError("--movers takes no --layout and no --set", hint="it compares voters who are stored")
    found = campaign_at(campaign)
    vault = vault_of(found)
    with telling("linking", quiet=quiet or as_json) as progress:
        if files:
            from hustings.electorate.loading.choose import choose_layout

            chosen, how = choose_layout(files, "voters", layout)
            day, source = day_of(files, as_of, chosen)
            report = link_file(
                found.store,
                files,
                chosen,
                vault=vault,
                as_of=day,
                seed=seed,
                parameters=read_pairs(given or []),
                code_version=version("hustings"),
                wait_seconds=wait,
                progress=progress,
            )
            said = f"layout {chosen.name}{how}"
        else:
            day, source = day_of([], as_of, None)
            report = link_movers(
                found.store,
                vault=vault,
                as_of=day,
                seed=seed,
                code_version=version("hustings"),
                wait_seconds=wait,
                progress=progress,
            )
            said = "the stored voters"
    if as_json:
        print(json.dumps(report.to_json(), indent=2, ensure_ascii=False))
        return
    say_report(report, found, files or [], said, source, quiet=quiet)
    if report.linkage and not quiet:
        print("\n".join(linkage_lines(pl.DataFrame(report.linkage), movers=movers)))


def linkage_lines(rates: pl.DataFrame, *, movers: bool) -> list[str]:
    """Lines that say for whom it works: of a file, its people by their own groups; of movers, both sides."""
    whole = rates.row(by_predicate=pl.col("dimension") == "all", named=True)
    lines = ["", "for whom it works:"]
    sides = {"n_right": "came" if movers else "people", "n_found": "found", "found_rate": "found_rate"}
    if movers:
        sides = {"n_left": "gone", "n_linked": "linked", "match_rate": "match_rate", **sides}
    shown = rates.filter(pl.any_horizontal(pl.col(name) > 0 for name in sides) | (pl.col("n_linked") > 0))
    if not movers:
        # Whether somebody moved is known of the linked alone.
        shown = shown.filter((pl.col("n_right") > 0) | (pl.col("dimension") == "mover"))
        shown = shown.with_columns(n_found=pl.coalesce("n_found", "n_linked"))
    table = shown.select("dimension", "group", *(pl.col(name).alias(said) for name, said in sides.items()))
    cells = [[_cell(value) for value in row] for row in table.iter_rows()]
    lines += aligned([table.columns, *cells], right=range(2, table.width))
    if whole["n_linked"]:
        false = whole["expected_false_links"]
        lines.append(
            f"a link's mean probability is {whole['mean_match_prob']:.3f}; {false:.1f} are expected to be false"
        )
    return lines


def _cell(value: object) -> str:
    """Text of a group, a number of people or a rate."""
    if isinstance(value, float):
        return f"{value:.1%}"
    return f"{value:,}" if isinstance(value, int) else str(value or "")
