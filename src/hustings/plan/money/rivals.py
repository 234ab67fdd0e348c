r"""A rival who spends too: as observed, with the best answer, or in equilibrium.

What the rival makes is taken off what the own side makes: ``G(m(x) - m(y))``, the same levers for both. Own spending makes ``G``
large and the rival's makes it small; both look at the same slope. In equilibrium each side's spending is what is poured at
the slope that both leave. *Exploitability*: what one side could gain by its best answer to the other's plan, summed over both; 0
in equilibrium (Lanctot et al., NeurIPS 2017).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from hustings.maths.waterfill import waterfill
from hustings.plan.goals import between, goal_of
from hustings.plan.levers import Levers
from hustings.plan.money.coarse import coarse
from hustings.plan.money.limits import check_budget, named
from hustings.plan.money.planning import SOME_DRAWS, SOME_NODES
from hustings.plan.money.solve import pour, solve
from hustings.plan.race import Race
from hustings.store.edited import HEADER_ROWS, read_edited
from hustings.tables import OPPONENT

Array = NDArray[np.float64]

ROUNDS = 20
CLOSE_ENOUGH = 2e-3
"""Change of both plans, as a part of both budgets, that ends the search."""


@dataclass(frozen=True)
class Equilibrium:
    """Two plans, each the best answer to the other.

    Attributes
    ----------
    own_dollars, rival_dollars : (lever,) arrays
    exploitable : float
        What both sides could gain by their best answers, together, in units of the goal.
    change : float
        What both plans together change of the goal.
    """

    own_dollars: Array
    rival_dollars: Array
    exploitable: float
    change: float


def faced(race: Race, levers: Levers, rival_dollars: Array) -> Race:
    """The race after a rival's spending, (lever,), that is not in the polls yet."""
    return race.with_margin(-levers.made(rival_dollars))


def equilibrium(
    race: Race, levers: Levers, budget_dollars: float, rival_dollars: float, goal: str = "win"
) -> Equilibrium:
    """Both sides spend, each knowing the other's plan.

    Raises
    ------
    ConfigError
        A budget cannot be spent within floors and caps.
    """
    check_budget(levers, budget_dollars)
    check_budget(levers, rival_dollars)
    few = goal_of(coarse(race, SOME_DRAWS, SOME_NODES), goal)
    still = np.zeros(len(race.units))
    slope = few.slope(still)
    own, rival = pour(levers, slope, budget_dollars), pour(levers, slope, rival_dollars)
    for step in range(ROUNDS):
        slope = few.slope(levers.made(own) - levers.made(rival))
        to_own, to_rival = pour(levers, slope, budget_dollars), pour(levers, slope, rival_dollars)
        moved = float(np.abs(to_own - own).sum() + np.abs(to_rival - rival).sum())
        if moved <= CLOSE_ENOUGH * (budget_dollars + rival_dollars):
            break
        part = 1.0 if step == 0 else 0.5
        own, rival = own + part * (to_own - own), rival + part * (to_rival - rival)
    here, against = levers.made(own), levers.made(rival)
    answer = solve(lambda made: few.slope(made - against), levers, budget_dollars, start=own)
    counter = solve(lambda made: few.slope(here - made), levers, rival_dollars, start=rival)
    gained = between(few, here - against, levers.made(answer.dollars) - against)
    lost = between(few, here - levers.made(counter.dollars), here - against)
    return Equilibrium(own, rival, max(gained, 0.0) + max(lost, 0.0), between(few, still, here - against))


def observed_spending(levers: Levers, rows: pl.DataFrame, *, file: str | Path = "opponent") -> Array:
    """What a rival was seen to spend, by lever.

    Money of a unit without a channel goes where most votes are made with it; of a unit that is only reached by markets, to those.

    Parameters
    ----------
    levers : Levers
    rows : pl.DataFrame
        ``hustings.tables.spending.OPPONENT``.
    file : str or Path
        For messages.

    Raises
    ------
    InputError
        A unit or channel where nothing can be bought.
    """
    found = np.zeros(len(levers.places))
    for number, row in enumerate(rows.iter_rows(named=True), start=HEADER_ROWS):
        found += _within(levers, named(levers, row["unit"], row["channel"], file, number), float(row["dollars"]))
    return found


def read_opponent(path: Path) -> pl.DataFrame:
    """What a rival was seen to spend, from a CSV file (``hustings.tables.spending.OPPONENT``).

    Raises
    ------
    InputError
        It cannot be read, lacks a column or holds something that is no amount of money.
    """
    return read_edited(path, OPPONENT, others=True)


def _within(levers: Levers, here: NDArray[np.bool_], dollars: float) -> Array:
    """Money over chosen levers, where it makes most."""
    worth = np.where(here, levers.margin.sum(axis=1), 0.0)
    none = np.zeros(len(worth))
    spent = waterfill(worth, levers.scale_dollars, none, np.where(here, dollars, 0.0), dollars)
    # What earns nothing any more is spent all the same: it was seen.
    return np.asarray(spent + (dollars - spent.sum()) * here / here.sum())


def mirrored(levers: Levers) -> Levers:
    """The rival's levers: the same, without the own floors and caps."""
    none = np.zeros(len(levers.places))
    return replace(levers, floor_dollars=none, cap_dollars=none + np.inf)
