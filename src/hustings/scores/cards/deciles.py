"""Tenths of the voters, highest scores first: what they scored, what came of it, and how much of all lies above."""

from __future__ import annotations

import numpy as np
import polars as pl

from hustings.scores.cards.arrays import Array, checked, tied_moments

TENTHS = 10


def decile_table(score_name: str, score: Array, outcome: Array, weight: Array | None = None) -> pl.DataFrame:
    """Deciles of held-out voters.

    Parameters
    ----------
    score_name : str
        Column of the score.
    score : (n,) array
        Scores, 0-1; effects may be negative.
    outcome : (n,) array
        1 where it came true, else 0; for effects an unbiased signal of each voter's effect.
    weight : (n,) array or None
        How many voters each stands for; a tenth is a tenth of their sum.

    Returns
    -------
    pl.DataFrame
        ``tables.DECILES``. Voters with equal scores share their mean outcome, so the order of the rows is of no matter.
        With fewer than ten voters some tenths are absent. Gain and lift are empty where the outcomes sum to 0 or less.

    Raises
    ------
    InputError
        Lengths differ, nobody, or values that are not finite.
    """
    score, outcome, weight = checked(score, outcome, weight)
    mean, square = tied_moments(score, outcome, weight)
    order = np.argsort(-score, kind="stable")
    score, mean, square, weight = score[order], mean[order], square[order], weight[order]
    middle = (np.cumsum(weight) - weight / 2.0) / weight.sum()
    tenth = np.minimum((middle * TENTHS).astype(np.int64), TENTHS - 1)

    def sums(values: Array) -> Array:
        return np.bincount(tenth, values, TENTHS).astype(np.float64)

    voters, total = np.bincount(tenth, minlength=TENTHS), sums(weight)
    there = (voters > 0) & (total > 0.0)
    safe = np.where(there, total, 1.0)
    share = sums(weight * mean) / safe
    spread = np.maximum(square - 2.0 * share[tenth] * mean + share[tenth] ** 2, 0.0)
    all_true = float((weight * mean).sum())
    gain = np.cumsum(sums(weight * mean)) / all_true if all_true > 0.0 else np.full(TENTHS, np.nan)
    lift = share * weight.sum() / all_true if all_true > 0.0 else np.full(TENTHS, np.nan)
    rows = pl.DataFrame(
        {
            "score": [score_name] * TENTHS,
            "decile": np.arange(1, TENTHS + 1),
            "voters": voters,
            "score_mean": sums(weight * score) / safe,
            "outcome_share": share,
            "outcome_se": np.sqrt(sums(weight**2 * spread)) / safe,
            "gain_share": gain,
            "lift": lift,
        }
    )
    return rows.filter(pl.Series(there)).with_columns(pl.col("gain_share", "lift").fill_nan(None))
