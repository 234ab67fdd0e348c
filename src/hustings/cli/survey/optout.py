"""`hustings survey opt-out`: voters and numbers that must not be asked, for ever."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Annotated

import typer

from hustings.cli.campaign import CampaignDir, campaign_at, vault_of
from hustings.cli.inputs import Quiet, some


def command(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="CSV with a column phone or voter_id, or one number a line.")
    ],
    campaign: CampaignDir = None,
    quiet: Quiet = False,
) -> None:
    r"""Add a do-not-call list; voters who say STOP add themselves.

    \b
    Example:
      hustings survey opt-out inbox/do-not-call.csv
    """
    from hustings.survey.fieldwork import OptOuts

    found = campaign_at(campaign)
    listed = OptOuts(found.folder / "surveys", vault_of(found)).add_file(file, at=dt.datetime.now(dt.UTC))
    if not quiet:
        print(f"opted out: {some(listed.taken, 'row')} taken, {listed.set_aside.height:,} set aside")
        for row in listed.set_aside.head(10).to_dicts():
            print(f"  line {row['line']}: {row['reason']}")
