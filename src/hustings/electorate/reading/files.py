"""Which text files a load consists of: plain ones, members of archives, whole folders; and their dates."""

from __future__ import annotations

import datetime as dt
import difflib
import re
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path, PurePosixPath

from hustings.electorate.layouts import Layout
from hustings.errors import InputError

_DATE = re.compile(r"(?<!\d)(?P<year>(?:19|20)\d\d)[-_.]?(?P<month>[01]\d)[-_.]?(?P<day>[0-3]\d)(?!\d)")
_ZIP = b"PK\x03\x04"
_NEVER = ("__MACOSX", ".*")
"""Folders and files that archives carry and nobody means."""


@dataclass(frozen=True)
class TextFile:
    """One text file of a load.

    Attributes
    ----------
    path : Path
        On the disk.
    member : str
        Within the archive at `path`; empty for a file of its own.
    """

    path: Path
    member: str = ""

    @property
    def label(self) -> str:
        """What people are told: the file, and the member in it."""
        return f"{self.path.name}/{self.member}" if self.member else self.path.name


def text_files(paths: str | Path | Iterable[str | Path], layout: Layout) -> tuple[TextFile, ...]:
    """All text files behind some paths, in the order of the paths and then of their names.

    Parameters
    ----------
    paths : path or several
        Files (plain, ``.gz``, ``.zip``) or folders. In folders, in archives within them and in archives with several
        members, only names that fit the layout's ``file_names`` count; folders that it skips do not.
    layout : Layout
        Says which names fit.

    Raises
    ------
    InputError
        No such file, a damaged archive, nothing in it that fits, or files of different dates.
    """
    several = [paths] if isinstance(paths, (str, Path)) else list(paths)
    found: list[TextFile] = []
    for path in map(Path, several):
        found += _in_folder(path, layout) if path.is_dir() else _in_file(path, layout)
    if not found:
        raise InputError("no file is given", hint=f"expected files such as {', '.join(layout.file_names) or '*.txt'}")
    _one_date(found, layout)
    return tuple(found)


def file_date(path: str | Path, layout: Layout) -> dt.date | None:
    """Day that a file or folder is of, and nothing more; see :func:`dated_by`."""
    found = dated_by(path, layout)
    return None if found is None else found[0]


def dated_by(path: str | Path, layout: Layout) -> tuple[dt.date, str] | None:
    """Day that a file or folder is of, and the name that says so.

    Parameters
    ----------
    path : str or Path
        The file or folder. Its own name comes first; then the names of the layout's files within it; then, where it is
        named as a day and no more, the folder around it.
    layout : Layout
        Its ``date_in_name`` finds the date; without one, eight digits that are a day (2016-10-01, 20161001).

    Returns
    -------
    tuple of datetime.date and str, or None
        None when no name tells, or those within say several days.

    Raises
    ------
    InputError
        A damaged archive, or a folder that holds no file of the layout.
    """
    path = Path(path)
    own = _date_in(path.name, layout)
    if own is not None:
        return own, path.name
    within = [(day, name) for name in _names_within(path, layout) if (day := _date_in(name, layout)) is not None]
    if within:
        return within[0] if len({day for day, _ in within}) == 1 else None
    folder = path.resolve().parent.name
    around = _date_in(folder, layout) if _DATE.fullmatch(folder) else None
    return None if around is None else (around, folder)


def _names_within(path: Path, layout: Layout) -> list[str]:
    """Names in an archive or a folder that may tell the day: the layout's own files'; in an archive without any, all."""
    if path.is_dir():
        found = _in_folder(path, layout)
        return [PurePosixPath(file.path.relative_to(path), file.member).as_posix() for file in found]
    if not path.is_file() or not _is_zip(path):
        return []
    names = _members(path)
    return [name for name in names if _wanted(name, layout)] or names


def _date_in(name: str, layout: Layout) -> dt.date | None:
    pattern = re.compile(layout.date_in_name) if layout.date_in_name else _DATE
    for match in pattern.finditer(name):
        try:
            return dt.date(*(int(match[part]) for part in ("year", "month", "day")))
        except ValueError:
            continue
    return None


def _one_date(found: Iterable[TextFile], layout: Layout) -> None:
    first: tuple[dt.date, str] | None = None
    for file in found:
        day = _date_in(file.member or "", layout) or file_date(file.path, layout)
        if day is None:
            continue
        if first is None:
            first = (day, file.label)
        elif day != first[0]:
            raise InputError(
                f"files of different dates: {first[1]} is of {first[0]}, {file.label} of {day}",
                hint="load the files of one day at a time, the older day first",
            )


def _in_folder(folder: Path, layout: Layout) -> list[TextFile]:
    found: list[TextFile] = []
    for path in sorted(folder.rglob("*")):
        inside = path.relative_to(folder).as_posix()
        if path.is_file() and _wanted(inside, layout):
            found += _in_file(path, layout)
        elif path.is_file():
            found += _within(path, inside, layout)
    if not found:
        expected = ", ".join(layout.file_names) or "any file"
        raise InputError(f"the folder holds no file of the layout {layout.name!r}; expected {expected}", file=folder)
    return found


def _within(path: Path, inside: str, layout: Layout) -> list[TextFile]:
    """Members that fit, of an archive within a folder whose own name does not fit: it is one more folder."""
    if _skipped(PurePosixPath(inside).parts, layout) or not _is_zip(path):
        return []
    return [TextFile(path, name) for name in _members(path) if _wanted(name, layout)]


def _in_file(path: Path, layout: Layout) -> list[TextFile]:
    if not path.exists():
        siblings = [other.name for other in path.parent.iterdir()] if path.parent.is_dir() else []
        near = difflib.get_close_matches(path.name, siblings, n=1)
        raise InputError("there is no such file", file=path, hint=f"did you mean {near[0]}?" if near else "")
    if not _is_zip(path):
        return [TextFile(path)]
    names = _members(path)
    if "[Content_Types].xml" in names:
        raise InputError("this is an Excel workbook, not a text file", file=path, hint="save the sheet as CSV")
    fitting = [name for name in names if _wanted(name, layout)]
    if not fitting and len(names) == 1:
        fitting = names
    if not fitting:
        listed = ", ".join(names[:8]) or "nothing"
        expected = ", ".join(layout.file_names) or "one text file"
        raise InputError(f"the archive holds {listed}; expected {expected} (layout {layout.name!r})", file=path)
    return [TextFile(path, name) for name in fitting]


def _wanted(name: str, layout: Layout) -> bool:
    """Whether a file within a folder or an archive is one of the layout's."""
    *folders, last = PurePosixPath(name.replace("\\", "/")).parts
    if _skipped(folders, layout) or _fits(last, _NEVER):
        return False
    return not layout.file_names or _fits(last, layout.file_names)


def _skipped(folders: Iterable[str], layout: Layout) -> bool:
    """Whether files in these folders are not meant."""
    return any(_fits(folder, (*layout.skip_folders, *_NEVER)) for folder in folders)


def _fits(name: str, patterns: Iterable[str]) -> bool:
    return any(fnmatch(name.casefold(), pattern.casefold()) for pattern in patterns)


def _is_zip(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return file.read(4) == _ZIP
    except OSError as error:
        raise InputError(f"the file cannot be read: {error}", file=path) from None


def _members(path: Path) -> list[str]:
    """Names in an archive, sorted; folders and what archivers add are none."""
    try:
        with zipfile.ZipFile(path) as archive:
            infos = archive.infolist()
    except (zipfile.BadZipFile, OSError) as error:
        hint = "download it again: the end of the file is missing"
        raise InputError(f"the archive is damaged or cut off: {error}", file=path, hint=hint) from None
    return sorted(_plain(infos))


def _plain(infos: Iterable[zipfile.ZipInfo]) -> Iterator[str]:
    for info in infos:
        parts = PurePosixPath(info.filename).parts
        if not info.is_dir() and not any(_fits(part, _NEVER) for part in parts):
            yield info.filename
