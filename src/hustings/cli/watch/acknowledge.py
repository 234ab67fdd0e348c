"""`hustings watch acknowledge`: an alarm was seen, and this is done about it."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

import typer

from hustings.cli.campaign import CampaignDir, campaign_at
from hustings.cli.inputs import Quiet
from hustings.cli.watch.shared import BoardDay, Name, board_of, night_folder, row_of
from hustings.errors import ConfigError


def command(
    name: Name,
    who: Annotated[str, typer.Option("--who", metavar="NAME", help="Who has seen it.")],
    why: Annotated[str, typer.Option("--why", metavar="TEXT", help="What is done about it, or why nothing.")],
    as_of: BoardDay = None,
    campaign: CampaignDir = None,
    quiet: Quiet = False,
) -> None:
    r"""Record who has seen an alarm, when and why. New evidence is not silenced by it.

    \b
    Example:
      hustings watch acknowledge base-comes-home --who "Ann Lee" --why "asked 600 more in NC"
    """
    from hustings.watch.acknowledge import MORE_LOG10, Acknowledgement, acknowledge

    found = campaign_at(campaign)
    folder = night_folder(found, as_of)
    row = row_of(board_of(found, folder), name)
    if row["status"] not in {"broken", "stirring"}:
        raise ConfigError(f"{name} is {row['status']} on the board of {folder.name}: there is no alarm to acknowledge")
    evidence = row["evidence_log10"]
    one = Acknowledgement(
        assumption=name,
        version=int(str(row["version"])),
        day=dt.date.fromisoformat(folder.name),
        at=dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        who=who,
        why=why,
        evidence_log10=None if evidence is None else float(str(evidence)),
    )
    acknowledge(found.folder, one)
    if not quiet:
        print(f"recorded: {who} has seen {name}, of {folder.name}")
        if evidence is not None:
            print(f"it is said again when the evidence has grown {10**MORE_LOG10:.0f}-fold")
