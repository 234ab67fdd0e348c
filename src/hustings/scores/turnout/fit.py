"""From an electorate to a turnout model: fitted on past elections as they looked from the same distance."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import numpy as np
import polars as pl

from hustings.electorate.query import Electorate
from hustings.scores.features import Target, catalogue, sample_voters
from hustings.scores.features.catalogue import check_features
from hustings.scores.fitted import Fitted
from hustings.scores.scorecard import ScoreModel
from hustings.scores.scorecard.boosted import Boosting
from hustings.scores.turnout.models import check_outcome, fit_models, predict
from hustings.scores.turnout.newcomers import count_newcomers
from hustings.scores.turnout.report import HeldOut, card_of, unseen_shares
from hustings.scores.turnout.rolling import (
    MOST_ELECTIONS,
    NEW,
    Past,
    check_missing,
    comparable_days,
    missing_states,
    past_voters,
    usable_features,
)
from hustings.scores.turnout.shocks import TurnoutShocks, learn_shocks

ROWS = 300_000
ROWS_NOW = 50_000
"""Voters of today that the card looks at."""
HELD_OUT_SHARE = 0.25


def fit_turnout(
    electorate: Electorate,
    target: Target,
    *,
    rng: np.random.Generator,
    rows: int = ROWS,
    features: Sequence[str] | None = None,
    settings: Boosting | None = None,
) -> Fitted:
    """Fit who votes in an election.

    Parameters
    ----------
    electorate : Electorate
        The snapshot of the day.
    target : Target
        The election, and the day.
    rng : numpy.random.Generator
        Draws voters, and the machine's parts of them.
    rows : int
        Voters of past elections that are looked at, all together.
    features : sequence of str, optional
        Names of :func:`hustings.scores.features.catalogue`; without them, all that are known in half of the states or more.
    settings : Boosting, optional

    Returns
    -------
    Fitted
        A model of voters with a history and one of new registrants (`only`); the card; in `extra` the target, the shocks
        (see :func:`read_shocks`) and the newcomers.

    Raises
    ------
    InputError
        No past election compares with it, everybody did the same in one, or a feature that was asked for does not exist or
        is missing in more than half of the states.
    ConfigError
        The library is not installed.
    """
    days = comparable_days(electorate, target)[:MOST_ELECTIONS]
    described = catalogue(electorate, target)
    asked = [one.name for one in check_features(features, described)] if features is not None else None
    names = asked if asked is not None else usable_features(electorate, target, days)
    past = past_voters(electorate, target, days, names, rng=rng, rows=rows)
    check_outcome(past)
    names, left_out = _known_enough(past, names, strict=asked is not None)
    using, shocks = settings or Boosting(), learn_shocks(target)

    def fitted(on: Sequence[Past], trend_logit: float) -> tuple[ScoreModel, ...]:
        return fit_models(on, names, described, rng=rng, settings=using, trend_logit=trend_logit)

    held = _held_out(past, fitted, rng)
    models = fitted(past, shocks.trend_logit)
    now = sample_voters(electorate, target, [*names, NEW], rng=rng, rows=ROWS_NOW, outcome=False).rows
    newcomers, sentence = _newcomers(electorate, target, past[0].target, models, now)
    card = card_of(
        target,
        past,
        models,
        held,
        shocks,
        unseen=unseen_shares(models, now.filter(pl.col(NEW) == "no")),
        left_out=left_out,
        newcomers=sentence,
    )
    extra = {"target": _plain(target), "shocks": asdict(shocks), "newcomers": newcomers, "features": list(names)}
    return Fitted(models, card, extra)


def read_shocks(fitted: Fitted) -> TurnoutShocks:
    """The shocks of a fitted model that was read from its folder."""
    found: dict[str, Any] = dict(fitted.extra["shocks"])
    return TurnoutShocks(**{**found, "years": tuple(found["years"])})


def _known_enough(past: Sequence[Past], names: Sequence[str], *, strict: bool) -> tuple[list[str], list[str]]:
    """Features that half of the states or more have in the last election or one before, and the others."""
    rows = pl.concat([one.rows for one in past])
    there = [name for name in names if name in rows.columns]
    if strict:
        check_missing(rows, there)
    states = rows["home"].n_unique()
    few = [name for name, without in missing_states(rows, there).items() if 2 * len(without) > states]
    return [name for name in there if name not in few], few


def _held_out(past: Sequence[Past], fitted: Any, rng: np.random.Generator) -> HeldOut:  # noqa: ANN401 (a function above)
    """The last election predicted from those before it; a quarter of the precincts where there is but one."""
    if len(past) > 1:
        last, before = past[0], past[1:]
        models = fitted(before, learn_shocks(last.target).trend_logit)
        seen = " and ".join(str(one.target.election) for one in before)
        how = f"the {last.target.kind} election of {last.target.election}, predicted by a model fitted to {seen} alone"
        return HeldOut(last.rows, predict(models, last.rows), how)
    rows = past[0].rows
    precincts = rows.select("home", "precinct").unique(maintain_order=True)
    drawn = precincts.filter(pl.Series(rng.random(precincts.height) < HELD_OUT_SHARE))
    out = rows.join(drawn, on=["home", "precinct"], how="semi", nulls_equal=True)
    kept = rows.join(drawn, on=["home", "precinct"], how="anti", nulls_equal=True)
    if out.is_empty() or kept.is_empty():
        half = pl.Series(rng.random(rows.height) < HELD_OUT_SHARE)
        out, kept = rows.filter(half), rows.filter(~half)
    models = fitted([Past(past[0].target, kept, past[0].weight, past[0].voters)], 0.0)
    return HeldOut(
        out, predict(models, out), f"the voters of {drawn.height} of {precincts.height} precincts, same election"
    )


def _newcomers(
    electorate: Electorate, target: Target, then: Target, models: Sequence[ScoreModel], now: pl.DataFrame
) -> tuple[dict[str, Any], str]:
    """The assumption about who will still register, with its effect."""
    found = count_newcomers(electorate, target, then)
    chance = predict(models, now)
    new = (now[NEW] == "yes").to_numpy()
    new_chance = float(chance[new].mean()) if new.any() else float(chance.mean())
    votes = float(chance.mean()) * found.voters_now
    said = {
        "then_share": found.then_share,
        "expected_voters": found.expected_voters,
        "new_share_now": float(new.mean()),
        "new_turnout": new_chance,
        "turnout": float(chance.mean()),
    }
    return said, found.sentence(then, new_chance, votes)


def _plain(target: Target) -> dict[str, Any]:
    def day(value: dt.date) -> str:
        return value.isoformat()

    return {
        "election": day(target.election),
        "kind": target.kind,
        "as_of": day(target.as_of),
        "cycle_years": target.cycle_years,
    }
