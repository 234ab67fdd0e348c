"""Find out the layout of a poll file and read it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from hustings.contests.contest import Contest
from hustings.errors import InputError
from hustings.polls.readers import dslabs, five_thirty_eight, hustings_wide, mapped, simple
from hustings.polls.readers.raw import RawPolls
from hustings.store.textfile import TextFile, nearest, read_text_file


class Layout(NamedTuple):
    """A layout: its name, the columns people know it by, how it is recognised and read."""

    name: str
    signature: tuple[str, ...]
    matches: Callable[[tuple[str, ...]], bool]
    read: Callable[[TextFile, Contest], RawPolls]


LAYOUTS = tuple(
    Layout(module.NAME, module.SIGNATURE, module.matches, module.read)
    for module in (five_thirty_eight, dslabs, hustings_wide, simple)
)
"""In the order they are tried; the first that recognises the header reads the file."""


def read_polls(path: str | Path, contest: Contest, *, layout: str | Path | None = None) -> RawPolls:
    """Read a file of published polls.

    Parameters
    ----------
    path : str | Path
        The file: any usual encoding, delimiter and line end.
    contest : Contest
        The contest; its options say which columns are answers.
    layout : str | Path | None
        Name of a layout (``538``, ``wide``, ``dslabs``, ``simple``), path of a mapping (``*.toml``), or None to tell it
        from the header.

    Returns
    -------
    RawPolls
        Every question in the file, still as text; a file with a header and no rows has none.

    Raises
    ------
    InputError
        When the file cannot be used at all; names file, row and column.
    """
    if layout is not None and str(layout).endswith(".toml"):
        return mapped.read_mapped(path, contest, mapping=Path(layout))
    by_name = {one.name: one for one in LAYOUTS}
    if layout is not None and str(layout) not in by_name:
        near = nearest(str(layout), by_name)
        hint = f"did you mean {near!r}? " if near else ""
        known = ", ".join(by_name)
        raise InputError(
            f"unknown poll layout {str(layout)!r}", file=path, hint=f"{hint}known: {known}, or a mapping file (*.toml)"
        )
    table = read_text_file(path)
    if layout is not None:
        return by_name[str(layout)].read(table, contest)
    for one in LAYOUTS:
        if one.matches(table.header):
            return one.read(table, contest)
    signatures = "; ".join(f"{one.name}: {', '.join(one.signature)}" for one in LAYOUTS)
    raise InputError(
        f"no known poll layout has these columns: {', '.join(table.header)[:200]}",
        file=path,
        row=1,
        hint=f"known layouts are {signatures}; or describe the file in a mapping (docs/polls.md)",
    )
