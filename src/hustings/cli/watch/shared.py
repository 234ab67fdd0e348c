"""What the watch's commands share: the board of a night, and text that fits the terminal."""

from __future__ import annotations

import datetime as dt
import shutil
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hustings.cli.inputs import parse_day
from hustings.errors import ConfigError, StoreError

if TYPE_CHECKING:
    import polars as pl

    from hustings.store.campaign import Campaign

BoardDay = Annotated[
    str | None, typer.Option("--as-of", metavar="YYYY-MM-DD", help="The board of that night [the last one].")
]
OfNight = Annotated[
    str | None, typer.Option("--as-of", metavar="YYYY-MM-DD", help="What was known that night [the last one].")
]
Name = Annotated[str, typer.Argument(metavar="NAME", help="Of the assumption, as `hustings watch` names it.")]


def last_night(campaign: Path | None, as_of: str | None) -> str:
    """A day that was given; else that of the last night with a board.

    Raises
    ------
    StoreError
        There is none.
    """
    from hustings.cli.campaign import campaign_at

    return as_of if as_of is not None else night_folder(campaign_at(campaign), None).name


def night_folder(campaign: Campaign, as_of: str | None) -> Path:
    """Folder of a published night that has a board.

    Raises
    ------
    StoreError
        There is none.
    """
    from hustings.tables import BOARD

    runs = campaign.folder / "runs"
    if as_of is not None:
        folder = runs / parse_day(as_of, "--as-of").isoformat()
        if not (folder / BOARD.file).is_file():
            raise StoreError(f"{folder} has no board", hint=f"hustings run --as-of {as_of}")
        return folder
    nights = sorted(path.parent for path in runs.glob(f"[0-9]*-[0-9]*-[0-9]*/{BOARD.file}"))
    if not nights:
        raise StoreError(f"{runs} holds no night with a board yet", hint="hustings run")
    return nights[-1]


def board_of(campaign: Campaign, folder: Path) -> pl.DataFrame:
    """The board of a night, with what was acknowledged since."""
    from hustings.store import read_run
    from hustings.tables import BOARD
    from hustings.watch.acknowledge import acknowledgements
    from hustings.watch.boarding import with_acknowledgements

    return with_acknowledgements(read_run(folder).table(BOARD), acknowledgements(campaign.folder, dt.date.max))


def row_of(board: pl.DataFrame, name: str) -> dict[str, object]:
    """One assumption's row.

    Raises
    ------
    ConfigError
        The board has none of the name.
    """
    import difflib

    names = board["assumption"].to_list()
    if name not in names:
        near = difflib.get_close_matches(name, names, n=1)
        raise ConfigError(
            f"the board has no assumption {name!r}",
            hint=f"did you mean {near[0]}?" if near else f"it has: {', '.join(sorted(names))}",
        )
    return board.row(names.index(name), named=True)


def wrapped(text: str, indent: str = "") -> str:
    """Text within the terminal's width."""
    width = min(max(shutil.get_terminal_size().columns, 60), 110)
    return "\n".join(
        textwrap.wrap(text, width, initial_indent=indent, subsequent_indent=indent, break_on_hyphens=False)
    )
