"""A fitted model: its scorecards, what is said of it, and its folder ``models/NAME/DAY/``."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl

from hustings.errors import StoreError
from hustings.scores.cards.text import card_text
from hustings.scores.scorecard import ScoreModel, read_models, write_models
from hustings.store import read_run, run_folder, write_csv, write_json, write_text
from hustings.tables import CALIBRATION, DECILES, IMPORTANCE


@dataclass(frozen=True)
class ModelCard:
    """What a model is made of, how it did on data that its fit did not see, and what it cannot see.

    Parameters
    ----------
    model : str
        turnout, support, persuasion.
    as_of : date
        Nothing later was known.
    data : tuple of str
        Sentences: what it was fitted to, how many rows, from when.
    measures : mapping
        Name -> number, on held-out data: ``log_loss``, ``brier``, ``auc``, ``calibration_slope``, ...
    deciles, calibration, importance : pl.DataFrame
        ``tables.DECILES``, ``tables.CALIBRATION``, ``tables.IMPORTANCE``.
    assumptions : tuple of str
        Sentences: what was assumed and not learned.
    cannot_see : tuple of str
        Sentences: what would overtake it without its knowing.
    """

    model: str
    as_of: dt.date
    data: tuple[str, ...]
    measures: Mapping[str, float]
    deciles: pl.DataFrame
    calibration: pl.DataFrame
    importance: pl.DataFrame
    assumptions: tuple[str, ...] = ()
    cannot_see: tuple[str, ...] = ()


@dataclass(frozen=True)
class Fitted:
    """A fitted model.

    Parameters
    ----------
    models : tuple of ScoreModel
        What scores voters.
    card : ModelCard
    extra : mapping
        What the model's room needs again later (scales, shocks, draws' seeds): plain JSON.
    """

    models: tuple[ScoreModel, ...]
    card: ModelCard
    extra: Mapping[str, Any] = field(default_factory=dict)


def model_folder(campaign: Path, model: str, as_of: dt.date) -> Path:
    """Where a model of a day lies."""
    return campaign / "models" / model / as_of.isoformat()


def write_fitted(fitted: Fitted, folder: Path, *, made_by: Mapping[str, Any]) -> None:
    """Write a model's folder, all of it or nothing."""
    card = fitted.card
    with run_folder(folder, command=f"fit {card.model}") as out:
        write_models(fitted.models, out)
        for table, rows in ((DECILES, card.deciles), (CALIBRATION, card.calibration), (IMPORTANCE, card.importance)):
            write_csv(rows, out / table.file, table)
        write_text(card_text(card), out / "card.md")
        said = {
            "model": card.model,
            "data": list(card.data),
            "measures": dict(card.measures),
            "assumptions": list(card.assumptions),
            "cannot_see": list(card.cannot_see),
        }
        write_json(
            {"command": f"fit {card.model}", "as_of": card.as_of, **made_by, **said, "extra": dict(fitted.extra)},
            out / "run.json",
        )


def read_fitted(folder: Path) -> Fitted:
    """Read a model's folder.

    Raises
    ------
    StoreError
        It is none, or of another version.
    """
    run = read_run(folder)
    info = run.info
    try:
        card = ModelCard(
            model=info["model"],
            as_of=dt.date.fromisoformat(info["as_of"]),
            data=tuple(info["data"]),
            measures=info["measures"],
            deciles=run.table(DECILES),
            calibration=run.table(CALIBRATION),
            importance=run.table(IMPORTANCE),
            assumptions=tuple(info["assumptions"]),
            cannot_see=tuple(info["cannot_see"]),
        )
        return Fitted(tuple(read_models(folder)), card, info["extra"])
    except (KeyError, TypeError, ValueError) as err:
        raise StoreError(f"{folder} lacks or garbles {err}", hint="fit the model again: hustings fit") from err


def latest_fitted(campaign: Path, model: str, as_of: dt.date) -> Path | None:
    """The folder of the last model of a day or before; None where there is none."""
    folder = campaign / "models" / model
    days = sorted(path.name for path in folder.iterdir() if (path / "run.json").is_file()) if folder.is_dir() else []
    known = [day for day in days if day <= as_of.isoformat()]
    return folder / known[-1] if known else None
