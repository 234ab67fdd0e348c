"""`hustings survey`: the campaign's own poll, one module a command."""

from __future__ import annotations

import typer

from hustings.cli.survey import (
    codebook,
    draw,
    field,
    load,
    new,
    optout,
    polls,
    quality,
    rehearse,
    status,
    tables,
    trend,
    weigh,
)

app = typer.Typer(
    add_completion=False,
    rich_markup_mode=None,
    no_args_is_help=True,
    help="""The campaign's own poll: draw a sample, ask, check, weigh, print tables and lines.

\b
Example:
  hustings survey new tracker
  hustings survey draw tracker --wave 2016-10-01 --n 6000
  hustings survey rehearse tracker
  hustings survey status tracker
  hustings survey weigh tracker
  hustings survey tables tracker
""",
    context_settings={"help_option_names": ["-h", "--help"]},
)
for name, module in {
    "new": new,
    "draw": draw,
    "rehearse": rehearse,
    "field": field,
    "opt-out": optout,
    "codebook": codebook,
    "load": load,
    "status": status,
    "quality": quality,
    "weigh": weigh,
    "tables": tables,
    "trend": trend,
    "polls": polls,
}.items():
    app.command(name)(module.command)
