"""`hustings layouts`: list the built-in layouts, or print one to copy and change."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from hustings.cli.campaign import aligned
from hustings.cli.inputs import Json

app = typer.Typer(
    add_completion=False,
    rich_markup_mode=None,
    invoke_without_command=True,
    help="List the layouts of files that can be loaded. `hustings layouts show nc-2022` prints one to copy and change.",
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.callback()
def list_all(context: typer.Context, as_json: Json = False) -> None:
    """List the built-in layouts: name, kind, state, title."""
    if context.invoked_subcommand is not None:
        return
    from hustings.electorate.layouts import list_layouts

    lines = list_layouts()
    if as_json:
        print(json.dumps([line._asdict() for line in lines], indent=2, ensure_ascii=False))
        return
    rows = [["name", "reads", "state", "title"], *([one.name, one.kind, one.state or "", one.title] for one in lines)]
    print("\n".join(aligned(rows)))


@app.command("show")
def show(
    name: Annotated[str, typer.Argument(help="Name of a built-in layout, as `hustings layouts` lists it.")],
) -> None:
    """Print a layout as TOML, to copy and change: `hustings layouts show nc-2022 > mine.toml`."""
    from hustings.electorate.layouts import layout_toml

    print(layout_toml(name), end="")
