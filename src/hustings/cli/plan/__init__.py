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
    r"""Win the contest that counts: where the next dollar, visit, call and interview go.

    In a campaign's folder, or from public polls alone. Each plan shows beside the chance to win what buying the cheapest
    votes would give, and the published effects that it rests on.

    \b
    Example:
      hustings plan value
      hustings plan money --budget 10M
      hustings plan value --contest us-president-2016 --polls polls.csv --option dem
    """


for name, module in {
    "value": value,
    "money": money,
    "visits": visits,
    "polls": polls,
    "compare": compare,
    "effects": effects,
    "lists": lists,
}.items():
    app.command(name)(module.command)
