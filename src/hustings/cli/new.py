"""`hustings new`: a campaign's folder."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from hustings.cli.campaign import MAKE_A_KEY
from hustings.cli.inputs import Quiet


def command(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder to make; it may exist if it is empty.")],
    contest: Annotated[
        str,
        typer.Option("--contest", metavar="CONTEST", help="A built-in contest (`hustings contests`) or a TOML file."),
    ],
    quiet: Quiet = False,
) -> None:
    r"""Make a campaign's folder, with a commented campaign.toml.

    \b
    Example:
      hustings new my-campaign --contest us-president-2016
    """
    from hustings.contests import load_contest
    from hustings.store.campaign import SETTINGS, new_campaign

    found = load_contest(contest)
    # A file is named so that it is found from every folder.
    name = str(Path(contest).resolve()) if Path(contest).is_file() else contest
    new_campaign(folder, contest=name)
    if quiet:
        return
    print(f"made: {folder}, a campaign for: {found.title}")
    print(f"  {folder / SETTINGS}  its settings, each explained")
    print(f"  {folder / 'inbox'}          for files that are to be loaded")
    print("\nNames and addresses will be sealed with a key. Make one, and keep it where you keep passwords; without it")
    print("nobody can read them again:")
    print(f"  {MAKE_A_KEY}")
    print("\nThen load a voter file (`hustings layouts` lists the kinds):")
    print(f"  cd {folder}")
    print("  hustings load voters FILE --layout NAME")
