"""Files of the inbox into the store: what is new, in the order of its days, nothing of a later day."""

from __future__ import annotations

import datetime as dt
import itertools
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hustings.electorate import loading
from hustings.electorate.loading.choose import choose_layout, named_day
from hustings.electorate.query import Electorate
from hustings.errors import HustingsError, InputError
from hustings.night.night import Night
from hustings.night.step import Step
from hustings.night.steps.marks import file_mark
from hustings.store.campaign import LOADS, InboxFiles
from hustings.store.vault import Vault
from hustings.survey.files.loading import Desk, load_file, path_in, survey_of, wave_from, wave_holding
from hustings.survey.waves import Survey, Wave

INTERVIEWS = "interviews"


@dataclass(frozen=True)
class Delivery:
    """Files of one kind and one day; of interviews one file."""

    source: InboxFiles
    day: dt.date
    files: tuple[Path, ...]


def deliveries(night: Night) -> list[Delivery]:
    """What the inbox holds until the day, in the order in which it is loaded.

    A file's day is the one in its name or in its folder's name; without one, the day of the night.
    """
    found: dict[tuple[dt.date, int, int, str], list[Path]] = {}
    sources = list(night.campaign.inbox)
    for place, source in enumerate(sources):
        for file in _files(night, source):
            day = _day(file) or night.as_of
            if day <= night.as_of:
                alone = file.as_posix() if source.load == INTERVIEWS else ""
                found.setdefault((day, LOADS.index(source.load), place, alone), []).append(file)
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
    books = [folder / source.codebook for source in night.campaign.inbox if source.codebook]
    marks |= {str(file.relative_to(folder)): file_mark(file) for file in books}
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
    # Interviews that are not matched to voters need no key.
    vault = None if all(one.source.load == INTERVIEWS for one in waiting) else night.open_vault()
    for one in waiting:
        names = ", ".join(file.name for file in one.files)
        night.progress(f"loading {names}")
        try:
            rows = _rows_of(night, one, vault)
        except HustingsError as err:
            problems.append(f"{names}: {err}")
            continue
        if rows is not None:
            loaded[one.source.load] = loaded.get(one.source.load, 0) + rows
    said = ", ".join(_said(kind, rows) for kind, rows in loaded.items()) or "nothing new"
    if absent := _absent(night):
        said += f"; no file like {absent}"
    if problems:
        raise InputError(f"{'; '.join(problems)} (loaded: {said})")
    return said


def _absent(night: Night) -> str:
    """Patterns of the inbox that no file has, for people: a mistake in one of them would pass unseen."""
    return ", ".join(source.files for source in night.campaign.inbox if not _files(night, source))


def _said(kind: str, rows: int) -> str:
    return f"{rows:,} interview{'s' if rows != 1 else ''}" if kind == INTERVIEWS else f"{rows:,} rows of {kind}"


def _rows_of(night: Night, one: Delivery, vault: Vault | None) -> int | None:
    """Load one delivery; rows that came in, None where all of it was stored already."""
    if one.source.load == INTERVIEWS:
        return _interviews(night, one, vault)
    report = _load(night, one, night.open_vault() if vault is None else vault)
    return None if report.notes else report.rows_in


def _interviews(night: Night, one: Delivery, vault: Vault | None) -> int | None:
    """Load a file of interviews as a wave; a file that came before, and has changed, takes the place of what it was."""
    campaign, file = night.campaign, one.files[0]
    survey = survey_of(campaign, one.source.survey)
    if wave_holding(survey, file) is not None:
        return None
    before = wave_from(survey, path_in(campaign, file))
    name = before.name if before is not None else _wave_name(survey, one.day, file)
    own = campaign.folder / one.source.codebook
    desk = Desk(
        campaign,
        night.code_version,
        open_vault=lambda: night.open_vault() if vault is None else vault,
        open_electorate=lambda: _closing(night),
    )
    codebook = own if own.is_file() else one.source.codebook
    loaded = load_file(desk, survey, name, file, codebook, day=one.day, replace=before is not None)
    return loaded.converted.interviews.respondents.height


@contextmanager
def _closing(night: Night) -> Iterator[Electorate]:
    electorate = night.electorate()
    try:
        yield electorate
    finally:
        electorate.engine.close()


def _wave_name(survey: Survey, day: dt.date, file: Path) -> str:
    """A wave is named by its day; where the day has one already, by the day and the file's name."""
    named = day.isoformat()
    plain = re.sub(r"[^a-z0-9]+", "-", file.stem.lower().replace(named, "")).strip("-")[:24]
    longer = f"{named}-{plain or 'more'}"
    names = itertools.chain((named, longer), (f"{longer}-{k}" for k in itertools.count(2)))
    return next(name for name in names if not Wave(survey, name).folder.exists())


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
