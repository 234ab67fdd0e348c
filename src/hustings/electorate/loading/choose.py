"""Which layout a file has and of which day it is, where nobody says."""

from __future__ import annotations

import datetime as dt
from fnmatch import fnmatch
from pathlib import Path

from hustings.electorate.layouts import Layout, layout_for, list_layouts, load_layout
from hustings.electorate.reading import dated_by, read_blocks, text_files
from hustings.errors import InputError


def choose_layout(files: list[Path], kind: str, name: str | None) -> tuple[Layout, str]:
    """The layout that was named, or the only built-in one that fits a file; and how it was chosen.

    Raises
    ------
    InputError
        None fits, or several do.
    """
    if name is not None:
        return layout_for(name, kind), ""
    known = [load_layout(line.name) for line in list_layouts() if line.kind == kind]
    if not files[0].exists():
        # Says so, and which name is near, before any layout is blamed.
        text_files(files[0], known[0])
    fitting = [layout for layout in known if _fits(files[0], layout)]
    if len(fitting) == 1:
        return fitting[0], ", the only one that fits"
    names = ", ".join(layout.name for layout in fitting or known)
    raise InputError(
        f"several layouts fit: {names}" if fitting else f"no built-in layout for {kind} fits",
        file=files[0],
        hint="choose with --layout NAME" if fitting else f"--layout NAME says what is wrong; for {kind}: {names}",
    )


def _fits(file: Path, layout: Layout) -> bool:
    """Whether a file's columns are those of a layout; where it has no header, its name must fit too."""
    named = any(fnmatch(file.name.casefold(), pattern.casefold()) for pattern in layout.file_names)
    if layout.header != "yes" and not named:
        return False
    try:
        next(read_blocks(file, layout, block_bytes=1 << 20, parameters=dict.fromkeys(layout.parameters, "-")), None)
    except InputError:
        return False
    return True


def named_day(files: list[Path], layout: Layout | None = None) -> tuple[dt.date, str] | None:
    """Day of the files by their names, and which name says so; None where none does.

    Raises
    ------
    InputError
        Their names say different days.
    """
    names = layout or load_layout("simple")
    said = [(file, *found) for file in files if (found := dated_by(file, names)) is not None]
    for file, day, _ in said:
        if day != said[0][1]:
            raise InputError(
                f"files of different days: {said[0][0]} is of {said[0][1]}, {file} of {day}",
                hint="load one day at a time, the older first",
            )
    return said[0][1:] if said else None
