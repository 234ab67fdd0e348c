"""Published polls, read once and kept: where the source cannot be read, the last good copy stands."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from hustings.errors import InputError
from hustings.night.night import Night
from hustings.night.step import Step
from hustings.night.steps.marks import contest_mark, file_mark
from hustings.polls.clean import clean_polls
from hustings.polls.readers import read_polls


def kept_polls(night: Night) -> Path | None:
    """The last good copy of the polls; None where the campaign takes none, or none could be read yet."""
    source = night.campaign.night.polls
    copy = night.place / f"polls{Path(source).suffix}"
    return copy if source and copy.is_file() else None


def _inputs(night: Night) -> Mapping[str, Any] | None:
    if not night.campaign.night.polls:
        return None
    source = night.campaign.folder / night.campaign.night.polls
    # What it says is of the day: a file may hold polls of later ones.
    return {"file": night.campaign.night.polls, "mark": file_mark(source), "as_of": night.as_of, **contest_mark(night)}


def _work(night: Night) -> str:
    source = night.campaign.folder / night.campaign.night.polls
    if not source.is_file():
        raise InputError("there is no such file", file=source, hint="see night.polls in campaign.toml")
    cleaned = clean_polls(read_polls(source, night.contest), night.contest, as_of=night.as_of)
    kept = kept_polls(night)
    if (
        cleaned.polls.is_empty()
        and cleaned.rejected.is_empty()
        and kept
        and kept.stat().st_size > source.stat().st_size
    ):
        raise InputError(
            "holds no poll any more, and held some before", file=source, hint="is it whole? it may be half a download"
        )
    night.place.mkdir(parents=True, exist_ok=True)
    copy = night.place / f"polls{source.suffix}"
    beside = copy.with_name(f".{copy.name}.writing")
    try:
        shutil.copyfile(source, beside)
        beside.replace(copy)
    finally:
        beside.unlink(missing_ok=True)
    used, aside = cleaned.polls.height, cleaned.rejected.height
    last = f", the last of {cleaned.polls['end_date'].max()!s}" if used else ""
    return f"{used:,} polls used, {aside:,} set aside{last}"


def _outputs(night: Night) -> Sequence[Path]:
    return [night.place / f"polls{Path(night.campaign.night.polls).suffix}"]


POLLS = Step("polls", _inputs, _work, _outputs, instead="the polls are those that were last read")
