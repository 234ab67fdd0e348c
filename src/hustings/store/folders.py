"""Run folders: all of a run or nothing.

A run is written into a hidden folder beside its destination and renamed into place when everything is there.
Whoever reads the destination sees the old run or the new one, never half of one.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from hustings.errors import StoreError

MARK = "run.json"
"""The file that makes a folder a run folder."""


@contextmanager
def run_folder(
    out: Path | str, *, add: bool = False, force: bool = False, command: str | None = None
) -> Iterator[Path]:
    """Give a folder to write a run into; put it in place at the end.

    Parameters
    ----------
    out : Path or str
        Where the run shall be. An older run there is replaced; an empty folder too.
    add : bool
        Start from a copy of the run that is there, to add files to it (a track beside its projection).
    force : bool
        Replace a folder even when it does not look like one of our runs.
    command : str, optional
        The command that writes; a run of another command is then not replaced.

    Yields
    ------
    Path
        The folder to write into. Leaving the block with an exception, an interrupt included, removes it and
        leaves `out` as it was.

    Raises
    ------
    StoreError
        When `out` is a file or somebody else's folder, cannot be written, or the block wrote no ``run.json``.
    """
    out = Path(out).absolute()
    _check_destination(out, force=force)
    if command is not None and not add:
        _check_command(out, command)
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        beside = Path(tempfile.mkdtemp(prefix=f".{out.name}-", suffix=".writing", dir=out.parent))
    except OSError as err:
        raise StoreError(f"cannot write to {out.parent}: {err.strerror}", hint="choose another --out") from err
    try:
        beside.chmod(0o755)
        if add and out.is_dir():
            shutil.copytree(out, beside, dirs_exist_ok=True)
        yield beside
        if not (beside / MARK).is_file():
            raise StoreError(f"the run wrote no {MARK}", hint="this is a fault in hustings: please report it")
        _put_in_place(beside, out)
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def check_run_folder(out: Path | str, command: str) -> None:
    """Refuse a folder that a run cannot be written into, before the work is done.

    Raises
    ------
    StoreError
        As :func:`run_folder`.
    """
    out = Path(out).absolute()
    _check_destination(out, force=False)
    _check_command(out, command)


def _check_destination(out: Path, *, force: bool) -> None:
    """Refuse to replace what is not ours."""
    if not os.path.lexists(out):
        return
    if not out.is_dir():
        raise StoreError(f"{out} is a file, expected a folder", hint="choose another --out")
    ours = (out / MARK).is_file() or not any(out.iterdir())
    if not ours and not force:
        raise StoreError(
            f"{out} is not empty and holds no {MARK}: it does not look like a run of hustings",
            hint="choose a new folder; nothing was changed",
        )


def _check_command(out: Path, command: str) -> None:
    """Refuse to replace another command's run: a path would cost the projection it was meant to stand beside."""
    try:
        info = json.loads((out / MARK).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return
    found = info.get("command") if isinstance(info, dict) else None
    if found not in (None, command):
        what = f"`hustings {found}` of {info.get('contest', '?')} as of {info.get('as_of', '?')}"
        raise StoreError(
            f"{out} holds a run of {what}, which `hustings {command}` would replace",
            hint="choose another --out; a path or an explanation is added to a projection of the same contest and day",
        )


def _put_in_place(beside: Path, out: Path) -> None:
    """Rename the finished folder to its destination, the older run moved aside until that has worked."""
    try:
        if not out.exists():
            beside.rename(out)
            return
        aside = Path(tempfile.mkdtemp(prefix=f".{out.name}-", suffix=".old", dir=out.parent))
        out.rename(aside / out.name)
        try:
            beside.rename(out)
        except BaseException:
            (aside / out.name).rename(out)
            raise
        finally:
            shutil.rmtree(aside, ignore_errors=True)
    except OSError as err:
        raise StoreError(f"cannot put the run in place at {out}: {err.strerror}", hint="choose another --out") from err
