"""From candidates to links: at most one of each, by probability; what is near the threshold is marked, not hidden."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import polars as pl

from hustings.electorate.linkage.comparisons import COMPARISONS, gamma
from hustings.electorate.linkage.spec import LinkageSpec

_BY_NAME = {comparison.name: comparison for comparison in COMPARISONS}
_HOME, _LAST = _BY_NAME["home"], _BY_NAME["last_name"]

LINKS = {
    "left_id": pl.Int64,
    "right_id": pl.Int64,
    "match_prob": pl.Float64,
    "second_prob": pl.Float64,
    "kind": pl.String,
    "uncertain": pl.Boolean,
}
"""Columns of a table of links."""


def one_to_one(pairs: pl.DataFrame, spec: LinkageSpec) -> pl.DataFrame:
    """The links, most probable first come, each record in one at most.

    Parameters
    ----------
    pairs : polars.DataFrame
        ``left_id``, ``right_id``, ``match_prob``, ``last_name``, ``home``.
    spec : LinkageSpec
        Thresholds.

    Returns
    -------
    polars.DataFrame
        The columns of `LINKS`, by ``left_id``. ``second_prob`` is the best other pair with either record (0 if none);
        ``kind`` is ``same address``, ``moved``, ``renamed`` (another surname) or ``unknown`` (no address).
    """
    ordered = pairs.sort(["match_prob", "left_id", "right_id"], descending=[True, False, False])
    possible = ordered.filter(pl.col("match_prob") >= spec.uncertain_prob)
    taken = possible.filter(pl.Series(_greedy(possible), dtype=pl.Boolean))
    others = _best_other(ordered, taken)
    last_differs = pl.col("last_name") == gamma(_LAST, "else")
    at_home = pl.col("home") >= gamma(_HOME, "nearly")
    kind = (
        pl.when(last_differs).then(pl.lit("renamed")).when(at_home).then(pl.lit("same address"))
        .when(pl.col("home") >= 0).then(pl.lit("moved")).otherwise(pl.lit("unknown"))
    )  # fmt: skip
    return (
        taken.join(others, on=["left_id", "right_id"], how="left", maintain_order="left")
        .with_columns(kind=kind, uncertain=pl.col("match_prob") < spec.threshold_prob)
        .select(pl.col(name).cast(dtype) for name, dtype in LINKS.items())
        .sort("left_id", "right_id")
    )


def _greedy(ordered: pl.DataFrame) -> npt.NDArray[np.bool_]:
    """Which rows are taken, in order, if each left and each right may be used once."""
    left = np.unique(ordered["left_id"].to_numpy(), return_inverse=True)[1]
    right = np.unique(ordered["right_id"].to_numpy(), return_inverse=True)[1]
    taken = np.zeros(ordered.height, dtype=np.bool_)
    rows = np.arange(ordered.height)
    while rows.size:
        # The first pair of both of its records cannot be beaten by any other: all such are taken at once.
        first_left = np.zeros(rows.size, dtype=np.bool_)
        first_left[np.unique(left[rows], return_index=True)[1]] = True
        first_right = np.zeros(rows.size, dtype=np.bool_)
        first_right[np.unique(right[rows], return_index=True)[1]] = True
        now = rows[first_left & first_right]
        taken[now] = True
        rows = rows[~(np.isin(left[rows], left[now]) | np.isin(right[rows], right[now]))]
    return taken


def _best_other(ordered: pl.DataFrame, taken: pl.DataFrame) -> pl.DataFrame:
    """For each link the probability of the best other candidate of either record."""
    links = taken.select("left_id", "right_id")
    sides = []
    for own, other in (("left_id", "right_id"), ("right_id", "left_id")):
        rivals = ordered.select("left_id", "right_id", "match_prob").join(
            links.rename({other: "linked"}), on=own, how="inner"
        )
        sides.append(rivals.filter(pl.col(other) != pl.col("linked")).group_by(own).agg(pl.col("match_prob").max()))
    return (
        links.join(sides[0], on="left_id", how="left")
        .join(sides[1], on="right_id", how="left", suffix="_right")
        .select("left_id", "right_id", second_prob=pl.max_horizontal("match_prob", "match_prob_right").fill_null(0.0))
    )
