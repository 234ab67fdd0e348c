"""What a locked list is expected to gain, in numbers that are written down once, for the review."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from hustings.plan.lists.choose import Chosen
from hustings.plan.lists.cutting import Drafted
from hustings.plan.lists.expecting import Errors, expectation
from hustings.plan.lists.gains import with_gains
from hustings.plan.lists.order import Order
from hustings.plan.lists.power import Power, power_of
from hustings.scores.persuasion import CutList
from hustings.scores.persuasion.holdout import HELD_OUT
from hustings.store import check_table, write_csv, write_json
from hustings.tables import EXPECTS, FUNNEL

EXPECTS_JSON = "expects.json"


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


def read_expectation(folder: Path) -> dict[str, Any] | None:
    """Read what was expected of a list; None where nothing was written, or it cannot be read."""
    try:
        found = json.loads((folder / EXPECTS_JSON).read_text(encoding="utf-8"))
        expected = found["expected"]
        float(expected["net_votes"]), float(expected["net_votes_low"]), float(expected["net_votes_high"])
        str(found["effect"]["row"]), str(found["universe"]), str(found["interval"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return dict(found)
