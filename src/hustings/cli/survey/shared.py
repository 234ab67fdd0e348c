"""What the survey's commands share: its arguments, and opening a survey and a wave."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hustings.cli.campaign import campaign_at
from hustings.errors import ConfigError

if TYPE_CHECKING:
    import polars as pl

    from hustings.store.campaign import Campaign
    from hustings.survey.interviews import Interviews
    from hustings.survey.waves import Survey, Wave
    from hustings.survey.weighting import Weighting

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

    if wave.path("field.sqlite").is_file():
        collect_wave(wave)
    return read_interviews(wave.folder)


def collect_wave(wave: Wave) -> None:
    """Write down what the journal of a wave's fieldwork says: respondents, answers, splits, attempts."""
    from hustings.store.writing import write_parquet
    from hustings.survey.fieldwork import collect
    from hustings.survey.interviews import write_interviews
    from hustings.tables import ATTEMPTS

    interviews, attempts = collect(wave, at=dt.datetime.now(dt.UTC))
    write_parquet(attempts, wave.path("attempts.parquet"), ATTEMPTS)
    write_interviews(interviews, wave.folder)


def weighed(wave: Wave, interviews: Interviews, name: str) -> tuple[Weighting, pl.DataFrame]:
    """A stored weighting with what its errors follow from, and all answers of who was weighed, in its order."""
    from dataclasses import replace

    from hustings.survey.weighting import unweighted
    from hustings.survey.weighting.files import read_choices, read_weighting
    from hustings.survey.weighting.prepare import merge, prepare_wave

    if name == "unweighted":
        prepared = prepare_wave(wave, interviews)
        weighting = unweighted(prepared.table)
    else:
        choices = read_choices(wave, name)
        prepared = prepare_wave(wave, interviews, everybody=bool(choices["everybody"]))
        for column, values in choices["leave_out"].items():
            kept = prepared.table[column].is_in(values).fill_null(value=False).not_()
            prepared = replace(prepared, table=prepared.table.filter(kept), asked=None)
        prepared = merge(prepared, choices["merged"])
        weighting = read_weighting(wave, name, prepared)
    order = weighting.weights.select("respondent_id")
    return weighting, order.join(interviews.wide(), on="respondent_id", how="left", maintain_order="left")
