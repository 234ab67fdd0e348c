"""From voters on file to a locked list: sifted, chosen, drawn, and what it is expected to gain written down."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from hustings.errors import InputError
from hustings.plan.lists.choose import Chosen, choose
from hustings.plan.lists.expecting import Errors, expectation
from hustings.plan.lists.funnel import sift
from hustings.plan.lists.gains import Effect, described, left_alone, with_gains
from hustings.plan.lists.power import Power, power_of
from hustings.plan.lists.resting import Price
from hustings.scores.persuasion import CutList, cut_list, lock_list
from hustings.scores.persuasion.holdout import HELD_OUT
from hustings.store import check_table, write_csv, write_json
from hustings.tables.plan_lists import EXPECTS, FUNNEL

EXPECTS_JSON = "expects.json"


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


@dataclass(frozen=True)
class Drafted:
    """A list before its lot is drawn.

    Attributes
    ----------
    chosen : Chosen
    steps : tuple of (step, reason, voters)
        The funnel so far.
    """

    chosen: Chosen
    steps: tuple[tuple[str, str, int], ...]


def draft(people: pl.DataFrame, order: Order, reasons: Mapping[str, pl.Expr], *, gone: int = 0) -> Drafted:
    """Sift voters and choose whom the money reaches.

    Parameters
    ----------
    people : pl.DataFrame
        As :class:`hustings.plan.lists.people.People` has them.
    order : Order
    reasons : mapping of str to expression
        Whom to leave in peace, in order.
    gone : int
        Voters of earlier files.

    Raises
    ------
    ConfigError, InputError
        As :func:`hustings.plan.lists.choose.choose`.
    """
    on_file = [("on file", "in the last file or an earlier one", people.height + gone)]
    if gone:
        on_file.append(("suppressed", "no longer in the file", gone))
    free, suppressed = sift(people, reasons)
    units = pl.DataFrame(
        {
            "unit": order.units,
            "dollars": [price.dollars for price in order.prices.values()],
            "reached_share": [price.reached_share for price in order.prices.values()],
            "worth": [order.worth[unit] for unit in order.units],
        },
        schema={"unit": pl.String, "dollars": pl.Float64, "reached_share": pl.Float64, "worth": pl.Float64},
    )
    if max(order.worth.values(), default=0.0) <= 0.0:
        # Nothing is decided here any more: votes are then all alike.
        units = units.with_columns(worth=pl.lit(1.0))
    ranked = with_gains(
        free.join(units, on="unit", how="left", maintain_order="left"),
        order.universe,
        order.effect,
        "own_effect" if order.own_effects else None,
    )
    worthy, alone = sift(ranked, left_alone(order.universe))
    if worthy.is_empty() and not order.own_effects and order.effect.mean <= 0 and free.height:
        raise InputError(
            f"{order.effect.row}: {100 * order.effect.mean:.1f} ± {100 * order.effect.sd:.1f} points a contact, "
            "so nobody has an expected gain above 0",
            hint="to learn whether yours does more, name what you believe and cut a test: --effect 0.02",
        )
    # Shares of a lot come out to within one household in each unit: where all is not reached, that one is paid for.
    most = max(price.dollars for price in order.prices.values()) * len(order.units)
    reserve = min(most, 0.1 * order.budget_dollars)
    chosen = choose(
        worthy, order.budget_dollars, order.hold_out, per_household=order.per_household, reserve_dollars=reserve
    )
    _, beyond = sift(chosen.beyond, described(order.universe))
    steps = [
        *on_file,
        *(("suppressed", why, n) for why, n in suppressed.items()),
        *(("left alone", why, n) for why, n in alone.items()),
        *(("beyond the money", why, n) for why, n in beyond.items() if n),
    ]
    return Drafted(chosen, tuple(steps))


@dataclass(frozen=True)
class Listed:
    """A list that is locked, and what it is expected to gain.

    Attributes
    ----------
    cut : CutList
    people : pl.DataFrame
        All of the list with ``arm``, best households first.
    by_unit : pl.DataFrame
        ``hustings.tables.plan_lists.EXPECTS``.
    funnel : pl.DataFrame
        ``hustings.tables.plan_lists.FUNNEL``.
    whole : dict
        Sums, intervals, power: what is written down.
    power : Power
    """

    cut: CutList
    people: pl.DataFrame
    by_unit: pl.DataFrame
    funnel: pl.DataFrame
    whole: dict[str, Any]
    power: Power

    @property
    def contacted(self) -> pl.DataFrame:
        """Whom to contact, best households first; an inner join, so that nobody else can slip in."""
        return self.people.join(
            self.cut.contacted.select("voter_id"), on="voter_id", how="inner", maintain_order="left"
        )


def draw_and_lock(drafted: Drafted, order: Order, folder: Path) -> CutList:
    """Draw the hold-out and lock it at once; the same list cut again keeps its own.

    Raises
    ------
    StoreError
        The folder holds a list of that name with other people.
    InputError
        There are too few households to hold one out.
    """
    chosen = drafted.chosen
    drawn = cut_list(
        chosen.people.select("voter_id", "home", "state"),
        chosen.share_held_out,
        # Two lists of the same people have lots of their own, whatever the seed.
        np.random.default_rng([order.seed, *order.name.encode()]),
        ["state"] if len(order.units) > 1 else [],
        name=order.name,
        day=order.day,
        contacts={order.channel: 1.0},
        household="home",
        costs={order.channel: max(price.dollars for price in order.prices.values())},
        election=order.election if order.election > order.day else None,
    )
    return lock_list(drawn, folder)


def describe(drafted: Drafted, order: Order, cut: CutList, errors: Errors) -> Listed:
    """Say what a locked list is expected to gain.

    Parameters
    ----------
    drafted : Drafted
    order : Order
    cut : CutList
        As it stands locked.
    errors : Errors
        Columns in the order of the order's units.
    """
    people = drafted.chosen.people.join(cut.rows.select("voter_id", "arm", "household"), on="voter_id", how="left")
    people = people.sort("rank", "voter_id")
    reached = people.filter(pl.col("arm") != HELD_OUT)
    by_unit, whole = expectation(reached, order.units, errors, order.worth)
    by_unit = _with_costs(by_unit, people, reached, order)
    published = None
    if order.published is not None:
        table = with_gains(reached, order.universe, order.published)
        _, published = expectation(table, order.units, errors, order.worth)
    held = people.height - reached.height
    at = "support_prob" if order.universe == "persuasion" else "turnout_prob"
    power = power_of(
        people[at].to_numpy(),
        people["effect"].to_numpy(),
        people.group_by("household").len()["len"].to_numpy().astype(float),
        held,
        wanted_effect=order.wanted_effect,
    )
    steps = [*drafted.steps, ("held out", "by lot, locked", held), ("list", "to be contacted", reached.height)]
    funnel = pl.DataFrame(steps, schema={"step": pl.String, "reason": pl.String, "voters": pl.Int64}, orient="row")
    said = _said(order, cut, drafted.chosen, by_unit, whole, published, power)
    return Listed(cut, people, check_table(by_unit, EXPECTS), check_table(funnel, FUNNEL), said, power)


def _with_costs(by_unit: pl.DataFrame, people: pl.DataFrame, reached: pl.DataFrame, order: Order) -> pl.DataFrame:
    """Voters, contacts and dollars by unit."""
    counts = people.group_by("unit").agg(pl.len().cast(pl.Int64).alias("voters"))
    what = pl.col("household").n_unique() if order.per_household else pl.len()
    made = reached.group_by("unit").agg(what.cast(pl.Int64).alias("contacts"))
    prices = pl.DataFrame(
        {"unit": order.units, "price": [price.dollars for price in order.prices.values()]},
        schema={"unit": pl.String, "price": pl.Float64},
    )
    for other in (counts, made, prices):
        by_unit = by_unit.join(other, on="unit", how="left", maintain_order="left")
    by_unit = by_unit.with_columns(pl.col("voters", "contacts").fill_null(0))
    return by_unit.with_columns(
        held_out=pl.col("voters") - pl.col("contacted"), dollars=pl.col("contacts") * pl.col("price")
    ).select(EXPECTS.column_names)


def _said(
    order: Order,
    cut: CutList,
    chosen: Chosen,
    by_unit: pl.DataFrame,
    whole: dict[str, float],
    published: dict[str, float] | None,
    power: Power,
) -> dict[str, Any]:
    """What is written down for the review."""
    return {
        "list": cut.name,
        "day": cut.day.isoformat(),
        "election": order.election.isoformat(),
        "universe": order.universe,
        "channel": order.channel,
        "units": order.units,
        "voters": cut.rows.height,
        "households": chosen.households,
        "held_out": power.held_out,
        "contacted": power.contacted,
        "contacts": int(by_unit["contacts"].sum()),
        "budget_dollars": order.budget_dollars,
        "dollars": float(by_unit["dollars"].sum()),
        "last_dollars_per_vote": chosen.last_dollars_per_vote,
        "expected": whole,
        "expected_by_the_table": published,
        "interval": "80 %",
        "effect": _effect(order),
        "effect_by_the_table": None
        if order.published is None
        else {"row": order.published.row, "mean": order.published.mean, "sd": order.published.sd},
        "mean_effect_of_an_attempt": power.expected_effect,
        "power": {
            "smallest_effect": power.smallest_effect,
            "of_expected": power.of_expected if power.expected_effect > 0 else None,
            "design_effect": power.design_effect,
            "wanted_effect": order.wanted_effect,
            "share_needed": power.share_needed,
            "share_for_expected": power.share_for_expected,
        },
        "by_unit": by_unit.to_dicts(),
        "seed": cut.seed,
    }


def _effect(order: Order) -> dict[str, Any]:
    kind = "by voter, of the campaign's own tests" if order.own_effects else "the same for all"
    return {
        "row": order.effect.row,
        "mean": order.effect.mean,
        "sd": order.effect.sd,
        "source": order.effect.source,
        "kind": kind,
    }


def write_expectation(listed: Listed, folder: Path) -> bool:
    """Write beside the lock what is expected, once: what was said before stays as it was said.

    Returns
    -------
    bool
        Whether it was written now.
    """
    if (folder / EXPECTS_JSON).is_file():
        return False
    write_csv(listed.by_unit, folder / EXPECTS.file, EXPECTS)
    write_csv(listed.funnel, folder / FUNNEL.file, FUNNEL)
    beside = folder / f".{EXPECTS_JSON}.writing"
    write_json(listed.whole, beside)
    beside.replace(folder / EXPECTS_JSON)
    return True
