"""What the survey's commands share: its arguments, and opening a survey and a wave."""

from __future__ import annotations

import datetime as dt
import os
import shutil
import textwrap
import time
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hustings.cli.campaign import campaign_at
from hustings.errors import ConfigError

if TYPE_CHECKING:
    from hustings.store.campaign import Campaign
    from hustings.survey.interviews import Interviews
    from hustings.survey.waves import Survey, Wave

SETTLED_NS = 2_000_000_000
"""A journal written within the last two seconds may still be changed under the same time stamp."""
SurveyName = Annotated[str, typer.Argument(metavar="SURVEY", help="Name of the survey.")]
WaveName = Annotated[
    str | None, typer.Option("--wave", metavar="WAVE", help="Name of the wave, usually its first day [the last one].")
]


def survey_at(folder: Path | None, name: str) -> tuple[Campaign, Survey]:
    """Open the campaign and one of its surveys."""
    from hustings.survey.waves import open_survey

    campaign = campaign_at(folder)
    return campaign, open_survey(campaign.folder, name)


def wave_at(folder: Path | None, name: str, wave: str | None) -> tuple[Campaign, Wave]:
    """Open a wave; without a name the last one."""
    campaign, survey = survey_at(folder, name)
    if wave is not None:
        return campaign, survey.wave(wave)
    waves = survey.waves()
    if not waves:
        raise ConfigError(f"survey {name} has no wave yet", hint="hustings survey draw, or hustings survey load")
    return campaign, waves[-1]


def read_wave(wave: Wave) -> Interviews:
    """Read a wave's interviews; those of a wave in the field are written down first, as they stand now."""
    from hustings.survey.interviews import read_interviews

    collect_wave(wave)
    return read_interviews(wave.folder)


def collect_wave(wave: Wave) -> None:
    """Write down what the journal of a wave's fieldwork says, if it says anything new: respondents, answers, attempts."""
    from hustings.store.writing import write_parquet
    from hustings.survey.fieldwork import collect
    from hustings.survey.interviews import write_interviews
    from hustings.tables import ATTEMPTS

    journal, written = wave.path("field.sqlite"), wave.path("respondents.parquet")
    made_of = [journal, journal.with_name(f"{journal.name}-wal"), wave.survey.questionnaire]
    last = _newest(made_of)
    if not journal.is_file() or _newest([written]) == last:
        return
    settled = time.time_ns() - last > SETTLED_NS
    interviews, attempts = collect(wave, at=moment_of(wave))
    write_parquet(attempts, wave.path("attempts.parquet"), ATTEMPTS)
    write_interviews(interviews, wave.folder)
    if settled:
        # Written down as of that moment: what comes into the journal later, while we read it too, makes it newer.
        os.utime(written, ns=(last, last))


def _newest(paths: Iterable[Path]) -> int:
    """When the last of some files was written, in nanoseconds; 0 for none."""
    return max((path.stat().st_mtime_ns for path in paths if path.is_file()), default=0)


def moment_of(wave: Wave) -> dt.datetime:
    """Now; of a rehearsed wave, whose clock is not ours, the end of time."""
    return dt.datetime.max.replace(tzinfo=dt.UTC) if wave.about().get("rehearsal") else dt.datetime.now(dt.UTC)


def shown(path: Path) -> str:
    """A path as it is printed: from here, when it lies in this folder."""
    here = Path.cwd()
    return str(path.relative_to(here) if path.is_relative_to(here) else path)


def wrapped(text: str, *, indent: str = "", hang: str = "") -> list[str]:
    """Lines of a text, no wider than the terminal; those after the first are moved in by `hang`."""
    width = min(shutil.get_terminal_size((100, 24)).columns, 120)
    return textwrap.wrap(text, width, initial_indent=indent, subsequent_indent=indent + hang, break_on_hyphens=False)
