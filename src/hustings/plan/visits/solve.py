r"""How many stops of whom where, in integers: a mixed-integer programme whose bound holds for every itinerary.

``max sum_u worth_u f(E_u)``, ``E_u = sum_c weight_c n_cu``, ``f`` concave: linear between the values that ``E_u`` can take, and so
exact there. Each candidate has so many stops and so many hours. Hours of travel are counted *from below*: whoever comes to
a unit comes from some other, at least as far as the nearest; whoever comes to a region (units closer to each other than to the
rest) crosses at least its border once; nothing is counted for the first unit. No itinerary travels less, so that the programme's bound is one
for all of them. ``route`` then makes an itinerary that does fit, and what is lost there is part of the gap.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hustings.errors import ConfigError
from hustings.plan.visits.asked import Asked
from hustings.plan.visits.effects import VisitEffects

Array = NDArray[np.float64]
Ints = NDArray[np.int64]

RELATIVE_GAP = 0.001
SECONDS = 5.0
NEGLIGIBLE = 1e-4
"""Units whose stops, all together, cannot add this part of the plan's worth are left out, and counted in the bound."""
OUT_OF_TIME = 1
"""As ``scipy.optimize.milp`` says it."""
NEAR_KM = 500.0
"""Chosen: units within this of each other are a region."""


@dataclass(frozen=True)
class Solved:
    """Stops, and what no plan can beat.

    Attributes
    ----------
    stops : (candidate, unit) int array
    bound : float
        No itinerary is worth more, by the same worth of a margin.
    """

    stops: Ints
    bound: float


@dataclass(frozen=True)
class Travel:
    """Least hours of travel, (unit,) and (region,)."""

    region: Ints
    near: Array
    enter: Array


def regions(km: Array) -> Ints:
    """Groups of units that all lie within :data:`NEAR_KM` of each other, (unit,)."""
    from scipy.cluster.hierarchy import fcluster, linkage
    from scipy.spatial.distance import squareform

    if len(km) < 2:
        return np.zeros(len(km), dtype=np.int64)
    tree = linkage(squareform(km, checks=False), method="complete")
    return np.asarray(fcluster(tree, NEAR_KM, criterion="distance") - 1, dtype=np.int64)


def least_travel(hours: Array, km: Array) -> Travel:
    """What any itinerary spends on the road at least."""
    region = regions(km)
    if len(hours) < 2:
        return Travel(region, np.zeros(len(hours)), np.zeros(region.max(initial=-1) + 1))
    others = hours + np.where(np.eye(len(hours)) > 0, np.inf, 0.0)
    near = others.min(axis=0)
    outside = np.where(region[:, None] == region, np.inf, others).min(axis=0)
    more = np.where(np.isfinite(outside), outside - near, 0.0)
    enter = np.array([more[region == r].min() for r in range(region.max() + 1)])
    return Travel(region, near, np.maximum(enter, 0.0))


def total(worth: Array, effects: VisitEffects, stops: Ints) -> float:
    """What stops, (candidate, unit), are worth."""
    return float(worth @ effects.margin(effects.weights @ stops))


def solve(worth: Array, effects: VisitEffects, asked: Asked, units: tuple[str, ...], hours: Array, km: Array) -> Solved:
    """Find the stops that are worth most.

    Parameters
    ----------
    worth : (unit,) array
        What a margin in each unit is worth.
    effects : VisitEffects
    asked : Asked
        Checked.
    units : tuple of str
    hours, km : (unit, unit) arrays

    Raises
    ------
    ConfigError
        The musts need more hours than there are.
    """
    kept, lost = _kept(worth, effects, asked, units)
    musts = np.array([asked.must.get(units[u], 0) for u in kept])
    part = np.ix_(kept, kept)
    found, bound = _programme(worth[kept], effects, asked, musts, least_travel(hours[part], km[part]))
    stops = np.zeros((len(effects.candidates), len(units)), dtype=np.int64)
    stops[:, kept] = found
    return Solved(stops, bound + lost)


def _kept(worth: Array, effects: VisitEffects, asked: Asked, units: tuple[str, ...]) -> tuple[Ints, float]:
    """Units worth a thought, and the most that the others could add."""
    never = np.isin(units, asked.never)
    value = np.where(never, 0.0, np.maximum(worth, 0.0)) * effects.first_margin[0]
    room = asked.stops() * effects.weights.sum()
    # Every stop in the best unit is a plan: what is not worth a part of it is not worth a thought.
    sure = float(effects.margin(np.array(room)) * value.max() / effects.first_margin[0])
    keep = value * room > NEGLIGIBLE * sure
    keep |= np.isin(units, [unit for unit, visits in asked.must.items() if visits > 0])
    if not keep.any():
        keep[int(np.argmax(~never))] = True
    left = value[~keep].max(initial=0.0) * room
    return np.flatnonzero(keep), float(left)


def _programme(worth: Array, effects: VisitEffects, asked: Asked, musts: Ints, travel: Travel) -> tuple[Ints, float]:
    """Build and solve the programme; stops (candidate, unit) and the bound."""
    from scipy.optimize import Bounds, LinearConstraint, milp

    n_c, n_u, most = len(effects.candidates), len(worth), asked.stops()
    levels = _levels(effects.weights, most)
    width, gain = np.diff(levels), np.diff(effects.margin(levels))
    matrix, high, sizes = _constraints(effects.weights, asked, musts, travel, len(width))
    # In units of the best first stop: the solver's tolerances are absolute.
    scale = max(float(worth.max()) * effects.first_margin[0], 1e-300)
    found = milp(
        np.concatenate([np.zeros(sum(sizes[:4])), -np.kron(worth / scale, gain / width)]),
        integrality=np.repeat([1, 1, 1, 1, 0], sizes),
        bounds=Bounds(
            0.0, np.concatenate([np.full(sizes[0], float(most)), np.ones(sum(sizes[1:4])), np.tile(width, n_u)])
        ),
        constraints=LinearConstraint(matrix, -np.inf, high),
        options={"mip_rel_gap": RELATIVE_GAP, "time_limit": SECONDS},
    )
    if found.x is None:
        why = "no plan was found in time" if found.status == OUT_OF_TIME else "the musts cannot be met"
        raise ConfigError(
            f"{why}: {int(musts.sum())} stops in {int((musts > 0).sum())} units and the roads between, "
            f"in {n_c} x {asked.working_days} days of {asked.day_hours:g} hours",
            hint="fewer musts, more days, more candidates",
        )
    stops = np.rint(found.x[: n_c * n_u]).astype(np.int64).reshape(n_c, n_u)
    return stops, -float(found.mip_dual_bound) * scale


def _constraints(
    weights: Array, asked: Asked, musts: Ints, travel: Travel, n_pieces: int
) -> tuple[Any, Array, tuple[int, ...]]:
    """Rows ``matrix x <= high``, and how many columns of each kind there are.

    Columns: stops (c, u); open (c, u); first (c, u); region (c, r); pieces of the curve (u, piece).
    """
    from scipy.sparse import block_array, csr_array, eye_array, kron

    n_c, n_u, n_r = len(weights), len(musts), len(travel.enter)
    n, most = n_c * n_u, asked.stops()
    each, every, both = eye_array(n_u), eye_array(n_c), eye_array(n)
    ones = np.ones((1, n_u))
    member = csr_array((travel.region[:, None] == np.arange(n_r)).astype(float))
    begun = travel.near + travel.enter[travel.region]
    hours = [asked.event_hours * ones, travel.near[None], -begun[None], travel.enter[None]]
    rows: list[tuple[list[Any], Array]] = [
        # What is made counts stops.
        ([kron(-weights[None], each), None, None, None, kron(each, np.ones((1, n_pieces)))], np.zeros(n_u)),
        # Stops only where one comes to, and there only in an open region; one of the open units is the first.
        ([both, -most * both, None, None, None], np.zeros(n)),
        ([None, both, None, -kron(every, member), None], np.zeros(n)),
        ([None, -both, both, None, None], np.zeros(n)),
        ([None, None, kron(every, ones), None, None], np.ones(n_c)),
        # Stops, hours, musts.
        ([kron(every, ones), None, None, None, None], np.full(n_c, float(most))),
        ([*(kron(every, part) for part in hours), None], np.full(n_c, asked.day_hours * asked.working_days)),
        ([kron(np.ones((1, n_c)), -each), None, None, None, None], -musts.astype(float)),
    ]
    sizes = (n, n, n, n_c * n_r, n_u * n_pieces)
    matrix = block_array(_whole_rows([blocks for blocks, _ in rows], sizes), format="csr")
    return matrix, np.concatenate([high for _, high in rows]), sizes


def _whole_rows(rows: list[list[Any]], sizes: tuple[int, ...]) -> list[list[Any]]:
    """Rows whose empty blocks have a size."""
    from scipy.sparse import csr_array

    full = []
    for row in rows:
        height = next(block.shape[0] for block in row if block is not None)
        full.append([csr_array((height, n)) if block is None else block for block, n in zip(row, sizes, strict=True)])
    return full


def _levels(weights: Array, most: int) -> Array:
    """Values that a unit's stops, counted in the first candidate's, can take, from 0."""
    found = np.zeros(1)
    for weight in weights:
        found = np.unique(np.round(found[:, None] + weight * np.arange(most + 1), 9))
    return np.asarray(found)
