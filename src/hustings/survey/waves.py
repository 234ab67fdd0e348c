"""Where a survey and its waves lie on disk: ``surveys/SURVEY/waves/WAVE/``, and what is said of their making."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hustings.errors import ConfigError, InputError, StoreError
from hustings.store.writing import write_json

QUESTIONNAIRE, ABOUT = "questionnaire.json", "wave.json"
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,40}\Z")


@dataclass(frozen=True)
class Survey:
    """A survey: its folder holds the questionnaire and the waves."""

    folder: Path

    @property
    def name(self) -> str:
        """Its name, which the tracker takes for the pollster."""
        return self.folder.name

    @property
    def questionnaire(self) -> Path:
        """Its questionnaire, SurveyJS JSON; absent where interviews are only imported."""
        return self.folder / QUESTIONNAIRE

    def waves(self) -> list[Wave]:
        """Its waves, by name: a wave is named by its day."""
        found = sorted(self.folder.glob(f"waves/*/{ABOUT}"))
        return [Wave(self, path.parent.name) for path in found]

    def wave(self, name: str) -> Wave:
        """Open a wave.

        Raises
        ------
        InputError
            There is no such wave; names those there are.
        """
        wave = Wave(self, check_name(name, "--wave"))
        if not (wave.folder / ABOUT).is_file():
            known = ", ".join(one.name for one in self.waves()) or "none yet"
            raise InputError(f"survey {self.name} has no wave {name!r}", hint=f"waves: {known}")
        return wave

    def new_wave(self, name: str, about: Mapping[str, Any]) -> Wave:
        """Begin a wave, or replace what is said of it."""
        wave = Wave(self, check_name(name, "--wave"))
        wave.folder.mkdir(parents=True, exist_ok=True)
        write_json(about, wave.folder / ABOUT)
        return wave


@dataclass(frozen=True)
class Wave:
    """One round of asking."""

    survey: Survey
    name: str

    @property
    def folder(self) -> Path:
        """Its folder."""
        return self.survey.folder / "waves" / self.name

    @property
    def day(self) -> dt.date | None:
        """The day it is named by, or else that its making is said to be of; None where neither says."""
        for text in (self.name, str(self.about().get("date", ""))):
            with suppress(ValueError):
                return dt.date.fromisoformat(text)
        return None

    def path(self, file: str) -> Path:
        """One of its files."""
        return self.folder / file

    def about(self) -> dict[str, Any]:
        """What was said of its making.

        Raises
        ------
        StoreError
            It cannot be read.
        """
        try:
            found = json.loads(self.path(ABOUT).read_text(encoding="utf-8"))
        except (OSError, ValueError) as err:
            raise StoreError(f"{self.path(ABOUT)} cannot be read: {err}") from err
        if not isinstance(found, dict):
            raise StoreError(f"{self.path(ABOUT)} does not say how the wave was made")
        return found


def new_survey(campaign: Path, name: str) -> Survey:
    """Make a survey's folder.

    Raises
    ------
    StoreError
        There is one of that name.
    """
    survey = Survey(campaign / "surveys" / check_name(name, "the survey's name"))
    if survey.folder.exists():
        raise StoreError(f"survey {name} exists", hint="choose another name; nothing was changed")
    (survey.folder / "waves").mkdir(parents=True)
    return survey


def open_survey(campaign: Path | str, name: str) -> Survey:
    """Open a survey.

    Raises
    ------
    InputError
        There is none of that name; says which there are.
    """
    surveys = Path(campaign) / "surveys"
    survey = Survey(surveys / check_name(name, "the survey's name"))
    if not survey.folder.is_dir():
        known = ", ".join(sorted(path.name for path in surveys.glob("*/"))) or "none yet"
        raise InputError(f"there is no survey {name!r}", hint=f"surveys: {known}; hustings survey new {name}")
    return survey


def check_name(name: str, what: str) -> str:
    """Refuse a name that makes no folder.

    Raises
    ------
    ConfigError
        It does not.
    """
    if not _NAME.match(name):
        raise ConfigError(f"{what} is {name!r}, expected lower-case letters, digits, - and _, at most 41")
    return name
