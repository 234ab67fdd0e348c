"""Score models as JSON: small, readable, the same bytes from the same model."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np

from hustings.errors import StoreError
from hustings.scores.scorecard.card import Scorecard, Term
from hustings.scores.scorecard.feature import Feature
from hustings.scores.scorecard.model import ScoreModel
from hustings.store import write_json

FORMAT = 1
FILE = "scorecards.json"


def write_models(models: Iterable[ScoreModel], folder: Path) -> None:
    """Write models into a model's folder."""
    write_json({"format": FORMAT, "models": [_plain(model) for model in models]}, folder / FILE)


def read_models(folder: Path) -> list[ScoreModel]:
    """Read the models of a folder.

    Raises
    ------
    StoreError
        There are none, or they are garbled or of another version.
    """
    path = folder / FILE
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        if data["format"] != FORMAT:
            raise StoreError(f"{path} is of format {data['format']!r}, expected {FORMAT}", hint="fit the model again")
        return [_model(one) for one in data["models"]]
    except KeyError as err:
        raise StoreError(f"{path} lacks {err}", hint="fit the model again: hustings fit") from err
    except (OSError, ValueError, TypeError) as err:
        raise StoreError(f"{path} cannot be read: {err}", hint="fit the model again: hustings fit") from err


def _plain(model: ScoreModel) -> dict[str, Any]:
    return {
        "name": model.name,
        "link": model.link,
        "outputs": list(model.outputs),
        "only": list(model.only) if model.only else None,
        "cards": [
            {
                "name": card.name,
                "intercept": card.intercept,
                "features": [vars(feature) for feature in card.features],
                "terms": [{"features": list(term.features), "table": term.table.tolist()} for term in card.terms],
            }
            for card in model.cards
        ],
    }


def _model(found: dict[str, Any]) -> ScoreModel:
    cards = tuple(
        Scorecard(
            card["name"],
            tuple(
                Feature(one["name"], tuple(one["cuts"]), tuple(one["levels"]), one["meaning"], one["unit"])
                for one in card["features"]
            ),
            tuple(Term(tuple(term["features"]), np.array(term["table"], dtype=float)) for term in card["terms"]),
            card["intercept"],
        )
        for card in found["cards"]
    )
    only = (found["only"][0], found["only"][1]) if found["only"] else None
    return ScoreModel(found["name"], found["link"], tuple(found["outputs"]), cards, only)
