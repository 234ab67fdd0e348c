r"""Which polls to buy: one after another, each judged by what the earlier ones will have told.

Question: for 300,000 dollars, which polls, and when is the next one worth less than the ads it replaces?

Algorithm. Greedy by gain per dollar. What the polls bought so far will read is not known yet, so the next one is worth an average over
it: fixed points stand for the readings (:func:`hustings.maths.points.gaussian_points`), along the few directions in which they
best tell one decisive unit from another; at each, the units' weights and the next reading's moments are exact conditionings
of Gaussians. As polls are added the gains of others mostly fall, so that only those that may still be best are computed anew (lazy
greedy, Minoux 1978); but polls of two rival units also complete each other, so that the eight that looked best always are. Directions that are left out make a portfolio look worth less than it is, never more.

Checked against: nested simulation of two polls; polls that share nothing; the same poll twice (test_portfolio.py).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from hustings.maths.points import gaussian_points
from hustings.plan.polling.gain import importance, reading_gain
from hustings.plan.polling.pivots import Pivots
from hustings.plan.polling.value import Market, ads_gain, decisive_readings, watched
from hustings.store import check_table, empty_table
from hustings.tables import POLL_PORTFOLIO

Array = NDArray[np.float64]

ROWS = 30
"""Units and modes that are looked at: the best by gain per dollar alone."""
POINTS = 64
DIRECTIONS = 8
_SUMS = ("cost", "gain", "ads")
_AT_ONCE = 8
"""Candidates that are computed anew together, at least once a round."""


class Bought(NamedTuple):
    """One poll of a portfolio.

    Attributes
    ----------
    candidate, size : int
        Places in the market's candidates and sizes.
    cost : float
        Dollars.
    gain : float
        Chance to win that it adds after the polls before it.
    ads : float
        What its cost would add if it were spent like the rest.
    """

    candidate: int
    size: int
    cost: float
    gain: float
    ads: float


class Portfolio(NamedTuple):
    """Polls to buy, in order.

    Attributes
    ----------
    polls : tuple of Bought
    left_dollars : float
    refused : Bought or None
        The next best, where it was not worth its price; None where the budget allows no further poll.
    """

    polls: tuple[Bought, ...]
    left_dollars: float
    refused: Bought | None


@dataclass(frozen=True)
class Known:
    """What polls bought so far will have told, at fixed points of their readings.

    Attributes
    ----------
    read : Pivots
        Joint moments of the candidates.
    rows : tuple of int
        Candidates that were bought.
    ratio : (point, unit) array
        How much likelier each unit decides than was thought at first.
    off : (unit, point, direction) array
        Readings' directions less what each unit's worlds expect.
    turn : (direction, bought) array
    inverse : (unit, direction, direction) array
        Of the directions' covariance in each unit's worlds.
    """

    read: Pivots
    rows: tuple[int, ...]
    ratio: Array
    off: Array
    turn: Array
    inverse: Array

    def reading(self, candidate: int, sampling: float) -> tuple[Array, Array]:
        """Mean and variance of one more reading in each unit's worlds, (point, unit) each."""
        mean, variance = self.read.mean[:, candidate], self.read.variance[:, candidate] + sampling
        shape = self.ratio.shape
        if not self.rows:
            return np.broadcast_to(mean, shape), np.broadcast_to(variance, shape)
        crossed = _joint(self.read)[:, candidate, list(self.rows)] @ self.turn.T
        slope = np.einsum("uij,uj->ui", self.inverse, crossed)
        mean = mean + np.einsum("uki,ui->ku", self.off, slope)
        return mean, np.broadcast_to(np.maximum(variance - (crossed * slope).sum(axis=1), 1e-12), shape)


def nothing_known(read: Pivots) -> Known:
    """Before the first purchase: one point."""
    n_units = len(read.density)
    return Known(
        read, (), np.ones((1, n_units)), np.zeros((n_units, 1, 0)), np.zeros((0, 0)), np.zeros((n_units, 0, 0))
    )


def known_after(read: Pivots, rows: tuple[int, ...], sampling: tuple[float, ...], weight: Array) -> Known:
    """What some polls will have told.

    Parameters
    ----------
    read : Pivots
        With joint moments.
    rows : tuple of int
        Candidates bought, one more than once where it was.
    sampling : tuple of float
        Variance of each from sampling.
    weight : (unit,) array
        How much each unit matters: points are laid where units that matter decide.
    """
    which = list(rows)
    mean = read.mean[:, which]
    joint = _joint(read)[:, which][:, :, which] + np.diag(sampling)
    centre = weight @ mean
    away = mean - centre
    every = np.einsum("u,uij->ij", weight, joint + away[:, :, None] * away[:, None, :])
    root = np.linalg.inv(np.linalg.cholesky(every))
    white, spread = away @ root.T, root @ joint @ root.T
    # Directions along which units differ most, in means and in spreads.
    gap = spread - np.eye(len(which))
    differ = np.einsum("u,ui,uj->ij", weight, white, white) + 0.5 * np.einsum("u,uij,ujk->ik", weight, gap, gap)
    _, axes = np.linalg.eigh(differ)
    turn = axes[:, ::-1][:, :DIRECTIONS].T
    points = gaussian_points(POINTS, len(turn))
    inverse = np.linalg.inv(turn @ spread @ turn.T)
    off = points - (white @ turn.T)[:, None]
    volume = -0.5 * np.linalg.slogdet(inverse)[1]
    logs = -0.5 * np.einsum("uki,uij,ukj->uk", off, inverse, off) - volume[:, None] + 0.5 * (points**2).sum(axis=1)
    ratio = np.exp(logs - logs.max(axis=1, keepdims=True))
    ratio /= ratio.mean(axis=1, keepdims=True)
    return Known(read, rows, ratio.T, off, turn @ root, inverse)


def portfolio(found: Market, first: Array, budget: float) -> Portfolio:
    """Buy polls, the best per dollar first, until the budget or their worth runs out.

    Parameters
    ----------
    found : Market
    first : (candidate, size) array
        What each adds alone (:func:`~hustings.plan.polling.value.gains`).
    budget : float
        Dollars for polls.
    """
    cost, sampling = found.cost(), found.sampling()
    best = np.argsort(-(first / cost).max(axis=1), kind="stable")[:ROWS]
    read = decisive_readings(found.race, found.polls.some(best), joint=True)
    weight, ads = importance(found.plan), ads_gain(found, cost[best])
    gain, price, noise = first[best].copy(), cost[best].copy(), sampling[best].copy()
    known, left, refused = nothing_known(read), budget, None
    rows: tuple[int, ...] = ()
    taken: tuple[float, ...] = ()
    bought: dict[int, Bought] = {}
    while (price <= left + 1e-6).any():
        row, size = _next(found, known, gain, np.where(price <= left + 1e-6, 1.0 / price, 0.0), noise)
        take = Bought(int(best[row]), size, float(price[row, size]), float(gain[row, size]), float(ads[row, size]))
        take = take._replace(ads=take.ads * take.cost / float(cost[best[row], size]))
        if take.gain <= take.ads:
            refused = take
            break
        before = bought.get(row)
        bought[row] = (
            take if before is None else take._replace(**{k: getattr(before, k) + getattr(take, k) for k in _SUMS})
        )
        left -= take.cost
        rows, taken = (*rows, row), (*taken, float(noise[row, size]))
        known = known_after(read, rows, taken, weight)
        # The same poll again is a larger one: its fixed cost is paid, and it adds interviews only.
        more = np.arange(gain.shape[1]) > size
        price[row] = np.where(more, cost[best[row]] - cost[best[row], size], np.inf)
        inverse = np.where(more, 1.0 / sampling[best[row]] - 1.0 / sampling[best[row], size], 1.0)
        noise[row] = 1.0 / inverse
    return Portfolio(tuple(bought.values()), left, refused)


def _next(found: Market, known: Known, gain: Array, per: Array, sampling: Array) -> tuple[int, int]:
    """The best poll to add; gains are brought up to date as far as that needs."""
    fresh = np.zeros(gain.shape, dtype=bool)
    while True:
        order = np.argsort(-(gain * per), axis=None, kind="stable")
        row, size = np.unravel_index(order[0], gain.shape)
        if fresh[row, size]:
            return int(row), int(size)
        stale = [place for place in order[: 3 * _AT_ONCE] if not fresh.flat[place]][:_AT_ONCE]
        at = [np.unravel_index(place, gain.shape) for place in stale]
        moments = [known.reading(int(r), float(sampling[r, s])) for r, s in at]
        means, variances = (np.stack(side) for side in zip(*moments, strict=True))
        added = reading_gain(found.plan, np.broadcast_to(known.ratio, means.shape), means, variances).mean(axis=1)
        for (r, s), more in zip(at, added, strict=True):
            gain[r, s], fresh[r, s] = more, True


def portfolio_table(found: Market, chosen: Portfolio, moved: Array, polls: pl.DataFrame) -> pl.DataFrame:
    """The polls to buy, each with its reason (``hustings.tables.polling.POLL_PORTFOLIO``).

    Parameters
    ----------
    found : Market
    chosen : Portfolio
    moved : (candidate, size) array
        Part of the money that each would move, alone.
    polls : polars.DataFrame
        Cleaned polls so far.
    """
    seen = {row["unit"]: row for row in watched(found, polls).iter_rows(named=True)}
    rows = []
    for place, poll in enumerate(chosen.polls, start=1):
        at, mode = divmod(poll.candidate, found.n_modes)
        unit = found.places.ids[at]
        rows.append(
            {
                "place": place,
                "unit": unit,
                "mode": found.costs["mode"][mode],
                "interviews": int(found.sizes[poll.size]),
                "cost_dollars": poll.cost,
                "win_gain": poll.gain,
                "ads_gain": poll.ads,
                "why": why(seen[unit], float(moved[poll.candidate, poll.size]) * found.plan.budget),
            }
        )
    table = pl.DataFrame(rows, schema_overrides={"place": pl.Int64}) if rows else empty_table(POLL_PORTFOLIO)
    return check_table(table, POLL_PORTFOLIO)


def why(seen: dict[str, Any], moved_dollars: float) -> str:
    """Why a poll of a place is worth buying, in one sentence."""
    share, days = seen["decides_share"], seen["days_since_poll"]
    about = "It tells of all units at once" if share is None else f"{share:.0%} of what money can win rests on it"
    if not seen["n_polls"]:
        last = "nobody has asked there"
    else:
        ago = "today" if days == 0 else "yesterday" if days == 1 else f"{days} days ago"
        last = f"{seen['n_polls']:,} published, the last {ago}"
    return f"{about}; {last}; its result moves ${moved_dollars / 1e3:,.0f}K of the money on average."


def _joint(read: Pivots) -> Array:
    """Covariances between candidates."""
    assert read.covariance is not None  # made with joint=True
    return read.covariance
