"""Waves of the campaign's own poll weighted to the expected electorate; imported ones count as they come."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hustings.errors import HustingsError, InputError
from hustings.night.night import Night
from hustings.night.step import Step
from hustings.night.steps.marks import contest_mark, file_mark
from hustings.scores.support.people import waves_of
from hustings.survey.waves import Wave


def drawn_waves(night: Night) -> list[Wave]:
    """Waves of the last weeks that were drawn from the voter file: they have a frame to be weighted to."""
    known = waves_of(night.campaign.folder, as_of=night.as_of, days=night.campaign.night.interview_days)
    return [wave for wave in known if wave.path("frame.parquet").is_file()]


def _inputs(night: Night) -> Mapping[str, Any] | None:
    waves = drawn_waves(night)
    marks = {f"{wave.survey.name} {wave.name}": file_mark(wave.path("respondents.parquet")) for wave in waves}
    return {**marks, **contest_mark(night)} if waves else None


def _work(night: Night) -> str:
    import numpy as np

    from hustings.survey.weighting import weigh_wave

    weighed, problems = 0, []
    for wave in drawn_waves(night):
        night.progress(f"weighing {wave.survey.name} {wave.name}")
        try:
            weigh_wave(wave, rng=np.random.default_rng(night.seed)).write()
        except HustingsError as err:
            problems.append(f"{wave.survey.name} {wave.name}: {err}")
            continue
        weighed += 1
    if problems:
        raise InputError("; ".join(problems))
    return f"{weighed} wave{'s' if weighed != 1 else ''} weighed"


WEIGH = Step("weigh", _inputs, _work, instead="the weights are the last ones")
