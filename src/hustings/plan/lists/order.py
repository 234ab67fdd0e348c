"""What a list rests on: its effect, its prices, and what a vote is worth in each of its units."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from hustings.plan.effects.loading import join_own, read_tables
from hustings.plan.goals import goal_of
from hustings.plan.lists.asking import Asked
from hustings.plan.lists.gains import Effect
from hustings.plan.lists.resting import Price, believed, effect_row, effect_row_or_none, own_average, prices
from hustings.plan.race import Race
from hustings.scores.fitted import latest_fitted

TURNOUT_SDS = (0.17, 0.10)
"""How far turnout's level was off, nation and state, by the turnout model's rule: US general elections 1984-2012."""


@dataclass(frozen=True)
class Order:
    """What was asked for.

    Attributes
    ----------
    name, universe, channel : str
    day, election : date
    budget_dollars : float
    hold_out : float
        Share of the list, or, from 1 on, voters.
    per_household : bool
        Whether one contact serves a household.
    seed : int
        Of the lot.
    effect : Effect
        On average, that voters are ranked by.
    own_effects : bool
        Whether the campaign's effects by voter are used instead.
    published : Effect or None
        What the table says, where the campaign believes something else.
    prices : mapping of str to Price
        By unit.
    worth : mapping of str to float
        What a net vote adds to the goal, by unit.
    wanted_effect : float or None
        That the hold-out should be able to see.
    """

    name: str
    universe: str
    channel: str
    day: dt.date
    election: dt.date
    budget_dollars: float
    hold_out: float
    per_household: bool
    seed: int
    effect: Effect
    own_effects: bool
    published: Effect | None
    prices: Mapping[str, Price]
    worth: Mapping[str, float]
    wanted_effect: float | None = None

    @property
    def units(self) -> list[str]:
        """Units of the list."""
        return list(self.prices)


def order_of(asked: Asked, race: Race, units: list[str], folder: Path, *, own_effects: bool) -> Order:
    """Join what was asked with the campaign's tables.

    Parameters
    ----------
    asked : Asked
        As ``plan.lists.asking.checked`` gives it.
    race : Race
    units : list of str
        With voters on file.
    folder : Path
        The campaign's.
    own_effects : bool
        Whether voters have effects by the campaign's own tests.

    Raises
    ------
    ConfigError, InputError
        There is no effect of that channel and no belief of the campaign's, or no price.
    """
    tables = join_own(read_tables(race.contest, folder), folder, race.as_of, first_option=race.own == 0)
    own = own_effects and asked.believed_effect is None
    found: Effect | None
    effect: Effect
    if asked.believed_effect is None:
        found = effect = effect_row(tables.effects, asked.universe, asked.channel, race.days)
        effect = (own_average(folder, asked.universe, race.as_of) if own else None) or effect
    else:
        # A belief may be of what nobody has published.
        effect = believed(asked.believed_effect)
        found = effect_row_or_none(tables.effects, asked.universe, asked.channel, race.days)
    per_vote = goal_of(race, asked.goal).slope(np.zeros(len(race.units))) / np.maximum(race.votes, 1.0)
    return Order(
        name=asked.name,
        universe=asked.universe,
        channel=asked.channel,
        day=race.as_of,
        election=race.contest.date,
        budget_dollars=asked.budget_dollars,
        hold_out=asked.hold_out,
        per_household=bool(asked.per_household),
        seed=asked.seed,
        effect=effect,
        own_effects=own,
        published=found if effect is not found else None,
        prices=prices(tables.costs, asked.channel, units, asked.cost_dollars),
        worth={unit: float(per_vote[race.units.index(unit)]) for unit in units},
        wanted_effect=asked.wanted_effect,
    )


def reminding(asked: Asked, order: Order, race: Race, folder: Path) -> Order | None:
    """The same list as one that reminds supporters, by published tests; None where the channel has none."""
    tables = join_own(read_tables(race.contest, folder), folder, race.as_of, first_option=race.own == 0)
    effect = effect_row_or_none(tables.effects, "gotv", asked.channel, race.days)
    if effect is None or effect.mean <= 0.0:
        return None
    return replace(order, universe="gotv", effect=effect, own_effects=False, published=None)


def turnout_sds(folder: Path, as_of: dt.date) -> tuple[float, float]:
    """How far turnout's level may be off (logit; nation, state), by the campaign's own model; :data:`TURNOUT_SDS` without."""
    model = latest_fitted(folder, "turnout", as_of)
    if model is None:
        return TURNOUT_SDS
    shocks = json.loads((model / "run.json").read_text(encoding="utf-8"))["extra"]["shocks"]
    return shocks.get("nation_sd_logit", TURNOUT_SDS[0]), shocks.get("state_sd_logit", TURNOUT_SDS[1])
