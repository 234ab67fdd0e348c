"""Observations out of what streams compare: answers against chances, counts against numbers, values against limits."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl

from hustings.maths.eprocesses.shares import share_log_bets, share_sums
from hustings.store import empty_table
from hustings.tables import OBSERVATIONS, SETTLED
from hustings.watch.assumption import Claim, Seen

COLUMNS = tuple(name for name in OBSERVATIONS.column_names if name not in {"assumption", "version", "settled"})
SCHEMA = {name: kind for name, kind in empty_table(OBSERVATIONS).schema.items() if name in COLUMNS}
SETTLED_SCHEMA = {name: kind for name, kind in empty_table(SETTLED).schema.items() if name in {"key", "amount"}}
TYPICAL = "typical_weight"
HEAVY = 0.99
"""Part of the clusters that are no heavier than bets are sized for. Heavier ones count as this heavy: were they many, the bets would
test another mean than the weighted one."""


def nothing(*notes: str) -> Seen:
    """Nothing new, and why."""
    return Seen(pl.DataFrame(schema=SCHEMA), pl.DataFrame(schema=SETTLED_SCHEMA), notes)


def filled(rows: pl.DataFrame) -> pl.DataFrame:
    """Rows with the columns of observations, those that are not given empty."""
    absent = [pl.lit(None, SCHEMA[name]).alias(name) for name in COLUMNS if name not in rows.columns]
    return rows.with_columns(*absent).select(pl.col(name).cast(SCHEMA[name]) for name in COLUMNS)


def share_rows(answers: pl.DataFrame, claim: Claim) -> pl.DataFrame:
    """Answers against predicted chances, by segment and day, with the growth of every bet.

    Parameters
    ----------
    answers : pl.DataFrame
        ``segment``, ``day``, ``y`` and ``p`` (0-1), ``weight``, ``cluster``; one row an answer and segment, or, with ``cases``,
        so many at once.
    claim : Claim
        Of kind shares; its prediction says the ``typical_weight`` of a cluster, one for each segment or one for all.
    """
    segments = list(claim.foreseen.segments)
    kept = answers.filter(pl.col("segment").is_in(segments) & (pl.col("weight") > 0)).drop_nulls(["y", "p", "day"])
    if kept.is_empty():
        return pl.DataFrame(schema=SCHEMA)
    days = kept["day"].unique().sort()
    place = kept["segment"].cast(pl.Enum(segments)).to_physical().to_numpy().astype(np.int64)
    group = days.search_sorted(kept["day"]).to_numpy().astype(np.int64) * len(segments) + place
    cells = len(days) * len(segments)
    y, p, weight = (kept[name].cast(pl.Float64).to_numpy() for name in ("y", "p", "weight"))
    p = np.clip(p, 0.0, 1.0)
    cluster = kept["cluster"].cast(pl.String).rank("dense").to_numpy().astype(np.int64)
    tolerance = np.tile(np.array(claim.foreseen.scales["tolerance"]), len(days))
    typical = np.broadcast_to(np.array(claim.foreseen.prediction.get(TYPICAL, 1.0), np.float64), (len(segments),))
    bets = share_log_bets(
        y,
        p,
        weight,
        cluster,
        group,
        cells,
        tolerance=tolerance,
        typical_weight=np.tile(typical, len(days)),
        sides=claim.side,
    )
    _, total, residual, squares = share_sums(y, p, weight, cluster, group, cells).T
    said = np.bincount(group, weight * p, cells)
    cases = kept["cases"].to_numpy() if "cases" in kept.columns else None
    n = np.bincount(group, cases, cells)
    at = np.flatnonzero(n)
    found = {
        "segment": [segments[k % len(segments)] for k in at],
        "day": days.gather(at // len(segments)),
        "n": n[at].astype(np.float64),
        "observed": np.bincount(group, weight * y, cells)[at] / total[at],
        "predicted": said[at] / total[at],
        "sum_w": total[at],
        "sum_wr": residual[at],
        "sum_sq": squares[at],
        "log_bets": bets[at].tolist(),
    }
    return filled(pl.DataFrame(found))


def typical_weights(answers: pl.DataFrame, segments: Sequence[str]) -> list[float]:
    """Weight of a heavy cluster in each segment (99 in 100 are lighter): bets are sized for it.

    Parameters
    ----------
    answers : pl.DataFrame
        ``segment``, ``cluster``, ``weight``, known before the claim.
    segments : sequence of str
        One without a cluster yet has the mean of the others.
    """
    sums = answers.group_by("segment", "cluster").agg(pl.col("weight").sum())
    heavy = dict(sums.group_by("segment").agg(pl.col("weight").quantile(HEAVY, "higher")).iter_rows())
    usual = float(np.mean([one for one in heavy.values() if one > 0] or [1.0]))
    return [float(heavy.get(segment) or usual) for segment in segments]


def typical_size(clusters: pl.Series) -> float:
    """The same of answers that all weigh 1, from the cluster of each."""
    return float(clusters.value_counts()["count"].quantile(HEAVY, "higher") or 1.0)


def rule_rows(
    segments: Sequence[str], observed: Sequence[float], limit: float, day: object, n: float = 1.0
) -> pl.DataFrame:
    """What a rule found of some segments on a day, against its limit."""
    count = len(segments)
    return filled(
        pl.DataFrame(
            {
                "segment": list(segments),
                "day": [day] * count,
                "n": [n] * count,
                "observed": [float(one) for one in observed],
                "predicted": [float(limit)] * count,
            },
            schema_overrides={"segment": pl.String, "day": pl.Date, "observed": pl.Float64, "predicted": pl.Float64},
        )
    )
