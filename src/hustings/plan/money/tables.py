"""Plans as tables: spending by lever, plans side by side, regrets by world."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import polars as pl
from numpy.typing import NDArray

from hustings.plan.money.planning import MoneyPlan, behind
from hustings.plan.money.regret import LeastRegret
from hustings.plan.money.spread import Spread, interval
from hustings.store import check_table
from hustings.tables import PLANS, REGRETS, SPENDING

Array = NDArray[np.float64]

MILLION = 1e6


def spending_table(
    plan: MoneyPlan, cheapest: MoneyPlan, found: Spread, least_regret_dollars: Array | None = None
) -> pl.DataFrame:
    """Spending by lever (``hustings.tables.SPENDING``), levers that neither plan pays left out, dearest first."""
    levers = plan.levers
    votes = plan.lever_votes
    votes_low, votes_high = found.lever_votes()
    gain_low, gain_high = found.lever_gain()
    # What levers add sums to the plan's own gain, which is from more draws.
    mean = found.centre
    scale = plan.gain / mean.sum() if mean.sum() > 0 else 1.0
    least = np.full(len(votes), np.nan) if least_regret_dollars is None else least_regret_dollars
    table = pl.DataFrame(
        {
            "unit": list(levers.places),
            "channel": list(levers.channels),
            "dollars": plan.dollars,
            "net_votes": votes,
            "net_votes_low": votes_low,
            "net_votes_high": votes_high,
            "gain": mean * scale,
            "gain_low": gain_low,
            "gain_high": gain_high,
            "next_dollar": MILLION * levers.per_dollar(plan.slope, plan.dollars),
            "cheapest_dollars": cheapest.dollars,
            "least_regret_dollars": least,
        }
    ).with_columns(pl.col("least_regret_dollars").fill_nan(None))
    paid = pl.max_horizontal("dollars", "cheapest_dollars", pl.col("least_regret_dollars").fill_null(0.0)) >= 0.5
    return check_table(
        table.filter(paid).sort(["dollars", "unit", "channel"], descending=[True, False, False]), SPENDING
    )


def plans_table(plans: Mapping[str, tuple[MoneyPlan, Spread]]) -> pl.DataFrame:
    """Plans side by side (``hustings.tables.PLANS``); the first is the one that the others are held against."""
    (first, most), *_ = plans.values()
    rows = []
    for name, (plan, found) in plans.items():
        votes, gain, less = found.all_votes(), found.all_gain(), most.beyond(found)
        added = first.gain if plan is first else plan.gain_for(first.goal)
        rows.append(
            {
                "plan": name,
                "dollars": plan.spent_dollars,
                "net_votes": plan.net_votes,
                "net_votes_low": votes[0],
                "net_votes_high": votes[1],
                "goal": first.base + added,
                "gain": added,
                "gain_low": gain[0],
                "gain_high": gain[1],
                "behind": 0.0 if plan is first else behind(first, plan),
                "behind_low": less[0],
                "behind_high": less[1],
            }
        )
    return check_table(pl.DataFrame(rows), PLANS)


def regrets_table(found: LeastRegret) -> pl.DataFrame:
    """Plans held against worlds (``hustings.tables.REGRETS``); the given plans are the goal's and the cheapest votes'."""
    table = pl.DataFrame(
        {
            "world": [world.name for world in found.worlds],
            "without": found.without,
            "best": found.best,
            "plan": found.best - found.others[0],
            "cheapest": found.best - found.others[1],
            "least_regret": found.best - found.regret,
            "weight": found.weight,
            "source": [world.source for world in found.worlds],
        }
    )
    return check_table(table, REGRETS)


def by_place(plan: MoneyPlan, found: Spread, by: str = "unit") -> pl.DataFrame:
    """Spending, net votes and gain with intervals, summed by unit or by channel, what adds most first.

    Columns ``place``, ``dollars``, ``net_votes``, ``gain``, ``gain_low``, ``gain_high`` and ``parts``: dollars by channel (of a
    channel: by unit), largest first.
    """
    names, others = plan.levers.places, plan.levers.channels
    if by == "channel":
        names, others = others, names
    keys = list(dict.fromkeys(names))
    at = np.array([keys.index(name) for name in names])
    member = np.zeros((len(names), len(keys)))
    member[np.arange(len(names)), at] = 1.0
    gain = found.gain @ member
    low, high = interval(gain)
    mean = found.centre @ member
    scale = plan.gain / mean.sum() if mean.sum() > 0 else 1.0
    votes = plan.lever_votes
    parts: list[list[tuple[str, float]]] = [[] for _ in keys]
    for j in np.argsort(-plan.dollars, kind="stable"):
        if plan.dollars[j] >= 1.0:
            parts[at[j]].append((others[j], float(plan.dollars[j])))
    table = pl.DataFrame(
        {
            "place": keys,
            "dollars": plan.dollars @ member,
            "net_votes": votes @ member,
            "gain": mean * scale,
            "gain_low": low,
            "gain_high": high,
            "parts": [[{"name": name, "dollars": dollars} for name, dollars in part] for part in parts],
        },
        schema_overrides={"parts": pl.List(pl.Struct({"name": pl.String, "dollars": pl.Float64}))},
    )
    return table.sort(["gain", "place"], descending=[True, False])
