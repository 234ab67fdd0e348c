"""The turnout model's card: what it was fitted to, how it did where it had not looked, what it assumes and cannot see."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from hustings.scores.cards import calibration_table, crossed, decile_table, importance_table, measures
from hustings.scores.features import Target
from hustings.scores.fitted import ModelCard
from hustings.scores.scorecard import ScoreModel
from hustings.scores.turnout.calibrate import AGES
from hustings.scores.turnout.models import OUTPUT
from hustings.scores.turnout.rolling import NEW, Past
from hustings.scores.turnout.shocks import TurnoutShocks

Array = NDArray[np.float64]
CANNOT_SEE = (
    "Voters who left the file since a past election are not in it any more: those who stayed voted more, then as now.",
    "So the level may come out too high: by .19 of a logit in made-up worlds.",
    "Party, race, address and status are as the file has them now, also for past elections.",
    "Whatever makes this election unlike the ones before it: that is what the shocks are for.",
)


@dataclass(frozen=True)
class HeldOut:
    """Voters that a fit did not see, their chances, and how they were held out."""

    rows: pl.DataFrame
    chance: Array
    how: str


def unseen_shares(models: Sequence[ScoreModel], rows: pl.DataFrame) -> dict[str, float]:
    """Text feature -> share of voters whose level was not there when the model was fitted; those above 0."""
    found: dict[str, float] = {}
    for feature in models[0].cards[0].features:
        if feature.is_text and feature.name in rows.columns and rows.height:
            share = float(np.mean(feature.bins(rows[feature.name]) == feature.n_bins - 1))
            if share > 0:
                found[feature.name] = share
    return found


def card_of(
    target: Target,
    past: Sequence[Past],
    models: Sequence[ScoreModel],
    held: HeldOut,
    shocks: TurnoutShocks,
    *,
    unseen: Mapping[str, float],
    left_out: Sequence[str],
    newcomers: str,
) -> ModelCard:
    """Make the card."""
    voted = held.rows["voted"].to_numpy().astype(float)
    return ModelCard(
        model="turnout",
        as_of=target.as_of,
        data=tuple(_data(past, held, unseen, left_out)),
        measures=measures(held.chance, voted),
        deciles=decile_table(OUTPUT, held.chance, voted),
        calibration=calibration_table(OUTPUT, held.chance, voted, None, _groups(held.rows)),
        importance=importance_table(OUTPUT, models[0].cards[0], past[0].rows),
        assumptions=(_level(past[0], shocks), newcomers, *_early(models)),
        cannot_see=CANNOT_SEE,
    )


def _data(past: Sequence[Past], held: HeldOut, unseen: Mapping[str, float], left_out: Sequence[str]) -> list[str]:
    said = [
        f"{one.target.kind} election of {one.target.election}, as seen on {one.target.as_of}: {one.rows.height:,} of "
        f"{one.voters:,} voters, {float(one.rows['voted'].to_numpy().mean()):.1%} voted, weight {one.weight:g}."
        for one in past
    ]
    said.append(f"Held out: {held.how}.")
    said += [
        f"{share:.2%} of today's voters have a {name} that no past voter had: bin 'other'."
        for name, share in unseen.items()
    ]
    if left_out:
        said.append(f"Left out, missing in more than half of the states: {', '.join(left_out)}.")
    return said


def _level(last: Past, shocks: TurnoutShocks) -> str:
    of = "US general elections, for want of others" if shocks.borrowed else "elections"
    return (
        f"Turnout's level is that of {last.target.election} in each group, {shocks.trend_logit:+.3f} on the logit scale; the rule's "
        f"errors in {shocks.elections} {of} ({shocks.years[0]}-{shocks.years[-1]}) had a spread of {shocks.nation_sd_logit:.3f} for the "
        f"nation and {shocks.state_sd_logit:.3f} for a state beside it."
    )


def _early(models: Sequence[ScoreModel]) -> list[str]:
    if any("early_ballot" in model.feature_names for model in models):
        return []
    return [
        "A ballot asked for and not yet back adds nothing to a chance: no past election's log is there to learn it from."
    ]


def _groups(rows: pl.DataFrame) -> pl.DataFrame:
    """State, party, race, age, new registrants, and each within its state."""
    named = [name for name in ("party", "race") if name in rows.columns and rows[name].null_count() < rows.height]
    groups = rows.select(pl.col("home").alias("state"), *named, NEW)
    if "age" in rows.columns:
        labels = pl.Series(_age_labels())
        place = np.searchsorted(AGES, rows["age"].fill_null(0).to_numpy(), side="right")
        band = labels.gather(pl.Series(place, dtype=pl.UInt32))
        groups = groups.with_columns(age=band.set(rows["age"].is_null(), None))
    for name in [one for one in groups.columns if one != "state"]:
        groups = crossed(groups, "state", name)
    return groups


def _age_labels() -> list[str]:
    return [f"under {AGES[0]}", *(f"{a}-{b - 1}" for a, b in itertools.pairwise(AGES)), f"{AGES[-1]}+"]
