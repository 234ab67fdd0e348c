"""Files of the inbox into the store: what is new, in the order of its days, nothing of a later day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hustings.electorate import loading
from hustings.electorate.loading.choose import choose_layout, named_day
from hustings.errors import HustingsError, InputError
from hustings.night.night import Night
from hustings.night.step import Step
from hustings.night.steps.marks import file_mark
from hustings.store.campaign import LOADS, InboxFiles
from hustings.store.vault import Vault


@dataclass(frozen=True)
class Delivery:
    """Files of one kind and one day."""

    source: InboxFiles
    day: dt.date
    files: tuple[Path, ...]


def deliveries(night: Night) -> list[Delivery]:
    """What the inbox holds until the day, in the order in which it is loaded.

    A file's day is the one in its name or in its folder's name; without one, the day of the night.
    """
    found: dict[tuple[dt.date, int, int], list[Path]] = {}
    sources = list(night.campaign.inbox)
    for place, source in enumerate(sources):
        for file in _files(night, source):
            day = _day(file) or night.as_of
            if day <= night.as_of:
                found.setdefault((day, LOADS.index(source.load), place), []).append(file)
    return [Delivery(sources[key[2]], key[0], tuple(files)) for key, files in sorted(found.items())]


def _files(night: Night, source: InboxFiles) -> list[Path]:
    """Files of a source, whatever their day."""
    return sorted(file for file in night.campaign.folder.glob(source.files) if file.is_file())


def _day(file: Path) -> dt.date | None:
    said = named_day([file])
    if said is not None:
        return said[0]
    try:
        return dt.date.fromisoformat(file.parent.name)
    except ValueError:
        return None


def _inputs(night: Night) -> Mapping[str, Any] | None:
    if not night.campaign.inbox:
        return None
    folder = night.campaign.folder
    marks = {str(file.relative_to(folder)): file_mark(file) for one in deliveries(night) for file in one.files}
    return {"files": marks, "sources": [vars(source) for source in night.campaign.inbox]}


def _work(night: Night) -> str:
    waiting = deliveries(night)
    if not waiting:
        later = sum(len(_files(night, source)) for source in night.campaign.inbox)
        if later:
            return f"nothing yet: the files of the inbox ({later:,}) are of later days"
        raise InputError(f"the inbox holds no file like {_absent(night)}", hint="see [[inbox]] in campaign.toml")
    loaded: dict[str, int] = {}
    problems = []
    vault = night.open_vault()
    for one in waiting:
        names = ", ".join(file.name for file in one.files)
        night.progress(f"loading {names}")
        try:
            report = _load(night, one, vault)
        except HustingsError as err:
            problems.append(f"{names}: {err}")
            continue
        if not report.notes:
            loaded[one.source.load] = loaded.get(one.source.load, 0) + report.rows_in
    said = ", ".join(f"{rows:,} rows of {kind}" for kind, rows in loaded.items()) or "nothing new"
    if absent := _absent(night):
        said += f"; no file like {absent}"
    if problems:
        raise InputError(f"{'; '.join(problems)} (loaded: {said})")
    return said


def _absent(night: Night) -> str:
    """Patterns of the inbox that no file has, for people: a mistake in one of them would pass unseen."""
    return ", ".join(source.files for source in night.campaign.inbox if not _files(night, source))


def _load(night: Night, one: Delivery, vault: Vault) -> loading.LoadReport:
    """Load one delivery; what is stored already is noted by the load itself."""
    kind = one.source.load
    layout, _ = choose_layout(list(one.files), kind, one.source.layout or None)
    load = getattr(loading, f"load_{kind.replace('-', '_')}")
    more: dict[str, Any] = {}
    if kind == "voters":
        more["compact_share"] = night.campaign.electorate.compact_share
    if one.source.state:
        more["of_state"] = one.source.state
    report = load(
        night.campaign.store,
        list(one.files),
        layout,
        vault=vault,
        as_of=one.day,
        code_version=night.code_version,
        progress=night.progress,
        **more,
    )
    assert isinstance(report, loading.LoadReport)
    return report


LOAD = Step("load", _inputs, _work, instead="the voters are those of the last load")
