"""From what was settled of a claim to the evidence against it: one path for every kind of test."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from hustings.maths.eprocesses import (
    COUNT_PRIOR,
    VALUE_PRIOR,
    best_bet,
    count_log_bets,
    level_interval,
    likely_start,
    log_evidence,
    mean_interval,
    ratio_interval,
    sided_prior,
    value_log_bets,
)
from hustings.watch.assumption import Claim

Array = NDArray[np.float64]

INTERVAL_ERROR = 0.05
"""Intervals hold at every look with 95 %."""


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
    n, observed, predicted : (segment,) arrays
        Cases so far, and what was seen and said of them on average (counts: in sum); NaN where there were none.
    gap, gap_low, gap_high : (segment,) arrays
        Size of the break, with an interval that holds at every look.
    start : (segment,) list of date or None
        Most likely day from which the claim has not held; None where nothing speaks against it.
    """

    claim: Claim
    nights: list[dt.date]
    days: list[dt.date]
    log_e: Array
    n: Array
    observed: Array
    predicted: Array
    gap: Array
    gap_low: Array
    gap_high: Array
    start: list[dt.date | None]


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
    bets, prior = _bets(claim, rows, len(nights))
    log_e = log_evidence(bets, prior, start_mass(claim, nights))
    totals = _totals(rows, len(segments))
    gap, low, high = _size(claim, totals)
    days: list[dt.date] = axis["day"].to_list()
    begun = likely_start(bets, prior) if nights else np.zeros(len(segments), dtype=np.int64)
    speaks = log_e[:, -1] > 0 if nights else np.zeros(len(segments), dtype=bool)
    return Evidence(
        claim=claim,
        nights=nights,
        days=days,
        log_e=log_e,
        n=totals["n"],
        observed=_seen(claim, totals, gap),
        predicted=_expected(claim, totals),
        gap=gap,
        gap_low=low,
        gap_high=high,
        start=[days[at] if against else None for at, against in zip(begun, speaks, strict=True)],
    )


def start_mass(claim: Claim, nights: list[dt.date]) -> Array:
    """Chance that a break begins with each step, (step,): even over the days of the claim, so that it sums to 1 at most."""
    horizon = max((claim.until - claim.from_day).days, 1)
    mass = np.zeros(len(nights))
    before = claim.from_day
    for night in sorted(set(nights)):
        here = [i for i, one in enumerate(nights) if one == night]
        mass[here] = max((min(night, claim.until) - before).days, 0) / horizon / len(here)
        before = night
    return mass


def _bets(claim: Claim, rows: pl.DataFrame, n_steps: int) -> tuple[Array, Array]:
    """Log growth of every bet, (segment, step, bet), and what each bet begins with."""
    n_segments = len(claim.foreseen.segments)
    scales = {name: np.array(values) for name, values in claim.foreseen.scales.items()}
    if claim.kind == "shares":
        prior = sided_prior(claim.side)
        bets = np.zeros((n_segments, n_steps, len(prior)))
        held = rows.filter(pl.col("log_bets").is_not_null())
        if held.height:
            place, step = held["place"].to_numpy(), held["step"].to_numpy()
            bets[place, step] = np.array(held["log_bets"].to_list())
        return bets, prior
    seen, said, sd = (_grid(rows, name, n_segments, n_steps) for name in ("observed", "predicted", "sd"))
    if claim.kind == "counts":
        return count_log_bets(seen, said, scales["dispersion"], scales["level_sd"]), COUNT_PRIOR[claim.side]
    return value_log_bets(seen - said, sd, scales["level_sd"]), VALUE_PRIOR[claim.side]


def _grid(rows: pl.DataFrame, name: str, n_segments: int, n_steps: int) -> Array:
    """A column by segment and step; NaN where there is nothing."""
    grid = np.full((n_segments, n_steps), np.nan)
    grid[rows["place"].to_numpy(), rows["step"].to_numpy()] = rows[name].cast(pl.Float64).fill_null(np.nan).to_numpy()
    return grid


def _totals(rows: pl.DataFrame, n_segments: int) -> dict[str, Array]:
    """Sums over all steps, by segment."""
    weight = pl.coalesce("sum_w", pl.lit(1.0))
    precision = 1.0 / pl.col("sd") ** 2
    sums = rows.group_by("place").agg(
        pl.col("n").sum(),
        pl.col("sum_w").sum(),
        pl.col("sum_wr").sum(),
        pl.col("sum_sq").sum(),
        pl.col("observed").sum().alias("seen"),
        pl.col("predicted").sum().alias("said"),
        (weight * pl.col("predicted")).sum().alias("weighted_said"),
        precision.sum().alias("precision"),
        (precision * pl.col("observed")).sum().alias("precise_seen"),
        (precision * pl.col("predicted")).sum().alias("precise_said"),
    )
    found = {}
    for name in sums.columns[1:]:
        column = np.zeros(n_segments)
        column[sums["place"].to_numpy()] = sums[name].cast(pl.Float64).fill_null(0.0).to_numpy()
        found[name] = column
    return found


def _size(claim: Claim, totals: dict[str, Array]) -> tuple[Array, Array, Array]:
    """Gap and its interval, by segment."""
    if claim.kind == "shares":
        return mean_interval(totals["sum_w"], totals["sum_wr"], totals["sum_sq"], INTERVAL_ERROR)
    if claim.kind == "counts":
        dispersion = np.array(claim.foreseen.scales["dispersion"])
        return ratio_interval(totals["seen"], totals["said"], dispersion, INTERVAL_ERROR)
    return level_interval(totals["precision"], totals["precise_seen"] - totals["precise_said"], INTERVAL_ERROR)


def _expected(claim: Claim, totals: dict[str, Array]) -> Array:
    """What the claim said of what was seen."""
    if claim.kind == "counts":
        return np.where(totals["n"] > 0, totals["said"], np.nan)
    top, bottom = ("weighted_said", "sum_w") if claim.kind == "shares" else ("precise_said", "precision")
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(totals[bottom] > 0, totals[top] / totals[bottom], np.nan)


def _seen(claim: Claim, totals: dict[str, Array], gap: Array) -> Array:
    if claim.kind == "counts":
        return np.where(totals["n"] > 0, totals["seen"], np.nan)
    return _expected(claim, totals) + gap


def direction(claim: Claim, rows: pl.DataFrame) -> Array:
    """Bet that grew most since the likely start, by segment, (segment,) int."""
    axis = rows.select("settled", "day").unique().height
    bets, prior = _bets(claim, rows, axis)
    return np.asarray(best_bet(bets, prior))
