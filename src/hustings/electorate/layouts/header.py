"""The names in a file's first line against those its layout knows: any difference is a hard stop."""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence
from typing import NamedTuple

from hustings.electorate.layouts.layout import Layout
from hustings.errors import InputError


class HeaderError(InputError):
    """A file whose columns are not those of its layout.

    Attributes
    ----------
    unknown, missing, repeated : tuple[str, ...]
        Names in the file that the layout lacks, names in the layout that the file lacks, names there twice.
    accept : tuple[str, ...]
        Lines for a TOML that would accept the difference.
    """

    def __init__(self, message: str, *, file: str, difference: Difference, hint: str) -> None:
        super().__init__(message, file=file, row=1, hint=hint)
        self.unknown = difference.unknown
        self.missing = difference.missing
        self.repeated = difference.repeated
        self.accept = difference.accept


class Difference(NamedTuple):
    """What is different between a header and its layout."""

    unknown: tuple[str, ...]
    missing: tuple[str, ...]
    repeated: tuple[str, ...]
    accept: tuple[str, ...]


def match_header(found: Sequence[str], layout: Layout, *, file: str) -> tuple[str, ...]:
    """Names of a file's columns as the layout calls them, by position.

    Capitals, a byte order mark, and whether words are parted by blanks, dots, hyphens or underscores make no
    difference. Columns that the layout ignores and those of its wide history keep the name that they have in
    the file.

    Parameters
    ----------
    found : Sequence[str]
        Cells of the first line.
    layout : Layout
        What is expected.
    file : str
        For messages.

    Raises
    ------
    HeaderError
        A column is unknown, missing, renamed or there twice: says which, where, and which line of TOML
        would accept it.
    """
    standard = {_folded(name): name for name in layout.columns}
    standard |= {_folded(old): new for old, new in layout.aliases.items()}
    spare = [re.compile(pattern) for pattern in layout.ignore]
    if layout.wide_history is not None:
        spare.append(re.compile(layout.wide_history.pattern))
    names: list[str] = []
    unknown: list[str] = []
    ignored: list[str] = []
    for cell in found:
        name = cell.replace("\ufeff", "").strip()
        if not name and len(names) == len(found) - 1:
            # Some programs end every line, the header too, with a delimiter.
            names.append(name)
            continue
        known = standard.get(_folded(name))
        if known is None:
            (ignored if any(pattern.search(name) for pattern in spare) else unknown).append(name)
        names.append(known or name)
    repeated = tuple(dict.fromkeys(name for name in names if name and names.count(name) > 1))
    missing = tuple(name for name in layout.columns if name not in names and name not in layout.optional)
    if unknown or missing or repeated:
        difference = Difference(tuple(unknown), missing, repeated, _accept(unknown, missing, ignored))
        raise HeaderError(
            _message(difference, names, layout), file=file, difference=difference, hint=_hint(difference, layout)
        )
    return tuple(names)


def looks_like_header(cells: Sequence[str], layout: Layout) -> bool:
    """Whether a first line names columns: half of its cells, or more, are names that the layout knows."""
    known = {_folded(name) for name in (*layout.columns, *layout.aliases)}
    hits = sum(_folded(cell.replace("\ufeff", "")) in known for cell in cells)
    return 2 * hits >= max(len(cells), 1)


def _folded(name: str) -> str:
    return re.sub(r"[\s._-]+", "_", name.strip().casefold())


def _message(difference: Difference, names: Sequence[str], layout: Layout) -> str:
    parts = []
    if difference.unknown:
        listed = ", ".join(f"{name!r} (column {names.index(name) + 1})" for name in difference.unknown[:8])
        parts.append(f"unknown: {listed}{_more(difference.unknown)}")
    if difference.missing:
        parts.append(f"missing: {', '.join(map(repr, difference.missing[:8]))}{_more(difference.missing)}")
    if difference.repeated:
        parts.append(f"there twice: {', '.join(map(repr, difference.repeated))}")
    return f"the columns are not those of the layout {layout.name!r}; {'; '.join(parts)}"


def _more(names: Sequence[str]) -> str:
    return f" and {len(names) - 8} more" if len(names) > 8 else ""


def _hint(difference: Difference, layout: Layout) -> str:
    if not difference.accept:
        return "each column may be there once; check how the file was made"
    if len(difference.missing) > len(layout.columns) // 2:
        return "hardly any column fits: another layout, or another delimiter, is meant"
    lines = "; ".join(difference.accept)
    return f'if this is right, give a TOML of your own with: extends = "{layout.name}"; {lines}'


def _accept(unknown: Sequence[str], missing: Sequence[str], ignored: Sequence[str]) -> tuple[str, ...]:
    """Lines of TOML that would accept the difference: renamed columns, new ones, gone ones."""
    renamed: dict[str, str] = {}
    # A column that the layout ignores may be a renamed one too, if it looks very much like it.
    for names, cutoff in ((unknown, 0.6), (ignored, 0.85)):
        for name in names:
            free = {_folded(other): other for other in missing if other not in renamed.values()}
            near = difflib.get_close_matches(_folded(name), free, n=1, cutoff=cutoff)
            if near:
                renamed[name] = free[near[0]]
    lines = []
    if renamed:
        lines.append("aliases = { " + ", ".join(f'"{old}" = "{new}"' for old, new in renamed.items()) + " }")
    new = [f"'^{re.escape(name)}$'" for name in unknown if name not in renamed]
    gone = [f'"{name}"' for name in missing if name not in renamed.values()]
    if new:
        lines.append(f"ignore = [{', '.join(new)}]")
    if gone:
        lines.append(f"optional = [{', '.join(gone)}]")
    return tuple(lines)
