"""From what was settled of a claim to the evidence against it: one path for every kind of test."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from hustings.maths.eprocesses import counts, shares, values
from hustings.maths.eprocesses.detector import AT_ONCE, likely_start, log_evidence
from hustings.maths.eprocesses.sequences import level_interval, ratio_interval, since
from hustings.watch.assumption import Claim

Array = NDArray[np.float64]

INTERVAL_ERROR = 0.05
"""Intervals hold at every look, and wherever the break begins, with 95 %."""
NARROWEST_AT = 300.0
"""Cases at which intervals are narrowest: about when a break of a few points is found."""


@dataclass(frozen=True)
class Evidence:
    """Evidence against one claim.

    Parameters
    ----------
    claim : Claim
    nights : (step,) list of date
        Night that settled each step.
    days : (step,) list of date
        Day of the data of each step.
    log_e : (segment, step) array
        Natural log of the e-value after each step.
    n : (segment,) array
        Cases so far.
    start : (segment,) list of date or None
        Most likely day from which the claim has not held; None where nothing speaks against it.
    observed, predicted : (segment,) arrays
        What was seen and said since then, on average (counts: in sum); NaN where there were no cases.
    gap, gap_low, gap_high : (segment,) arrays
        Size of the break since then: seen less said (counts: log of their ratio), with an interval that holds at every look.
    """

    claim: Claim
    nights: list[dt.date]
    days: list[dt.date]
    log_e: Array
    n: Array
    start: list[dt.date | None]
    observed: Array
    predicted: Array
    gap: Array
    gap_low: Array
    gap_high: Array


def evidence_of(claim: Claim, rows: pl.DataFrame) -> Evidence:
    """Weigh what was settled of a claim.

    Parameters
    ----------
    claim : Claim
        Of a test: kind shares, counts or values.
    rows : pl.DataFrame
        ``tables.OBSERVATIONS`` of the claim; segments that the claim does not name are not weighed.
    """
    segments = list(claim.foreseen.segments)
    rows = rows.filter(pl.col("segment").is_in(segments))
    axis = rows.select("settled", "day").unique().sort("settled", "day").with_row_index("step")
    rows = rows.join(axis, on=["settled", "day"]).with_columns(
        place=pl.col("segment").cast(pl.Enum(segments)).to_physical().cast(pl.Int64)
    )
    nights: list[dt.date] = axis["settled"].to_list()
    days: list[dt.date] = axis["day"].to_list()
    shape = (len(segments), len(nights))
    grid = {
        name: _grid(rows, name, shape) for name in ("n", "observed", "predicted", "sd", "sum_w", "sum_wr", "sum_sq")
    }
    bets, prior = _bets(claim, rows, grid)
    mass = start_mass(claim, nights)
    log_e = log_evidence(bets, prior, mass)
    begun = likely_start(bets, prior) if nights else np.zeros(len(segments), dtype=np.int64)
    against = log_e[:, -1] > 0 if nights else np.zeros(len(segments), dtype=bool)
    begun = np.where(against, begun, 0).astype(np.int64)
    return Evidence(
        claim,
        nights,
        days,
        log_e,
        np.nansum(grid["n"], axis=1),
        [days[at] if speaks else None for at, speaks in zip(begun, against, strict=True)],
        *_size(claim, grid, begun, mass),
    )


def start_mass(claim: Claim, nights: list[dt.date]) -> Array:
    """Chance that a break begins with each step, (step,): even over the days of the claim, so that it sums to 1 at most."""
    horizon = max((claim.until - claim.from_day).days, 1)
    mass = np.zeros(len(nights))
    before = claim.from_day
    steps = Counter(nights)
    for k, night in enumerate(nights):
        if k and nights[k - 1] != night:
            before = nights[k - 1]
        mass[k] = max((min(night, claim.until) - before).days, 0) / horizon / steps[night]
    return mass


def _grid(rows: pl.DataFrame, name: str, shape: tuple[int, int]) -> Array:
    """A column by segment and step; NaN where there is nothing."""
    grid = np.full(shape, np.nan)
    grid[rows["place"].to_numpy(), rows["step"].to_numpy()] = rows[name].cast(pl.Float64).fill_null(np.nan).to_numpy()
    return grid


def _bets(claim: Claim, rows: pl.DataFrame, grid: dict[str, Array]) -> tuple[Array, Array]:
    """Log growth of every bet, (segment, step, bet), and what each bet begins with."""
    if not grid["n"].size:
        return np.zeros((*grid["n"].shape, 1)), np.ones(1)
    scales = {name: np.array(numbers) for name, numbers in claim.foreseen.scales.items()}
    if claim.kind == "counts":
        bets = counts.count_log_bets(grid["observed"], grid["predicted"], scales["dispersion"], scales["level_sd"])
        return bets, counts.sided_prior(claim.side)
    if claim.kind == "values":
        bets = values.value_log_bets(grid["observed"] - grid["predicted"], grid["sd"], scales["level_sd"])
        return bets, values.sided_prior(claim.side)
    prior = shares.sided_prior(claim.side)
    bets = np.zeros((*grid["n"].shape, len(prior)))
    held = rows.filter(pl.col("log_bets").is_not_null())
    if held.height:
        bets[held["place"].to_numpy(), held["step"].to_numpy()] = (
            held["log_bets"].explode().to_numpy().reshape(-1, len(prior))
        )
    return bets, prior


def _size(
    claim: Claim, grid: dict[str, Array], begun: NDArray[np.int64], mass: Array
) -> tuple[Array, Array, Array, Array, Array]:
    """What was seen and said since each segment's likely start, the gap, and its interval."""
    n_segments, n_steps = grid["n"].shape
    if not n_steps:
        empty = np.full(n_segments, np.nan)
        return empty, empty, empty, empty, empty
    window = np.arange(n_steps) >= begun[:, None]
    late = {name: np.where(window, column, np.nan) for name, column in grid.items()}
    # Whoever looks for the start in the data pays for every start that might have been.
    stake = (1 - AT_ONCE) * mass + AT_ONCE * (np.arange(n_steps) == 0)
    alpha = INTERVAL_ERROR * stake[begun]
    there = np.nansum(late["n"], axis=1) > 0
    if claim.kind == "counts":
        seen, said = np.nansum(late["observed"], axis=1), np.nansum(late["predicted"], axis=1)
        dispersion = np.array(claim.foreseen.scales["dispersion"])
        found = ratio_interval(seen, said, np.nansum(late["predicted"] ** 2, axis=1), dispersion, alpha, NARROWEST_AT)
        with np.errstate(divide="ignore", invalid="ignore"):
            gap, low, high = (np.log(one) for one in found)
        return np.where(there, seen, np.nan), np.where(there, said, np.nan), gap, low, high
    if claim.kind == "shares":
        weight = np.nan_to_num(late["sum_w"])
        sums = np.stack([np.nan_to_num(grid[name]) for name in ("n", "sum_w", "sum_wr", "sum_sq")], axis=2)
        gap, low, high = since(sums, begun, stake, INTERVAL_ERROR, NARROWEST_AT)
    else:
        weight = np.nan_to_num(1.0 / late["sd"] ** 2)
        usual = np.nanmedian(np.where(np.isnan(grid["sd"]).all(), 1.0, grid["sd"]))
        gap, low, high = level_interval(late["observed"] - late["predicted"], late["sd"], alpha, 10.0 / usual**2)
    with np.errstate(invalid="ignore", divide="ignore"):
        said = (weight * np.nan_to_num(late["predicted"])).sum(axis=1) / weight.sum(axis=1)
    return said + gap, said, gap, low, high
