"""The value of every next poll: who to ask, how, how many, and what that would change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from hustings.contests.rules import RULES
from hustings.plan.goals import goal_of
from hustings.plan.levers import Levers
from hustings.plan.polling.candidates import OWN_POLLSTER, Places, foreseen, places_of, usual_undecided
from hustings.plan.polling.gain import Gain, first_gain, importance
from hustings.plan.polling.pivots import Asked, Pivots, pivots
from hustings.plan.polling.spend import Decision, decision
from hustings.plan.race import Race
from hustings.polls.tracker.fit import TrackerFit
from hustings.polls.tracker.foresee import sampling_variance
from hustings.store import check_table
from hustings.tables import POLL_VALUES

Array = NDArray[np.float64]

PIVOT_DRAWS = 40_000
LATE_DAYS = 21
"""A unit without a poll for so long is unwatched, where it could decide."""
COULD_DECIDE = 0.01
"""Part of what money can win that must rest on a unit for that to matter."""
PER = 100_000.0


@dataclass(frozen=True)
class Market:
    """Polls that could be bought, and the decision that they inform.

    Attributes
    ----------
    race : Race
    plan : Decision
    places : Places
    costs : polars.DataFrame
        By mode.
    polls : Asked
        Candidates, (place, then mode).
    read : Pivots
        Their readings in the worlds in which each unit decides.
    expected, spread : (candidate,) arrays
        Mean of the reading, and its variance with own error and without sampling.
    sizes : (size,) int array
        Interviews.
    chosen_share : (candidate,) array
        Part of the interviewed who choose one of the two options that are compared.
    """

    race: Race
    plan: Decision
    places: Places
    costs: pl.DataFrame
    polls: Asked
    read: Pivots
    expected: Array
    spread: Array
    sizes: NDArray[np.int64]
    chosen_share: Array

    @property
    def n_modes(self) -> int:
        """Modes with a price."""
        return self.costs.height

    def cost(self) -> Array:
        """Dollars, (candidate, size)."""
        fixed, each = (self.costs[name].to_numpy() for name in ("fixed_dollars", "dollars_per_interview"))
        return np.tile(fixed[:, None] + each[:, None] * self.sizes, (len(self.places.ids), 1))

    def sampling(self) -> Array:
        """Variance from asking so many, the mode's design effect in it, (candidate, size)."""
        effect = np.tile(self.costs["design_effect"].to_numpy(), len(self.places.ids))
        asked = self.sizes * (self.chosen_share / effect)[:, None]
        return sampling_variance(self.expected[:, None], asked)


def market(
    race: Race,
    fit: TrackerFit,
    levers: Levers,
    spend_dollars: float,
    costs: pl.DataFrame,
    sizes: Sequence[int],
    *,
    units: Sequence[str] | None = None,
    pollster: str = OWN_POLLSTER,
) -> Market:
    """Set up all polls that could be bought and the money plan that they inform.

    Parameters
    ----------
    race : Race
    fit : TrackerFit
        Of the published polls.
    levers : Levers
    spend_dollars : float
        What the decision is about.
    costs : polars.DataFrame
        As :func:`hustings.plan.polling.costs.read_poll_costs`; only modes whose result is in before the election.
    sizes : sequence of int
        Interviews.
    units : sequence of str, optional
        Where one may ask; everywhere where not given.
    pollster : str
        Who asks; one that has published polls brings its record.

    Raises
    ------
    ConfigError
        A unit that the contest does not have.
    """
    places = places_of(race, units)
    polls = foreseen(race, fit, places, costs["mode"].to_list(), pollster)
    fewer = race.thinned(PIVOT_DRAWS)
    read = decisive_readings(fewer, polls)
    expected = race.weights @ polls.mean
    within = np.einsum("npl,nlm,npm->np", polls.slope, race.covariances, polls.slope)
    within = within + np.einsum("npp->np", polls.rest)
    spread = race.weights @ (within + (polls.mean - expected) ** 2)
    chosen = np.repeat(places.shares.sum(axis=1), costs.height) * (1.0 - usual_undecided(fit))
    plan = decision(levers, read.density, race.spill * race.lead_per_margin, spend_dollars)
    return Market(race, plan, places, costs, polls, read, expected, spread, np.array(sizes, dtype=np.int64), chosen)


def decisive_readings(race: Race, polls: Asked, *, joint: bool = False) -> Pivots:
    """What candidates would read were each unit decisive for the chance to win."""
    if RULES[race.contest.rule].counts_seats:
        return pivots(race, race.seats, race.seats_to_win, polls, joint=joint)
    # Votes count alike everywhere: no reading says that they count more here than there.
    slope = goal_of(race, "win").slope(np.zeros(len(race.units)))
    per_lead = np.asarray(np.linalg.lstsq(race.spill * race.lead_per_margin, slope, rcond=None)[0], dtype=np.float64)
    n_units, mean = len(race.units), np.asarray(race.weights @ polls.mean)
    rest = np.tensordot(race.weights, polls.rest, 1)
    return Pivots(
        per_lead,
        np.tile(mean, (n_units, 1)),
        np.tile(np.diag(rest), (n_units, 1)),
        np.tile(rest, (n_units, 1, 1)) if joint else None,
    )


def gains(found: Market) -> Gain:
    """What each candidate adds at each size, (candidate * size,)."""
    sampling = found.sampling()
    mean = np.repeat(found.read.mean.T, len(found.sizes), axis=0)
    variance = (found.read.variance.T[:, None] + sampling[:, :, None]).reshape(mean.shape)
    spread = (found.spread[:, None] + sampling).ravel()
    return first_gain(found.plan, mean, variance, np.repeat(found.expected, len(found.sizes)), spread)


def ads_gain(found: Market, dollars: Array) -> Array:
    """What more money would add if it were spent like the rest, for each of some amounts."""
    amounts, where = np.unique(dollars, return_inverse=True)
    still = found.plan.still.value
    ones = np.ones(found.plan.worth.shape[1])
    more = np.array([found.plan.best(ones, found.plan.budget + amount).value - still for amount in amounts])
    return np.asarray(more[where].reshape(np.shape(dollars)))


def margin_sds(found: Market) -> tuple[Array, Array, Array]:
    """Sd of each place's margin: now (candidate,), after (candidate, size), and with interviews without end (candidate,)."""
    race, polls, n_modes = found.race, found.polls, found.n_modes
    rows = np.repeat(found.places.lead_rows, n_modes, axis=1)
    crossed = np.einsum("npl,nlm,npm->np", rows, race.covariances, polls.slope)
    lead = np.einsum("npl,nlm,npm->np", rows, race.covariances, rows)
    latent = np.einsum("npl,nlm,npm->np", polls.slope, race.covariances, polls.slope) + np.einsum("npp->np", polls.rest)
    means = np.einsum("npl,nl->np", rows, race.means.reshape(len(race.means), -1))
    now = race.weights @ (lead + (means - race.weights @ means) ** 2)
    noisy = latent[:, :, None] + found.sampling()
    after = now[:, None] - np.einsum("n,nps->ps", race.weights, crossed[:, :, None] ** 2 / noisy)
    floor = now - race.weights @ (crossed**2 / latent)
    each = np.repeat(found.places.margin_per_lead, n_modes)
    return each * np.sqrt(now), each[:, None] * np.sqrt(np.maximum(after, 0.0)), each * np.sqrt(np.maximum(floor, 0.0))


def watched(found: Market, polls: pl.DataFrame) -> pl.DataFrame:
    """How well each place is watched: ``unit``, ``decides_share``, ``n_polls``, ``days_since_poll``, ``unwatched``.

    Parameters
    ----------
    found : Market
    polls : polars.DataFrame
        Cleaned polls so far.
    """
    share = importance(found.plan)
    last = polls.group_by("unit").agg(n_polls=pl.len().cast(pl.Int64), last=pl.col("end_date").max())
    table = pl.DataFrame(
        {
            "unit": list(found.places.ids),
            "decides_share": [float(share[u]) if u >= 0 else None for u in found.places.unit],
        },
        schema_overrides={"decides_share": pl.Float64},
    ).join(last, on="unit", how="left", maintain_order="left")
    days = (pl.lit(found.race.as_of) - pl.col("last")).dt.total_days()
    return table.with_columns(pl.col("n_polls").fill_null(0), days.alias("days_since_poll")).select(
        "unit",
        "decides_share",
        "n_polls",
        "days_since_poll",
        unwatched=(pl.col("decides_share").fill_null(0.0) >= COULD_DECIDE)
        & (pl.col("days_since_poll").fill_null(LATE_DAYS + 1) > LATE_DAYS),
    )


def values_table(found: Market, gain: Gain, polls: pl.DataFrame) -> pl.DataFrame:
    """What every poll would add, best per dollar first (``hustings.tables.polling.POLL_VALUES``).

    Parameters
    ----------
    found : Market
    gain : Gain
        As :func:`gains` gives it.
    polls : polars.DataFrame
        Cleaned polls so far.
    """
    cost, n_sizes = found.cost().ravel(), len(found.sizes)
    now, after, floor = margin_sds(found)
    table = pl.DataFrame(
        {
            "unit": [unit for unit in found.places.ids for _ in range(found.n_modes * n_sizes)],
            "mode": [mode for mode in found.costs["mode"] for _ in range(n_sizes)] * len(found.places.ids),
            "interviews": np.tile(found.sizes, len(now)),
            "cost_dollars": cost,
            "margin_sd": np.repeat(now, n_sizes),
            "margin_sd_after": after.ravel(),
            "margin_sd_floor": np.repeat(floor, n_sizes),
            "plan_changes_prob": gain.change,
            "money_moved_share": gain.moved,
            "win_gain": gain.win,
            "win_gain_per_100k": PER * gain.win / np.maximum(cost, 1.0),
            "ads_gain": ads_gain(found, cost),
        }
    ).join(watched(found, polls), on="unit", how="left", maintain_order="left")
    order = ["win_gain_per_100k", "unit", "mode", "interviews"]
    table = table.sort(order, descending=[True, False, False, False])
    return check_table(table.select(POLL_VALUES.column_names), POLL_VALUES)


def prices_said(costs: pl.DataFrame) -> str:
    """Prices in use and whose they are, in one sentence."""
    each = [
        f"{row['mode']} ${row['dollars_per_interview']:,.0f} + ${row['fixed_dollars']:,.0f} a poll"
        for row in costs.iter_rows(named=True)
    ]
    own = not costs["source"].str.starts_with("chosen").any()
    whose = "from your file" if own else "round figures that we chose: put your quotes in their place with --prices"
    return f"Prices an interview: {', '.join(each)}; {whose}."
