"""`hustings contests`: list the built-in contests, or print one to copy and change."""

from __future__ import annotations

from typing import Annotated

import typer

app = typer.Typer(
    add_completion=False,
    rich_markup_mode=None,
    invoke_without_command=True,
    help="List the built-in contests. `hustings contests show us-president-2016` prints one to copy and change.",
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.callback()
def list_all(
    context: typer.Context,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")] = False,
) -> None:
    """List the built-in contests: name, date, rule, title."""
    if context.invoked_subcommand is not None:
        return
    import json

    from hustings.contests import list_contests

    lines = list_contests()
    if as_json:
        print(json.dumps([{**line._asdict(), "date": line.date.isoformat()} for line in lines], indent=2))
        return
    rows = [("name", "date", "rule", "title"), *((one.name, str(one.date), one.rule, one.title) for one in lines)]
    widths = [max(len(row[k]) for row in rows) for k in range(3)]
    for row in rows:
        print("  ".join([*(cell.ljust(width) for cell, width in zip(row[:3], widths, strict=True)), row[3]]))


@app.command("show")
def show(
    name: Annotated[str, typer.Argument(help="Name of a built-in contest, as `hustings contests` lists it.")],
) -> None:
    """Print a built-in contest as TOML, to copy and change: `hustings contests show example-senate > mine.toml`."""
    from hustings.contests import contest_toml

    print(contest_toml(name), end="")
