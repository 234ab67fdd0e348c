r"""How far turnout as a whole departs from the last comparable election: what no model of single voters can know.

With ``x[s, t]`` the logit of turnout of state s and ``x[t]`` that of the nation, the rule is ``x[t] = x[t - c] + trend[t]``, where
``trend[t]`` is the mean of the changes before t, drawn to 0 as far as its standard error is large beside it. Its errors in
elections before the target give the national shock, the states' own departures from the nation's change the state shock.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.special import logit

from hustings import facts
from hustings.errors import InputError
from hustings.scores.features import Target

Array = NDArray[np.float64]
FEWEST = 3
"""Errors below which no spread is learned."""


@dataclass(frozen=True)
class TurnoutShocks:
    """Errors of turnout's level, on the logit scale.

    Parameters
    ----------
    nation_sd_logit : float
        Root mean square of the rule's errors for the nation.
    state_sd_logit : float
        The same of a state's change against the nation's.
    trend_logit : float
        Change against the last comparable election that the rule expects.
    elections : int
        Errors it was learned from.
    years : tuple of int
        Elections they belong to.
    borrowed : bool
        Whether they are of US general elections although the target is none.
    """

    nation_sd_logit: float
    state_sd_logit: float
    trend_logit: float
    elections: int
    years: tuple[int, ...] = ()
    borrowed: bool = False

    def draws(self, units: Sequence[str], n: int, rng: np.random.Generator) -> Array:
        """Draw shocks to be added to voters' logits, shape (n, units).

        The national part has the tails of Student's t with as many degrees of freedom as there were errors: a spread
        learned from eight elections is not known well.
        """
        nation = self.nation_sd_logit * rng.standard_t(max(self.elections, FEWEST), n)
        own = self.state_sd_logit * rng.standard_normal((n, len(units)))
        return np.asarray(nation[:, None] + own)


def learn_shocks(target: Target, turnout: pl.DataFrame | None = None) -> TurnoutShocks:
    """Learn the level's errors from elections before a target.

    Parameters
    ----------
    target : Target
        Nothing of its year or later is looked at.
    turnout : pl.DataFrame, optional
        Like :func:`hustings.facts.turnout_states`, which it is without one.

    Raises
    ------
    InputError
        There are too few elections before it.
    """
    table = facts.turnout_states() if turnout is None else turnout
    year, cycle = target.election.year, target.cycle_years
    known = table.filter(pl.col("year") < year)
    own = known.filter((year - pl.col("year")) % cycle == 0)
    borrowed = target.kind != "general" or own.is_empty()
    if own.is_empty():
        # An election in odd years: the nearest there is are midterms.
        own, cycle = known.filter(pl.col("year") % 4 == 2), 4
    years = sorted(own["year"].unique().to_list())
    step = max(cycle, min(np.diff(years), default=cycle))
    pairs = [(was, now) for was, now in itertools.pairwise(years) if now - was == step]
    nation, states = zip(*(_changes(own, *pair) for pair in pairs), strict=True) if pairs else ((), ())
    if len(nation) < FEWEST:
        raise InputError(
            f"turnout of only {len(nation)} pairs of comparable elections before {year} is known, expected {FEWEST} or more",
            hint="facts.turnout_states() begins in 1980",
        )
    errors = [change - trend(nation[:k]) for k, change in enumerate(nation)]
    deviations = np.concatenate([own_change - change for own_change, change in zip(states, nation, strict=True)])
    return TurnoutShocks(
        float(np.sqrt(np.mean(np.square(errors)))),
        float(np.sqrt(np.mean(np.square(deviations)))),
        trend(nation),
        len(errors),
        tuple(now for _, now in pairs),
        borrowed,
    )


def trend(changes: Sequence[float]) -> float:
    """Mean of changes, drawn to 0: ``mean max(0, 1 - se^2 / mean^2)``; 0 from fewer than three."""
    if len(changes) < FEWEST:
        return 0.0
    mean, se = float(np.mean(changes)), float(np.std(changes, ddof=1) / np.sqrt(len(changes)))
    return mean * (1.0 - (se / mean) ** 2) if abs(mean) > se else 0.0


def _changes(table: pl.DataFrame, was: int, now: int) -> tuple[float, Array]:
    """Change of the nation's logit, and of each state's, between two years; states that are in both."""
    both = (
        table.filter(pl.col("year") == now)
        .join(table.filter(pl.col("year") == was), on="state", suffix="_was")
        .sort("state")
    )
    after = (both["highest_office_votes"] / both["eligible_voters"]).to_numpy()
    before = (both["highest_office_votes_was"] / both["eligible_voters_was"]).to_numpy()
    total_after = float(both["highest_office_votes"].sum()) / float(both["eligible_voters"].sum())
    total_before = float(both["highest_office_votes_was"].sum()) / float(both["eligible_voters_was"].sum())
    return float(logit(total_after) - logit(total_before)), np.asarray(logit(after) - logit(before))
