"""Each poll as a linear function of the model's coordinates.

The coordinates come in blocks (:class:`Block`); all are independent a priori up to the walk precision inside a block,
and their variances are sums of squared scales. A poll of unit ``u`` with log-ratios ``eta`` reads

``eta = lean_u + level + deviation_u + walk_u(days of fieldwork) + bias_u + gap [nation's polls]
+ house + mode + population + sponsor - kappa * undecided * lean_u + its own error``

and a poll of the nation the same with the linearised whole (:func:`hustings.maths.logratio.whole_gradient`).
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from hustings.contests import Contest
from hustings.maths.brownian import fieldwork_rows, walk_precision
from hustings.maths.logratio import contrast_root, log_ratios, whole_gradient, whole_share
from hustings.polls.tracker.prior import UnitPrior
from hustings.polls.tracker.spec import COARSE_KNOTS, FINE_KNOTS, NATION_KNOTS, TrackerSpec
from hustings.tables import share_column

Array = NDArray[np.float64]

REFERENCE_POPULATION = "lv"
SMALLEST_SHARE = 0.005
"""Of the options' share in a poll: an option nobody named still has a log-ratio."""


@dataclass(frozen=True)
class Block:
    """Coordinates of one kind.

    Within the block coordinates are ordered (contrast, group, step). Group ``g`` has the prior precision
    ``steps_precision / variance_g`` with ``variance_g = fixed + sum over scales of scale^2 * loading_g``.

    Attributes
    ----------
    name : str
    n_contrasts : int
        Copies, one for each (whitened) contrast; 1 for coordinates that speak of all contrasts at once.
    loadings : dict of (group,) arrays
        By scale name.
    fixed : (group,) array
        Variance that no scale multiplies.
    knots : (knot,) array, optional
        Days before the election of a walk, pinned at the first: its steps are the others. None for anything else.
    """

    name: str
    n_contrasts: int
    loadings: dict[str, Array]
    fixed: Array
    knots: Array | None = None

    @cached_property
    def steps_precision(self) -> Array:
        """Precision of the steps of one group at variance 1, (step, step)."""
        return np.ones((1, 1)) if self.knots is None else walk_precision(self.knots)

    @property
    def n_groups(self) -> int:
        """Groups that have their own variance."""
        return len(self.fixed)

    @property
    def n_steps(self) -> int:
        """Coordinates of one group and contrast."""
        return len(self.steps_precision)

    @property
    def size(self) -> int:
        """All coordinates of the block."""
        return self.n_contrasts * self.n_groups * self.n_steps


class PollData(NamedTuple):
    """Polls as arrays (poll first).

    Attributes
    ----------
    unit : (poll,) int array
        Index of the unit, -1 for the nation.
    last_day, first_day : (poll,) arrays
        Days before the election.
    counts : (poll, option) array
        Respondents for each option; NaN where it was not offered.
    undecided : (poll,) array
        Share of all respondents for none of the contest's options, 0-1.
    house, mode, population : (poll,) int arrays
        Index into the names; -1 where the category is the reference.
    sponsor : (poll,) int array
        Index of the option whose side paid, -1 for nobody's.
    """

    unit: NDArray[np.int64]
    last_day: Array
    first_day: Array
    counts: Array
    undecided: Array
    house: NDArray[np.int64]
    house_names: list[str]
    mode: NDArray[np.int64]
    mode_names: list[str]
    population: NDArray[np.int64]
    population_names: list[str]
    sponsor: NDArray[np.int64]


def poll_data(contest: Contest, polls: pl.DataFrame) -> PollData:
    """Arrange cleaned polls (``hustings.tables.POLLS``) as arrays."""
    units = {unit_id: i for i, unit_id in enumerate(contest.unit_ids)} | {contest.nation: -1}
    shares = polls.select(share_column(option_id) for option_id in contest.option_ids).to_numpy().astype(float)
    shares = shares.reshape(polls.height, len(contest.options))
    offered = ~np.isnan(shares)
    total = np.nansum(shares, axis=1)
    within = np.maximum(shares / np.where(total > 0, total, 1.0)[:, None], SMALLEST_SHARE)
    within = within / np.nansum(within, axis=1, keepdims=True)
    size = polls["sample_size"].to_numpy().astype(float) * np.minimum(total, 1.0)
    election = contest.date
    houses, house_names = _codes(polls["pollster"].map_elements(house_of, return_dtype=pl.String))
    modes, mode_names = _codes(polls["mode"])
    populations, population_names = _codes(polls["population"].str.replace("^v$", "rv"), reference=REFERENCE_POPULATION)
    sponsors = {option_id: i for i, option_id in enumerate(contest.option_ids)}
    return PollData(
        unit=np.array([units[unit] for unit in polls["unit"]], dtype=np.int64),
        last_day=_days_before(polls["end_date"], election),
        first_day=_days_before(polls["start_date"], election),
        counts=np.where(offered, within * size[:, None], np.nan),
        undecided=np.clip(1.0 - total, 0.0, 1.0),
        house=houses,
        house_names=house_names,
        mode=modes,
        mode_names=mode_names,
        population=populations,
        population_names=population_names,
        sponsor=np.array([sponsors.get(side, -1) if side else -1 for side in polls["partisan"]], dtype=np.int64),
    )


def house_of(pollster: str) -> str:
    """The firm behind a pollster's name, so that one house has one effect.

    Letter case, sponsors in brackets and the order of partners do not make another house: "PPP (D-NELP)" is "ppp",
    "Reuters/Ipsos" is "ipsos/reuters".
    """
    plain = re.sub(r"\([^)]*\)", " ", pollster).casefold()
    parts = sorted(part for part in (" ".join(piece.split()) for piece in plain.split("/")) if part)
    return "/".join(parts) or pollster.casefold()


def _codes(names: pl.Series, *, reference: str | None = None) -> tuple[NDArray[np.int64], list[str]]:
    known = sorted(name for name in names.unique() if name != reference)
    index = {name: i for i, name in enumerate(known)}
    return np.array([index.get(name, -1) for name in names], dtype=np.int64), known


def _days_before(dates: pl.Series, election: dt.date) -> Array:
    return (pl.Series([election]) - dates).dt.total_days().to_numpy().astype(float)


def make_blocks(prior: UnitPrior, data: PollData, spec: TrackerSpec, *, as_of_day: float | None = None) -> list[Block]:
    """Blocks of coordinates for these polls, in the order of the columns of the design.

    ``as_of_day`` (days before the election) is the last day that is looked at; the last poll's where not given. Walks
    have no knots where there is neither poll nor question.
    """
    last = float(data.last_day.min()) if len(data.last_day) else 0.0
    asked = (last if as_of_day is None else min(as_of_day, last), float(data.first_day.max(initial=0.0)))
    fine, coarse = active_knots(FINE_KNOTS, *asked), active_knots(COARSE_KNOTS, *asked)
    n_contrasts = prior.lean.shape[1]
    shared, n_districts = prior.shared_variance, prior.district_loadings.shape[1]
    ones, one = np.ones_like(shared), np.ones(1)
    lead = min(spec.shared_walk_factors, len(shared))
    # The level's coordinates have variance 1: the design carries the national prior's own sd.
    blocks = [
        Block("level", n_contrasts, {}, one),
        Block("deviation", n_contrasts, {"unit_shared": shared, "unit_own": ones}, 0 * ones),
        Block("walk_nation", n_contrasts, {"walk_nation": one}, 0 * one, active_knots(NATION_KNOTS, *asked)),
        Block("walk_lead", n_contrasts, {"walk_shared": shared[:lead], "walk_own": ones[:lead]}, 0 * ones[:lead], fine),
        Block("bias_nation", n_contrasts, {"bias_nation": one}, 0 * one),
        Block("bias_deviation", n_contrasts, {"bias_shared": shared, "bias_own": ones}, 0 * ones),
        Block("undecided", 1, {}, one * spec.undecided_sd**2),
    ]
    if len(shared) > lead:
        rest = shared[lead:]
        loadings = {"walk_shared": rest, "walk_own": np.ones_like(rest)}
        blocks.append(Block("walk_rest", n_contrasts, loadings, 0 * rest, coarse))
    if n_districts:
        each = np.ones(n_districts)
        blocks.append(Block("district", n_contrasts, {"unit_own": each}, 0 * each))
        blocks.append(Block("bias_district", n_contrasts, {"bias_own": each}, 0 * each))
    if (data.unit < 0).any() and (data.unit >= 0).any():
        blocks.append(Block("nation_gap", n_contrasts, {"nation_gap": one}, 0 * one))
    for name, names in (("house", data.house_names), ("mode", data.mode_names), ("population", data.population_names)):
        if len(names) > (name == "mode"):
            each = np.ones(len(names))
            blocks.append(Block(name, n_contrasts, {name: each}, 0 * each))
    if (data.sponsor >= 0).any():
        blocks.append(Block("sponsor", 1, {}, one * spec.sponsor_sd**2))
    return blocks


def active_knots(knots: Array, last_day: float, first_day: float) -> Array:
    """Knots that some day between the two lies beside, and the pinned 0.

    A walk between 0 and the latest day looked at, or beyond the earliest, is free: leaving its knots out changes
    nothing that is asked, and the step across the gap has the gap's variance.
    """
    low = knots[knots <= max(last_day, 0.0)].max()
    high = knots[knots >= min(first_day, knots[-1])].min()
    active = knots[((knots >= low) & (knots <= high)) | (knots == 0)]
    return active if len(active) > 1 else knots[:2]


def block_slices(blocks: list[Block]) -> dict[str, slice]:
    """Columns of each block in the design."""
    ends = np.cumsum([block.size for block in blocks])
    return {block.name: slice(int(end - block.size), int(end)) for block, end in zip(blocks, ends, strict=True)}


class Whole(NamedTuple):
    """The nation's log-ratios, linearised: ``constant + sum_u gradient_u @ eta_u``."""

    gradient: Array
    constant: Array


def linearise_whole(eta: Array, votes: Array) -> Whole:
    """The whole at the units' log-ratios ``eta`` (unit, contrast): gradient (contrast, unit, contrast)."""
    gradient = whole_gradient(eta, votes)
    value = log_ratios(whole_share(eta, votes)[None])[0]
    return Whole(gradient, value - np.einsum("jum,um->j", gradient, eta))


class Rows(NamedTuple):
    """Scalar observations, each poll's own errors made independent.

    Attributes
    ----------
    design : (row, coordinate) array
    offset : (row,) array
        What the priors' means predict.
    poll : (row,) int array
        Poll of each row.
    """

    design: Array
    offset: Array
    poll: NDArray[np.int64]


def contrast_rows(prior: UnitPrior, data: PollData, whole: Whole) -> tuple[Array, Array]:
    """Units and whitened contrasts behind each poll's log-ratios.

    Returns
    -------
    units : (poll, contrast, unit, whitened contrast) array
        Coefficients of the units' whitened deviations.
    lean : (poll, contrast) array
        Lean of the polled unit (the whole's constant for the nation).
    """
    n_contrasts, n_units = prior.lean.shape[1], len(prior.lean)
    root = contrast_root(n_contrasts)
    units = np.zeros((len(data.unit), n_contrasts, n_units, n_contrasts))
    national = data.unit < 0
    local = np.flatnonzero(~national)
    units[local, :, data.unit[local], :] = root
    units[national] = np.einsum("jum,mk->juk", whole.gradient, root)
    lean = np.zeros((len(data.unit), n_contrasts))
    lean[local] = prior.lean[data.unit[local]]
    lean[national] = whole.constant + np.einsum("jum,um->j", whole.gradient, prior.lean)
    return units, lean


def make_design(prior: UnitPrior, data: PollData, spec: TrackerSpec, blocks: list[Block], whole: Whole) -> Rows:
    """All log-ratios of all polls as rows (poll, contrast), before each poll's rotation to independent errors."""
    n_contrasts = prior.lean.shape[1]
    root = contrast_root(n_contrasts)
    units, lean = contrast_rows(prior, data, whole)
    level = units.sum(axis=2)
    factors = np.einsum("pjuk,uf->pjkf", units, prior.loadings)
    districts = np.einsum("pjuk,ud->pjkd", units, prior.district_loadings)
    walks = {
        block.name: fieldwork_rows(data.last_day, data.first_day, block.knots)
        for block in blocks
        if block.knots is not None
    }
    lead = min(spec.shared_walk_factors, factors.shape[3])
    national = data.unit < 0
    own_lean = np.where(national[:, None], 0.0, lean)
    parts: dict[str, Array] = {
        "level": level * prior.nation.sd,
        "deviation": factors,
        "walk_nation": level[..., None] * walks["walk_nation"][:, None, None],
        "walk_lead": factors[..., :lead, None] * walks["walk_lead"][:, None, None, None],
        "bias_nation": level,
        "bias_deviation": factors,
        "district": districts,
        "bias_district": districts,
        "nation_gap": national[:, None, None] * root[None],
        "undecided": -data.undecided[:, None] * own_lean,
        "house": root[None, :, :, None] * _one_hot(data.house, len(data.house_names))[:, None, None],
        "mode": root[None, :, :, None] * _one_hot(data.mode, len(data.mode_names))[:, None, None],
        "population": root[None, :, :, None] * _one_hot(data.population, len(data.population_names))[:, None, None],
        "sponsor": _sponsor_contrasts(data.sponsor, n_contrasts),
    }
    if "walk_rest" in walks:
        parts["walk_rest"] = factors[..., lead:, None] * walks["walk_rest"][:, None, None, None]
    n_rows = len(data.unit) * n_contrasts
    design = np.concatenate([parts[block.name].reshape(n_rows, block.size) for block in blocks], axis=1)
    offset = (
        lean
        + level @ np.linalg.solve(root, prior.nation.mean)
        - spec.undecided_mean * data.undecided[:, None] * own_lean
    )
    offset = offset + spec.sponsor_mean * parts["sponsor"]
    return Rows(design, offset.ravel(), np.repeat(np.arange(len(data.unit)), n_contrasts))


def _one_hot(codes: NDArray[np.int64], size: int) -> Array:
    rows = np.zeros((len(codes), size))
    there = codes >= 0
    rows[np.flatnonzero(there), codes[there]] = 1.0
    return rows


def _sponsor_contrasts(sponsor: NDArray[np.int64], n_contrasts: int) -> Array:
    """Effect of one unit of an option's log-share on each contrast against the last option: (poll, contrast)."""
    effect = np.zeros((len(sponsor), n_contrasts))
    for poll in np.flatnonzero(sponsor >= 0):
        if sponsor[poll] < n_contrasts:
            effect[poll, sponsor[poll]] = 1.0
        else:
            effect[poll] = -1.0
    return effect
