"""A weighting on disk: its weights, its account, and its recipe, from which the same weights come again.

The recipe (``recipe.json``) holds everything but the interviews: how estimates vary follows from it in less time than it
would take to read it from disk. Weights that do not come out the same mean that the interviews have changed since.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from hustings.errors import ConfigError, InputError, StoreError
from hustings.store.writing import write_json, write_parquet
from hustings.survey.waves import Wave
from hustings.survey.weighting.margins import Margin
from hustings.survey.weighting.prepare import Prepared
from hustings.survey.weighting.spec import WeightingSpec
from hustings.survey.weighting.weigh import Weighting, weigh
from hustings.tables import WEIGHTS

FOLDER, RECIPE, REPORT, FILE = "weights", "recipe.json", "report.json", "weights.parquet"


def weightings(wave: Wave) -> list[str]:
    """Names of a wave's weightings."""
    return sorted(path.parent.name for path in wave.folder.glob(f"{FOLDER}/*/{FILE}"))


def write_weighting(weighting: Weighting, wave: Wave, choices: dict[str, Any]) -> Path:
    """Write a weighting; ``choices`` say how the interviews were prepared for it."""
    folder = wave.folder / FOLDER / weighting.spec.name
    folder.mkdir(parents=True, exist_ok=True)
    spec = asdict(weighting.spec) | {
        "margins": [
            {"name": one.name, "variables": list(one.variables), "totals": one.totals.to_dict(as_series=False)}
            for one in weighting.spec.margins
        ]
    }
    write_json({"spec": spec, "choices": choices}, folder / RECIPE)
    write_json(weighting.report.to_dict(), folder / REPORT)
    if weighting.replicates is not None:
        np.save(folder / "replicates.npy", weighting.replicates.astype(np.float32))
    write_parquet(weighting.weights, folder / FILE, WEIGHTS)
    return folder


def read_choices(wave: Wave, name: str) -> dict[str, Any]:
    """How the interviews were prepared for a weighting.

    Raises
    ------
    InputError
        The wave has no such weighting.
    """
    found: dict[str, Any] = _recipe(wave, name)["choices"]
    return found


def _recipe(wave: Wave, name: str) -> dict[str, Any]:
    path = wave.folder / FOLDER / name / RECIPE
    # The weights are written last: without them there is no weighting.
    if not path.is_file() or not path.with_name(FILE).is_file():
        known = ", ".join(weightings(wave)) or "none yet"
        raise InputError(
            f"wave {wave.name} has no weighting {name!r}", hint=f"weightings: {known}; hustings survey weigh makes one"
        )
    try:
        found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as err:
        raise _unreadable(wave, name, err) from err
    if not {"spec", "choices"} <= set(found):
        raise _unreadable(wave, name, KeyError("spec or choices"))
    return found


def read_weighting(wave: Wave, name: str, prepared: Prepared, outcomes: Sequence[str] = ()) -> Weighting:
    """Make a stored weighting again, with all that its errors follow from.

    Raises
    ------
    InputError
        The wave has no such weighting, or its interviews have changed since it was weighed.
    """
    spec = _spec(wave, name)
    stored = pl.read_parquet(wave.folder / FOLDER / name / FILE)
    if not stored["respondent_id"].equals(prepared.table["respondent_id"]):
        raise _changed(wave, name)
    try:
        again = weigh(prepared.table, spec, asked=prepared.asked, outcomes=outcomes)
    except (ConfigError, InputError) as err:
        # It could be made once.
        raise _changed(wave, name) from err
    if not np.allclose(again.weights["weight"].to_numpy(), stored["weight"].to_numpy(), rtol=1e-6, atol=1e-9):
        raise _changed(wave, name)
    return again


def _spec(wave: Wave, name: str) -> WeightingSpec:
    """The specification of a recipe; replicates are on disk and not drawn again."""
    given = _recipe(wave, name)["spec"]
    try:
        margins = tuple(
            Margin(one["name"], tuple(one["variables"]), pl.DataFrame(one["totals"])) for one in given["margins"]
        )
        pairs = {key: tuple(given[key]) if given[key] else None for key in ("bounds", "trim")}
        others = {"nonresponse": tuple(given["nonresponse"]), "margins": margins, "replicates": 0}
        return WeightingSpec(**(given | pairs | others))
    except (KeyError, TypeError) as err:
        raise _unreadable(wave, name, err) from err


def _unreadable(wave: Wave, name: str, err: Exception) -> StoreError:
    return StoreError(
        f"{wave.folder / FOLDER / name / RECIPE} cannot be read: {err}",
        hint=f"weigh again: hustings survey weigh {wave.survey.name} --wave {wave.name} --name {name}",
    )


def _changed(wave: Wave, name: str) -> InputError:
    return InputError(
        f"the interviews of wave {wave.name} have changed since the weighting {name!r} was made",
        hint=f"weigh again: hustings survey weigh {wave.survey.name} --wave {wave.name} --name {name}",
    )
