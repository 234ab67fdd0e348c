"""`hustings watch`: what the numbers rest on, and whether it still holds, one module a command."""

from __future__ import annotations

import typer

from hustings.cli.campaign import CampaignDir
from hustings.cli.inputs import Json, Quiet
from hustings.cli.watch import acknowledge, board, explain, renew, replay, sensitivity
from hustings.cli.watch.shared import BoardDay

app = typer.Typer(
    add_completion=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.callback(invoke_without_command=True)
def _board(
    ctx: typer.Context,
    as_of: BoardDay = None,
    campaign: CampaignDir = None,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    r"""What the numbers rest on: the board of the last night, what broke first.

    Every assumption is held against what has come in since it was registered. While all of them hold, the board raises any
    alarm in at most 5 of 100 campaigns (watch.false_alarm_prob), however often it is looked at. Exit code 1: something is broken
    and nobody has acknowledged it.

    \b
    Example:
      hustings watch
      hustings watch explain base-comes-home
      hustings watch acknowledge base-comes-home --who "Ann Lee" --why "asked 600 more in NC"
      hustings watch sensitivity
    """
    if ctx.invoked_subcommand is None:
        board.command(as_of, campaign=campaign, quiet=quiet, as_json=as_json)


for name, module in {
    "explain": explain,
    "replay": replay,
    "sensitivity": sensitivity,
    "acknowledge": acknowledge,
    "renew": renew,
}.items():
    app.command(name)(module.command)
