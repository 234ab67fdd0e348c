"""`hustings brief`: one self-contained page from a projection's folder."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from hustings.cli.campaign import CampaignDir, campaign_at
from hustings.errors import StoreError


def command(
    folder: Annotated[
        Path | None,
        typer.Argument(
            metavar="[DIR]", help="A folder of `hustings project` or `hustings run` [the campaign's last night]."
        ),
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="Where the page goes [DIR/brief.html].")
    ] = None,
    show: Annotated[bool, typer.Option("--open", help="Open the page in the browser.")] = False,
    charts: Annotated[
        bool, typer.Option("--charts", help="Also write each chart as PNG and SVG into DIR/charts.")
    ] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print nothing.")] = False,
    campaign: CampaignDir = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print what was written, as JSON.")] = False,
) -> None:
    r"""Write one self-contained offline page from a projection's folder, or from the campaign's last night.

    \b
    Example:
      hustings brief --open
      hustings brief runs/2016-11-07
      hustings brief runs/2016-11-07 --charts --open
    """
    from hustings.brief import gather, render, write_charts
    from hustings.brief.sentences import verdict
    from hustings.store import write_text

    folder = folder or last_night(campaign)
    found = gather(folder)
    target = out or folder / "brief.html"
    write_text(render(found), target)
    written = write_charts(found, folder / "charts") if charts else []
    if as_json:
        print(json.dumps({"brief": str(target), "charts": [str(path) for path in written], "verdict": verdict(found)}))
    elif not quiet:
        print(verdict(found))
        print(f"written: {target}" + (f" and {len(written)} files in {folder / 'charts'}" if written else ""))
    if show:
        import webbrowser

        webbrowser.open(target.absolute().as_uri())


def last_night(campaign: Path | None) -> Path:
    """Folder of a campaign's last night.

    Raises
    ------
    StoreError
        None was run yet.
    """
    runs = campaign_at(campaign).folder / "runs"
    nights = sorted(path.parent for path in runs.glob("[0-9]*-[0-9]*-[0-9]*/run.json"))
    if not nights:
        raise StoreError(f"{runs} holds no night yet", hint="hustings run, or name a folder: hustings brief DIR")
    return nights[-1]
