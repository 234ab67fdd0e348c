"""What a list is expected to gain, with its interval: written down before, so that the review can hold it to account."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from hustings.maths.intervals import ENDS_80

Array = NDArray[np.float64]

DRAWS = 4_000
LOW, HIGH = ENDS_80
SUMS = ("net_votes", "per_effect_sd", "per_turnout_logit", "per_margin")


@dataclass(frozen=True)
class Errors:
    """How far what a list rests on may be off, in draws.

    Attributes
    ----------
    effect : (draw,) array
        Of the mean effect, in its standard deviations: one for all voters.
    turnout_logit : (draw, unit) array
        Of the level of turnout.
    margin : (draw, unit) array
        Of the own lead.
    """

    effect: Array
    turnout_logit: Array
    margin: Array


def draw_errors(
    margins: Array, nation_sd_logit: float, state_sd_logit: float, rng: np.random.Generator, n: int = DRAWS
) -> Errors:
    """Draw what a list rests on.

    Parameters
    ----------
    margins : (any, unit) array
        Joint draws of the own lead in each unit of the list.
    nation_sd_logit, state_sd_logit : float
        Of the level of turnout: shared, and each unit's own.
    rng : Generator
    n : int
        Draws.
    """
    picked = margins[rng.integers(len(margins), size=n)] - margins.mean(axis=0)
    shared = nation_sd_logit * rng.standard_normal((n, 1))
    own = state_sd_logit * rng.standard_normal((n, margins.shape[1]))
    return Errors(rng.standard_normal(n), shared + own, picked)


def drawn_votes(sums: Array, errors: Errors) -> Array:
    """Net votes of each unit, (draw, unit): linear in each error, and the effect's in all of it.

    Parameters
    ----------
    sums : (unit, 4) array
        Sums over those contacted of :data:`SUMS`.
    errors : Errors
    """
    base, per_effect, per_turnout, per_margin = sums.T
    level = base + per_turnout * errors.turnout_logit + per_margin * errors.margin
    # An effect twice as large doubles what the other errors do too.
    part = np.divide(per_effect, base, out=np.zeros_like(base), where=base != 0)
    size = np.where(base != 0, 1.0 + part * errors.effect[:, None], 1.0)
    return np.asarray(level * size + np.where(base == 0, per_effect * errors.effect[:, None], 0.0))


def expectation(
    contacted: pl.DataFrame, units: list[str], errors: Errors, win_per_vote: Mapping[str, float]
) -> tuple[pl.DataFrame, dict[str, float]]:
    """What contacting some voters is expected to gain.

    Parameters
    ----------
    contacted : pl.DataFrame
        ``unit`` and :data:`SUMS`.
    units : list of str
        In the order of the errors' columns.
    errors : Errors
    win_per_vote : mapping of str to float
        What a net vote in each unit adds to the goal.

    Returns
    -------
    pl.DataFrame
        ``unit``, ``contacted``, ``net_votes`` with ``net_votes_low`` and ``net_votes_high`` (80 %), ``gain`` of the goal.
    dict
        The same of all together.
    """
    found = contacted.group_by("unit").agg(pl.len().alias("contacted"), pl.col(SUMS).sum())
    rows = pl.DataFrame({"unit": units}, schema={"unit": pl.String}).join(
        found.with_columns(pl.col("unit").cast(pl.String)), on="unit", how="left", maintain_order="left"
    )
    rows = rows.with_columns(pl.exclude("unit").fill_null(0))
    votes = drawn_votes(rows.select(SUMS).to_numpy().astype(float), errors)
    each = np.array([win_per_vote[unit] for unit in units])
    low, high = np.quantile(votes, [LOW, HIGH], axis=0)
    table = rows.select(
        "unit",
        pl.col("contacted").cast(pl.Int64),
        "net_votes",
        net_votes_low=pl.Series(low),
        net_votes_high=pl.Series(high),
        gain=pl.col("net_votes") * pl.Series(each),
    )
    every = votes.sum(axis=1)
    gain = votes @ each
    whole = {
        "net_votes": float(rows["net_votes"].sum()),
        "net_votes_low": float(np.quantile(every, LOW)),
        "net_votes_high": float(np.quantile(every, HIGH)),
        "gain": float(table["gain"].sum()),
        "gain_low": float(np.quantile(gain, LOW)),
        "gain_high": float(np.quantile(gain, HIGH)),
    }
    return table, whole
