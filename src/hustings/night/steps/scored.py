"""Every voter scored with the day's models; support moved, unit by unit, to where the projection stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from hustings.errors import InputError
from hustings.night.night import Night
from hustings.night.step import Step
from hustings.night.steps.fit import PERSUASION, SUPPORT, TURNOUT, fitted_model, model_mark
from hustings.night.steps.marks import content_mark, early_mark, voters_mark
from hustings.night.steps.project import projection_folder
from hustings.night.steps.shifts import shifted_support
from hustings.scores.scoring import score_voters
from hustings.store.manifest import SCORES

MODELS = (TURNOUT, SUPPORT, PERSUASION)


def _inputs(night: Night) -> Mapping[str, Any] | None:
    voters = voters_mark(night)
    # Scores stand beside the voters as they are now: those of a day that is over stay as they were.
    if not voters or night.is_past():
        return None
    return {
        **voters,
        **early_mark(night),
        **{model: model_mark(night, model) for model in MODELS},
        "units": content_mark(projection_folder(night) / "units.csv"),
        "as_of": night.as_of,
    }


def _work(night: Night, names: Sequence[str] = MODELS) -> str:
    found = {name: fitted_model(night, name) for name in names}
    models = [model for fitted in found.values() if fitted for model in fitted.models]
    if not models:
        raise InputError(
            f"there is no model of {', '.join(names)} to score with", hint=f"hustings fit {names[0]} says why"
        )
    models, shifts = shifted_support(night, models)
    about = {
        "models": {name: fitted.card.as_of.isoformat() for name, fitted in found.items() if fitted},
        "support_shift_logit": shifts,
    }
    scored = score_voters(
        night.electorate(),
        # A model for some overrides the one for all.
        sorted(models, key=lambda model: model.only is not None),
        night.target(),
        about=about,
        code_version=night.code_version,
        progress=night.progress,
    )
    said = ", ".join(name for name, fitted in found.items() if fitted)
    return f"{sum(scored.values()):,} voters scored: {said}"


def _outputs(night: Night) -> Sequence[Path]:
    """The scores, if they are of the voters as they are."""
    states = night.manifest().states.values()
    return [
        night.campaign.store / files.sidecars[SCORES].path
        if SCORES in files.sidecars and not files.is_older(SCORES)
        else night.campaign.store / "no-scores"
        for files in states
    ]


def score_step(names: Sequence[str]) -> Step:
    """The step with some models only."""
    return Step(
        "score",
        _inputs,
        lambda night: _work(night, names),
        _outputs,
        instead="the scores are the last ones, or none where the voters have changed",
        needs="it takes voters (hustings load voters), and no day before the last of them: past days' scores are not stored",
    )


SCORE = score_step(MODELS)
