"""The models: turnout, support, persuasion, each fitted anew where what it was fitted to has changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from hustings.errors import HustingsError, InputError
from hustings.night.night import Night
from hustings.night.step import Step
from hustings.night.steps.marks import contest_mark, file_mark, voters_mark
from hustings.scores.fitted import Fitted, latest_fitted, model_folder, read_fitted, write_fitted

MANY_VOTERS = 50_000
TURNOUT, SUPPORT, PERSUASION = "turnout", "support", "persuasion"


def fitted_model(night: Night, model: str) -> Fitted | None:
    """The last model of the day or before; None where there is none."""
    folder = latest_fitted(night.campaign.folder, model, night.as_of)
    return None if folder is None else read_fitted(folder)


def model_mark(night: Night, model: str) -> str:
    """Which model stands."""
    folder = latest_fitted(night.campaign.folder, model, night.as_of)
    return "" if folder is None else f"{folder.name} {file_mark(folder / 'run.json')}"


def keep(night: Night, fitted: Fitted, *, inputs: Mapping[str, Any]) -> None:
    """Write a model of the day."""
    folder = model_folder(night.campaign.folder, fitted.card.model, night.as_of)
    made_by = {
        "code_version": night.code_version,
        "seed": night.seed,
        "snapshot": night.manifest().number,
        "inputs": dict(inputs),
    }
    write_fitted(fitted, folder, made_by=made_by)


def readable_model(night: Night, model: str) -> Fitted | None:
    """The last model of the day or before; None where there is none, or its files cannot be read."""
    try:
        return fitted_model(night, model)
    except HustingsError:
        return None


def model_there(model: str) -> Any:  # noqa: ANN401 (a step's outputs)
    """Outputs of a step: its last model, if it can be read."""

    def outputs(night: Night) -> Sequence[Path]:
        # A model that cannot be read is not there: it is fitted again, whatever has not changed.
        found = latest_fitted(night.campaign.folder, model, night.as_of)
        unreadable = model_folder(night.campaign.folder, model, night.as_of) / "unreadable"
        return [found if found and readable_model(night, model) else unreadable]

    return outputs


def _turnout_inputs(night: Night) -> Mapping[str, Any] | None:
    voters = voters_mark(night)
    return {**voters, **contest_mark(night)} if voters else None


def _fit_turnout(night: Night) -> str:
    from hustings.scores.scorecard.boosted import Boosting
    from hustings.scores.turnout import fit_turnout

    voters = sum(files.present for files in night.manifest().states.values())
    # Another process costs seconds before it helps.
    using = Boosting(jobs=night.jobs if voters >= MANY_VOTERS else 1)
    rng = np.random.default_rng([night.seed, 1])
    fitted = fit_turnout(night.electorate(), night.target(), rng=rng, settings=using)
    keep(night, fitted, inputs=_turnout_inputs(night) or {})
    return f"log loss {fitted.card.measures['log_loss']:.3f} on voters it did not see"


FIT_TURNOUT = Step(
    "fit turnout",
    _turnout_inputs,
    _fit_turnout,
    model_there(TURNOUT),
    instead="voters are scored with the last model",
    needs="load voters and their history: hustings load voters, hustings load history",
)


def _persuasion_inputs(night: Night) -> Mapping[str, Any] | None:
    from hustings.scores.persuasion import experiment_files, has_outcomes, outcome_files

    folder, day = night.campaign.folder, night.as_of
    files = experiment_files(folder, as_of=day)
    if not files:
        return None
    elections = {state: files.elections for state, files in night.manifest().states.items()}
    if not has_outcomes(folder, elections, as_of=day):
        return None
    marks = {str(file.relative_to(folder)): file_mark(file) for file in [*files, *outcome_files(folder, as_of=day)]}
    return {**marks, **voters_mark(night), **contest_mark(night)}


def _fit_persuasion(night: Night) -> str:
    from hustings.scores.persuasion import fit_persuasion, gather_experiments

    found = gather_experiments(night.campaign.folder, night.electorate(), night.target())
    if not found.experiments:
        raise InputError(
            "; ".join([*found.refused, *found.waiting]) or "no test has outcomes yet",
            hint="load the history or the interviews that measure them",
        )
    rng = np.random.default_rng([night.seed, 3])
    fitted = fit_persuasion(
        found.experiments, as_of=night.as_of, rng=rng, refused=found.refused, notes=found.waiting, skip_refused=True
    )
    keep(night, fitted, inputs=_persuasion_inputs(night) or {})
    said = [one.removesuffix(".") for one in fitted.card.cannot_see[: len(fitted.extra["effects"])]]
    not_used = sum(one.startswith("WARNING not used") for one in fitted.card.data)
    return "; ".join([*([f"{not_used} not used, see the card"] if not_used else []), *said])


FIT_PERSUASION = Step(
    "fit persuasion",
    _persuasion_inputs,
    _fit_persuasion,
    model_there(PERSUASION),
    instead="voters are scored with the last model",
    needs="a list cut with a hold-out, or a message test in the survey",
)
