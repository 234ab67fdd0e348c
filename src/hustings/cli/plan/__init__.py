"""`hustings plan`: where the next dollar, visit, call and interview go, one module a command."""

from __future__ import annotations

import typer

from hustings.cli.plan import compare, effects, lists, money, polls, value, visits

app = typer.Typer(
    add_completion=False,
    rich_markup_mode=None,
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.callback()
def _plan() -> None:
    """Win the contest that counts: where the next dollar, visit, call and interview go."""


for name, module in {
    "compare": compare,
    "effects": effects,
    "lists": lists,
    "money": money,
    "polls": polls,
    "value": value,
    "visits": visits,
}.items():
    app.command(name)(module.command)
