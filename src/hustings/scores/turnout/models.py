"""Two scorecards: of voters with a history, and of those who registered since the last regular election."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import polars as pl
from numpy.typing import NDArray

from hustings.errors import InputError
from hustings.scores.features import Described
from hustings.scores.features.ballots import is_ballot
from hustings.scores.scorecard import Scorecard, ScoreModel
from hustings.scores.scorecard.boosted import Boosting, fit_boosted
from hustings.scores.turnout.calibrate import calibrated
from hustings.scores.turnout.rolling import NEW, Past, weights

Array = NDArray[np.float64]
OUTPUT = "turnout_prob"
GROUPS = ("party", "race", "age")
OF_HISTORY = frozenset({"times_voted_share", "ballot_pattern"})
FEWEST_NEW = 500
"""New registrants below which they have no model of their own."""


def fit_models(
    past: Sequence[Past],
    features: Sequence[str],
    described: Mapping[str, Described],
    *,
    rng: np.random.Generator,
    settings: Boosting,
    trend_logit: float,
) -> tuple[ScoreModel, ...]:
    """Fit and calibrate the models on past elections; `trend_logit` is added to every voter's logit.

    Raises
    ------
    InputError
        No rows, or everybody did the same.
    """
    rows = pl.concat([one.rows for one in past])
    weight = weights(past)
    new = (rows[NEW] == "yes").to_numpy()
    said = {name: (one.meaning, one.unit) for name, one in described.items()}

    def one_card(mask: NDArray[np.bool_], names: Sequence[str], using: Boosting) -> Scorecard:
        part, own = rows.filter(mask), weight[mask]
        voted = part["voted"].to_numpy().astype(float)
        card = fit_boosted(part, voted, names, name="voted", rng=rng, weight=own, settings=using, meanings=said)
        card = calibrated(card, part, voted, own, groupings(card))
        return Scorecard(card.name, card.features, card.terms, card.intercept + trend_logit)

    old = ~new if (~new).any() else np.ones(len(new), dtype=bool)
    models = [ScoreModel("turnout", "logit", (OUTPUT,), (one_card(old, features, settings),))]
    without = [name for name in features if not is_ballot(name) and name not in OF_HISTORY]
    voted = rows.filter(new)["voted"]
    if len(voted) >= FEWEST_NEW and 0 < int(voted.sum()) < len(voted) and not old.all():
        card = one_card(new, without, settings)
        models.append(ScoreModel("turnout of new registrants", "logit", (OUTPUT,), (card,), (NEW, "yes")))
    return tuple(models)


def groupings(card: Scorecard) -> list[tuple[str, ...]]:
    """Groups by which a card is calibrated: within states where there are several."""
    named = [name for name in GROUPS if name in card.by_name]
    return [("state", name) for name in named] if "state" in card.by_name else [(name,) for name in named]


def predict(models: Sequence[ScoreModel], rows: pl.DataFrame) -> Array:
    """Chance to vote of each row, shape (n,)."""
    found = np.full(rows.height, np.nan)
    for model in models:
        if model.only is None:
            found = model.predict(rows)[OUTPUT].to_numpy().copy()
        else:
            here = (rows[model.only[0]] == model.only[1]).fill_null(value=False)
            if here.any():
                found[here.to_numpy()] = model.predict(rows.filter(here))[OUTPUT].to_numpy()
    return found


def check_outcome(past: Sequence[Past]) -> None:
    """Refuse past elections in which nobody, or everybody, voted.

    Raises
    ------
    InputError
        One class.
    """
    for one in past:
        share = one.rows["voted"].mean() if one.rows.height else None
        if share in {0, 1, None}:
            who = "nobody is registered" if share is None else "everybody voted" if share else "nobody voted"
            raise InputError(
                f"{who} in the {one.target.kind} election of {one.target.election}, as the history has it",
                hint="a model needs voters and non-voters: is that history complete, are non-voters in the file?",
            )
